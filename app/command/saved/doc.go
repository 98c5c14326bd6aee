// Package saved keeps the commands that a technician wants again tomorrow: a draft with a name,
// a place and, as a control, a way to be handled (a button, a toggle, a slider and so on) and a
// topic on which the device reports the state that it is really in.
//
// A command holds the user's own words only. The value of a control goes into its draft as the
// placeholder {{ask "value"}}; nothing that a device sends ever becomes part of a template.
//
// [Library] is the list, in one document that is always whole; [Command] is one of it, and
// state.go compares what was asked with what is reported.
package saved
