// Package topics is the live index of one connection: every topic that was heard, its latest
// message, and as much of its history as the byte budget allows.
//
// The network goroutine stores with [Index.Put] and goes on; the screen pulls what it shows
// with [Index.Rows]. One mutex guards the index. Put takes it once for a message, readers take
// it to copy a hundred rows or to work in short pieces, so neither makes the other wait.
//
// The shape of the tree (names, parents, children) lies in slabs of nodes that never move and
// whose names never change, so [Index.Flatten] walks and sorts a million topics without the
// lock. A [NodeID] is given out once: a node that was cleared and heard again is another node.
//
// A search reads neither nodes nor topics but a [lexicon]: each name once, and numbers.
//
// Histories lie in blocks beside the Go heap (on huge pages where there are any), which are used again: whoever decodes them without
// the lock pins them first. The latest message stands beside them until another displaces it.
//
// Every message is in exactly one of three places: it is the latest of its topic or a record of
// its history (kept), it gave way to the budget (evicted), or the user cleared it (cleared).
// [Counts] adds up at any time.
//
// The package starts no goroutine. Work that would take long (sweeping a cleared branch, paying
// memory that another connection needs) is done in small pieces by Put, and by whoever calls
// [Index.Housekeep] now and then.
//
// Start reading at [Index], then tree.go (nodes), history.go (records), budget.go,
// query.go (searches) and tally.go (what branches know).
package topics
