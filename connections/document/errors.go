package document

import "fmt"

// BrokenError says that a file cannot be read as the document that it should be, and where.
type BrokenError struct {
	// File is the path that was read.
	File string
	// Line and Column (in characters) count from 1. They are 0 where no place can be named, as
	// after a migration.
	Line, Column int
	// Aside is where the file was moved; empty if it could not be moved.
	Aside string
	// Err tells what is wrong.
	Err error
}

func (e *BrokenError) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
	}
	if e.Aside != "" {
		return fmt.Sprintf("%s: %v (set aside as %s)", place, e.Err, e.Aside)
	}
	return fmt.Sprintf("%s: %v", place, e.Err)
}

func (e *BrokenError) Unwrap() error { return e.Err }

// NewerError says that a file was written by a newer version of this program, so that it may
// be looked at, but not written.
type NewerError struct {
	File string
	// Version is the file's, Known the newest that this program understands.
	Version, Known int
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("%s: written by a newer version of this program (document version %d, this one knows %d)",
		e.File, e.Version, e.Known)
}
