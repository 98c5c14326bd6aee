package charts

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"streamscope/connections/profile"
)

// TestSamplesByThePayloadsTime has times in disorder, one that is none, and one far away.
func TestSamplesByThePayloadsTime(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "tank", `{"ts":1700000003,"v":3}`, `{"ts":1700000001,"v":1}`, `{"v":4}`, `{"ts":1e30,"v":5}`, `{"ts":1700000002,"v":2}`)
	h.board.Add(of(c, "tank", "v"))
	h.samples(0, 0, 5)
	p := h.board.panels[0]
	l := p.lines[0]
	if notes := l.clockNotes(); notes != nil {
		t.Errorf("by the time of receipt: %q", notes)
	}
	menu := p.clockMenu(l)
	at := slices.IndexFunc(menu.Items, func(i *fyne.MenuItem) bool { return i.Label == "When “ts” says" })
	if at < 0 {
		t.Fatalf("the menu does not offer the time of the payload: %v", menu.Items)
	}
	menu.Items[at].Action()
	if want := (profile.ChartClock{Path: []string{"ts"}, Format: "s"}); !sameClock(p.lines[0].spec.Clock, &want) {
		t.Errorf("the clock is %+v", p.lines[0].spec.Clock)
	}
	h.samples(0, 0, 5)
	want := []string{
		"1 tells no time: shown when received", "1 is out of range (1678 to 2261): shown when received",
		"2 came late, and stand where they belong",
	}
	if notes := p.lines[0].clockNotes(); !slices.Equal(notes, want) {
		t.Errorf("%q", notes)
	}
	h.Await("the legend to say it", func() bool { return h.names(0)[0] == "tank › v · dates out of range" })
	if kept := p.kept().Series[0].Name; kept != "" {
		t.Errorf("the line was renamed to %q", kept)
	}
}

// The time is offered though the latest message has it wrong.
func TestTheTimeOfSeveralMessagesIsOffered(t *testing.T) {
	h := newHall(t)
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "tank", `{"ts":"2026-01-02T03:04:05Z","v":3}`, `{"ts":"0001-01-01T00:00:00Z","v":4}`)
	h.board.Add(of(c, "tank", "v"))
	if got := h.board.panels[0].lines[0].clocks(); len(got) != 1 || got[0].Path[0] != "ts" {
		t.Errorf("offered are %+v", got)
	}
}

func TestWhatComesAfterAllChartsWereRemovedIsLive(t *testing.T) {
	h := newHall(t)
	h.board.NewChart()
	h.board.panels[0].chart.View().Show(1e18, 2e18)
	h.board.Clear()
	h.board.NewChart()
	if v := h.board.panels[0].chart.View(); !v.Live() {
		t.Error("it shows the past")
	}
}
