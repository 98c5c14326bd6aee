package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/window/ui"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// pins are those that the profile's file holds.
func (d *desk) pins() []profile.Pin {
	d.Helper()
	list, _ := d.app.Profiles.List()
	if len(list) != 1 {
		d.Fatalf("%d profiles", len(list))
	}
	return list[0].Pins
}

func TestPinsAreKeptWithTheProfile(t *testing.T) {
	d, m, p := connected(t)
	plantOf(d, p)
	d.chooses("View", "Expand all")
	d.selects("plant/line1/press/temp")
	d.chooses("View", "Pin the topic")
	if !d.win.tree.watch.object.Visible() {
		t.Error("the watch list stays hidden")
	}
	if l, _ := d.row("plant/line1/press/temp"); !l.Pinned {
		t.Error("the row has no star")
	}
	d.menuOf("boat/depth")
	d.clicks("Pin to the watch list")

	// A key of a JSON topic is another value than the topic.
	d.selects("boat/depth")
	d.turnsTo("Values")
	d.valueOf("sensor › id").pin.OnTapped()

	names := func(d *desk) (list []string) {
		for _, l := range d.watched() {
			list = append(list, l.Name+" = "+l.Value)
		}
		return list
	}
	shownThen := names(d)
	if len(shownThen) != 3 || shownThen[0] != "plant/line1/press/temp = 21.5" || shownThen[2] != "boat/depth › sensor › id = 7" {
		t.Errorf("watched: %v", shownThen)
	}
	want := []profile.Pin{{Topic: "plant/line1/press/temp"}, {Topic: "boat/depth"}, {Topic: "boat/depth", Path: []string{"sensor", "id"}}}
	if diff := cmp.Diff(want, d.pins()); diff != "" {
		t.Errorf("saved: %s", diff)
	}

	d = d.comesBack()
	if diff := cmp.Diff(want, d.pins()); diff != "" {
		t.Errorf("after a restart: %s", diff)
	}
	d.await("the watch list", func() bool { return d.isOpen() && len(d.watched()) == 3 })
	if w := d.watched()[0]; w.Note != "not heard yet" || !w.Stale || w.Value != "" {
		t.Errorf("before it is heard a pin is %+v", w.Row)
	}
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	plantOf(d, p)
	d.await("the values", func() bool { return cmp.Equal(names(d), shownThen) })

	// A pin leads to its topic, and goes where it came from.
	d.win.tree.watch.tree.Select(0)
	if d.win.detail.title.Full != "plant/line1/press/temp" {
		t.Errorf("the pane shows %q", d.win.detail.title.Full)
	}
	d.win.tree.watch.tree.OnPin(0, d.watched()[0].Key)
	d.menuOf("boat/depth")
	d.clicks("Unpin")
	if diff := cmp.Diff(want[2:], d.pins()); diff != "" {
		t.Errorf("after unpinning: %s", diff)
	}
	d.selects("boat/depth")
	d.turnsTo("Values")
	d.valueOf("sensor › id").pin.OnTapped()
	if len(d.pins()) != 0 || d.win.tree.watch.object.Visible() {
		t.Error("an empty watch list takes room")
	}
}

func TestAPinnedRowShowsItsTopicInTheTree(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	id, _ := d.only().Index().Find("plant/line2/press/temp")
	d.win.togglePin(ui.Selection{Conn: d.only(), Node: id, Topic: "plant/line2/press/temp"})
	s := ui.Selection{}
	d.win.tree.watch.with(1, func(got ui.Selection) { s = got })
	d.win.reveal(s)
	d.await("the row, selected", func() bool {
		i, _, ok := d.win.tree.tree.Selected()
		return ok && i >= 0 && d.tree()[i].topic == "plant/line2/press/temp"
	})
}

// onChart lists what is on the chart.
func (d *desk) onChart() (list []string) {
	for _, s := range d.win.charts.series {
		list = append(list, ui.SeriesName(s.sel.Topic, s.sel.Path))
	}
	return list
}

// samples is how many numbers series i of the chart holds.
func (d *desk) samples(i int) int {
	return d.win.charts.series[i].data.Len()
}

func TestTheChartIsFilledWithHistoryAndGoesOn(t *testing.T) {
	d, _, p := connected(t)
	for _, v := range []string{"1", "2", "no number", "3"} {
		d.hears(p, "a/level", v)
	}
	d.hears(p, "a/word", "run")
	d.selects("a/word")
	if !d.win.detail.chart.Disabled() {
		t.Error("a word can be put on the chart")
	}
	d.selects("a/level")
	d.win.detail.chart.OnTapped()
	if !d.win.showCharts || !d.win.charts.object.Visible() {
		t.Error("the chart stays hidden")
	}
	d.await("the history", func() bool { return d.samples(0) >= 3 })
	d.hears(p, "a/level", "4")
	d.await("the new value", func() bool { _, v, ok := d.win.charts.series[0].data.Last(); return ok && v == 4 })
	n := d.samples(0)

	d.chooses("View", "Show the topic on the chart")
	if !cmp.Equal(d.onChart(), []string{"a/level"}) {
		t.Errorf("on the chart: %v", d.onChart())
	}

	// Closed, the chart keeps its series and goes on filling them.
	d.win.charts.onClose()
	if d.win.charts.object.Visible() || d.win.showCharts {
		t.Error("the chart stays open")
	}
	d.hears(p, "a/level", "5")
	d.await("the value beneath a closed chart", func() bool { return d.samples(0) == n+1 })

	d.chooses("View", "Charts")
	d.win.charts.chart.OnRemove(seriesKey(d.win.charts.series[0].sel))
	if len(d.onChart()) != 0 {
		t.Errorf("on the chart: %v", d.onChart())
	}
}

func TestTheChartIsCleared(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a", "1")
	d.hears(p, "b", "1")
	for _, topic := range []string{"a", "b"} {
		d.selects(topic)
		d.focusTree().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	if !cmp.Equal(d.onChart(), []string{"a", "b"}) {
		t.Errorf("on the chart: %v", d.onChart())
	}
	if a, b := d.win.charts.series[0].colour, d.win.charts.series[1].colour; a == b {
		t.Error("both have one colour")
	}
	d.chooses("View", "Clear the chart")
	if len(d.onChart()) != 0 || len(d.win.charts.Saved()) != 0 {
		t.Errorf("on the chart: %v", d.onChart())
	}
}

func (d *desk) focusTree() fyne.Focusable {
	d.chooses("View", "Go to the tree")
	return d.focused()
}

func TestSeriesWaitForAClosedConnection(t *testing.T) {
	d, m, p := connected(t)
	d.hears(p, "a", "1")
	d.selects("a")
	d.chooses("View", "Show the topic on the chart")
	d.chooses("Connection", "Close the connection")
	if len(d.onChart()) != 0 || len(d.win.charts.Saved()) != 1 {
		t.Errorf("on the chart: %v, kept: %v", d.onChart(), d.win.charts.Saved())
	}
	d.await("the welcome page", func() bool { return d.reads("Saved connections") })

	d.clicks("Connect")
	d.await("the connection", d.isOpen)
	if !cmp.Equal(d.onChart(), []string{"a"}) {
		t.Errorf("on the chart: %v", d.onChart())
	}
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	d.hears(p, "a", "2")
	d.await("its value", func() bool { _, v, ok := d.win.charts.series[0].data.Last(); return ok && v == 2 })
}

func TestTheChartIsDrawn(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a", "1")
	d.selects("a")
	d.chooses("View", "Show the topic on the chart")
	if !d.win.fastTick(time.Now()) {
		t.Error("a chart with a series does not move")
	}
	d.mustRead("a")
	d.chooses("View", "Charts")
	if d.win.fastTick(time.Now()) {
		t.Error("a closed chart moves")
	}
}
