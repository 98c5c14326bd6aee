// Package command is about what can be sent: the formats in which a payload is written in the
// composer, the draft that is checked before it may go, the [Sender] that makes a publication of
// it and waits for the answer, and the history of what went.
//
// The one door out is session's: nothing here sends beside it. It stores no secrets: an entry of
// the history names its connection, never what opened it. Start reading at [Sender].
package command
