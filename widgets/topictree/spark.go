package topictree

import (
	"image"
	"image/color"
	"math"
)

// SparkPainter draws values as a small curve into the rectangle r of dst, over what is
// there. NaN is a gap. scale is the number of device pixels in one of Fyne's units.
type SparkPainter func(dst *image.RGBA, r image.Rectangle, values []float32, stroke color.NRGBA, scale float32)

// paintSpark is the painter unless the owner sets another: for every pixel column the span
// from the smallest to the largest y that the curve has in it, softened at both ends.
func paintSpark(dst *image.RGBA, r image.Rectangle, values []float32, stroke color.NRGBA, scale float32) {
	low, high := float32(math.Inf(1)), float32(math.Inf(-1))
	for _, v := range values {
		if finite(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high || r.Dx() < 2 || r.Dy() < 2 {
		return
	}
	thickness := 1.3 * scale
	room := float32(r.Dy()) - thickness
	y := func(v float32) float32 {
		if high == low {
			return float32(r.Min.Y) + thickness/2 + room/2
		}
		return float32(r.Min.Y) + thickness/2 + (high-v)/(high-low)*room
	}
	if len(values) == 1 {
		dot(dst, r, float32(r.Max.X)-thickness, y(values[0]), thickness, stroke)
		return
	}
	step := float32(r.Dx()-1) / float32(len(values)-1)
	for x := r.Min.X; x < r.Max.X; x++ {
		from, to, ok := curve(values, (float32(x-r.Min.X)-0.5)/step, (float32(x-r.Min.X)+0.5)/step)
		if ok {
			span(dst, r, x, y(to)-thickness/2, y(from)+thickness/2, stroke)
		}
	}
	if last := values[len(values)-1]; finite(last) {
		dot(dst, r, float32(r.Max.X)-1.5*thickness, y(last), thickness*1.5, stroke)
	}
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }

// curve is the smallest and largest value that the polyline takes between two positions,
// counted in values.
func curve(values []float32, from, to float32) (low, high float32, ok bool) {
	low, high = float32(math.Inf(1)), float32(math.Inf(-1))
	add := func(v float32) {
		if finite(v) {
			low, high, ok = min(low, v), max(high, v), true
		}
	}
	add(between(values, from))
	for i := max(0, int(math.Ceil(float64(from)))); i <= int(to) && i < len(values); i++ {
		add(values[i])
	}
	add(between(values, to))
	return low, high, ok
}

// between is the polyline's value at a position; NaN outside and in gaps.
func between(values []float32, at float32) float32 {
	i := int(math.Floor(float64(at)))
	if i < 0 || i >= len(values)-1 {
		return float32(math.NaN())
	}
	return values[i] + (values[i+1]-values[i])*(at-float32(i))
}

// span fills column x from y0 to y1, whose fractions cover their pixels in part.
func span(dst *image.RGBA, r image.Rectangle, x int, y0, y1 float32, c color.NRGBA) {
	y0, y1 = max(y0, float32(r.Min.Y)), min(y1, float32(r.Max.Y))
	for y := int(y0); float32(y) < y1; y++ {
		cover := min(y1, float32(y+1)) - max(y0, float32(y))
		blend(dst, x, y, c, cover)
	}
}

func dot(dst *image.RGBA, r image.Rectangle, cx, cy, radius float32, c color.NRGBA) {
	for y := int(cy - radius - 1); y <= int(cy+radius+1); y++ {
		for x := int(cx - radius - 1); x <= int(cx+radius+1); x++ {
			if !(image.Point{x, y}).In(r) {
				continue
			}
			dx, dy := float64(float32(x)+0.5-cx), float64(float32(y)+0.5-cy)
			blend(dst, x, y, c, min(1, max(0, radius+0.5-float32(math.Hypot(dx, dy)))))
		}
	}
}

func blend(dst *image.RGBA, x, y int, c color.NRGBA, cover float32) {
	if cover <= 0 {
		return
	}
	a := cover * float32(c.A) / 255
	p := dst.Pix[dst.PixOffset(x, y):]
	p[0] = uint8(float32(c.R)*a + float32(p[0])*(1-a))
	p[1] = uint8(float32(c.G)*a + float32(p[1])*(1-a))
	p[2] = uint8(float32(c.B)*a + float32(p[2])*(1-a))
	p[3] = uint8(255*a + float32(p[3])*(1-a))
}
