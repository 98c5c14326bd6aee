package chart

import (
	"image/color"
	"math"
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func sine(i int) float64 { return 20 + 5*math.Sin(float64(i)/20) }

// line4 is two series that fill the last five minutes and more.
func line4() []Series {
	return []Series{
		{Key: "t", Name: "plant/line4/temp", Unit: "°C", Source: wave(time.Second, 600, sine)},
		{Key: "run", Name: "plant/line4/running", Style: Step, Source: wave(20*time.Second, 30, func(i int) float64 { return float64(i % 2) })},
	}
}

func mouse1(c *Chart, x, y float32) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: c.area.origin.AddXY(x, y)}}
}

func TestMarkup(t *testing.T) {
	tests := map[string]func() *Chart{
		"empty": func() *Chart { c, _ := shown(t, fyne.NewSize(500, 200)); return c },
		"two series": func() *Chart {
			c, _ := shown(t, fyne.NewSize(500, 200), line4()...)
			return c
		},
		"cursor": func() *Chart {
			c, _ := shown(t, fyne.NewSize(500, 200), line4()...)
			c.MouseIn(mouse1(c, 120, 50))
			return c
		},
		"paused and thinned": func() *Chart {
			series := line4()
			series[0].Source.(*plainSource).thinned = true
			c, _ := shown(t, fyne.NewSize(500, 200), series...)
			c.Pause(true)
			return c
		},
		"nothing in view": func() *Chart {
			c, _ := shown(t, fyne.NewSize(500, 200), line4()...)
			c.Restore(State{From: noon - 40*day, To: noon - 39*day})
			return c
		},
	}
	for name, build := range tests {
		t.Run(name, func(t *testing.T) {
			inTheme(t, theme.VariantLight)
			c := build()
			test.AssertRendersToMarkup(t, name+".xml", fyne.CurrentApp().Driver().CanvasForObject(c))
		})
	}
}

func TestPictures(t *testing.T) {
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		inTheme(t, variant)
		c, w := shown(t, fyne.NewSize(480, 200), line4()...)
		c.MouseIn(mouse1(c, 150, 60))
		test.AssertRendersToImage(t, "chart "+name+".png", w.Canvas())
	}
}

// TestPicturesOfEverything has five series on two axes, a threshold, a band, both cursors and the
// statistics.
func TestPicturesOfEverything(t *testing.T) {
	for name, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		inTheme(t, variant)
		series, marks := mill()
		c, w := shown(t, fyne.NewSize(1100, 420), series...)
		c.SetMarks(marks)
		c.ShowStatistics(true)
		c.View().SetCursors(noon-200*second, noon-80*second)
		c.MouseIn(mouse1(c, 420, 60))
		test.AssertRendersToImage(t, "everything "+name+".png", w.Canvas())

		c, w = shown(t, fyne.NewSize(420, 260), series...)
		c.SetAxis(Left, Axis{Log: true})
		test.AssertRendersToImage(t, "narrow "+name+".png", w.Canvas())
	}
}

func TestTickDrawsOnlyWhatCouldHaveChanged(t *testing.T) {
	inTheme(t, theme.VariantLight)
	src := wave(time.Second, 600, sine)
	c, _ := shown(t, fyne.NewSize(500, 200), Series{Key: "t", Source: src})
	c.Tick(noon)
	if c.Tick(noon) {
		t.Error("drew when nothing had changed")
	}
	border, px := c.front.span.to, c.front.span.length()/int64(c.width)
	if c.Tick(border) {
		t.Error("drew when the window had moved by less than a column")
	}
	if !c.Tick(border + 1) {
		t.Error("did not draw when the window had moved on by a column")
	}
	src.add(border+px/2, 30)
	if c.Tick(border + 2) {
		t.Error("drew twice within a hundredth of a column")
	}
	if !c.Tick(border + px/2) {
		t.Error("did not draw a new sample")
	}
	c.Pause(true)
	src.add(border+2*px, 31)
	if c.Tick(border + 3*px) {
		t.Error("drew a sample that lies beyond the pause")
	}
	src.thinned = true
	src.add(border+3*px, 31)
	if !c.Tick(border + 4*px) {
		t.Error("did not say that samples were given up")
	}
}

func TestPauseFreezesTheViewNotTheData(t *testing.T) {
	inTheme(t, theme.VariantLight)
	src := wave(time.Second, 600, func(int) float64 { return 1 })
	c, _ := shown(t, fyne.NewSize(500, 200), Series{Key: "t", Name: "x", Source: src})
	c.Pause(true)
	src.add(noon+second, 2)
	c.Tick(noon + 10*second)
	if got := c.legend[0].value; got != "1" {
		t.Errorf("the legend reads %s while paused, want 1", got)
	}
	c.Pause(false)
	c.Tick(noon + 20*second)
	if got := c.legend[0].value; got != "2" {
		t.Errorf("the legend reads %s after the pause, want 2", got)
	}
	if c.front.span.to < noon+20*second {
		t.Error("the view has not caught up")
	}
}

func TestCursorReadsWhatWasKnown(t *testing.T) {
	inTheme(t, theme.VariantLight)
	src := &plainSource{}
	src.add(noon-200*second, 7)
	src.add(noon-100*second, 8)
	src.add(noon-50*second, math.NaN())
	c, _ := shown(t, fyne.NewSize(500, 200), Series{Key: "t", Name: "x", Unit: "bar", Source: src})
	at := func(before int64) float32 {
		return float32(float64(300-before) / 300 * float64(c.area.plot.Width))
	}
	for before, want := range map[int64]string{250: "– bar", 199: "7 bar", 101: "7 bar", 99: "8 bar", 40: "– bar"} {
		c.MouseMoved(mouse1(c, at(before), 30))
		if got := c.cursor.values[0].Text; got != want || c.cursor.box.Hidden {
			t.Errorf("%d s ago: %q (hidden %v), want %q", before, got, c.cursor.box.Hidden, want)
		}
		if known := want[0] != "–"[0]; c.cursor.dots[0].Hidden == known {
			t.Errorf("%d s ago: a dot is shown: %v", before, !known)
		}
	}
	c.MouseMoved(mouse1(c, at(150), 30))
	if got := c.cursor.time.Text; got[:8] != "11:57:30" && got[:8] != "11:57:29" {
		t.Errorf("the time reads %s", got)
	}
	c.MouseOut()
	if !c.cursor.line.Hidden || !c.cursor.values[0].Hidden {
		t.Error("the cursor stays when the pointer has left")
	}
}

func TestMovingThePointerPaintsNothing(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(500, 200), line4()...)
	before := c.front
	for x := range 100 {
		c.MouseMoved(mouse1(c, float32(x), 40))
	}
	if c.front != before {
		t.Error("a frame was painted")
	}
}

func TestHands(t *testing.T) {
	width := float32(0)
	key := func(n fyne.KeyName) func(*Chart) {
		return func(c *Chart) { c.TypedKey(&fyne.KeyEvent{Name: n}) }
	}
	drag := func(c *Chart, from, to float32) {
		c.Dragged(&fyne.DragEvent{PointEvent: mouse1(c, to, 30).PointEvent, Dragged: fyne.NewDelta(to-from, 0)})
	}
	wheel := func(c *Chart, x, dx, dy float32) {
		c.Scrolled(&fyne.ScrollEvent{PointEvent: mouse1(c, x, 30).PointEvent, Scrolled: fyne.NewDelta(dx, dy)})
	}
	press := func(c *Chart, x float32, b desktop.MouseButton, m fyne.KeyModifier) {
		e := mouse1(c, x, 30)
		e.Button, e.Modifier = b, m
		c.MouseDown(e)
	}
	release := func(c *Chart, x float32, b desktop.MouseButton) {
		e := mouse1(c, x, 30)
		e.Button = b
		c.MouseUp(e)
	}
	move := func(c *Chart, x float32, b desktop.MouseButton) {
		e := mouse1(c, x, 30)
		e.Button = b
		c.MouseMoved(e)
	}
	// The view is the last 300 s; from and to are seconds before noon.
	tests := []struct {
		name     string
		do       func(*Chart)
		from, to int64
		live     bool
	}{
		{"drag to the right", func(c *Chart) { drag(c, 0, width/3); c.DragEnd() }, 400, 100, false},
		{"and back", func(c *Chart) { drag(c, 0, width/3); drag(c, width/3, 0); c.DragEnd() }, 300, 0, true},
		{"left key", key(fyne.KeyLeft), 330, 30, false},
		{"right key at the present", key(fyne.KeyRight), 300, 0, true},
		{"page up", key(fyne.KeyPageUp), 600, 300, false},
		{"home", key(fyne.KeyHome), 599, 299, false},
		{"end", func(c *Chart) { key(fyne.KeyHome)(c); key(fyne.KeyEnd)(c) }, 300, 0, true},
		{"plus", func(c *Chart) { c.TypedRune('+') }, 150, 0, true},
		{"minus", func(c *Chart) { c.TypedRune('-') }, 600, 0, true},
		{"plus in the past", func(c *Chart) { key(fyne.KeyPageUp)(c); c.TypedRune('+') }, 525, 375, false},
		{"L", func(c *Chart) { key(fyne.KeyHome)(c); c.TypedRune('l') }, 300, 0, true},
		{"wheel zooms at the pointer", func(c *Chart) { wheel(c, width/3, 0, 86.643) }, 250, 100, false},
		{"sideways moves", func(c *Chart) { wheel(c, 10, width/3, 0) }, 400, 100, false},
		{"Shift and drag zooms to the band", func(c *Chart) {
			press(c, width/3, desktop.MouseButtonPrimary, fyne.KeyModifierShift)
			drag(c, width/3, width/2)
			drag(c, width/2, width*2/3)
			release(c, width*2/3, desktop.MouseButtonPrimary)
			c.DragEnd()
		}, 200, 100, false},
		{"the right button does so backwards", func(c *Chart) {
			press(c, width*2/3, desktop.MouseButtonSecondary, 0)
			move(c, width/3, desktop.MouseButtonSecondary)
			release(c, width/3, desktop.MouseButtonSecondary)
		}, 200, 100, false},
		{"escape gives the band up", func(c *Chart) {
			press(c, width*2/3, desktop.MouseButtonSecondary, 0)
			move(c, width/3, desktop.MouseButtonSecondary)
			key(fyne.KeyEscape)(c)
			release(c, width/3, desktop.MouseButtonSecondary)
		}, 300, 0, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inTheme(t, theme.VariantLight)
			c, _ := shown(t, fyne.NewSize(700, 200), line4()...)
			width = c.area.plot.Width
			c.Tick(noon)
			test.do(c)
			got := c.view.current()
			near := func(at, before int64) bool { return math.Abs(float64(at-noon+before*second)) < float64(second)*1.2 }
			if !near(got.from, test.from) || !near(got.to, test.to) || c.view.live != test.live {
				t.Errorf("%.1f to %.1f s ago, live %v; want %d to %d, live %v", float64(noon-got.from)/1e9, float64(noon-got.to)/1e9, c.view.live, test.from, test.to, test.live)
			}
			if !c.band.Hidden {
				t.Error("the rubber band stays")
			}
		})
	}
}

func TestCallbacks(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(700, 200), line4()...)
	var removed, menu string
	var instant int64
	changes := 0
	c.OnRemove = func(key string) { removed = key }
	c.OnMenu = func(key string, at int64, _ fyne.Position) { menu, instant = "menu of "+key, at }
	c.OnChanged = func() { changes++ }

	l := c.legend[1]
	test.TapAt(l, fyne.NewPos(l.Size().Width-4, 5))
	if removed != "run" || changes != 0 {
		t.Errorf("the cross removed %q with %d changes", removed, changes)
	}
	test.TapSecondary(c.legend[0])
	if menu != "menu of t" {
		t.Error(menu)
	}
	c.TappedSecondary(&fyne.PointEvent{Position: c.area.origin.AddXY(c.area.plot.Width/2, 20)})
	if menu != "menu of " || math.Abs(float64(noon-150*second-instant)) > float64(2*second) {
		t.Errorf("%s at %d s before noon", menu, (noon-instant)/second)
	}
	test.Tap(l)
	if st := c.State(); changes != 1 || !reflect.DeepEqual(st.Hidden, []string{"run"}) || len(c.front.lines) != 1 {
		t.Errorf("after a tap on the legend: %+v, %d changes, %d lines drawn", st, changes, len(c.front.lines))
	}
	test.Tap(l)
	if len(c.front.lines) != 2 {
		t.Error("a second tap does not bring the series back")
	}
	test.Tap(c.pause)
	if !c.State().Paused || c.pause.text != "Resume" {
		t.Error("the button does not pause")
	}
	test.Tap(c.live)
	if st := c.State(); st.Paused || !st.Live {
		t.Error("the button does not go back to live")
	}
	c.SetWindow(time.Minute)
	c.SetLive()
	if changes != 4 {
		t.Errorf("%d changes were told, want the user's four and none of the program's", changes)
	}
}

func TestWindowMenu(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, w := shown(t, fyne.NewSize(700, 400), line4()...)
	test.Tap(c.windows)
	if w.Canvas().Overlays().Top() == nil {
		t.Fatal("no menu")
	}
	if c.windows.text != "5 min ▾" {
		t.Errorf("the control reads %q", c.windows.text)
	}
}

func TestStateComesBack(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(500, 200), line4()...)
	for _, want := range []State{
		{Window: time.Hour, Live: true},
		{Window: time.Minute, Live: true, Paused: true, Hidden: []string{"run"}},
		{Window: 10 * time.Second, From: noon - 100*second, To: noon - 90*second},
	} {
		c.Restore(want)
		if got := c.State(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestSeriesComeAndGoWhileAFrameIsPainted(t *testing.T) {
	inTheme(t, theme.VariantDark)
	var queue []func()
	c := New(Options{Do: func(f func()) { f() }, Go: func(f func()) { queue = append(queue, f) },
		Now: func() int64 { return noon }, Location: time.UTC})
	w := test.NewTempWindow(t, c)
	w.Resize(fyne.NewSize(400, 200))
	c.SetSeries(line4())
	w.Canvas().Capture() // a frame of two series waits
	c.SetSeries(line4()[1:])
	c.MouseIn(mouse1(c, 20, 20))
	if len(queue) != 1 {
		t.Fatalf("%d frames are under way, want one", len(queue))
	}
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		f()
	}
	if len(c.front.lines) != 1 {
		t.Errorf("%d lines are shown, want 1", len(c.front.lines))
	}
}

func TestFinePixels(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, w := shown(t, fyne.NewSize(500, 200), line4()...)
	at, ticks := c.xLabels[1].Position(), len(c.front.times)
	w.Canvas().(software.WindowlessCanvas).SetScale(2)
	c.raster.Refresh()
	w.Canvas().Capture()
	if c.front.width != 2*int(c.area.plot.Width) || c.front.scale != 2 {
		t.Errorf("the picture is %d pixels wide for %v, scale %v", c.front.width, c.area.plot.Width, c.front.scale)
	}
	if moved := c.xLabels[1].Position().X - at.X; len(c.front.times) != ticks || moved > 1 || moved < -1 {
		t.Errorf("the labels moved by %v", moved)
	}
}

func TestOwnColoursAndThemeColours(t *testing.T) {
	inTheme(t, theme.VariantDark)
	red := color.NRGBA{R: 255, A: 255}
	series := line4()
	series[1].Color = red
	c, _ := shown(t, fyne.NewSize(500, 200), series...)
	if got := c.color(0); got != color.Color(Palette(theme.VariantDark)[0]) {
		t.Errorf("%v is not the first colour for dark", got)
	}
	if c.color(1) != color.Color(red) {
		t.Error("an own colour is not taken")
	}
	fyne.CurrentApp().Settings().SetTheme(fixedVariant{theme.DefaultTheme(), theme.VariantLight})
	if got := c.color(0); got != color.Color(Palette(theme.VariantLight)[0]) {
		t.Errorf("%v is not the first colour for light", got)
	}
}

func TestCloseDrawsNoMore(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(500, 200), line4()...)
	c.Close()
	if c.Tick(noon + 100*second) {
		t.Error("drew after Close")
	}
}

func TestPaintingInTheBackground(t *testing.T) {
	inTheme(t, theme.VariantLight)
	tasks := make(chan func(), 100)
	c := New(Options{Do: func(f func()) { tasks <- f }, Now: func() int64 { return noon }, Location: time.UTC})
	src := wave(time.Second, 600, sine)
	c.SetSeries([]Series{{Key: "t", Name: "x", Source: src}})
	w := test.NewTempWindow(t, c)
	w.Resize(fyne.NewSize(400, 200))
	w.Canvas().Capture()
	for i := range int64(20) {
		c.Tick(noon + i*second)
		(<-tasks)()
	}
	c.Close()
	if c.front.picture == nil || c.front.span.to < noon+19*second {
		t.Error("the last frame is not shown")
	}
}

// A frame costs the whole window. One that is due soon goes along with the texts, and none comes
// shortly before them.
func TestAFrameGoesAlongWithTheTexts(t *testing.T) {
	const ms = int64(time.Millisecond)
	inTheme(t, theme.VariantLight)
	s := wave(time.Second, 60, sine)
	c, _ := shown(t, fyne.NewSize(500, 200), Series{Key: "t", Source: s})
	c.View().SetWindow(10 * time.Second)
	at := noon + second
	c.TickWithTexts(at)
	c.cost = 20 * ms // so the pace is 160 ms
	step := func(after int64, texts, want bool) {
		t.Helper()
		at += after
		s.add(at-1, 1)
		tick := c.Tick
		if texts {
			tick = c.TickWithTexts
		}
		if got := tick(at); got != want {
			t.Errorf("after %d ms it drew: %v, want %v", (at-noon-second)/ms, got, want)
		}
		c.cost = 20 * ms
	}
	step(66*ms, false, false)  // not yet
	step(99*ms, false, true)   // the pace
	step(85*ms, true, true)    // with the texts, half the pace is enough
	step(50*ms, true, false)   // but not less
	step(215*ms, false, false) // the texts come soon
	step(5*ms, true, true)
	step(400*ms, false, true) // or, as it seems, not at all
}
