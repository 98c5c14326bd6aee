package chart

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// readout is the line under the pointer and the box that reads the values there. All of it are
// canvas objects: moving them uploads no picture.
type readout struct {
	line   *canvas.Line
	box    *canvas.Rectangle
	time   *canvas.Text
	dots   []*canvas.Circle
	marks  []*canvas.Circle
	names  []*canvas.Text
	values []*canvas.Text
}

func (r *readout) make() {
	r.line, r.box, r.time = &canvas.Line{StrokeWidth: 1}, &canvas.Rectangle{CornerRadius: 4, StrokeWidth: 1}, &canvas.Text{}
	r.show(0, false)
}

func (r *readout) objects(all []fyne.CanvasObject) []fyne.CanvasObject {
	all = append(all, r.line)
	for _, d := range r.dots {
		all = append(all, d)
	}
	all = append(all, r.box, r.time)
	for i := range r.names {
		all = append(all, r.marks[i], r.names[i], r.values[i])
	}
	return all
}

// show has the line, the box and n rows in sight, or nothing. Where a value has a dot, placeRow knows.
func (r *readout) show(n int, on bool) {
	r.line.Hidden, r.box.Hidden, r.time.Hidden = !on, !on, !on
	for i := range r.names {
		off := !on || i >= n
		r.dots[i].Hidden = off || r.dots[i].Hidden
		r.marks[i].Hidden, r.names[i].Hidden, r.values[i].Hidden = off, off, off
	}
}

// rows makes sure that there are n rows; it tells whether some are new.
func (r *readout) rows(n int) (grew bool) {
	for len(r.names) < n {
		r.dots = append(r.dots, &canvas.Circle{StrokeWidth: 1.5})
		r.marks = append(r.marks, &canvas.Circle{})
		r.names = append(r.names, &canvas.Text{})
		r.values = append(r.values, &canvas.Text{TextStyle: fyne.TextStyle{Bold: true}})
		grew = true
	}
	return grew
}

func (r *readout) style(c *Chart) {
	ink := c.themeColor(theme.ColorNameForeground)
	r.line.StrokeColor = c.themeColor(theme.ColorNamePlaceHolder)
	r.box.FillColor = c.themeColor(theme.ColorNameOverlayBackground)
	r.box.StrokeColor = c.themeColor(theme.ColorNameSeparator)
	r.time.Color, r.time.TextSize = ink, c.textSize()
	for i := range r.names {
		r.names[i].Color, r.names[i].TextSize = ink, c.textSize()
		r.values[i].Color, r.values[i].TextSize = ink, c.textSize()
		r.dots[i].FillColor = c.themeColor(theme.ColorNameBackground)
	}
}

// instant is the time at a place in the widget, and whether that lies in the plot.
func (c *Chart) instant(at fyne.Position) (t int64, inside bool) {
	p := at.Subtract(c.area.origin)
	f := c.front
	s := c.view.current()
	if f.picture != nil {
		s = f.span
	}
	t = s.from + int64(float64(p.X)/float64(max(c.area.plot.Width, 1))*float64(s.length()))
	return t, p.X >= 0 && p.Y >= 0 && p.X < c.area.plot.Width && p.Y < c.area.plot.Height
}

// hovers takes down which instant the pointer reads, and has all charts of the view show it.
func (c *Chart) hovers() {
	t, inside := c.instant(c.mouse.at)
	switch {
	case c.mouse.over && inside && c.band.Hidden:
		c.view.point(hover{t, c})
	case c.view.hover.by == c:
		c.view.point(hover{})
	default:
		c.placeCursor()
	}
}

// placeCursor shows what was known at the instant under the pointer, be it in this chart or in
// one that shares its view.
func (c *Chart) placeCursor() {
	r := &c.cursor
	if c.view.hover.by == c { // the picture has moved under it
		c.view.hover.at, _ = c.instant(c.mouse.at)
	}
	t, x := c.view.hover.at, c.mouse.at.X
	if c.view.hover.by != c {
		x = c.area.origin.X + c.across(t)
	}
	n := len(c.front.lines)
	inside := x >= c.area.origin.X && x < c.area.origin.X+c.area.plot.Width
	if c.view.hover.by == nil || !inside || n == 0 || c.front.picture == nil || n > len(c.series) {
		r.show(0, false)
		return
	}
	if r.rows(n) {
		r.style(c)
		canvas.Refresh(c)
	}
	r.show(n, true)
	r.line.Position1 = fyne.NewPos(x, c.area.origin.Y)
	r.line.Position2 = fyne.NewPos(x, c.area.origin.Y+c.area.plot.Height)
	setText(r.time, formatInstant(t, c.view.now, c.loc))
	row := 0
	for i := range c.series {
		if !c.hidden[c.series[i].Key] && row < n {
			c.placeRow(row, i, t, x)
			row++
		}
	}
	r.show(row, true)
	r.place(c, row, x)
}

// placeRow fills a row of the box and puts a dot on the line.
func (c *Chart) placeRow(row, i int, t int64, x float32) {
	r, s, f := &c.cursor, &c.series[i], c.front
	_, v, ok := s.Source.At(min(t, c.view.clock()))
	if !ok {
		v = math.NaN()
	}
	setText(r.names[row], shorten(s.Name, longest))
	setText(r.values[row], unitValue(v, 7, s.Unit))
	ink := c.color(i)
	r.marks[row].FillColor, r.dots[row].StrokeColor = ink, ink
	y := float32(f.axes[s.Side&1].scale(f).Row(v)) * c.area.plot.Height / float32(max(f.height, 1))
	if r.dots[row].Hidden = !(y >= 0 && y <= c.area.plot.Height); !r.dots[row].Hidden {
		r.dots[row].Resize(fyne.NewSquareSize(7))
		r.dots[row].Move(fyne.NewPos(x-3.5, c.area.origin.Y+y-3.5))
	}
}

// place lays out the box beside the line, on the side that has room.
func (r *readout) place(c *Chart, n int, x float32) {
	const pad, gap = 8, 10
	names, values := float32(0), float32(0)
	height := r.time.MinSize().Height + 2
	for i := range n {
		names, values = max(names, r.names[i].MinSize().Width), max(values, r.values[i].MinSize().Width)
	}
	size := fyne.NewSize(max(names+values+gap+14, r.time.MinSize().Width)+2*pad, float32(n+1)*height+pad)
	left := x + 12
	if left+size.Width > c.area.origin.X+c.area.plot.Width {
		left = max(x-12-size.Width, 0)
	}
	top := c.area.origin.Y + min(max(c.mouse.at.Y-c.area.origin.Y-size.Height/2, 4), max(c.area.plot.Height-size.Height-4, 4))
	if c.view.hover.by != c {
		top = c.area.origin.Y + 4
	}
	r.box.Move(fyne.NewPos(left, top))
	r.box.Resize(size)
	y := top + pad/2
	put := func(t *canvas.Text, x float32) {
		t.Resize(t.MinSize())
		t.Move(fyne.NewPos(x, y))
	}
	put(r.time, left+pad)
	for i := range n {
		y += height
		r.marks[i].Resize(fyne.NewSquareSize(8))
		r.marks[i].Move(fyne.NewPos(left+pad, y+(height-8)/2))
		put(r.names[i], left+pad+14)
		put(r.values[i], left+size.Width-pad-r.values[i].MinSize().Width)
	}
	canvas.Refresh(r.box)
}
