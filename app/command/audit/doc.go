// Package audit keeps a record of what was sent: JSON Lines in a folder, which grow at the end and
// are never changed.
//
// A message has two lines with the same ID: its intent, written before its bytes leave, and its
// result. A run of many messages has a line at its start, about one a second with counts, and one
// at its end with the counts and a hash over all of it. A program that is killed in between leaves
// an intent without a result, and at worst a torn last line, which [Log.Read] names.
//
// Files are bounded: the newest is rotated when it is large, and the oldest go. Two programs may
// write to one folder. Start reading at [Log].
package audit
