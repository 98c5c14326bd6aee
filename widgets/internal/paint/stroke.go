package paint

import (
	"image"
	"image/color"
	"math"
)

// Stroke is a line through single samples. X and Y are pixels; NaN in Y ends a piece.
type Stroke struct {
	X, Y []float64
	// Until is how far, in pixels, a step line holds its last value.
	Until float64
	// Dot is the radius of a dot at every sample, 0 for none. A sample between two gaps always
	// gets one.
	Dot float64
}

// Paint draws the stroke. Pieces that are rather level are painted column by column, steep ones
// row by row, with soft edges at both sides; that costs the length of the line and no more.
func (p *Stroke) Paint(dst *image.RGBA, l Line) {
	for i, y := range p.Y {
		if y != y {
			continue
		}
		x, alone := p.X[i], i == 0 || p.Y[i-1] != p.Y[i-1]
		if i+1 == len(p.Y) {
			if l.Step {
				level(dst, x, y, p.Until, y, l)
			}
		} else if next := p.Y[i+1]; next == next {
			alone = false
			piece(dst, x, y, p.X[i+1], next, l)
		} else if l.Step {
			level(dst, x, y, p.X[i+1], y, l)
		}
		switch {
		case p.Dot > 0:
			disc(dst, dst.Rect, x, y, p.Dot, l.Color)
		case alone:
			disc(dst, dst.Rect, x, y, l.Width*0.7, l.Color)
		case !l.Step && i > 0 && i+1 < len(p.Y) && p.bends(i):
			disc(dst, dst.Rect, x, y, l.Width/2, l.Color)
		}
	}
}

// bends tells whether the line turns at a sample so that the ends of its pieces don't meet.
func (p *Stroke) bends(i int) bool {
	steep := func(a, b int) float64 {
		dx, dy := p.X[b]-p.X[a], p.Y[b]-p.Y[a]
		if math.Abs(dy) <= dx {
			return 0
		}
		return math.Copysign(1, dy)
	}
	a, b := steep(i-1, i), steep(i, i+1)
	return a != b
}

func piece(dst *image.RGBA, x0, y0, x1, y1 float64, l Line) {
	switch {
	case l.Step:
		level(dst, x0, y0, x1, y0, l)
		if upright(dst, x1, y0, x1, y1, l); y1 != y0 {
			disc(dst, dst.Rect, x1, y0, l.Width/2, l.Color)
			disc(dst, dst.Rect, x1, y1, l.Width/2, l.Color)
		}
	case math.Abs(y1-y0) <= x1-x0:
		level(dst, x0, y0, x1, y1, l)
	default:
		upright(dst, x0, y0, x1, y1, l)
	}
}

// level paints the columns whose middle lies between x0 and x1.
func level(dst *image.RGBA, x0, y0, x1, y1 float64, l Line) {
	if x1 <= x0 {
		return
	}
	slope := (y1 - y0) / (x1 - x0)
	half := l.Width / 2 * math.Sqrt(1+slope*slope)
	from := int(math.Ceil(max(x0, float64(dst.Rect.Min.X)) - 0.5))
	to := int(math.Ceil(min(x1, float64(dst.Rect.Max.X)) - 0.5))
	for x := from; x < to; x++ {
		y := y0 + slope*(float64(x)+0.5-x0)
		span(dst, dst.Rect, x, y-half, y+half, l.Color)
	}
}

// upright paints the rows whose middle lies between y0 and y1.
func upright(dst *image.RGBA, x0, y0, x1, y1 float64, l Line) {
	if y1 < y0 {
		x0, y0, x1, y1 = x1, y1, x0, y0
	}
	if y1 == y0 {
		return
	}
	slope := (x1 - x0) / (y1 - y0)
	half := l.Width / 2 * math.Sqrt(1+slope*slope)
	from := int(math.Ceil(max(y0, float64(dst.Rect.Min.Y)) - 0.5))
	to := int(math.Ceil(min(y1, float64(dst.Rect.Max.Y)) - 0.5))
	for y := from; y < to; y++ {
		x := x0 + slope*(float64(y)+0.5-y0)
		across(dst, y, x-half, x+half, l.Color)
	}
}

// across paints a piece of one row, with partial cover at both ends.
func across(dst *image.RGBA, y int, x0, x1 float64, c color.RGBA) {
	x0, x1 = max(x0, float64(dst.Rect.Min.X)), min(x1, float64(dst.Rect.Max.X))
	if x1 <= x0 {
		return
	}
	first, last := int(math.Floor(x0)), int(math.Ceil(x1))-1
	at := (y-dst.Rect.Min.Y)*dst.Stride + (first-dst.Rect.Min.X)*4
	if first == last {
		blend(dst.Pix[at:], c, uint32((x1-x0)*256))
		return
	}
	blend(dst.Pix[at:], c, uint32((float64(first+1)-x0)*256))
	for x := first + 1; x < last; x++ {
		at += 4
		blend(dst.Pix[at:], c, 256)
	}
	blend(dst.Pix[at+4:], c, uint32((x1-float64(last))*256))
}

// disc paints a round dot, as far as it lies in clip, which lies in the picture.
func disc(dst *image.RGBA, clip image.Rectangle, x, y, r float64, c color.RGBA) {
	if !(x > -1e4 && x < 1e5 && y > -1e4 && y < 1e5) {
		return
	}
	box := image.Rect(int(math.Floor(x-r)), int(math.Floor(y-r)), int(math.Ceil(x+r)), int(math.Ceil(y+r))).Intersect(clip)
	for py := box.Min.Y; py < box.Max.Y; py++ {
		for px := box.Min.X; px < box.Max.X; px++ {
			d := math.Hypot(float64(px)+0.5-x, float64(py)+0.5-y)
			if cover := min(r+0.5-d, 1); cover > 0 {
				blend(dst.Pix[(py-dst.Rect.Min.Y)*dst.Stride+(px-dst.Rect.Min.X)*4:], c, uint32(cover*256))
			}
		}
	}
}
