// Package template fills the placeholders of a message that is about to be sent:
//
//	{"at": {{unixms}}, "sp": {{ask "Set point" 20}}, "was": {{value "plant/line4/temp"}}}
//
// Placeholders are written as Go's text/template writes them, and its parser reads them, but there
// is no more to them than a function with constants: no conditions, no loops, no variables. So a
// template ends, and costs what it is long.
//
// Templates are what a user typed; what a device sent is only ever put in as data, and what was
// put in is never looked at again. In JSON it is put in so that it stays one value, whatever it
// holds. Start reading at [Parse].
package template
