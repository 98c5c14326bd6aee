package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/window/charts"
	"streamscope/app/window/ui"
	"streamscope/connections/brokertest"
)

// charted are the values on all charts.
func (d *desk) charted() (all []charts.ShownLine) {
	for _, c := range d.win.charts.Charts() {
		all = append(all, c.Lines...)
	}
	return all
}

// onChart lists what is on the charts.
func (d *desk) onChart() (list []string) {
	for _, l := range d.charted() {
		list = append(list, ui.SeriesName(l.Spec.Topic, l.Spec.Path))
	}
	return list
}

// samples is how many numbers line i of the charts holds.
func (d *desk) samples(i int) int {
	return d.charted()[i].Data.Len()
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
	if !d.win.showCharts || !d.win.charts.Object.Visible() {
		t.Error("the chart stays hidden")
	}
	d.await("the history", func() bool { return d.samples(0) >= 3 })
	d.hears(p, "a/level", "4")
	d.await("the new value", func() bool { _, v, ok := d.charted()[0].Data.Last(); return ok && v == 4 })
	n := d.samples(0)

	d.chooses("View", "Show the topic on the chart")
	if !cmp.Equal(d.onChart(), []string{"a/level"}) {
		t.Errorf("on the chart: %v", d.onChart())
	}

	// Closed, the chart keeps its series and goes on filling them.
	d.chooses("View", "Charts")
	if d.win.charts.Object.Visible() || d.win.showCharts {
		t.Error("the chart stays open")
	}
	d.hears(p, "a/level", "5")
	d.await("the value beneath a closed chart", func() bool { return d.samples(0) == n+1 })

	d.chooses("View", "Charts")
	d.firstChart().Chart.OnRemove(d.firstChart().Lines[0].Key)
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
	if a, b := d.charted()[0].Spec.Shade, d.charted()[1].Spec.Shade; a == b {
		t.Error("both have one colour")
	}
	d.chooses("Chart", "Remove all charts")
	if len(d.onChart()) != 0 || len(d.win.charts.Charts()) != 0 {
		t.Errorf("on the chart: %v", d.onChart())
	}
}

func (d *desk) firstChart() charts.Shown { return d.win.charts.Charts()[0] }

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
	if l := d.charted(); len(l) != 1 || l[0].Word != "not open" || l[0].Data.Len() != 0 {
		t.Errorf("on the chart: %+v", l)
	}
	d.await("the welcome page", func() bool { return d.reads("Saved connections") })

	d.clicks("Connect")
	d.await("the connection", d.isOpen)
	if !cmp.Equal(d.onChart(), []string{"a"}) {
		t.Errorf("on the chart: %v", d.onChart())
	}
	p = brokertest.Dial(t, m.Addr(), "bench-2", "", "")
	d.hears(p, "a", "2")
	d.await("its value", func() bool { _, v, ok := d.charted()[0].Data.Last(); return ok && v == 2 })
}

func TestTheChartIsDrawn(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "a", "1")
	d.selects("a")
	d.chooses("View", "Show the topic on the chart")
	if !d.win.fastTick(time.Now(), false) {
		t.Error("a chart with a series does not move")
	}
	d.mustRead("a")
	d.chooses("View", "Charts")
	if d.win.fastTick(time.Now(), false) {
		t.Error("a closed chart moves")
	}
}

// A shortcut that two commands have works for one of them only.
func TestEachShortcutHasOneCommand(t *testing.T) {
	d := sitDown(t)
	taken := map[string]string{}
	var walk func([]*fyne.MenuItem)
	walk = func(items []*fyne.MenuItem) {
		for _, i := range items {
			if s, ok := i.Shortcut.(*desktop.CustomShortcut); ok {
				if other, twice := taken[chord(s)]; twice {
					t.Errorf("%s is for %q and %q", chord(s), other, i.Label)
				}
				taken[chord(s)] = i.Label
			}
			if i.ChildMenu != nil {
				walk(i.ChildMenu.Items)
			}
		}
	}
	for _, m := range d.win.win.MainMenu().Items {
		walk(m.Items)
	}
}
