// Package audit is the window that shows the record of what was sent: to read, to search, to
// narrow down by connection, origin and result, and to export. It changes nothing in it.
//
// [Window] is what is shown; rows.go narrows and writes the rows.
package audit
