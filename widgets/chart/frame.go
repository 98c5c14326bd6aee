package chart

import (
	"image"
	"image/color"
	"math"
	"sort"
	"time"

	"streamscope/widgets/internal/paint"
)

// look is the theme in numbers, read on the UI goroutine.
type look struct {
	background, grid, zero color.RGBA
}

// line is one series as a frame needs it.
type line struct {
	source Source
	color  color.RGBA
	style  Style
	side   Side
}

// mark is a threshold or band as a frame needs it.
type mark struct {
	from, to float64
	side     Side
	color    color.RGBA
}

// frame is one picture: what was asked for, then what came out. It belongs to the painting
// goroutine while it is painted, and to the UI goroutine else.
type frame struct {
	span   stretch
	now    int64
	width  int
	height int
	scale  float64 // pixels for each unit of length
	lines  []line
	marks  []mark
	axes   [2]axis // what is wanted of both sides, then what came out
	look   look
	loc    *time.Location

	picture   *image.RGBA
	times     []int64
	timeStep  int64
	complete  bool // no source has thinned what is in view
	any       bool // there is a sample in view
	versions  []uint64
	completes []bool
	ends      []int64 // the newest sample of each line in view
}

// strip is the data of one line for one frame: single samples, or columns where there are more.
type strip struct {
	ts                  []int64
	vs, xs, ys          []float64
	lo, hi, first, last []float64
	sparse              bool
	n                   int
	before, beforeX     float64
	kept                kept
}

// kept says what the columns of a strip hold from the last frame.
type kept struct {
	source  Source
	span    stretch
	version uint64
	end     int64 // the newest sample that they know
}

func (s *strip) size(width int) {
	if cap(s.lo) < width {
		s.kept = kept{}
		s.lo, s.hi = make([]float64, width), make([]float64, width)
		s.first, s.last = make([]float64, width), make([]float64, width)
		room := width/2 + 2
		s.ts, s.vs = make([]int64, room), make([]float64, room)
		s.xs, s.ys = make([]float64, room), make([]float64, room)
	}
	s.lo, s.hi, s.first, s.last = s.lo[:width], s.hi[:width], s.first[:width], s.last[:width]
}

// painter paints frames, one at a time. It allocates only when frames grow.
type painter struct {
	strips []strip
}

func (p *painter) paint(f *frame) {
	if f.picture == nil || f.picture.Rect.Dx() != f.width || f.picture.Rect.Dy() != f.height {
		f.picture = image.NewRGBA(image.Rect(0, 0, f.width, f.height))
	}
	for len(p.strips) < len(f.lines) {
		p.strips = append(p.strips, strip{})
	}
	f.versions, f.completes, f.ends = sized(f.versions, len(f.lines)), sized(f.completes, len(f.lines)), sized(f.ends, len(f.lines))
	f.complete, f.any = true, false
	for side := range f.axes {
		p.fit(f, Side(side))
	}
	p.grid(f)
	p.bands(f)
	for _, sparse := range [...]bool{false, true} { // a dense band must not bury a thin line
		for i := range f.lines {
			if s := &p.strips[i]; s.sparse == sparse {
				p.line(f, &f.lines[i], s)
			}
		}
	}
	p.thresholds(f)
}

// fit fetches the data of the lines of one side and chooses its range.
func (p *painter) fit(f *frame, side Side) {
	a := &f.axes[side]
	a.used, a.below = false, false
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range f.lines {
		if f.lines[i].side == side {
			l, h := p.strips[i].fetch(f, i)
			lo, hi = min(lo, l), max(hi, h)
			a.used = true
		}
	}
	f.any = f.any || lo <= hi || a.below
	a.fit(lo, hi, f.marks, side)
	most := min(max(int(float64(f.height)/f.scale/32), 2), 8)
	if a.want.Log {
		a.ticks = decadeTicks(a.ticks, a.values, most)
	} else {
		a.ticks, a.step = valueTicks(a.ticks, a.values, most)
	}
}

// sized is a slice of n elements, the same one where it is long enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// fetch reads what the source of line i knows of the stretch, and its extremes.
func (s *strip) fetch(f *frame, i int) (lo, hi float64) {
	s.size(f.width)
	l := &f.lines[i]
	end, _, _ := l.source.At(f.span.to - 1)
	complete, version := l.source.Columns(f.span.from, f.span.to, nil, nil, nil, nil)
	s.n = l.source.Samples(f.span.from, f.span.to, s.ts, s.vs)
	s.sparse = s.n >= 0
	if !s.sparse || l.style == Band {
		s.columns(f.span, kept{l.source, f.span, version, end})
		s.before, s.beforeX = math.NaN(), 0
		if t, v, ok := l.source.At(f.span.from - 1); ok {
			s.before, s.beforeX = v, f.x(t)
		}
	}
	f.versions[i], f.completes[i], f.ends[i] = version, complete, end
	f.complete = f.complete && complete
	g := gather{lo: math.Inf(1), hi: math.Inf(-1), log: f.axes[l.side].want.Log}
	if s.sparse {
		s.reach(f.span, l.style, &g)
	} else {
		s.extremes(&g)
	}
	f.axes[l.side].below = f.axes[l.side].below || g.below
	return g.lo, g.hi
}

// columns reads the columns of a stretch. Those that the last frame had, too, are moved and not read
// again: while a picture slides, a frame costs what is new.
func (s *strip) columns(span stretch, now kept) {
	from, had := 0, s.kept
	s.kept = now
	width := len(s.lo)
	px := span.length() / int64(width)
	if had.source == now.source && had.span.length() == span.length() && px > 0 {
		by := span.from - had.span.from
		known := (min(had.end, had.span.to-1)-span.from)/px - 1 // one less: a sample near a border may be on either side
		if by >= 0 && by%px == 0 && known > 0 && now.source.Grown(had.version) {
			from = int(min(known, int64(width)))
			for _, column := range [...][]float64{s.lo, s.hi, s.first, s.last} {
				copy(column[:from], column[by/px:])
			}
		}
	}
	now.source.Columns(span.from+int64(from)*px, span.to, s.lo[from:], s.hi[from:], s.first[from:], s.last[from:])
}

// gather collects the extremes of what an axis can show.
type gather struct {
	lo, hi float64
	log    bool
	below  bool // there were values that a logarithmic axis can't show
}

func (g *gather) take(v float64) {
	switch {
	case v != v:
	case g.log && v <= 0:
		g.below = true
	default:
		g.lo, g.hi = min(g.lo, v), max(g.hi, v)
	}
}

func (s *strip) extremes(g *gather) {
	for i, l := range s.lo {
		if l <= s.hi[i] {
			g.take(l)
			g.take(s.hi[i])
			if g.log {
				g.take(s.first[i])
				g.take(s.last[i])
			}
		}
	}
}

// reach is the extremes of a sparse line inside the stretch, where it enters and leaves included.
func (s *strip) reach(span stretch, style Style, g *gather) {
	for i, t := range s.ts[:s.n] {
		if t >= span.from && t < span.to {
			g.take(s.vs[i])
		}
	}
	if style != Points {
		g.take(s.at(span.from, style == Step))
		g.take(s.at(span.to, style == Step))
	}
}

// at is where the line is at an instant; NaN where it isn't.
func (s *strip) at(t int64, step bool) float64 {
	i := sort.Search(s.n, func(i int) bool { return s.ts[i] > t }) - 1
	switch {
	case i < 0:
		return math.NaN()
	case step:
		return s.vs[i]
	case i+1 == s.n:
		return math.NaN()
	}
	return mix(s.ts[i], s.ts[i+1], t, s.vs[i], s.vs[i+1])
}

// mix is the value at an instant of the straight line between two samples.
func mix(t0, t1, at int64, v0, v1 float64) float64 {
	if t1 <= t0 {
		return v1
	}
	part := float64(at-t0) / float64(t1-t0)
	return v0*(1-part) + v1*part
}

// x is the place of an instant in pixels.
func (f *frame) x(t int64) float64 {
	x := (float64(t) - float64(f.span.from)) * float64(f.width) / float64(f.span.length())
	if -1e9 < x && x < 1e9 { // near enough to count exactly
		x = float64(t-f.span.from) * float64(f.width) / float64(f.span.length())
	}
	return min(max(x, -1e6), 1e6)
}

func (p *painter) grid(f *frame) {
	paint.Fill(f.picture, f.look.background)
	thick := max(int(f.scale+0.5), 1)
	f.times, f.timeStep = timeTicks(f.times, f.span, int(float64(f.width)/f.scale/90), f.loc)
	for _, t := range f.times {
		paint.Rule(f.picture, true, int(f.x(t)), thick, f.look.grid)
	}
	a := &f.axes[Left]
	if !a.used {
		a = &f.axes[Right]
	}
	y := a.scale(f)
	for _, v := range a.ticks {
		c := f.look.grid
		if v == 0 {
			c = f.look.zero
		}
		paint.Rule(f.picture, false, min(int(y.Row(v)), f.height-thick), thick, c)
	}
}

// bands paints the marked ranges of values, below the lines.
func (p *painter) bands(f *frame) {
	for i := range f.marks {
		m := &f.marks[i]
		if m.from == m.to || !f.axes[m.side].values.ok() {
			continue
		}
		top, bottom := f.markRows(m)
		paint.Area(f.picture, top, bottom, pale(m.color))
	}
}

// thresholds paints the marked values, above the lines.
func (p *painter) thresholds(f *frame) {
	for i := range f.marks {
		if m := &f.marks[i]; m.from == m.to && f.axes[m.side].values.ok() {
			row, _ := f.markRows(m)
			paint.Dashes(f.picture, row, 1.4*f.scale, int(3*f.scale), m.color)
		}
	}
}

// markRows is where a mark begins and ends from the top; outside of the plot where it can't be
// shown.
func (f *frame) markRows(m *mark) (top, bottom float64) {
	y := f.axes[m.side].scale(f)
	row := func(v, open float64) float64 {
		r := y.Row(v)
		if r != r || math.IsInf(v, 0) {
			return open
		}
		return r
	}
	if m.from == m.to {
		r := row(m.from, -1e5)
		return r, r
	}
	return row(max(m.from, m.to), -1e5), row(min(m.from, m.to), 1e5)
}

func pale(c color.RGBA) color.RGBA {
	part := func(v uint8) uint8 { return uint8(uint32(v) * 36 / 255) }
	return color.RGBA{R: part(c.R), G: part(c.G), B: part(c.B), A: part(c.A)}
}

func (p *painter) line(f *frame, l *line, s *strip) {
	y := f.axes[l.side].scale(f)
	if !(y.Max > y.Min) {
		return
	}
	look := paint.Line{Color: l.color, Width: 1.6 * f.scale, Step: l.style == Step}
	until := f.x(f.now)
	cols := paint.Columns{Lo: s.lo, Hi: s.hi, First: s.first, Last: s.last,
		Before: s.before, BeforeX: s.beforeX, Until: int(min(until, float64(f.width)))}
	if l.style == Band {
		cols.Band(f.picture, y, look, s.bandWidth(f))
	}
	switch {
	case s.sparse:
		p.stroke(f, l, s, look)
	case l.style == Points:
		cols.Points(f.picture, y, look, 1.3*f.scale)
	case l.style != Band:
		cols.Paint(f.picture, y, look)
	}
}

// bandWidth is how many columns of a band share one reach: more where samples are rare, so that
// each has some.
func (s *strip) bandWidth(f *frame) int {
	least := 6 * f.scale
	if s.sparse && s.n > 0 {
		least = max(least, 4*float64(f.width)/float64(s.n))
	}
	return int(least)
}

func (p *painter) stroke(f *frame, l *line, s *strip, look paint.Line) {
	y := f.axes[l.side].scale(f)
	for i := range s.n {
		s.xs[i], s.ys[i] = f.x(s.ts[i]), y.Row(s.vs[i])
	}
	stroke := paint.Stroke{X: s.xs[:s.n], Y: s.ys[:s.n], Until: min(f.x(f.now), float64(f.width+8))}
	if l.style == Points {
		stroke.Points(f.picture, look, 2.2*f.scale)
		return
	}
	if float64(s.n) < float64(f.width)/f.scale/12 && l.style != Step {
		stroke.Dot = 2.2 * f.scale
	}
	stroke.Paint(f.picture, look)
}
