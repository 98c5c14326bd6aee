package paint

import (
	"image"
	"image/color"
	"math"
)

// Spark paints values, evenly spread and scaled to fill r, as a line of the given width in pixels that
// ends in a dot. NaN is a gap. The smallest and largest value always stay visible.
func Spark(dst *image.RGBA, r image.Rectangle, values []float32, width float64, c color.RGBA) {
	clip := r.Intersect(dst.Rect)
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v-v == 0 {
			lo, hi = min(lo, float64(v)), max(hi, float64(v))
		}
	}
	if clip.Empty() || lo > hi {
		return
	}
	if lo == hi {
		d := max(1, math.Abs(lo)/2) // a huge one plus 1 would still be itself
		lo, hi = lo-d, hi+d
	}
	y := Scale{Min: lo, Max: hi, Top: float64(r.Min.Y) + width, Height: float64(r.Dy()) - 2*width}
	scale := float64(max(len(values)-1, 1)) / float64(r.Dx())
	for x := range r.Dx() {
		top, bottom := sparkColumn(values, float64(x)*scale, float64(x+1)*scale, y)
		if top > bottom {
			continue
		}
		span(dst, clip, r.Min.X+x, top-width/2, bottom+width/2, c)
	}
	if last := float64(values[len(values)-1]); last-last == 0 {
		disc(dst, clip, float64(r.Max.X)-1.5*width, y.Row(last), 1.5*width, c)
	}
}

// sparkColumn is the reach of the line between two positions in values.
func sparkColumn(values []float32, a, b float64, y Scale) (top, bottom float64) {
	top, bottom = math.Inf(1), math.Inf(-1)
	take := func(v float64) {
		if v-v == 0 {
			row := y.Row(v)
			top, bottom = min(top, row), max(bottom, row)
		}
	}
	take(between(values, a))
	take(between(values, b))
	for i := int(math.Ceil(a)); float64(i) <= b && i < len(values); i++ {
		take(float64(values[i]))
	}
	return top, bottom
}

func between(values []float32, at float64) float64 {
	i := min(int(at), len(values)-1)
	part := at - float64(i)
	if part == 0 || i+1 >= len(values) {
		return float64(values[i])
	}
	return float64(values[i])*(1-part) + float64(values[i+1])*part
}
