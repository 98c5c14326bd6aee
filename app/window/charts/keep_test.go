package charts

import (
	"strconv"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/payload"
	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// comesBack keeps the board where it belongs, ends the program and starts it anew.
func (h *hall) comesBack() *hall {
	h.Helper()
	others, err := h.board.Kept().Save(h.App)
	if err != nil {
		h.Fatal(err)
	}
	h.Leave()
	next := newHallAt(h.T, h.folder, h.Broker)
	next.board.Load(others)
	return next
}

func TestChartsComeBackWithTheirProfiles(t *testing.T) {
	h := newHall(t)
	plant, bench := h.profile("Plant").ID(), h.profile("Bench").ID()
	a, b := h.opens(plant), h.opens(bench)
	h.hears(a, "x", "1")
	h.hears(b, "y", `{"v":2,"ts":1700000000000}`)
	h.board.Add(of(a, "x"))
	h.board.AddToNew(of(b, "y", "v"))
	h.board.Add(of(a, "x"))
	h.board.AddToNew(of(b, "y", "v"))

	low, high := 0.0, 50.0
	p := h.board.panels[0]
	p.spec.Title, p.spec.Stats = "Ovens", true
	p.spec.Left = profile.ChartAxis{Low: &low, High: &high, Unit: "K"}
	p.spec.Right = profile.ChartAxis{Log: true}
	p.spec.Marks = []profile.ChartMark{{Label: "hot", Low: 40, High: 45, Colour: "#c93c37"}, {Low: 3, High: 3, Right: true}}
	p.lay()
	l := p.lines[0]
	l.spec.Name, l.spec.Style, l.spec.Right, l.spec.Shade = "Oven", profile.StyleBand, true, 4
	p.setWindow(time.Hour)
	h.board.panels[2].setLinked(false)
	h.board.panels[2].setWindow(10 * time.Second)
	h.board.panels[2].lines[0].spec.Clock = &profile.ChartClock{Path: []string{"ts"}, Format: payload.TimeMillis.String()}
	h.board.panels[2].toggleOwn()
	var want []profile.Chart
	for _, p := range h.board.panels {
		want = append(want, p.kept())
	}
	others, err := h.board.Kept().Save(h.App)
	if err != nil || len(others) != 1 || len(others[0].Series) != 2 {
		t.Errorf("the workspace keeps %+v, %v", others, err)
	}
	saved, err := h.App.Profiles.Get(plant)
	if err != nil || len(saved.Charts) != 1 || saved.Charts[0].Title != "Ovens" || saved.Charts[0].Series[0].Profile != "" {
		t.Errorf("the profile keeps %+v, %v", saved.Charts, err)
	}

	h = h.comesBack()
	if n := len(h.board.panels); n != 0 {
		t.Errorf("%d charts before any connection is open", n)
	}
	h.opens(bench)
	if n := len(h.board.panels); n != 2 {
		t.Errorf("%d charts with the second profile", n)
	}
	if got := h.names(0); got[1] != "x · not open" {
		t.Errorf("the line of the other profile is called %q", got)
	}
	h.opens(plant)
	var got []profile.Chart
	for _, p := range h.board.panels {
		got = append(got, p.kept())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	st := h.board.panels[0].chart.State()
	if st.Left != (chart.Axis{From: 0, To: 50}) || !st.Right.Log || !st.Statistics || st.Window != time.Hour {
		t.Errorf("the drawing has %+v", st)
	}
	if h.board.panels[2].own == nil || h.board.panels[2].own.win.Canvas().Size() == (fyne.Size{}) {
		t.Error("its own window did not come back")
	}
}

// A chart of a profile that was closed in this run stays with it, and one that was removed is
// gone from it.
func TestRemovedChartsAreForgotten(t *testing.T) {
	h := newHall(t)
	id := h.profile("Plant").ID()
	c := h.opens(id)
	h.hears(c, "a", "1")
	h.board.Add(of(c, "a"))
	h.board.AddToNew(of(c, "b"))
	h.closes(c)
	h = h.comesBack()
	h.opens(id)
	if n := len(h.board.panels); n != 2 {
		t.Fatalf("%d charts", n)
	}
	h.board.Remove(h.board.panels[0].spec.ID)
	h = h.comesBack()
	h.opens(id)
	if n := len(h.board.panels); n != 1 || h.names(0)[0] != "b" {
		t.Errorf("%d charts, %v", n, h.names(0))
	}
	h.board.Clear()
	h = h.comesBack()
	h.opens(id)
	if n := len(h.board.panels); n != 0 {
		t.Errorf("%d charts", n)
	}
}

// A connection that is not saved keeps its charts in the workspace; a copy of a profile brings
// charts of its own.
func TestChartsOfUnsavedAndCopiedProfiles(t *testing.T) {
	h := newHall(t)
	id := h.profile("Plant").ID()
	c := h.opens(id)
	h.board.Add(of(c, "a"))
	if _, err := h.board.Kept().Save(h.App); err != nil {
		t.Fatal(err)
	}
	twin, err := h.App.Profiles.Duplicate(id)
	if err != nil {
		t.Fatal(err)
	}
	other := h.opens(twin.ID)
	if n := len(h.board.panels); n != 2 || h.board.panels[0].spec.ID == h.board.panels[1].spec.ID || h.board.panels[1].lines[0].conn != other {
		t.Errorf("%d charts", n)
	}
	if _, err := h.App.Profiles.Delete(twin.ID); err != nil {
		t.Fatal(err)
	}
	others, err := h.board.Kept().Save(h.App)
	if err != nil || len(others) != 1 || others[0].Series[0].Profile != twin.ID {
		t.Errorf("the workspace keeps %+v, %v", others, err)
	}
}

// Charts of connections that are never saved must not pile up.
func TestOldStraysAreDropped(t *testing.T) {
	h := newHall(t)
	id := h.profile("Plant").ID()
	var charts []profile.Chart
	for i := range 3 * maxStrays {
		owner := "p-unsaved"
		if i%3 == 0 {
			owner = id
		}
		charts = append(charts, profile.Chart{ID: strconv.Itoa(i), Series: []profile.ChartSeries{{Profile: owner, Topic: "a"}}, Window: time.Minute})
	}
	h.board.Load(charts)
	others, err := h.board.Kept().Save(h.App)
	if err != nil || len(others) != 2*maxStrays || others[len(others)-1].ID != strconv.Itoa(3*maxStrays-1) || others[1].ID != "3" {
		t.Errorf("%d charts are kept, %v", len(others), err)
	}
}
