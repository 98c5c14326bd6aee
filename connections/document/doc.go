// Package document keeps small JSON documents on disk the way that this program promises:
// a file is always whole, nothing of the user's is ever overwritten unread, and a mistake is
// named by file and line.
//
// Every document is one JSON object in one file, with its version beside its fields. [Save]
// replaces a file atomically; [Load] reads one and lifts an older version to today's. What a
// file holds decides what happens to it:
//
//   - older: Load migrates it in memory; the first Save keeps the original as NAME.v1.bak.
//   - newer: Load gives what this program understands of it, with a [*NewerError], and Save
//     refuses to write over it.
//   - broken: it is set aside as NAME.broken-1 and reported as a [*BrokenError].
//
// Unknown fields of the same version are ignored and not kept: a field that must survive an
// older program raises the version, which makes older programs treat the file as read-only.
//
// The package knows nothing of what the documents mean, and keeps no state. Two writers of one
// file never tear it, the last one wins; who has to read, change and write back does it within
// [Locked].
package document
