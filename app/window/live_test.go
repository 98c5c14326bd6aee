package window

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

func TestPauseHoldsTheViewWhileDataGoOn(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a/level", "1")
	d.selects("a/level")
	d.turnsTo("History")
	d.chooses("View", "Pause")
	for i := range 5 {
		d.hears(p, "a/level", fmt.Sprint(2+i))
	}
	d.hears(p, "b/level", "1")
	for range 60 { // longer than a new topic takes to come up
		d.turn()
		d.ticks()
	}
	if rows := d.topicsInSight(); len(rows) != 2 || d.win.tree.filter.Hits.Full != "1" {
		t.Errorf("paused, the tree has %v", rows)
	}
	if d.value("a/level") != "1" || d.win.detail.value.Full != "1" || d.win.detail.history.Len() != 1 {
		t.Errorf("paused, the row says %q, the pane %q, the history holds %d",
			d.value("a/level"), d.win.detail.value.Full, d.win.detail.history.Len())
	}
	d.turnsTo("Payload")
	if d.payload() != "1" {
		t.Errorf("paused, the payload is %q", d.payload())
	}
	d.await("the status", func() bool { return d.reads("6 messages came since, and are kept") })
	d.mustRead("Paused at ")
	d.countsAddUp()

	d.clicks("Pause")
	d.await("the present", func() bool { return d.value("a/level") == "6" && d.payload() == "6" })
	d.mustNotRead("Paused at ")
	d.turnsTo("History")
	if n := d.win.detail.history.Len(); n != 6 {
		t.Errorf("%d messages were kept", n)
	}
	d.await("the new topic", func() bool { _, ok := d.row("b/level"); return ok })
}

func TestAConnectionThatIsOpenedPausedStandsStill(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a", "1")
	d.chooses("View", "Pause")
	d.chooses("Connection", "Close the connection")
	d.clicks("Connect")
	d.await("the connection", d.isOpen)
	d.hears(p, "a", "2")
	d.ticks()
	d.hears(p, "a", "3")
	if _, paused := d.only().Index().Paused(); paused != d.win.paused {
		t.Errorf("the window is paused: %v, the connection: %v", d.win.paused, paused)
	}
}

func TestALostConnectionLooksLost(t *testing.T) {
	d, m, p := connected(t)
	d.hears(p, "a/level", "1")
	d.selects("a/level")
	if l, _ := d.row("a/level"); l.Stale {
		t.Errorf("an open connection's row is stale: %+v", l.Row)
	}
	before := time.Now().Truncate(time.Second)
	m.Stop()
	d.await("the loss", func() bool { return !d.isOpen() })
	d.await("stale rows", func() bool {
		l, _ := d.row("a/level")
		return l.Stale && l.Value == "1" && d.root().Stale
	})
	since, ok := strings.CutPrefix(d.root().Note, "no data since ")
	at, err := time.ParseInLocation(time.TimeOnly, since, time.Local)
	if !ok || err != nil || at.Format(time.TimeOnly) < before.Format(time.TimeOnly) && before.Hour() == at.Hour() {
		t.Errorf("the root says %q, lost after %v", d.root().Note, before)
	}
	d.await("the banner", func() bool { return d.banner() != "" })
	d.await("the next attempt", func() bool { return d.state() == connections.StateWaiting })
	if d.root().Note != "no data since "+since {
		t.Errorf("a failed attempt made the loss younger: %q, then %q", since, d.root().Note)
	}

	m.Restart()
	d.picks(d.win.connectionMenu(d.only()).Items, "Retry now")
	d.await("the connection", d.isOpen)
	d.await("the root to live", func() bool { return !d.root().Stale && d.root().Note == "" && d.banner() == "" })
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	d.hears(p, "a/level", "2")
	d.await("the row to live", func() bool { l, _ := d.row("a/level"); return !l.Stale && l.Value == "2" })
	d.countsAddUp()
}

func TestWhatWasReceivedIsCleared(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.chooses("View", "Expand all")
	d.hears(p, "plant/line1/press/temp", "21.6")
	d.selects("plant/line1/press/temp")
	d.turnsTo("History")
	d.menuOf("plant/line1")
	d.clicks("Clear this branch's history")
	d.shows("boat", "boat/depth", "plant", "plant/line2", "plant/line2/press", "plant/line2/press/state", "plant/line2/press/temp")
	d.await("the hits", func() bool { return d.win.tree.filter.Hits.Full == "3" })
	if n := d.win.detail.history.Len(); n != 0 || d.win.detail.value.Full != "" {
		t.Errorf("the pane still shows %q and %d messages", d.win.detail.value.Full, n)
	}
	d.turnsTo("Payload")
	if d.payload() != "" {
		t.Errorf("the pane still shows %q", d.payload())
	}
	d.mustRead("Nothing has been heard on this topic yet.")
	d.countsAddUp()
	if c := d.only().Counts(); c.Cleared != 3 || c.Kept != 3 {
		t.Errorf("counts %+v", c)
	}

	d.selects("boat/depth")
	d.chooses("Connection", "Clear what was received…")
	d.mustRead("Clear Bench?", "Nothing is sent to the broker.")
	d.clicks("No")
	if d.only().Counts().Kept == 0 {
		t.Error("cleared in spite of No")
	}
	d.chooses("Connection", "Clear what was received…")
	d.clicks("Yes")
	d.shows()
	d.await("an empty pane", func() bool { return d.payload() == "" && d.win.detail.value.Full == "" })
	d.countsAddUp()
	if c := d.only().Counts(); c.Cleared != 6 || c.Kept != 0 || c.Received != 6 {
		t.Errorf("counts %+v", c)
	}

	d.hears(p, "boat/depth", "5")
	d.await("the topic anew", func() bool { return d.value("boat/depth") == "5" && d.payload() == "5" })
	d.countsAddUp()
}

func TestCountsAddUpOverAClosedConnection(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.chooses("Connection", "Close the connection")
	d.await("the welcome page", func() bool { return d.reads("Saved connections") })
	d.await("the counts", func() bool { return d.app.Figures().Received == 5 })
	d.countsAddUp()
	if f := d.app.Figures(); f.Kept != 0 || f.Cleared != 5 || len(f.Connections) != 0 {
		t.Errorf("figures %+v", f)
	}
}

func TestAClosedConnectionLeavesNoGoroutine(t *testing.T) {
	d, m, p := connected(t)
	leaks := goleak.IgnoreCurrent()
	valid, _ := profileFor(m, func(p *profile.Profile) { p.Name = "Second" }).Validate()
	c := d.app.Open(valid, nil)
	d.win.opened(c)
	d.await("the second connection", func() bool { return c.Status().State == connections.StateOpen })
	p.Send("a", "1", false)
	p.Flush()
	d.await("its message", func() bool { return c.Counts().Received == 1 })
	id, _ := c.Index().Find("a")
	d.win.charts.Add(ui.Selection{Conn: c, Node: id, Topic: "a"})
	d.win.closeConnection(c)
	d.await("the end", func() bool { return d.app.Figures().Cleared == 1 })
	d.win.background.Wait()
	goleak.VerifyNone(t, leaks)
}

func TestDisconnectedByTheUserIsNoFailure(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a", "1")
	d.chooses("Connection", "Disconnect")
	d.await("the end", func() bool { return d.state() == connections.StateClosed })
	d.ticks()
	if d.banner() != "" {
		t.Errorf("the banner says %q", d.banner())
	}
	d.mustRead("Bench  disconnected")
	d.await("a stale row", func() bool { l, ok := d.row("a"); return ok && l.Stale })
	d.picks(d.win.connectionMenu(d.only()).Items, "Connect")
	d.await("the connection", d.isOpen)
}

func TestTheDemoPlant(t *testing.T) {
	d := sitDown(t)
	d.clicks("Try the demo plant")
	d.chooses("File", "Try the demo plant") // impatient
	d.await("the plant", func() bool { return d.isOpen() && len(d.topicsInSight()) > 5 })
	for range 20 {
		d.turn()
		d.ticks()
	}
	if n := len(d.app.Connections()); n != 2 { // the broker and the boat
		t.Errorf("%d connections to the plant", n)
	}
	d.await("the status", func() bool { return d.reads("keeping up") && !d.reads("  ·  0 received") })
	d.countsAddUp()
	if list, _ := d.app.Profiles.List(); len(list) != 0 {
		t.Errorf("the demo was saved: %+v", list)
	}
}
