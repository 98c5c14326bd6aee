// Package diagnose finds out why a connection fails: it walks the way that a connection takes,
// step by step, and says at each what it found, how long it took and, where the way ends, what
// is probably wrong and what to do about it.
//
// It opens connections of its own, with a client ID of its own and a clean session, and never
// publishes: the connection that the user may have open at the same time keeps its client ID,
// its session and its messages. A shared subscription is not tried, because it would take
// messages away from others.
//
// What the other side says is hostile: it is bounded, made printable, and freed of everything
// secret before it stands in a report. Start reading at [Run], then [Report].
package diagnose
