package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"streamscope/app/topics"
	"streamscope/app/window/filterbar"
	"streamscope/app/window/ui"
)

func TestTopicsAreFilteredByWhatTheirMessagesAre(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	p.Send("boat/anchor", "up", true)
	p.Flush()
	hits := func(want string) {
		t.Helper()
		d.await("hits "+want, func() bool { return d.win.tree.filter.Hits.Full == want })
	}
	d.chooses("View", "Filter by", "Numbers only")
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line1/press", "plant/line1/press/temp",
		"plant/line2", "plant/line2/press", "plant/line2/press/temp")
	hits("3/6")
	d.mustRead("Numbers only")
	d.fills("filter", "RUN")
	hits("0/6")
	d.clicks("Numbers only") // the chip
	hits("0/6")
	d.chooses("View", "Filter by", "Also in payloads")
	hits("1/6")
	if l, _ := d.row("plant/line1/press/state"); !l.Hit || l.HitEnd != 0 {
		t.Errorf("the hit in a payload is %+v", l.Row)
	}
	if l, _ := d.row("plant/line1"); l.Hit {
		t.Error("a branch is marked as a hit of its own")
	}
	d.chooses("View", "Filter by", "Filter by nothing")
	hits("6")
	d.mustNotRead("Also in payloads")
}

func TestTheTimeSinceAMessageIsAskedAgain(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.win.tree.filter.SetState(filterbar.State{ChangedWithin: 1500 * time.Millisecond})
	d.await("that all are too old", func() bool { return d.win.tree.filter.Hits.Full == "0/5" })
	d.hears(p, "boat/depth", "5")
	d.await("the one that changed", func() bool { return d.win.tree.filter.Hits.Full == "1/5" })
	d.await("that it is too old as well", func() bool { return d.win.tree.filter.Hits.Full == "0/5" })
}

func TestTheFilterSaysWhatIsWrongAndWhatItDoesNot(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.fills("filter", "depth")
	d.shows("boat", "boat/depth")
	d.win.tree.filter.SetState(filterbar.State{Text: "depth /[a/"})
	d.mustRead("Character 8, “[a”: missing closing ]", "Shown is what fitted before")
	d.shows("boat", "boat/depth")
	d.fills("filter", "-plant")
	d.shows("boat", "boat/depth")
	d.mustNotRead("Character")
	d.mustRead("still subscribed to, received and counted")
	d.chooses("Help", "What the filter understands")
	d.mustRead("topics that an MQTT filter matches", "Watch only this branch")
	d.clicks("Close")
	d.mustNotRead("topics that an MQTT filter matches")
}

func TestRevealingATopicThatTheFilterHides(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.fills("filter", "boat")
	d.shows("boat", "boat/depth")
	id, _ := d.only().Index().Find("plant/line1/press/temp")
	d.win.tree.Reveal(ui.Selection{Conn: d.only(), Node: id, Topic: "plant/line1/press/temp"})
	d.await("the topic", func() bool { _, ok := d.row("plant/line1/press/temp"); return ok && d.win.tree.filter.Entry.Text == "" })
}

func TestTheTreeIsSortedByFigures(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	for range 7 {
		d.hears(p, "plant/line2/press/temp", "23")
	}
	for range 3 {
		d.hears(p, "boat/depth", "4")
	}
	d.shows("boat", "boat/depth", "plant", "plant/line1", "plant/line2")
	d.chooses("View", "Sort by", "Number of messages")
	d.shows("plant", "plant/line2", "plant/line1", "boat", "boat/depth")
	d.await("figures of branches", func() bool { l, _ := d.row("plant/line2"); return l.Figure == "9" })
	if l, _ := d.row("boat/depth"); l.Note != "4" {
		t.Errorf("the topic's note is %q", l.Note)
	}

	// Nothing moves under the pointer, and nothing stays when it has gone.
	d.win.tree.tree.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(20, 40)}})
	for range 9 {
		d.hears(p, "boat/depth", "4")
	}
	d.opens("plant/line1", true)
	d.shows("plant", "plant/line2", "plant/line1", "plant/line1/press", "boat", "boat/depth")
	d.win.tree.tree.MouseOut()
	d.await("another order", func() bool { return d.topicsInSight()[0] == "boat" })

	d.chooses("View", "Beside branches", "Messages a second")
	d.await("rates", func() bool {
		l, _ := d.row("plant/line2")
		return len(l.Figure) > 2 && l.Figure[len(l.Figure)-2] == '/' || l.Figure != "" && l.Figure != "9"
	})

	again := d.comesBack()
	if again.win.tree.order != topics.OrderCount || again.win.tree.figure != figureRate {
		t.Errorf("the order is %v, the figure %v", again.win.tree.order, again.win.tree.figure)
	}
	for item, o := range again.win.tree.choices.orders {
		if item.Checked != (o == topics.OrderCount) {
			t.Errorf("%s is checked: %v", item.Label, item.Checked)
		}
	}
}

func TestSwitchesComeBack(t *testing.T) {
	d, _, _ := connected(t)
	want := filterbar.State{Text: "-boat", Payloads: true, Numbers: true, Retained: true, ChangedWithin: time.Minute, SilentFor: 10 * time.Second}
	d.win.tree.filter.SetState(want)
	d = d.comesBack()
	if got := d.win.tree.filter.State(); got != want {
		t.Errorf("the filter is %+v, want %+v", got, want)
	}
	d.await("the tree", func() bool { return len(d.tree()) > 0 })
	d.mustRead("Silent for longer than 10 s", "Changed in the last 1 min")
}

// TestTrendsKnowWhatCameDuringAPause wants a row's trend after a pause to hold what came during
// it.
func TestTrendsKnowWhatCameDuringAPause(t *testing.T) {
	d, _, p := connected(t)
	for _, v := range []string{"1", "2"} {
		d.hears(p, "t", v)
	}
	trend := func() []float32 { l, _ := d.row("t"); return l.Trend }
	d.await("a trend", func() bool { return len(trend()) == 2 })
	d.chooses("View", "Pause")
	for _, v := range []string{"3", "4", "5"} {
		p.Send("t", v, false)
	}
	p.Sync()
	d.await("the messages", func() bool { return d.only().Counts().Received == 5 })
	d.ticks()
	if got := trend(); len(got) != 2 || d.value("t") != "2" {
		t.Errorf("while paused the trend is %v, the value %q", got, d.value("t"))
	}
	d.chooses("View", "Pause")
	d.ticks()
	if got := trend(); len(got) != 5 || got[2] != 3 || got[4] != 5 {
		t.Errorf("after the pause the trend is %v", got)
	}
}
