package chart

import (
	"image"
	"image/color"
	"math"
	"sort"
	"time"

	"streamscope/widgets/chart/internal/paint"
)

// look is the theme in numbers, read on the UI goroutine.
type look struct {
	background, grid, zero color.RGBA
}

// line is one series as a frame needs it.
type line struct {
	source Source
	color  color.RGBA
	step   bool
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
	look   look
	have   values // the range of values so far
	loc    *time.Location

	picture   *image.RGBA
	values    values
	ticks     []float64
	tickStep  float64
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
}

func (s *strip) size(width int) {
	if cap(s.lo) < width {
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
	f.versions, f.completes, f.ends = f.versions[:0], f.completes[:0], f.ends[:0]
	f.complete, f.any = true, false
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range f.lines {
		l, h := p.strips[i].fetch(f, &f.lines[i])
		lo, hi = min(lo, l), max(hi, h)
	}
	f.values = f.have
	if f.any = lo <= hi; f.any {
		f.values = calmRange(f.have, lo, hi)
	} else if len(f.lines) == 0 {
		f.values = values{}
	}
	p.grid(f)
	for _, sparse := range [...]bool{false, true} { // a dense band must not bury a thin line
		for i := range f.lines {
			if s := &p.strips[i]; s.sparse == sparse {
				p.line(f, &f.lines[i], s)
			}
		}
	}
}

// fetch reads what the source knows of the stretch, and its extremes.
func (s *strip) fetch(f *frame, l *line) (lo, hi float64) {
	s.size(f.width)
	end, _, _ := l.source.At(f.span.to - 1)
	complete, version := l.source.Columns(f.span.from, f.span.to, nil, nil, nil, nil)
	s.n = l.source.Samples(f.span.from, f.span.to, s.ts, s.vs)
	if s.sparse = s.n >= 0; s.sparse {
		lo, hi = s.reach(f.span, l.step)
	} else {
		complete, version = l.source.Columns(f.span.from, f.span.to, s.lo, s.hi, s.first, s.last)
		lo, hi = s.extremes()
		s.before, s.beforeX = math.NaN(), 0
		if t, v, ok := l.source.At(f.span.from - 1); ok {
			s.before, s.beforeX = v, f.x(t)
		}
	}
	f.versions = append(f.versions, version)
	f.completes = append(f.completes, complete)
	f.ends = append(f.ends, end)
	f.complete = f.complete && complete
	return lo, hi
}

func (s *strip) extremes() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i, l := range s.lo {
		if h := s.hi[i]; l <= h {
			lo, hi = min(lo, l), max(hi, h)
		}
	}
	return lo, hi
}

// reach is the extremes of a sparse line inside the stretch, where it enters and leaves included.
func (s *strip) reach(span stretch, step bool) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	take := func(v float64) {
		if v == v {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	for i, t := range s.ts[:s.n] {
		if t >= span.from && t < span.to {
			take(s.vs[i])
		}
	}
	take(s.at(span.from, step))
	take(s.at(span.to, step))
	return lo, hi
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

// valueScale leaves a little room above and below, so that a line at the end of the range is
// seen in its whole width.
func (f *frame) valueScale() paint.Scale {
	room := 3 * f.scale
	return paint.Scale{Min: f.values.min, Max: f.values.max, Top: room, Height: float64(f.height) - 2*room}
}

func (p *painter) grid(f *frame) {
	paint.Fill(f.picture, f.look.background)
	thick := max(int(f.scale+0.5), 1)
	f.times, f.timeStep = timeTicks(f.times, f.span, int(float64(f.width)/f.scale/90), f.loc)
	for _, t := range f.times {
		paint.Rule(f.picture, true, int(f.x(t)), thick, f.look.grid)
	}
	f.ticks, f.tickStep = valueTicks(f.ticks, f.values, min(max(int(float64(f.height)/f.scale/32), 2), 8))
	y := f.valueScale()
	for _, v := range f.ticks {
		c := f.look.grid
		if v == 0 {
			c = f.look.zero
		}
		paint.Rule(f.picture, false, min(int(y.Row(v)), f.height-thick), thick, c)
	}
}

func (p *painter) line(f *frame, l *line, s *strip) {
	look := paint.Line{Color: l.color, Width: 1.6 * f.scale, Step: l.step}
	y := f.valueScale()
	until := f.x(f.now)
	if !s.sparse {
		cols := paint.Columns{Lo: s.lo, Hi: s.hi, First: s.first, Last: s.last,
			Before: s.before, BeforeX: s.beforeX, Until: int(min(until, float64(f.width)))}
		cols.Paint(f.picture, y, look)
		return
	}
	for i := range s.n {
		s.xs[i], s.ys[i] = f.x(s.ts[i]), y.Row(s.vs[i])
	}
	stroke := paint.Stroke{X: s.xs[:s.n], Y: s.ys[:s.n], Until: min(until, float64(f.width+8))}
	if float64(s.n) < float64(f.width)/f.scale/12 && !l.step {
		stroke.Dot = 2.2 * f.scale
	}
	stroke.Paint(f.picture, look)
}
