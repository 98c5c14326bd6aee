package paint

import (
	"image"
	"image/color"
	"math"
)

// Band paints the reach of the columns from the smallest to the largest value as a pale area
// between two thin lines. Every is how many columns share one reach.
func (c *Columns) Band(dst *image.RGBA, y Scale, l Line, every int) {
	pale := faint(l.Color, 64)
	every = max(every, 1)
	for x := 0; x < len(c.Lo); x += every {
		end := min(x+every, len(c.Lo))
		lo, hi := c.reach(x, end, y.Log)
		if lo > hi {
			continue
		}
		top, bottom := y.Row(hi), y.Row(lo)
		half := min(l.Width/2, 0.6)
		for col := x; col < end; col++ {
			span(dst, dst.Rect, col, top, bottom, pale)
			span(dst, dst.Rect, col, top-half, top+half, l.Color)
			span(dst, dst.Rect, col, bottom-half, bottom+half, l.Color)
		}
	}
}

// reach is the extremes of some columns; lo > hi when there is nothing to show.
func (c *Columns) reach(from, to int, log bool) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for x := from; x < to; x++ {
		l, h := c.Lo[x], c.Hi[x]
		if !(l <= h) {
			continue
		}
		if log && l <= 0 {
			l = aboveZero(h, c.First[x], c.Last[x])
		}
		lo, hi = min(lo, l), max(hi, h)
	}
	return lo, hi
}

// Points paints a dot at each of the four values that are known of a column.
func (c *Columns) Points(dst *image.RGBA, y Scale, l Line, radius float64) {
	for x := range c.Lo {
		if !(c.Lo[x] <= c.Hi[x]) {
			continue
		}
		for _, v := range [...]float64{c.Lo[x], c.Hi[x], c.First[x], c.Last[x]} {
			if row := y.Row(v); row == row {
				disc(dst, dst.Rect, float64(x)+0.5, row, radius, l.Color)
			}
		}
	}
}

// Points paints a dot at every sample, and no line.
func (p *Stroke) Points(dst *image.RGBA, l Line, radius float64) {
	for i, y := range p.Y {
		if y == y {
			disc(dst, dst.Rect, p.X[i], y, radius, l.Color)
		}
	}
}

// Area paints what lies between two rows over the whole width.
func Area(dst *image.RGBA, top, bottom float64, c color.RGBA) {
	for x := dst.Rect.Min.X; x < dst.Rect.Max.X; x++ {
		span(dst, dst.Rect, x, top, bottom, c)
	}
}

// Dashes paints a broken level line.
func Dashes(dst *image.RGBA, row, thickness float64, dash int, c color.RGBA) {
	dash = max(dash, 1)
	for x := dst.Rect.Min.X; x < dst.Rect.Max.X; x++ {
		if x/dash%3 != 2 {
			span(dst, dst.Rect, x, row-thickness/2, row+thickness/2, c)
		}
	}
}

func faint(c color.RGBA, alpha uint32) color.RGBA {
	part := func(v uint8) uint8 { return uint8(uint32(v) * alpha / 255) }
	return color.RGBA{R: part(c.R), G: part(c.G), B: part(c.B), A: part(c.A)}
}
