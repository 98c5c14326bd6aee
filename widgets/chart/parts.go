package chart

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
)

// parts are the canvas objects of a chart, made once and kept: a renderer may be made anew at
// any time.
type parts struct {
	raster  *canvas.Raster
	frame   outline // around the plot; marks the focus
	yLabels [2][]*canvas.Text
	markers []*canvas.Text // labels of marks
	xLabels []*canvas.Text
	note    *canvas.Text
	empty   *canvas.Text
	band    *canvas.Rectangle
	cursor  readout
	pins    [2]pin // the cursors A and B
	tally   tally
	more    *canvas.Text

	legend  []*chip
	sums    *chip
	windows *chip
	pause   *chip
	live    *chip
}

// area is where things lie, in the widget's coordinates.
type area struct {
	origin fyne.Position // of the plot
	plot   fyne.Size
	yWidth [2]float32 // room for the labels of the value axes; it only grows, so the plot rests
}

func (c *Chart) makeParts() {
	c.raster = canvas.NewRaster(c.generate)
	c.raster.ScaleMode = canvas.ImageScalePixels // one to one: smoothing would only blur it
	c.frame = newOutline()
	c.note, c.empty = &canvas.Text{}, &canvas.Text{Alignment: fyne.TextAlignCenter}
	c.band = &canvas.Rectangle{StrokeWidth: 1}
	c.band.Hide()
	c.cursor.make()
	c.more = &canvas.Text{}
	for i := range c.pins {
		c.pins[i].make(string(rune('A' + i)))
	}
	c.sums, c.windows, c.pause, c.live = newChip(), newChip(), newChip(), newChip()
	c.sums.onTap = func(fyne.Position) { c.toggleStatistics() }
	c.windows.onTap = c.showWindows
	c.pause.onTap = func(fyne.Position) { c.togglePause() }
	c.live.onTap = func(fyne.Position) { c.goLive() }
	c.area.yWidth = [2]float32{36, 2}
}

// MinSize implements fyne.Widget.
func (c *Chart) MinSize() fyne.Size {
	c.ExtendBaseWidget(c)
	return fyne.NewSize(240, 140)
}

// CreateRenderer implements fyne.Widget.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	c.ExtendBaseWidget(c)
	c.refresh()
	return renderer{c}
}

type renderer struct{ c *Chart }

func (r renderer) Destroy()           {}
func (r renderer) Layout(fyne.Size)   { r.c.layout() }
func (r renderer) MinSize() fyne.Size { return r.c.MinSize() }
func (r renderer) Refresh()           { r.c.refresh(); canvas.Refresh(r.c) }
func (r renderer) Objects() []fyne.CanvasObject {
	c := r.c
	all := []fyne.CanvasObject{c.raster, c.frame[0], c.frame[1], c.frame[2], c.frame[3]}
	for _, t := range c.labelTexts() {
		all = append(all, t)
	}
	all = append(all, c.note, c.empty, c.band)
	for i := range c.pins {
		all = append(all, c.pins[i].line, c.pins[i].flag, c.pins[i].name)
	}
	all = c.cursor.objects(all)
	for _, l := range c.legend {
		all = append(all, l)
	}
	all = c.tally.objects(all)
	return append(all, c.more, c.sums, c.windows, c.pause, c.live)
}

func (c *Chart) textSize() float32 { return c.Theme().Size(theme.SizeNameCaptionText) }

// refresh takes over the theme.
func (c *Chart) refresh() {
	c.note.TextSize, c.empty.TextSize = c.textSize(), c.textSize()+2
	c.note.Color = c.themeColor(theme.ColorNamePlaceHolder)
	c.empty.Color = c.themeColor(theme.ColorNamePlaceHolder)
	c.styleFrame()
	c.band.FillColor = c.themeColor(theme.ColorNameSelection)
	c.band.StrokeColor = c.themeColor(theme.ColorNamePrimary)
	for _, t := range c.labelTexts() {
		t.Color, t.TextSize = c.themeColor(theme.ColorNamePlaceHolder), c.textSize()
	}
	c.more.Color, c.more.TextSize = c.themeColor(theme.ColorNamePlaceHolder), c.textSize()
	c.cursor.style(c)
	c.stylePins()
	c.styleTally()
	c.updateControls()
	c.updateLegend()
	for _, ch := range append([]*chip{c.windows, c.sums, c.pause, c.live}, c.legend...) {
		ch.Refresh() // what they say may be the same: their colours are not
	}
	c.updateNotes()
	c.layout()
	c.stale = true
	c.draw()
}

func (c *Chart) labelTexts() []*canvas.Text {
	return slices.Concat(c.yLabels[Left], c.yLabels[Right], c.xLabels, c.markers)
}

func (c *Chart) styleFrame() {
	name := theme.ColorNameSeparator
	if c.mouse.focused {
		name = theme.ColorNamePrimary
	}
	c.frame.paint(c.themeColor(name))
}

// layout puts the legend and the controls on top, the labels at two sides, and the plot in what
// is left.
func (c *Chart) layout() {
	size := c.Size()
	if size.Width == 0 || size.Height == 0 {
		return
	}
	right := size.Width
	c.sums.Hidden = size.Width < 480
	for _, ch := range []*chip{c.live, c.pause, c.sums, c.windows} {
		if !ch.Hidden {
			right -= ch.MinSize().Width
			ch.Resize(ch.MinSize())
			ch.Move(fyne.NewPos(right, 0))
		}
	}
	row := c.live.MinSize().Height
	var top float32
	if c.tabled() {
		top = c.layTable(row, size)
	} else {
		top = c.flowLegend(right, row, size)
	}
	top = c.placeMore(top, row)
	line := c.textSize() * 1.5
	c.area.origin = fyne.NewPos(whole(c.area.yWidth[Left]), whole(top+4))
	c.area.plot = fyne.NewSize(whole(size.Width-c.area.origin.X-c.area.yWidth[Right]), whole(size.Height-c.area.origin.Y-line-2))
	c.frame.place(c.area.origin.SubtractXY(1, 1), c.area.plot.AddWidthHeight(2, 2))
	c.raster.Move(c.area.origin)
	c.raster.Resize(c.area.plot)
	c.updateAxes()
	c.updateNotes()
	c.placePins()
	c.placeCursor()
}

// placeMore says how many entries of the legend have found no room, and returns where that ends.
func (c *Chart) placeMore(top, row float32) float32 {
	n := 0
	for _, l := range c.legend {
		if l.Hidden {
			n++
		}
	}
	setText(c.more, moreText(n))
	if c.more.Hidden = n == 0; n == 0 {
		return top
	}
	size := c.more.MinSize()
	c.more.Resize(size)
	c.more.Move(fyne.NewPos(chipPad, top+(row-size.Height)/2))
	return top + row
}

// whole keeps the plot on whole pixels where a unit of length is a pixel.
func whole(x float32) float32 { return max(float32(int(x)), 1) }

// flowLegend lays the legend in rows beside the controls, as many as a third of the height
// takes, and returns where they end.
func (c *Chart) flowLegend(right, row float32, size fyne.Size) float32 {
	x, y := float32(0), float32(0)
	for _, l := range c.legend {
		want := l.MinSize()
		edge := size.Width
		if y == 0 {
			edge = right
		}
		if x+want.Width > edge && (x > 0 || y == 0) {
			x, y = 0, y+row
		}
		l.Hidden = y+row > max(size.Height/3, row)
		l.Resize(want)
		l.Move(fyne.NewPos(x, y))
		x += want.Width + 2
	}
	for i := len(c.legend) - 1; i >= 0; i-- {
		if l := c.legend[i]; !l.Hidden {
			return l.Position().Y + row
		}
	}
	return row
}

// updateAxes puts the labels of both axes where the shown frame has its ticks.
func (c *Chart) updateAxes() {
	f := c.front
	if f.picture == nil {
		return
	}
	origin, plot := c.area.origin, c.area.plot
	wider := c.updateValueLabels(Left)
	wider = c.updateValueLabels(Right) || wider
	c.updateMarkers()
	c.xLabels = c.labels(c.xLabels, len(f.times))
	for i, at := range f.times {
		t := c.xLabels[i]
		setText(t, formatTime(at, f.timeStep, c.loc))
		size := t.MinSize()
		x := origin.X + float32(f.x(at))*plot.Width/float32(f.width) - size.Width/2
		t.Move(fyne.NewPos(x, origin.Y+plot.Height+1))
		t.Resize(size)
		t.Hidden = x < origin.X-size.Width/2 || x+size.Width > c.Size().Width
	}
	if wider {
		c.layout()
		c.align()
	}
}

// updateValueLabels puts the labels of one value axis beside its ticks, the unit with the highest
// one. It tells whether they need more room.
func (c *Chart) updateValueLabels(side Side) (wider bool) {
	f := c.front
	a := &f.axes[side]
	origin, plot := c.area.origin, c.area.plot
	n := len(a.ticks)
	if !a.used {
		n = 0
	}
	c.yLabels[side] = c.labels(c.yLabels[side], n)
	widest := float32(0)
	for i, v := range a.ticks[:n] {
		t := c.yLabels[side][i]
		setText(t, a.text(i))
		size := t.MinSize()
		widest = max(widest, size.Width)
		x := origin.X - size.Width - 6
		if side == Right {
			x = origin.X + plot.Width + 6
		}
		y := float32(a.scale(f).Row(v)) * plot.Height / float32(f.height)
		t.Move(fyne.NewPos(x, origin.Y+y-size.Height/2))
		t.Resize(size)
	}
	if n > 0 && widest+10 > c.area.yWidth[side] {
		c.area.yWidth[side] = widest + 16
		return true
	}
	return false
}

// updateMarkers writes the names of thresholds and bands at the right edge of the plot.
func (c *Chart) updateMarkers() {
	f := c.front
	origin, plot := c.area.origin, c.area.plot
	n := len(f.marks)
	if n != len(c.marks) { // the frame is older than the marks
		n = 0
	}
	c.markers = c.labels(c.markers, n)
	for i, t := range c.markers[:n] {
		m := &f.marks[i]
		t.Color = c.markColor(&c.marks[i])
		setText(t, shorten(c.marks[i].Label, 32))
		size := t.MinSize()
		top, bottom := f.markRows(m)
		y := float32(max(top, 0)) * plot.Height / float32(f.height)
		if m.from == m.to && y > size.Height+2 {
			y -= size.Height // above the line
		}
		t.Hidden = t.Text == "" || !f.axes[m.side].values.ok() || bottom < 0 || top > float64(f.height)
		t.Move(fyne.NewPos(origin.X+plot.Width-size.Width-6, origin.Y+y))
		t.Resize(size)
	}
}

// labels has n of the texts shown; it makes what is missing.
func (c *Chart) labels(texts []*canvas.Text, n int) []*canvas.Text {
	for len(texts) < n {
		texts = append(texts, &canvas.Text{Color: c.themeColor(theme.ColorNamePlaceHolder), TextSize: c.textSize()})
	}
	for i, t := range texts {
		t.Hidden = i >= n
	}
	return texts
}

func setText(t *canvas.Text, s string) {
	if t.Text != s {
		t.Text = s
		t.Refresh()
	}
}

// updateNotes says in the plot what the picture alone doesn't tell.
func (c *Chart) updateNotes() {
	origin, plot := c.area.origin, c.area.plot
	var notes []string
	if c.view.paused {
		notes = append(notes, lang.X("chart.pausedAt", "Paused at {{.Time}}",
			map[string]any{"Time": formatInstant(c.view.frozen, c.view.now, c.loc)}))
	}
	notes = append(notes, c.front.notes()...)
	setText(c.note, strings.Join(notes, " · "))
	c.note.Resize(c.note.MinSize())
	c.note.Move(origin.AddXY(6, 3))
	c.empty.Hidden = c.front.picture != nil && c.front.any
	setText(c.empty, c.hint())
	c.empty.Resize(fyne.NewSize(plot.Width, c.empty.MinSize().Height))
	c.empty.Move(origin.AddXY(0, (plot.Height-c.empty.MinSize().Height)/2))
}
