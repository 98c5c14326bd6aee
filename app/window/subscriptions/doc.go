// Package subscriptions is the dialog in which one says what a connection shall receive, while it
// is open and while it is not: filters are added, changed, switched off and on, and removed, and
// each shows the broker's answer and how many messages came on the topics that it matches.
//
// The counts cost messages nothing: while the dialog is open it asks the index once a second, off
// the UI goroutine, what the branches beneath each filter know ([topics.Index.Matching]).
//
// Start reading at [New].
package subscriptions
