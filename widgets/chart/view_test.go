package chart

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

func TestView(t *testing.T) {
	const s = second
	live := func() view { return newView(100*time.Second, 1000*s) }
	fixed := func() view { v := live(); v.show(stretch{200 * s, 300 * s}, false); return v }
	tests := []struct {
		name string
		view view
		do   func(*view)
		from int64
		to   int64
		live bool
	}{
		{"live slides with the clock", live(), func(v *view) { v.now += 5 * s }, 905 * s, 1005 * s, true},
		{"fixed stays", fixed(), func(v *view) { v.now += 5 * s }, 200 * s, 300 * s, false},
		{"pause stops sliding", live(), func(v *view) { v.pause(true); v.now += 5 * s }, 900 * s, 1000 * s, true},
		{"resume goes on at the present", live(), func(v *view) { v.pause(true); v.now += 5 * s; v.pause(false) }, 905 * s, 1005 * s, true},
		{"a second pause doesn't move the first", live(), func(v *view) { v.pause(true); v.now += 5 * s; v.pause(true) }, 900 * s, 1000 * s, true},
		{"pan back leaves the present", live(), func(v *view) { v.pan(-50*s, false) }, 850 * s, 950 * s, false},
		{"pan beyond the present follows it", fixed(), func(v *view) { v.pan(5000*s, false) }, 900 * s, 1000 * s, true},
		{"a hand holds what it drags to the present", fixed(), func(v *view) { v.pan(5000*s, true); v.now += s }, 900 * s, 1000 * s, false},
		{"and lets it go there", fixed(), func(v *view) { v.pan(5000*s, true); v.settle() }, 900 * s, 1000 * s, true},
		{"zoom in around an instant", fixed(), func(v *view) { v.zoom(0.5, 220*s) }, 210 * s, 260 * s, false},
		{"zoom out around an instant", fixed(), func(v *view) { v.zoom(2, 220*s) }, 180 * s, 380 * s, false},
		{"zoom out past the present is live", fixed(), func(v *view) { v.zoom(20, 210*s) }, 1000*s - 2000*s, 1000 * s, true},
		{"zoom in on the past leaves the present", live(), func(v *view) { v.zoom(0.5, 920*s) }, 910 * s, 960 * s, false},
		{"zoom in at the present stays live", live(), func(v *view) { v.zoom(0.5, 998*s) }, 950 * s, 1000 * s, true},
		{"zoom out stays live", live(), func(v *view) { v.zoom(2, 920*s) }, 800 * s, 1000 * s, true},
		{"zoom has an end", fixed(), func(v *view) { v.zoom(1e-30, 200*s) }, 200 * s, 200*s + minWindow, false},
		{"a window while live", live(), func(v *view) { v.setWindow(10 * s) }, 990 * s, 1000 * s, true},
		{"a window while fixed keeps the end", fixed(), func(v *view) { v.setWindow(10 * s) }, 290 * s, 300 * s, false},
		{"back to live ends a pause", fixed(), func(v *view) { v.pause(true); v.now += s; v.setLive() }, 901 * s, 1001 * s, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.do(&test.view)
			if got := test.view.current(); got != (stretch{test.from, test.to}) || test.view.live != test.live {
				t.Errorf("%d to %d s, live %v; want %d to %d s, live %v", got.from/s, got.to/s, test.view.live, test.from/s, test.to/s, test.live)
			}
			restored := newView(time.Minute, test.view.now)
			restored.restore(test.view.state())
			if !test.view.paused && restored.current() != test.view.current() {
				t.Errorf("stored and restored it shows %v", restored.current())
			}
		})
	}
}

func TestRestoreOfNonsenseIsLive(t *testing.T) {
	for _, st := range []State{{}, {Window: -5}, {From: 10, To: 5}, {From: 1 << 62, To: -1 << 62}} {
		v := newView(time.Minute, noon)
		v.restore(st)
		if !v.live || v.current().length() != int64(time.Minute) {
			t.Errorf("%+v: live %v, %v", st, v.live, v.current())
		}
	}
}

func TestAlignedColumnsRestWhileTheWindowSlides(t *testing.T) {
	const width = 777
	first := stretch{noon - 300*second, noon}.aligned(width)
	px := first.length() / width
	for k := range int64(500) {
		s := stretch{noon - 300*second, noon}
		s.from, s.to = s.from+k*7_000_000, s.to+k*7_000_000
		a := s.aligned(width)
		if (a.from-first.from)%px != 0 || a.length() != first.length() {
			t.Fatalf("after %d steps the columns lie elsewhere", k)
		}
		if a.to < s.to || a.to-s.to >= px {
			t.Fatalf("ends %d ns after the present, a column is %d", a.to-s.to, px)
		}
	}
}

// Charts of one view have their plots at one place, so that an instant stands in line.
func TestChartsOfOneViewAreAligned(t *testing.T) {
	inTheme(t, theme.VariantLight)
	v := NewView(time.Minute, noon)
	narrow := wave(time.Second, 60, func(i int) float64 { return float64(i % 7) })
	wide := wave(time.Second, 60, func(i int) float64 { return 1e6 + float64(i%7)/1000 })
	var charts []*Chart
	for _, src := range []*plainSource{narrow, wide} {
		c, _ := shown(t, fyne.NewSize(500, 200), Series{Key: "a", Name: "a", Source: src})
		c.SetView(v)
		c.Tick(noon)
		charts = append(charts, c)
	}
	if a, b := charts[0].area, charts[1].area; a.origin.X != b.origin.X || a.plot.Width != b.plot.Width || a.origin.X < 40 {
		t.Errorf("the plots stand at %v and %v", a, b)
	}
}

func TestKeysAndHiddenSeries(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(700, 200), line4()...)
	var told fyne.KeyName
	c.OnKey = func(e *fyne.KeyEvent) { told = e.Name }
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if told != "" {
		t.Errorf("%s was told", told)
	}
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF11})
	if told != fyne.KeyF11 {
		t.Errorf("%q was told", told)
	}
	c.SetHidden("run")
	if got := c.State().Hidden; len(got) != 1 || got[0] != "run" || len(c.front.lines) != 1 {
		t.Errorf("hidden are %v, %d lines drawn", got, len(c.front.lines))
	}
	c.SetHidden()
	if len(c.front.lines) != 2 {
		t.Error("the line stays hidden")
	}
}
