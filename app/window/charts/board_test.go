package charts

import (
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

func TestValuesComeOntoCharts(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "oven/temp", "20 °C", "21 °C")
	h.hears(c, "oven/door", "ON", "OFF")
	h.hears(c, "tank", `{"level":70,"unit":"%"}`)
	h.board.Add(of(c, "oven/temp"))
	h.board.Add(of(c, "oven/temp"))
	h.board.Add(of(c, "oven/door"))
	h.board.AddToNew(of(c, "tank", "level"))
	if diff := cmp.Diff([]string{"oven/temp", "oven/door"}, h.names(0)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"tank › level"}, h.names(1)); diff != "" {
		t.Error(diff)
	}
	h.samples(0, 0, 2)
	p := h.board.panels[0]
	if p.lines[0].unit != "°C" || p.lines[0].style() != chart.Line || p.lines[1].style() != chart.Step {
		t.Errorf("%+v %+v", p.lines[0], p.lines[1])
	}
	h.hears(c, "oven/temp", "22")
	h.samples(0, 0, 3)
	if !h.board.Has(of(c, "tank", "level")) || h.board.Has(of(c, "tank")) {
		t.Error("the board does not know what it has")
	}
	if h.changes == 0 {
		t.Error("nobody was told")
	}
}

func TestALineIsStyledMovedAndTakenOff(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "a", "1", "2")
	h.hears(c, "b", "3")
	h.board.Add(of(c, "a"))
	h.board.AddToNew(of(c, "b"))
	first, second := h.board.panels[0], h.board.panels[1]
	l := first.lines[0]
	pick(t, first.lineMenu(l).Items, "Style", "Points")
	pick(t, first.lineMenu(l).Items, "Axis", "Right")
	pick(t, first.lineMenu(l).Items, "Colour", "Pink")
	l.spec.Name = "Alpha"
	first.redone()
	h.samples(0, 0, 2)
	data := l.data

	pick(t, first.lineMenu(l).Items, "Move to", "Chart 2: b")
	moved := second.lines[1]
	want := profile.ChartSeries{Profile: c.ID(), Topic: "a", Name: "Alpha", Style: profile.StylePoints, Right: true, Shade: 1}
	if diff := cmp.Diff(want, moved.spec); diff != "" {
		t.Error(diff)
	}
	if len(first.lines) != 0 || moved.data != data || data.Bytes() == 0 {
		t.Error("moving lost the samples")
	}
	pick(t, second.lineMenu(moved).Items, "Take off the chart")
	h.Await("the memory to be given back", func() bool { return data.Bytes() == 0 })
}

// pick chooses an item of a menu by its labels.
func pick(t *testing.T, items []*fyne.MenuItem, path ...string) {
	t.Helper()
	i := slices.IndexFunc(items, func(i *fyne.MenuItem) bool { return i.Label == path[0] })
	if i < 0 || items[i].Disabled {
		var labels []string
		for _, item := range items {
			labels = append(labels, item.Label)
		}
		t.Fatalf("no %q among %q", path[0], labels)
	}
	if len(path) > 1 {
		pick(t, items[i].ChildMenu.Items, path[1:]...)
		return
	}
	items[i].Action()
}

// What a chart holds is given back when it is removed, and filled again when it is brought back.
func TestARemovedChartHoldsNothing(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "a", "1", "2", "3")
	h.board.Add(of(c, "a"))
	h.board.AddToNew(of(c, "a"))
	h.samples(0, 0, 3)
	h.samples(1, 0, 3)
	data := h.board.panels[0].lines[0].data
	if data != h.board.panels[1].lines[0].data {
		t.Error("one value is held twice")
	}
	h.board.Remove(h.board.panels[0].spec.ID)
	h.board.Refresh()
	if data.Bytes() == 0 {
		t.Error("the other chart lost its samples")
	}
	h.board.Remove(h.board.panels[0].spec.ID)
	h.Await("the memory to be given back", func() bool { return data.Bytes() == 0 })
	if len(h.board.stack.Objects) != 0 || !h.board.hint.Visible() {
		t.Error("the dock does not say what to do")
	}
	h.board.BringBack()
	h.samples(0, 0, 3)
	h.board.BringBack()
	if n := len(h.board.panels); n != 1 {
		t.Errorf("%d charts", n)
	}
}

func TestALineOutlivesItsConnection(t *testing.T) {
	h := newHall(t)
	id := h.profile("Plant").ID()
	c := h.opens(id)
	h.hears(c, "a", "1", "2")
	h.board.Add(of(c, "a"))
	h.samples(0, 0, 2)
	data := h.board.panels[0].lines[0].data

	c.Disconnect()
	h.Await("the word", func() bool { return h.names(0)[0] == "a · not connected" })
	if data.Bytes() == 0 || h.board.colour(h.board.panels[0].lines[0]) == nil {
		t.Error("a lost line lost its samples, or is not grey")
	}
	h.closes(c)
	if got := h.names(0)[0]; got != "a · not open" {
		t.Errorf("a closed line is called %q", got)
	}
	if data.Bytes() != 0 {
		t.Error("the samples of a closed connection are held")
	}
	c = h.opens(id)
	h.hears(c, "a", "3")
	h.Await("the line to live", func() bool { return h.names(0)[0] == "a" && h.board.panels[0].lines[0].data.Len() == 1 })
}

func TestLinkedChartsShareTheirTime(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "a", "1")
	h.board.Add(of(c, "a"))
	h.board.AddToNew(of(c, "a"))
	h.board.AddToNew(of(c, "a"))
	h.board.panels[2].setLinked(false)
	h.board.panels[0].setWindow(5 * time.Minute)
	windows := func() (all []time.Duration) {
		for _, p := range h.board.panels {
			all = append(all, p.kept().Window)
		}
		return all
	}
	if diff := cmp.Diff([]time.Duration{5 * time.Minute, 5 * time.Minute, time.Minute}, windows()); diff != "" {
		t.Error(diff)
	}
	h.board.panels[2].setLinked(true)
	if diff := cmp.Diff([]time.Duration{5 * time.Minute, 5 * time.Minute, 5 * time.Minute}, windows()); diff != "" {
		t.Error(diff)
	}
	h.board.Pause(true)
	if h.board.Tick(time.Now(), false) {
		t.Error("paused charts move")
	}
	h.board.Pause(false)
	h.Win.Show()
	if !h.board.Tick(time.Now(), false) {
		t.Error("live charts stand still")
	}
}

func TestAChartInItsOwnWindow(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "a", "1")
	h.board.Add(of(c, "a"))
	p := h.board.panels[0]
	test.Tap(p.detach)
	if p.own == nil || len(h.board.stack.Objects) != 0 || fyne.CurrentApp().Driver().CanvasForObject(p.chart) == h.Win.Canvas() {
		t.Fatal("the chart stands in the dock")
	}
	if got := p.own.win.Title(); got != "Chart 1: a" {
		t.Errorf("the window is called %q", got)
	}
	p.typed(&fyne.KeyEvent{Name: fyne.KeyF11})
	if kept := p.kept().Own; kept == nil || !kept.FullScreen {
		t.Errorf("kept was %+v", kept)
	}
	p.typed(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if p.own.win.FullScreen() {
		t.Error("Escape does not end the full screen")
	}
	p.comeBack()
	if p.own != nil || len(h.board.stack.Objects) != 1 || p.kept().Own != nil {
		t.Error("the chart did not come back")
	}
}
