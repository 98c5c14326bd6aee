// Package edgenode is what the Details tab shows of the Sparkplug edge node of a topic: whether it
// was born and lives, whether its messages follow each other without gaps, and a button that asks
// it to be born again.
//
// It decides nothing itself: [app.Connection.Sparkplug] knows the state, and the request goes
// through the connection's one door. Start reading at [Bar].
package edgenode
