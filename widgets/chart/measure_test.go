package chart

import (
	"image"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// ramp rises by one each second; at noon it is 600.
func ramp() []Series {
	return []Series{{Key: "r", Name: "ramp", Unit: "m", Source: wave(time.Second, 601, func(i int) float64 { return float64(i) })}}
}

func (c *Chart) cell(row int, heading string) string {
	for k, h := range c.tally.heads {
		if strings.HasPrefix(h.Text, heading) {
			return c.tally.cells[row][k].Text
		}
	}
	return "no column " + heading
}

func TestCursorsMeasure(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(900, 300), ramp()...)
	told := 0
	c.OnChanged = func() { told++ }
	click := func(seconds int64, m fyne.KeyModifier) {
		e := mouse1(c, c.across(noon-seconds*second), 30)
		e.Button, e.Modifier = desktop.MouseButtonPrimary, m
		c.MouseMoved(e)
		c.MouseDown(e)
		c.MouseUp(e)
		c.Tapped(&e.PointEvent)
	}
	before := c.front.picture
	click(200, 0)
	click(100, fyne.KeyModifierShift)
	if c.front.picture != before {
		t.Error("a cursor had the picture painted anew")
	}
	a, b := c.View().Cursors()
	if d := float64(b-a) / 1e9; math.Abs(d-100) > 1 || told != 2 {
		t.Fatalf("the cursors are %v s apart, %d changes told", d, told)
	}
	c.View().SetCursors(noon-200*second, noon-100*second)
	for heading, want := range map[string]string{"A": "400", "B": "500", "B − A in 1m40s": "+100", "(B − A)/s": "+1"} {
		if got := c.cell(0, heading); got != want {
			t.Errorf("%s reads %q, want %q", heading, got, want)
		}
	}
	e := mouse1(c, c.across(noon-100*second), 30)
	e.Button = desktop.MouseButtonPrimary
	c.MouseDown(e)
	c.Dragged(&fyne.DragEvent{PointEvent: mouse1(c, c.across(noon-50*second), 30).PointEvent, Dragged: fyne.NewDelta(9, 0)})
	c.DragEnd()
	if _, b := c.View().Cursors(); math.Abs(float64(noon-50*second-b)) > float64(second) || !c.view.live {
		t.Errorf("dragged cursor B to %d s before noon, live %v", (noon-b)/second, c.view.live)
	}
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if a, b := c.View().Cursors(); a != 0 || b != 0 || c.tabled() {
		t.Error("escape leaves the cursors")
	}
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if !c.view.live {
		t.Error("escape does not go back to live")
	}
	var left fyne.KeyName
	c.OnKey = func(e *fyne.KeyEvent) { left = e.Name }
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if left != fyne.KeyEscape {
		t.Error("escape with nothing to give up is kept from the owner, who may leave the full screen")
	}
}

func TestCursorsByKeys(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(900, 300), ramp()...)
	c.TypedRune('a')
	a, _ := c.View().Cursors()
	if math.Abs(float64(noon-150*second-a)) > float64(2*second) {
		t.Errorf("A stands %d s before noon, want the middle", (noon-a)/second)
	}
	c.MouseMoved(mouse1(c, c.across(noon-30*second), 20))
	c.TypedRune('b')
	_, b := c.View().Cursors()
	if math.Abs(float64(noon-30*second-b)) > float64(2*second) {
		t.Errorf("B stands %d s before noon, want it under the pointer", (noon-b)/second)
	}
	c.movePin(-3)
	if _, moved := c.View().Cursors(); moved >= b || b-moved > 5*second {
		t.Errorf("keys moved B by %d ms", (moved-b)/1_000_000)
	}
}

func TestStatisticsOfWhatIsInView(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(1000, 300), ramp()...)
	c.TypedRune('s')
	c.View().Show(noon-400*second, noon-300*second)
	for heading, want := range map[string]string{"Count": "100", "Min": "200", "Max": "299", "Mean": "249.5", "Std dev": "28.866", "Last": "299", "Change/s": "+1"} {
		if got := c.cell(0, heading); got != want {
			t.Errorf("%s reads %q, want %q", heading, got, want)
		}
	}
	if !c.State().Statistics {
		t.Error("State forgets the statistics")
	}
	test.Tap(c.legend[0])
	if got := c.cell(0, "Count"); got != "" {
		t.Errorf("a hidden series has a count of %q", got)
	}
}

func TestChartsShareAView(t *testing.T) {
	inTheme(t, theme.VariantLight)
	v := NewView(time.Minute, noon)
	o := Options{Do: func(f func()) { f() }, Go: func(f func()) { f() }, Now: func() int64 { return noon }, Location: time.UTC, View: v}
	one, two := New(o), New(o)
	one.SetSeries(ramp())
	two.SetSeries(ramp())
	for _, c := range []*Chart{one, two} {
		w := test.NewTempWindow(t, c)
		w.Resize(fyne.NewSize(500, 200))
		w.Canvas().Capture()
	}
	told := 0
	cancel := v.Subscribe(func() { told++ })
	one.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageUp})
	if d := one.front.span.to - two.front.span.to; d > second || d < -second || one.front.span.to > noon-59*second || two.view.live || told != 1 {
		t.Errorf("%v and %v, told %d times", one.front.span, two.front.span, told)
	}
	one.MouseIn(mouse1(one, 100, 20))
	if two.cursor.line.Hidden || two.cursor.values[0].Text != one.cursor.values[0].Text {
		t.Error("the other chart does not read the instant under the pointer")
	}
	one.MouseOut()
	if !two.cursor.line.Hidden {
		t.Error("the other chart reads on when the pointer has left")
	}
	cancel()
	two.SetView(NewView(time.Minute, noon))
	one.SetLive()
	if told != 1 || !two.view.live || len(v.charts) != 1 || len(v.subs) != 1 {
		t.Errorf("after they parted: told %d, %d charts and %d subscribers", told, len(v.charts), len(v.subs))
	}
	one.Close()
	if len(v.charts) != 0 || len(v.subs) != 0 {
		t.Error("a closed chart still follows")
	}
}

func TestTwoAxes(t *testing.T) {
	inTheme(t, theme.VariantLight)
	series := append(ramp(), Series{Key: "p", Name: "p", Unit: "bar", Side: Right, Source: wave(time.Second, 600, func(i int) float64 { return 1 + float64(i%2)/10 })})
	c, _ := shown(t, fyne.NewSize(700, 300), series...)
	l, r := c.front.axes[Left], c.front.axes[Right]
	if !(l.values.min <= 300 && l.values.max >= 600) || !(r.values.min <= 1 && r.values.max >= 1.1 && r.values.max < 3) {
		t.Errorf("left %v, right %v", l.values, r.values)
	}
	if top := c.yLabels[Right][len(r.ticks)-1].Text; !strings.HasSuffix(top, " bar") {
		t.Errorf("the highest label of the right axis is %q", top)
	}
	plot := c.area.plot.Width
	c.SetAxis(Right, Axis{From: -5, To: 5})
	if got := c.front.axes[Right].values; got != (values{-5, 5}) || c.area.plot.Width > plot {
		t.Errorf("a fixed axis shows %v", got)
	}
	c.SetAxis(Left, Axis{From: 7, To: 7}) // no range: it follows the data
	if got := c.front.axes[Left].values; got != l.values {
		t.Errorf("%v", got)
	}
}

func TestLogarithmicAxis(t *testing.T) {
	inTheme(t, theme.VariantLight)
	src := wave(time.Second, 300, func(i int) float64 { return []float64{1, 10, 1000, 0, -5, math.NaN(), 250}[i%7] })
	for name, window := range map[string]time.Duration{"dense": 5 * time.Minute, "sparse": 30 * time.Second} {
		c, _ := shown(t, fyne.NewSize(220, 200), Series{Key: "x", Name: "x", Source: src})
		c.SetWindow(window)
		c.SetAxis(Left, Axis{Log: true})
		if got := c.front.axes[Left]; got.values != (values{0, 3}) || !slices.Contains(got.ticks, 100) {
			t.Errorf("%s: from 10^%v to 10^%v, ticks %v", name, got.values.min, got.values.max, got.ticks)
		}
		if !strings.Contains(c.note.Text, "logarithmic") {
			t.Errorf("%s: the chart does not say that zero and less is left out: %q", name, c.note.Text)
		}
		if st := c.State(); !st.Left.Log {
			t.Errorf("%s: State forgets the axis", name)
		}
		c.SetAxis(Left, Axis{})
		if got := c.front.axes[Left]; got.values.min > -5 || c.note.Text != "" {
			t.Errorf("%s: linear again it shows %v, %q", name, got.values, c.note.Text)
		}
	}
}

func TestNothingAboveZeroOnALogarithmicAxis(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(400, 200), Series{Key: "x", Name: "x", Source: wave(time.Second, 300, func(int) float64 { return -1 })})
	c.SetAxis(Left, Axis{Log: true})
	if !strings.Contains(c.note.Text, "logarithmic") || !c.empty.Hidden {
		t.Errorf("it says %q, and %q (hidden %v)", c.note.Text, c.empty.Text, c.empty.Hidden)
	}
}

func TestThresholdsComeIntoSight(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(500, 200), ramp()...)
	c.SetMarks([]Mark{{Label: "near", From: 700, To: 700}, {Label: "far", From: 1e6, To: 1e6}, {Label: "open", From: 500, To: math.Inf(1)}})
	if got := c.front.axes[Left].values; got.max < 700 || got.max > 2000 {
		t.Errorf("the axis shows %v", got)
	}
	shownLabels := []string{}
	for _, m := range c.markers {
		if !m.Hidden {
			shownLabels = append(shownLabels, m.Text)
		}
	}
	if !slices.Equal(shownLabels, []string{"near", "open"}) {
		t.Errorf("labels %v", shownLabels)
	}
}

func TestMenus(t *testing.T) {
	inTheme(t, theme.VariantLight)
	series := line4()
	c, _ := shown(t, fyne.NewSize(700, 300), series...)
	var style Style
	var side Side
	c.OnRestyle = func(key string, s Style, a Side) { style, side = s, a }
	find := func(items []*fyne.MenuItem, label string) *fyne.MenuItem {
		for _, i := range items {
			if i.Label == label {
				return i
			}
		}
		t.Fatalf("no %q", label)
		return nil
	}
	draw := find(c.Menu("run", 0), "Draw as").ChildMenu.Items
	if !find(draw, "Steps").Checked {
		t.Error("the style is not marked")
	}
	find(draw, "Points").Action()
	if style != Points || side != Left {
		t.Error(style, side)
	}
	find(find(c.Menu("run", 0), "Axis").ChildMenu.Items, "Right").Action()
	if style != Step || side != Right {
		t.Error(style, side)
	}
	find(c.Menu("", noon-20*second), "Cursor B here").Action()
	find(c.Menu("", 0), "Logarithmic axis").Action()
	if _, b := c.View().Cursors(); b != noon-20*second || !c.Axis(Left).Log {
		t.Error(b, c.Axis(Left))
	}
	find(c.Menu("", 0), "Remove the cursors").Action()
	if c.tabled() {
		t.Error("the cursors stay")
	}
}

func TestExtremeTimesAndValues(t *testing.T) {
	inTheme(t, theme.VariantLight)
	src := &plainSource{}
	for _, s := range []struct {
		t int64
		v float64
	}{{math.MinInt64, 1}, {math.MinInt64 + 1, 1e308}, {0, -1e308}, {noon, 1 << 53}, {noon + 1, 1<<53 + 1}, {math.MaxInt64 - 1, math.Inf(1)}, {math.MaxInt64, math.MaxFloat64}} {
		src.add(s.t, s.v)
	}
	c, w := shown(t, fyne.NewSize(500, 200), Series{Key: "x", Name: "x", Source: src})
	c.ShowStatistics(true)
	c.Restore(State{From: math.MinInt64, To: math.MaxInt64, Statistics: true})
	for _, key := range []fyne.KeyName{fyne.KeyHome, fyne.KeyPageUp, fyne.KeyLeft, fyne.KeyUp, fyne.KeyDown, fyne.KeyEnd, fyne.KeyPageDown} {
		for range 3 {
			c.TypedKey(&fyne.KeyEvent{Name: key})
			c.MouseMoved(mouse1(c, 100, 30))
			if s := c.view.current(); s.length() < minWindow || s.length() > maxWindow {
				t.Fatalf("after %s the view is %v", key, s)
			}
		}
	}
	c.Tick(math.MaxInt64)
	c.Tick(math.MinInt64) // time runs backwards
	w.Canvas().Capture()
}

func TestADearScreenIsDrawnLessOften(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(500, 200), ramp()...)
	c.Tick(noon + second)
	c.cost = int64(50 * time.Millisecond)
	px := c.front.span.length() / int64(c.width)
	c.SetWindow(10 * time.Second) // a user's wish is never put off
	if c.front.span.length() > int64(11*time.Second) {
		t.Fatal("the window was not changed at once")
	}
	frames := 0
	for ms := range int64(2000) {
		if c.Tick(noon + second + ms*1_000_000) {
			frames++
		}
	}
	if frames < 4 || frames > 5 {
		t.Errorf("%d frames in two seconds, want one each 400 ms (a column lasts %d ms)", frames, px/1_000_000)
	}
}

func TestExportRefusesNonsense(t *testing.T) {
	inTheme(t, theme.VariantLight)
	c, _ := shown(t, fyne.NewSize(400, 200), ramp()...)
	for _, size := range []image.Point{{0, 0}, {-5, 300}, {10, 10}, {1 << 30, 1 << 30}} {
		if _, err := c.Export(Export{Width: size.X, Height: size.Y, Scale: 3})(); err == nil {
			t.Errorf("%v is painted", size)
		}
	}
	if _, err := c.Export(Export{Width: 300, Height: 200, Title: strings.Repeat("a very long title ", 50)})(); err != nil {
		t.Error(err)
	}
}
