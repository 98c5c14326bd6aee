// Package retained is the window that shows what a broker retains, and clears it or puts it
// back.
//
// The broker is asked on a connection of its own, whose client ID is shown. What is cleared is
// kept in a file first, goes through the connection's one door after a question that names how
// much of what goes from where, and is read again at the end: what the report says is what the
// broker says.
//
// [Window] is what is shown, work.go what runs behind it, and report.go the words for its end.
package retained
