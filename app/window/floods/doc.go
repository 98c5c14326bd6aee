// Package floods is the window that tells who floods: the topics and branches with the most
// messages or bytes a second, the largest, and those that changed last, of all connections.
//
// It asks the indexes once a second on a goroutine of its own. The ranking is renewed every two
// seconds, but never under the hand: while pointer, menu or keys are in the table, rows keep
// their places and only their figures move.
//
// [Window] is what is shown; ranking.go finds and orders the rows.
package floods
