package profile

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func aChart() Chart {
	low, high := -1.5, 20.0
	return Chart{
		ID: "c-1", Title: "Ovens", Window: 10 * time.Minute,
		Series: []ChartSeries{{Topic: "oven/temp", Path: []string{"a.b", "c"}, Name: "Oven", Colour: "#102030", Shade: 3,
			Style: StyleBand, Right: true, Hidden: true, Clock: &ChartClock{Path: []string{"ts"}, Format: "ms"}}},
		Left: ChartAxis{Low: &low, High: &high, Log: true, Unit: "°C"}, Right: ChartAxis{Unit: "bar"},
		Marks: []ChartMark{{Label: "too hot", Low: 90, High: 120, Colour: "#d00000"}, {Low: 3, High: 3, Right: true}},
		Stats: true, Unlinked: true, Place: 2, Own: &ChartWindow{Width: 800, Height: 500, FullScreen: true},
	}
}

func TestAChartIsKeptWithItsProfile(t *testing.T) {
	store := Open(t.TempDir())
	p := New()
	p.Name, p.Host, p.Charts = "Plant", "localhost", []Chart{aChart()}
	v, problems := p.Validate()
	if len(Blocking(problems)) > 0 {
		t.Fatal(problems)
	}
	if err := store.Save(v); err != nil {
		t.Fatal(err)
	}
	got, err := store.Get(p.ID)
	if diff := cmp.Diff([]Chart{aChart()}, got.Charts); diff != "" || err != nil {
		t.Error(diff, err)
	}
	twin, err := store.Duplicate(p.ID)
	if diff := cmp.Diff([]Chart{aChart()}, twin.Charts); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestAClonedChartSharesNothing(t *testing.T) {
	c := aChart()
	twin := c.Clone()
	twin.Series[0].Clock.Path[0] = "x"
	twin.Series[0].Path[0], twin.Marks[0].Label, *twin.Left.Low, twin.Own.Width = "x", "x", 7, 7
	if diff := cmp.Diff(aChart(), c); diff != "" {
		t.Error(diff)
	}
}

func TestSpoiltChartsAreMended(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	c := aChart()
	c.ID, c.Title, c.Window = "", strings.Repeat("é", 300), -1
	c.Left.Low, c.Right = &nan, ChartAxis{Low: &inf}
	c.Series[0].Colour, c.Series[0].Style, c.Series[0].Shade, c.Series[0].Clock = "red", "dots", -1, &ChartClock{Format: "noon"}
	c.Marks = append(c.Marks, ChartMark{Low: nan}, ChartMark{Low: inf, High: inf}, ChartMark{Low: 2, High: 1})
	c.Own.Width = float32(nan)
	got := SaneCharts(append([]Chart{c}, make([]Chart, maxCharts)...))
	if len(got) != maxCharts {
		t.Errorf("%d charts", len(got))
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
	g := got[0]
	if g.ID == "" || g.ID == got[1].ID || len(g.Title) > maxChartText || !strings.HasSuffix(g.Title, "é") || g.Window != 5*time.Minute {
		t.Errorf("got %+v", g)
	}
	want := ChartSeries{Topic: "oven/temp", Path: []string{"a.b", "c"}, Name: "Oven", Right: true, Hidden: true}
	if diff := cmp.Diff(want, g.Series[0]); diff != "" {
		t.Error(diff)
	}
	if g.Left.Low != nil || g.Right.Low != nil || len(g.Marks) != 2 || g.Own.Width != 900 {
		t.Errorf("got %+v", g)
	}
}
