// Package payload reads what devices send: it tells text, JSON and other bytes apart, finds
// the number in them, and makes the one line that a tree row shows.
//
// All bytes are foreign and hostile. Nothing here recurses over them, allocates by a length
// that they claim, or cuts anything in silence: depth, output and counts are bounded, and
// what is not understood stays readable as bytes. Nothing is decoded before somebody asks.
//
// JSON goes through one scanner ([CheckJSON] and everything above it). It checks the grammar
// of RFC 8259 while it walks, keeps numbers exactly as they were sent, and follows key paths
// that are lists of keys, so no key can ever be taken for a wildcard or a modifier.
//
// Start reading at [Detect], go on with [Short] and [Number].
package payload
