// Package session is one open connection as the program sees it: it stamps, counts and stores
// what comes in, hands it to whoever needs every message, and is the one door for what goes out.
//
//	client ─→ Session.receive: stamp → exclude → topics.Index → ordered log ──→ taps
//
// A raw WebSocket's frames have no topics; the [Mapper] makes messages of them on the way, before
// exclude.
//
// The receive path runs on the client's network goroutine. It takes no channel, allocates
// nothing in steady state and waits for nobody: a tap that falls behind loses records and
// counts them, the network never waits for it. See tap.go for the order and the bounds that
// hold, and charts.go for the one tap that feeds every chart.
//
// The package looks down only: what it needs from above (who keeps the audit log, who asks the
// user) it declares as [Auditor] and [Confirmer].
package session
