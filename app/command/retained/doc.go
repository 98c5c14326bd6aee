// Package retained lists, clears and restores the messages that a broker retains.
//
// Only the broker knows them, so it is asked on a connection of its own, short-lived and with
// an ID of its own ([Read]): on the user's connection the answer would flood tree and charts.
//
// To clear a message is to publish an empty one, which reaches every subscriber. [Clear]
// therefore goes through the session's door as one run, at a pace, writes what it takes away
// into a [Backup] first, and reads again at the end: the report lists what went, what is still
// there and what came back, by what the broker itself says. [Restore] publishes a backup again.
package retained
