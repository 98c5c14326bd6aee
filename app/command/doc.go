// Package command is about what can be sent: the formats in which a payload is written in the
// composer, the draft that is checked before it may go, and the history of what went.
//
// It sends nothing itself: the one door for that is session. It stores no secrets: an entry of
// the history names its connection, never what opened it. Start reading at [Draft].
package command
