package chart

import (
	"image"
	"image/color"
	"slices"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Source is one number over time. Its methods are called from the UI goroutine and from the
// painting one, must be safe for both and must not block. Times are nanoseconds since 1970 UTC.
type Source interface {
	// Columns divides [from, to) into len(lo) equal columns and says of each the smallest,
	// largest, first and last value; all NaN where there is none, first (last) NaN where the
	// column begins (ends) in a gap, lo > hi where it holds nothing but a gap. Complete is
	// false when samples of the stretch were given up and only summaries remain; version
	// changes with every change. With no columns it tells just these two.
	Columns(from, to int64, lo, hi, first, last []float64) (complete bool, version uint64)
	// Grown tells whether nothing but new samples at the end has come since a version.
	Grown(since uint64) bool
	// Samples copies the samples in [from, to) with one before and one after, and returns
	// their number, or -1 when they don't fit or aren't held one by one.
	Samples(from, to int64, ts []int64, vs []float64) int
	// At is the last sample at or before t; v is NaN in a gap.
	At(t int64) (at int64, v float64, ok bool)
	// Span is the time of the first and last sample.
	Span() (from, to int64, ok bool)
	// Measure sums up the numbers in [from, to): how many, their extremes, mean and standard
	// deviation, the last one, and by how much they changed in a second on the way from the first
	// to the last. What can't be told is NaN.
	Measure(from, to int64) (count int, lo, hi, mean, deviation, last, rate float64)
}

// Series is one line of a chart.
type Series struct {
	Key    string // names the series in callbacks and in State; unique in its chart
	Name   string
	Unit   string
	Color  color.Color // nil: of Palette, in the theme of the moment
	Slot   int         // the number of the colour in Palette from 1; 0 is the place of the series
	Style  Style       // Step for states and booleans
	Side   Side        // of the value axis that it belongs to
	Source Source
}

// Options are what a Chart needs from outside. The zero value is right for a program.
type Options struct {
	// Do runs a function on the UI goroutine, later or at once; nil is fyne.Do.
	Do func(func())
	// Go runs the painting; nil starts a goroutine. Tests run it in place.
	Go func(func())
	// Now is the clock for what is drawn before the first Tick; nil is the system's.
	Now func() int64
	// Location is the time zone of labels; nil is the local one.
	Location *time.Location
	// View is what several charts share that show the same stretch of time; nil is an own one of
	// the last five minutes.
	View *View
}

// Chart is the widget. All methods belong to the UI goroutine.
type Chart struct {
	widget.BaseWidget

	// OnRemove is called when the user takes a series off; the owner answers with SetSeries.
	OnRemove func(key string)
	// OnMenu is called for a menu: over the legend entry of a series, or over the plot with key
	// "" and the instant under the pointer. The position is absolute.
	OnMenu func(key string, instant int64, at fyne.Position)
	// OnChanged is called when the user has changed what State tells.
	OnChanged func()
	// OnKey is called for keys that the chart has no use for, while it has the focus.
	OnKey func(*fyne.KeyEvent)
	// OnRestyle is called when the user wants a series drawn otherwise; the owner answers with
	// SetSeries.
	OnRestyle func(key string, style Style, side Side)

	series     []Series
	hidden     map[string]bool
	marks      []Mark
	axes       [2]Axis
	statistics bool
	view       *View
	leave      func() // the view

	do      func(func())
	start   func(func())
	loc     *time.Location
	painter painter
	front   *frame // shown
	back    *frame // free, or being painted
	drawing bool
	closed  bool
	stale   bool // something other than data changed since the last frame
	width   int  // of the raster, in pixels
	height  int
	work    sync.WaitGroup
	drawn   int64 // when the last frame was begun
	cost    int64 // of a frame on the screen, in ns: a moving average
	texted  int64 // when the texts were last brought up to date
	texts   int64 // when those around the chart changed last

	parts
	area  area
	mouse mouse
}

// New makes an empty chart of the last five minutes.
func New(o Options) *Chart {
	c := &Chart{do: o.Do, start: o.Go, loc: o.Location, hidden: map[string]bool{}, front: &frame{}, back: &frame{}}
	if c.do == nil {
		c.do = fyne.Do
	}
	if c.start == nil {
		c.start = func(f func()) { go f() }
	}
	if c.loc == nil {
		c.loc = time.Local
	}
	now := time.Now().UnixNano()
	if o.Now != nil {
		now = o.Now()
	}
	c.view = o.View
	if c.view == nil {
		c.view = NewView(5*time.Minute, now)
	}
	c.makeParts()
	c.join()
	c.ExtendBaseWidget(c)
	return c
}

// Close waits for the painting to end. The chart draws nothing afterwards.
func (c *Chart) Close() {
	c.closed = true
	c.leave()
	c.work.Wait()
}

// Plot is the object that is painted, without axes and legend.
func (c *Chart) Plot() fyne.CanvasObject { return c.raster }

// SetSeries replaces the series; colours and order are those of the slice.
func (c *Chart) SetSeries(series []Series) {
	c.series = slices.Clone(series)
	c.makeLegend()
	c.changed()
}

// SetHidden switches off the series of these keys, and on all others.
func (c *Chart) SetHidden(keys ...string) {
	clear(c.hidden)
	for _, key := range keys {
		c.hidden[key] = true
	}
	c.changed()
}

// View is what the chart looks at.
func (c *Chart) View() *View { return c.view }

// SetView has the chart look at what others look at, or at something of its own.
func (c *Chart) SetView(v *View) {
	c.leave()
	c.view = v
	c.join()
	c.changed()
}

// join follows the view.
func (c *Chart) join() {
	cancel := c.view.Subscribe(c.changed)
	v := c.view
	v.charts = append(v.charts, c)
	c.leave = func() {
		cancel()
		v.charts = slices.DeleteFunc(v.charts, func(o *Chart) bool { return o == c })
		if v.hover.by == c {
			v.point(hover{})
		}
	}
	c.align()
}

// align gives all charts that share the view the same room beside the plot: an instant stands at
// the same place in each.
func (c *Chart) align() {
	var widest [2]float32
	for _, o := range c.view.charts {
		for side, w := range o.area.yWidth {
			widest[side] = max(widest[side], w)
		}
	}
	for _, o := range c.view.charts {
		if o.area.yWidth != widest {
			o.area.yWidth = widest
			o.layout()
		}
	}
}

// SetAxis chooses how the values of one side are laid out.
func (c *Chart) SetAxis(side Side, a Axis) {
	if c.axes[side] != a {
		c.axes[side] = a
		c.changed()
	}
}

// Axis is how the values of one side are laid out.
func (c *Chart) Axis(side Side) Axis { return c.axes[side] }

// SetMarks replaces the thresholds and bands.
func (c *Chart) SetMarks(marks []Mark) {
	c.marks = slices.Clone(marks)
	c.changed()
}

// SetWindow shows the given length of time: while live the newest, else up to where the view
// ends.
func (c *Chart) SetWindow(d time.Duration) { c.view.SetWindow(d) }

// SetLive goes back to the newest samples, and ends a pause.
func (c *Chart) SetLive() { c.view.SetLive() }

// Pause freezes the view at the present, or lets it go. Data go on in either case.
func (c *Chart) Pause(on bool) { c.view.Pause(on) }

// ShowStatistics has a table beneath the plot sum up what is in view.
func (c *Chart) ShowStatistics(on bool) {
	if c.statistics != on {
		c.statistics = on
		c.changed()
	}
}

// State is what to store to come back to this view.
func (c *Chart) State() State {
	st := c.view.State()
	st.Left, st.Right, st.Statistics = c.axes[Left], c.axes[Right], c.statistics
	for i := range c.series {
		if key := c.series[i].Key; c.hidden[key] {
			st.Hidden = append(st.Hidden, key)
		}
	}
	return st
}

// Restore shows a stored view.
func (c *Chart) Restore(st State) {
	clear(c.hidden)
	for _, key := range st.Hidden {
		c.hidden[key] = true
	}
	c.axes, c.statistics = [2]Axis{st.Left, st.Right}, st.Statistics
	c.view.Restore(st)
}

// Tick tells the chart what time it is, at most 30 times a second. It begins a frame when a
// pixel column could look different from what is shown, and returns whether it did.
func (c *Chart) Tick(now int64) (drew bool) { return c.tick(now, false) }

// TickWithTexts is Tick at a moment when the texts around the chart change, too, which they do about
// every [TextsEvery]. Every change has the whole window drawn again, so what is due soon goes along;
// and where a frame takes long, none is begun shortly before.
func (c *Chart) TickWithTexts(now int64) (drew bool) { return c.tick(now, true) }

// TextsEvery is the time between two calls of TickWithTexts.
const TextsEvery = 250 * time.Millisecond

func (c *Chart) tick(now int64, texts bool) (drew bool) {
	c.view.pass(now)
	if texts {
		c.texts = now
	}
	if d := now - c.texted; texts || d >= int64(2*TextsEvery) || d < 0 {
		c.texted = now
		c.updateLegend()
		c.placeCursor()
	}
	wait := int64(figuresEvery * 3 / 2)
	if texts {
		wait = figuresEvery * 3 / 4
	}
	if d := now - c.tally.at; c.tabled() && (d >= wait || d < 0) {
		c.updateTally()
	}
	if c.drawing || c.closed || c.width == 0 || !c.Visible() || !c.differs(texts) {
		return false
	}
	c.draw()
	return true
}

// differs tells whether a new frame would differ from the one shown.
func (c *Chart) differs(texts bool) bool {
	f := c.front
	if c.stale || f.width != c.width || f.height != c.height {
		return true
	}
	since := c.view.now - c.drawn
	if since >= 0 && !c.timely(since, texts) {
		return false
	}
	if f.span != c.view.current().aligned(c.width) {
		return true
	}
	// New samples in a column that lasts long need not be seen at every tick.
	if since >= 0 && since < min(f.span.length()/int64(c.width)/4, int64(100*time.Millisecond)) {
		return false
	}
	// A sample may come late, into a stretch that is past. To look now and then is enough for that.
	late := since < 0 || since >= int64(5*time.Second)
	for i := range f.lines {
		src := f.lines[i].source
		complete, version := src.Columns(f.span.from, f.span.to, nil, nil, nil, nil)
		if version == f.versions[i] {
			continue
		}
		if end, _, _ := src.At(f.span.to - 1); late || complete != f.completes[i] || end != f.ends[i] {
			return true
		}
	}
	return false
}

// drawShare is one over the part of the time that the screen may spend on pictures that move by
// themselves.
const drawShare = 8

// pace is the least time between two frames that nobody asked for.
func (c *Chart) pace() int64 { return min(c.cost*drawShare, int64(time.Second)) }

// timely tells whether the moment is right for a frame that nobody asked for.
func (c *Chart) timely(since int64, texts bool) bool {
	if texts {
		return since >= c.pace()/2
	}
	next := c.texts + int64(TextsEvery) - c.view.now // nothing is known of it if it is past
	return since >= c.pace() && (next < 0 || next > 2*c.cost)
}

// weigh measures what the frame costs that is being drawn: a function that is handed to the UI goroutine
// now runs when it is done.
func (c *Chart) weigh() {
	begun := time.Now()
	c.work.Add(1)
	c.start(func() {
		defer c.work.Done()
		c.do(func() { c.cost = (c.cost*3 + int64(time.Since(begun))) / 4 })
	})
}

// changed brings everything up to date after something other than data has changed.
func (c *Chart) changed() {
	c.stale = true
	c.updateControls()
	c.updateLegend()
	c.updateTally()
	c.placePins()
	c.draw()
}

// changedByUser tells all charts that share the view, this one among them, and the owner.
func (c *Chart) changedByUser() {
	c.view.tell()
	if c.OnChanged != nil {
		c.OnChanged()
	}
}

// draw begins a frame, unless one is under way: then swap sees that it is stale.
func (c *Chart) draw() {
	if c.drawing || c.closed || c.width == 0 || c.height == 0 {
		return
	}
	c.drawing, c.stale = true, false
	c.drawn = c.view.now
	f := c.back
	c.ask(f)
	c.work.Add(1)
	c.start(func() {
		defer c.work.Done()
		c.painter.paint(f)
		c.do(c.swap)
	})
}

// ask fills in what the frame shall show.
func (c *Chart) ask(f *frame) {
	f.span = c.view.current().aligned(c.width)
	f.now = c.view.clock()
	f.width, f.height, f.loc = c.width, c.height, c.loc
	f.scale = float64(c.width) / float64(max(c.area.plot.Width, 1))
	f.look = c.look()
	for side := range f.axes {
		a := &f.axes[side]
		a.want, a.have = c.axes[side], values{}
		if shown := &c.front.axes[side]; shown.want.Log == a.want.Log {
			a.have = shown.values
		}
		a.units = c.units(Side(side))
	}
	clear(f.lines) // holds on to no source that is gone
	f.lines = f.lines[:0]
	for i := range c.series {
		if s := &c.series[i]; !c.hidden[s.Key] {
			f.lines = append(f.lines, line{s.Source, rgba(c.color(i)), s.Style, s.Side & 1})
		}
	}
	f.marks = f.marks[:0]
	for i := range c.marks {
		m := &c.marks[i]
		f.marks = append(f.marks, mark{m.From, m.To, m.Side & 1, rgba(c.markColor(m))})
	}
}

// units is the unit of the values on one side; nothing when they have several: the legend tells them.
func (c *Chart) units(side Side) string {
	unit := ""
	for i := range c.series {
		s := &c.series[i]
		if s.Side&1 != side || s.Unit == "" || c.hidden[s.Key] {
			continue
		}
		if unit != "" && unit != s.Unit {
			return ""
		}
		unit = s.Unit
	}
	return unit
}

func (c *Chart) markColor(m *Mark) color.Color {
	if m.Color != nil {
		return m.Color
	}
	return c.themeColor(theme.ColorNameForeground)
}

// swap shows the frame that was painted.
func (c *Chart) swap() {
	c.drawing = false
	if c.closed {
		return
	}
	c.front, c.back = c.back, c.front
	c.updateAxes()
	c.updateNotes()
	c.placePins()
	c.placeCursor()
	c.raster.Refresh()
	if c.stale {
		c.draw()
	}
}

// generate is asked by the canvas for the picture, in pixels. A picture of another size is
// stretched for the one frame until ours is there.
func (c *Chart) generate(w, h int) image.Image {
	if w > 0 && h > 0 && (w != c.width || h != c.height) {
		c.width, c.height, c.stale = w, h, true
		c.draw()
	}
	if c.front.picture == nil {
		return image.Transparent
	}
	if !c.closed {
		c.weigh()
	}
	return c.front.picture
}

func (c *Chart) variant() fyne.ThemeVariant { return fyne.CurrentApp().Settings().ThemeVariant() }

func (c *Chart) themeColor(name fyne.ThemeColorName) color.Color {
	return c.Theme().Color(name, c.variant())
}

// dark tells by the colours themselves: a theme may ignore the variant.
func (c *Chart) dark() bool {
	b := rgba(c.themeColor(theme.ColorNameBackground))
	return int(b.R)*3+int(b.G)*6+int(b.B) < 1280
}

func (c *Chart) color(i int) color.Color {
	if c.dark() {
		return c.colorIn(i, theme.VariantDark)
	}
	return c.colorIn(i, theme.VariantLight)
}

func (c *Chart) colorIn(i int, variant fyne.ThemeVariant) color.Color {
	s := &c.series[i]
	if s.Color != nil {
		return s.Color
	}
	if s.Slot > 0 {
		i = s.Slot - 1
	}
	colors := Palette(variant)
	return colors[i%len(colors)]
}

func (c *Chart) look() look {
	ink := rgba(c.themeColor(theme.ColorNameForeground))
	faint := func(alpha uint32) color.RGBA {
		part := func(v uint8) uint8 { return uint8(uint32(v) * alpha / 255) }
		return color.RGBA{R: part(ink.R), G: part(ink.G), B: part(ink.B), A: part(255)}
	}
	return look{background: rgba(c.themeColor(theme.ColorNameBackground)), grid: faint(24), zero: faint(64)}
}

func rgba(c color.Color) color.RGBA { return color.RGBAModel.Convert(c).(color.RGBA) }

// unitValue writes a value with its unit.
func unitValue(v float64, digits int, unit string) string {
	s := formatValue(v, digits)
	if unit == "" {
		return s
	}
	return s + " " + unit
}

func (c *Chart) hint() string {
	if len(c.series) == 0 {
		return lang.X("chart.empty", "Nothing on the chart yet. Choose a number beside a value to draw it here.")
	}
	return lang.X("chart.noSamples", "No samples in this stretch of time.")
}

var _ fyne.Widget = (*Chart)(nil)
