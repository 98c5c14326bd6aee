// Package diff says what changed from one payload to another.
//
// There are two levels. [Documents] compares JSON documents, or anything decoded that is given as
// JSON text, value by value under their key paths; the order of keys and white space don't count.
// [Lines] compares texts line by line, and marks the words within lines that took the place of
// others.
//
// Payloads are foreign: both refuse what is too big with [ErrTooBig] instead of taking minutes
// over it, and what they return is bounded. Both may take some 100 ms: they are not for a
// goroutine that draws.
package diff
