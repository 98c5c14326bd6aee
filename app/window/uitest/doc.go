// Package uitest is the bench at which the tests of panes and windows sit: real services on a
// folder of their own, Fyne's test driver, a queue that stands for the UI goroutine, and where a
// test wants it a real broker. Only tests import it.
//
// A pane's test embeds a [Bench], makes its pane with what the bench holds, and says in OnTick and
// OnLeave how the window would treat it:
//
//	b := &bench{Bench: uitest.New(t, brokertest.Start(t, brokertest.Options{}))}
//	b.conn = b.Opens(b.Profile(nil))
//	b.bar = New(Options{Work: b.Work})
//	b.OnTick = func() { b.bar.Refresh(b.conn) }
//
// The goroutine of the test is the UI goroutine: what others hand to it runs in [Bench.Await] and
// [Bench.Turn], and nowhere else.
package uitest
