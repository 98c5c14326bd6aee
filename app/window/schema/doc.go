// Package schema is the row by which a user says which message of Protocol Buffers is meant: files
// and a name. The binding of a decoder and the composer have it. Start at [Row], which belongs to
// the UI goroutine.
package schema
