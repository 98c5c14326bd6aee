package chart

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"streamscope/widgets/internal/paint"
)

// Export says what a picture of a chart for a report looks like.
type Export struct {
	Title string
	// Width and Height are in units of which Scale make a pixel: a text is as large in 800 × 400 at
	// scale 1 as it is in the window, and three times as fine at scale 3.
	Width, Height int
	Scale         int
	// Variant is light or dark paper.
	Variant fyne.ThemeVariant
}

// largestExport bounds the picture's pixels: 100 million are 400 MB.
const largestExport = 100_000_000

// Export takes down what the chart shows now, and returns what paints it with title, legend, axes,
// stretch of time and, when they are shown, statistics. That may run on any goroutine.
func (c *Chart) Export(o Export) func() (*image.RGBA, error) {
	o.Scale = max(o.Scale, 1)
	s := &sheet{o: o, paper: paperOf(o.Variant), k: float64(o.Scale), painter: new(painter), f: &frame{}}
	c.ask(s.f)
	s.f.span, s.f.scale, s.f.look = c.view.current(), s.k, s.paper.look()
	for i := range s.f.marks {
		if c.marks[i].Color == nil {
			s.f.marks[i].color = s.paper.ink
		}
		s.labels = append(s.labels, c.marks[i].Label)
	}
	row := 0
	for i := range c.series {
		if one := &c.series[i]; !c.hidden[one.Key] {
			ink := rgba(c.colorIn(i, o.Variant))
			s.f.lines[row].color = ink
			s.names = append(s.names, legendName(one))
			row++
		}
	}
	if c.tabled() {
		s.table = c.table(false)
	}
	return s.paint
}

func legendName(s *Series) string {
	if s.Unit == "" {
		return s.Name
	}
	return s.Name + " [" + s.Unit + "]"
}

// paper is the colours of an exported picture.
type paper struct{ background, ink, faded color.RGBA }

func paperOf(variant fyne.ThemeVariant) paper {
	if variant == theme.VariantDark {
		return paper{color.RGBA{0x17, 0x17, 0x1a, 255}, color.RGBA{0xec, 0xec, 0xec, 255},
			color.RGBA{0xa8, 0xa8, 0xa8, 255}}
	}
	return paper{color.RGBA{255, 255, 255, 255}, color.RGBA{0x1c, 0x1c, 0x1c, 255},
		color.RGBA{0x5a, 0x5a, 0x5a, 255}}
}

func (p paper) look() look {
	faint := func(alpha uint32) color.RGBA {
		part := func(v uint8) uint8 { return uint8(uint32(v) * alpha / 255) }
		return color.RGBA{R: part(p.ink.R), G: part(p.ink.G), B: part(p.ink.B), A: part(255)}
	}
	return look{background: p.background, grid: faint(28), zero: faint(80)}
}

// sheet is one exported picture. All lengths inside are pixels; k is how many make a unit.
type sheet struct {
	o       Export
	paper   paper
	k       float64
	painter *painter
	f       *frame
	names   []string
	labels  []string // of marks
	table   [][]string

	dst               *image.RGBA
	title, text, bold *paint.Pen
}

func (s *sheet) paint() (*image.RGBA, error) {
	w, h := s.o.Width*s.o.Scale, s.o.Height*s.o.Scale
	if s.o.Width < 200 || s.o.Height < 120 || w > largestExport/h {
		return nil, fmt.Errorf("a picture of %d × %d pixels can't be made: choose at least 200 × 120, and less than %d million pixels in all",
			w, h, largestExport/1_000_000)
	}
	if err := s.pens(); err != nil {
		return nil, err
	}
	s.dst = image.NewRGBA(image.Rect(0, 0, w, h))
	paint.Fill(s.dst, s.paper.background)
	margin := 16 * s.k
	y := s.head(margin)
	if len(s.table) == 0 { // it has the names, too
		y = s.legend(margin, y)
	}
	bottom := float64(h) - margin - s.foot(margin, float64(h)-margin)
	s.plot(y+8*s.k, bottom)
	return s.dst, nil
}

func (s *sheet) pens() (err error) {
	regular, bold := theme.DefaultTextFont().Content(), theme.DefaultTextBoldFont().Content()
	if s.title, err = paint.NewPen(bold, 17*s.k); err != nil {
		return err
	}
	if s.bold, err = paint.NewPen(bold, 11.5*s.k); err != nil {
		return err
	}
	s.text, err = paint.NewPen(regular, 11.5*s.k)
	return err
}

// head writes the title and the stretch of time, and returns where it ends.
func (s *sheet) head(y float64) float64 {
	margin := 16 * s.k
	if s.o.Title != "" {
		s.title.Write(s.dst, margin, y, s.fitting(s.title, s.o.Title, float64(s.dst.Rect.Dx())-2*margin), s.paper.ink)
		y += s.title.Height()
	}
	s.text.Write(s.dst, margin, y, formatStretch(s.f.span, s.f.loc), s.paper.faded)
	return y + s.text.Height() + 4*s.k
}

// fitting shortens a text until it is no wider than the room for it.
func (s *sheet) fitting(p *paint.Pen, text string, room float64) string {
	for n := len([]rune(text)); n > 8 && p.Width(text) > room; {
		n = min(n-1, int(float64(n)*room/p.Width(text))+1)
		text = shorten(text, n)
	}
	return text
}

// formatStretch writes from when to when, with the date and the time zone.
func formatStretch(span stretch, loc *time.Location) string {
	from, to := time.Unix(0, span.from).In(loc), time.Unix(0, span.to).In(loc)
	first, last := "2 Jan 2006 15:04:05", "15:04:05"
	if from.Format("2006-01-02") != to.Format("2006-01-02") {
		last = first
	}
	if span.length() < int64(10*time.Second) {
		first, last = first+".000", last+".000"
	}
	return from.Format(first) + " – " + to.Format(last) + " (UTC" + from.Format("-07:00") + ")"
}

// legend writes the names of the series, in rows, and returns where they end.
func (s *sheet) legend(x0, y float64) float64 {
	x, right := x0, float64(s.dst.Rect.Dx())-x0
	row := s.text.Height() + 2*s.k
	for i, name := range s.names {
		name = s.fitting(s.text, name, right-x0-16*s.k)
		wide := s.text.Width(name) + 16*s.k
		if x > x0 && x+wide > right {
			x, y = x0, y+row
		}
		paint.Disc(s.dst, x+5*s.k, y+s.text.Height()/2+s.k, 4*s.k, s.f.lines[i].color)
		s.text.Write(s.dst, x+14*s.k, y, name, s.paper.ink)
		x += wide + 14*s.k
	}
	if len(s.names) > 0 {
		y += row
	}
	return y
}

// foot writes the table of statistics at the bottom, and returns how high it is.
func (s *sheet) foot(x0, bottom float64) float64 {
	if len(s.table) == 0 {
		return 0
	}
	row := s.text.Height() + 3*s.k
	y := bottom - row*float64(len(s.table))
	widths := make([]float64, len(s.table[0]))
	for _, line := range s.table {
		for i, cell := range line {
			widths[i] = max(widths[i], s.bold.Width(cell)+16*s.k)
		}
	}
	total := 0.0
	for _, w := range widths[1:] {
		total += w
	}
	widths[0] = min(widths[0], max(float64(s.dst.Rect.Dx())-2*x0-total, 60*s.k))
	for i, line := range s.table {
		s.tableRow(i, line, widths, x0, y+float64(i)*row)
	}
	return row*float64(len(s.table)) + 10*s.k
}

func (s *sheet) tableRow(i int, line []string, widths []float64, x, y float64) {
	pen, ink := s.text, s.paper.ink
	if i == 0 {
		pen, ink = s.bold, s.paper.faded
	}
	for k, cell := range line {
		if k == 0 {
			if i > 0 && i <= len(s.f.lines) {
				paint.Disc(s.dst, x+5*s.k, y+s.text.Height()/2+s.k, 4*s.k, s.f.lines[i-1].color)
			}
			pen.Write(s.dst, x+14*s.k, y, s.fitting(pen, cell, widths[0]-18*s.k), ink)
		} else {
			pen.Write(s.dst, x+widths[k]-pen.Width(cell), y, cell, ink)
		}
		x += widths[k]
	}
}

// plot paints the picture between its labels.
func (s *sheet) plot(top, bottom float64) {
	f, line := s.f, s.text.Height()
	x0, x1 := 16*s.k, float64(s.dst.Rect.Dx())-16*s.k
	f.width, f.height = max(int(x1-x0), 1), max(int(bottom-top-line-4*s.k), 1)
	s.painter.paint(f) // once for the ticks: the labels decide how wide the plot is
	left, right := s.labelWidth(Left), s.labelWidth(Right)
	f.width = max(int(x1-x0-left-right), 1)
	f.span = f.span.aligned(f.width)
	s.painter.paint(f)
	at := image.Pt(int(x0+left), int(top))
	draw.Draw(s.dst, f.picture.Rect.Add(at), f.picture, image.Point{}, draw.Src)
	s.border(f.picture.Rect.Add(at))
	s.valueLabels(Left, at)
	s.valueLabels(Right, at)
	s.timeLabels(at)
	s.markLabels(at)
	s.notes(at)
}

func (s *sheet) labelWidth(side Side) float64 {
	a := &s.f.axes[side]
	if !a.used {
		return 0
	}
	widest := 0.0
	for i := range a.ticks {
		widest = max(widest, s.text.Width(a.text(i)))
	}
	return widest + 8*s.k
}

func (s *sheet) border(r image.Rectangle) {
	thick := s.o.Scale
	r = r.Inset(-thick)
	for _, edge := range [...]image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+thick), image.Rect(r.Min.X, r.Max.Y-thick, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+thick, r.Max.Y), image.Rect(r.Max.X-thick, r.Min.Y, r.Max.X, r.Max.Y),
	} {
		draw.Draw(s.dst, edge, image.NewUniform(s.paper.faded), image.Point{}, draw.Src)
	}
}

func (s *sheet) valueLabels(side Side, at image.Point) {
	a := &s.f.axes[side]
	if !a.used {
		return
	}
	y := a.scale(s.f)
	for i, v := range a.ticks {
		text := a.text(i)
		x := float64(at.X) - s.text.Width(text) - 6*s.k
		if side == Right {
			x = float64(at.X+s.f.width) + 6*s.k
		}
		s.text.Write(s.dst, x, float64(at.Y)+y.Row(v)-s.text.Height()/2, text, s.paper.faded)
	}
}

func (s *sheet) timeLabels(at image.Point) {
	for _, t := range s.f.times {
		text := formatTime(t, s.f.timeStep, s.f.loc)
		half := s.text.Width(text) / 2
		x := float64(at.X) + s.f.x(t) - half
		if x >= 0 && x+2*half <= float64(s.dst.Rect.Dx()) {
			s.text.Write(s.dst, x, float64(at.Y+s.f.height)+4*s.k, text, s.paper.faded)
		}
	}
}

func (s *sheet) markLabels(at image.Point) {
	for i, label := range s.labels {
		m := &s.f.marks[i]
		top, bottom := s.f.markRows(m)
		if label == "" || !s.f.axes[m.side].values.ok() || bottom < 0 || top > float64(s.f.height) {
			continue
		}
		label = s.fitting(s.text, label, float64(s.f.width)/2)
		y := max(top, 0)
		if m.from == m.to && y > s.text.Height() {
			y -= s.text.Height()
		}
		s.text.Write(s.dst, float64(at.X+s.f.width)-s.text.Width(label)-6*s.k, float64(at.Y)+y, label, m.color)
	}
}

func (s *sheet) notes(at image.Point) {
	if notes := s.f.notes(); len(notes) > 0 {
		s.text.Write(s.dst, float64(at.X)+6*s.k, float64(at.Y)+3*s.k, strings.Join(notes, " · "), s.paper.faded)
	}
	if !s.f.any {
		text := lang.X("chart.noSamples", "No samples in this stretch of time.")
		s.text.Write(s.dst, float64(at.X)+(float64(s.f.width)-s.text.Width(text))/2,
			float64(at.Y)+float64(s.f.height)/2, text, s.paper.faded)
	}
}

// text is the label of a tick; the highest has the unit.
func (a *axis) text(i int) string {
	s := a.label(a.ticks[i])
	if i == len(a.ticks)-1 && a.units != "" {
		s += " " + shorten(a.units, 12)
	}
	return s
}

// notes are what the picture alone doesn't tell.
func (f *frame) notes() (notes []string) {
	if f.picture != nil && !f.complete && len(f.lines) > 0 {
		notes = append(notes, lang.X("chart.thinned", "Older samples are kept in less detail"))
	}
	if f.axes[Left].below || f.axes[Right].below {
		notes = append(notes, lang.X("chart.belowZero", "Zero and negative values have no place on a logarithmic axis"))
	}
	return notes
}
