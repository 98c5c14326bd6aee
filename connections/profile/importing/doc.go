// Package importing brings connections in from other programs, and from and to this one's own
// file: nobody types a connection twice.
//
// [Read] turns a file, or a command line that was pasted, into a [Result] for a preview; it
// changes nothing. [Apply] saves the candidates that the user chose. What a source says and we
// have no place for is listed by its name there, with the reason: nothing is dropped silently.
// No text of a result quotes a value that could be a secret; passwords are [secret.Secret] from
// the first moment.
//
// Everything read is a stranger's: sizes are bounded, nothing is run, no variable is expanded,
// no network is asked.
package importing
