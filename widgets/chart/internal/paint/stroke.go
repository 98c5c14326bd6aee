package paint

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// Stroker paints sparse lines as smooth strokes. It keeps its buffers from line to line.
type Stroker struct {
	raster vector.Rasterizer
	src    image.Uniform
	box    image.Rectangle
}

// Stroke is a line through single samples. X and Y are pixels; NaN in Y ends a piece.
type Stroke struct {
	X, Y []float64
	// Until is how far, in pixels, a step line holds its last value.
	Until float64
	// Dot is the radius of a dot at every sample, 0 for none. A sample between two gaps always
	// gets one.
	Dot float64
}

// Paint draws the stroke.
func (s *Stroker) Paint(dst *image.RGBA, p Stroke, l Line) {
	s.box = p.bounds(dst.Rect, max(l.Width, 2*p.Dot)+2)
	if s.box.Empty() {
		return
	}
	s.raster.Reset(s.box.Dx(), s.box.Dy())
	half := l.Width / 2
	for i, y := range p.Y {
		if y != y {
			continue
		}
		x, alone := p.X[i], true
		if i > 0 && p.Y[i-1] == p.Y[i-1] {
			alone = false
		}
		if i+1 < len(p.Y) {
			if next := p.Y[i+1]; next == next {
				alone = false
				s.piece(x, y, p.X[i+1], next, half, l.Step)
			} else if l.Step {
				s.bar(x, y, p.X[i+1], y, half)
			}
		} else if l.Step && p.Until > x {
			s.bar(x, y, p.Until, y, half)
		}
		if dot := p.Dot; dot > 0 || alone {
			s.disc(x, y, max(dot, half*1.4))
		} else {
			s.disc(x, y, half)
		}
	}
	s.src.C = l.Color
	s.raster.Draw(dst, s.box, &s.src, image.Point{})
}

// bounds is the part of the picture that the stroke can touch.
func (p *Stroke) bounds(pic image.Rectangle, margin float64) image.Rectangle {
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for i, y := range p.Y {
		if y == y {
			y0, y1 = min(y0, y), max(y1, y)
			x0, x1 = min(x0, p.X[i]), max(x1, p.X[i])
		}
	}
	if x1 < x0 {
		return image.Rectangle{}
	}
	x1 = max(x1, p.Until)
	clamp := func(v float64) int { return int(min(max(v, -1e6), 1e6)) }
	return image.Rect(clamp(x0-margin), clamp(y0-margin), clamp(x1+margin)+1, clamp(y1+margin)+1).Intersect(pic)
}

func (s *Stroker) piece(x0, y0, x1, y1, half float64, step bool) {
	if step {
		s.bar(x0, y0, x1, y0, half)
		s.bar(x1, y0, x1, y1, half)
		s.disc(x1, y0, half)
		return
	}
	s.bar(x0, y0, x1, y1, half)
}

// bar adds a straight piece. All shapes turn the same way round: the rasterizer adds up signed
// area, and opposite turns would cancel where they overlap.
func (s *Stroker) bar(x0, y0, x1, y1, half float64) {
	x0, y0, x1, y1, ok := s.clip(x0, y0, x1, y1)
	if !ok {
		return
	}
	dx, dy := x1-x0, y1-y0
	n := math.Hypot(dx, dy)
	if n == 0 {
		return
	}
	nx, ny := -dy/n*half, dx/n*half
	s.raster.MoveTo(s.point(x0+nx, y0+ny))
	s.raster.LineTo(s.point(x0-nx, y0-ny))
	s.raster.LineTo(s.point(x1-nx, y1-ny))
	s.raster.LineTo(s.point(x1+nx, y1+ny))
	s.raster.ClosePath()
}

// clip cuts a piece to a frame around the picture: single precision must not see far points.
func (s *Stroker) clip(x0, y0, x1, y1 float64) (a, b, c, d float64, ok bool) {
	const far = 64
	t0, t1 := 0.0, 1.0
	for _, e := range [4][2]float64{
		{-(x1 - x0), x0 - (float64(s.box.Min.X) - far)}, {x1 - x0, float64(s.box.Max.X) + far - x0},
		{-(y1 - y0), y0 - (float64(s.box.Min.Y) - far)}, {y1 - y0, float64(s.box.Max.Y) + far - y0},
	} {
		switch d, room := e[0], e[1]; {
		case d == 0 && room < 0:
			return 0, 0, 0, 0, false
		case d < 0:
			t0 = max(t0, room/d)
		case d > 0:
			t1 = min(t1, room/d)
		}
	}
	if t0 > t1 {
		return 0, 0, 0, 0, false
	}
	return x0 + t0*(x1-x0), y0 + t0*(y1-y0), x0 + t1*(x1-x0), y0 + t1*(y1-y0), true
}

func (s *Stroker) disc(x, y, r float64) {
	if x < float64(s.box.Min.X)-r || x > float64(s.box.Max.X)+r || y < float64(s.box.Min.Y)-r || y > float64(s.box.Max.Y)+r {
		return
	}
	const k = 0.7071067811865476
	corners := [8][2]float64{{1, 0}, {k, k}, {0, 1}, {-k, k}, {-1, 0}, {-k, -k}, {0, -1}, {k, -k}}
	s.raster.MoveTo(s.point(x+r, y))
	for _, c := range corners[1:] {
		s.raster.LineTo(s.point(x+c[0]*r, y+c[1]*r))
	}
	s.raster.ClosePath()
}

func (s *Stroker) point(x, y float64) (float32, float32) {
	return float32(x - float64(s.box.Min.X)), float32(y - float64(s.box.Min.Y))
}
