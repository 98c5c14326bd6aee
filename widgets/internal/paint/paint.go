// Package paint draws lines of samples into RGBA pictures: the one painter behind charts,
// sparklines and exported images. It knows pixels and numbers, and neither widgets nor time.
//
// Dense lines are painted column by column, from the smallest to the largest value with soft
// ends (Columns); sparse ones as a stroke through the samples (Stroke). Nothing here allocates.
package paint

import (
	"image"
	"image/color"
	"math"
)

// Scale maps values to rows of a picture: Max lies at Top and Min at Top+Height.
type Scale struct {
	Min, Max    float64
	Top, Height float64
	// Log has Min and Max be decimal logarithms. Zero and what is below has no row then: NaN.
	Log bool
}

// Row is the height of v in pixels from the top of the picture, kept within reach of it so that
// no value can overflow a row number.
func (s Scale) Row(v float64) float64 {
	if s.Log {
		if !(v > 0) {
			return math.NaN()
		}
		v = math.Log10(v)
	}
	// Halves: the span of two huge values overflows.
	y := s.Top + s.Height*((s.Max/2-v/2)/(s.Max/2-s.Min/2))
	return min(max(y, -1e5), 1e5)
}

// Line is how a line looks.
type Line struct {
	Color color.RGBA // premultiplied
	Width float64    // pixels
	Step  bool       // the value holds until the next sample
}

// Fill paints the whole picture in one colour.
func Fill(dst *image.RGBA, c color.RGBA) {
	w := dst.Rect.Dx() * 4
	if w == 0 || dst.Rect.Dy() == 0 {
		return
	}
	row := dst.Pix[:w]
	for i := 0; i < w; i += 4 {
		row[i], row[i+1], row[i+2], row[i+3] = c.R, c.G, c.B, c.A
	}
	for y := 1; y < dst.Rect.Dy(); y++ {
		copy(dst.Pix[y*dst.Stride:y*dst.Stride+w], row)
	}
}

// Rule paints a sharp horizontal (or vertical) line of a whole number of pixels.
func Rule(dst *image.RGBA, vertical bool, at, thickness int, c color.RGBA) {
	r := image.Rect(0, at, dst.Rect.Dx(), at+thickness)
	if vertical {
		r = image.Rect(at, 0, at+thickness, dst.Rect.Dy())
	}
	r = r.Intersect(image.Rect(0, 0, dst.Rect.Dx(), dst.Rect.Dy()))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			blend(dst.Pix[y*dst.Stride+x*4:], c, 256)
		}
	}
}

// span paints one pixel column from y0 down to y1, with partial cover at both ends. clip bounds
// the rows.
func span(dst *image.RGBA, clip image.Rectangle, x int, y0, y1 float64, c color.RGBA) {
	y0, y1 = max(y0, float64(clip.Min.Y)), min(y1, float64(clip.Max.Y))
	if y1 <= y0 || x < clip.Min.X || x >= clip.Max.X {
		return
	}
	first, last := int(math.Floor(y0)), int(math.Ceil(y1))-1
	at := (first-dst.Rect.Min.Y)*dst.Stride + (x-dst.Rect.Min.X)*4
	if first == last {
		blend(dst.Pix[at:], c, uint32((y1-y0)*256))
		return
	}
	blend(dst.Pix[at:], c, uint32((float64(first+1)-y0)*256))
	at += dst.Stride
	for y := first + 1; y < last; y++ {
		if c.A == 255 {
			p := dst.Pix[at : at+4 : at+4]
			p[0], p[1], p[2], p[3] = c.R, c.G, c.B, 255
		} else {
			blend(dst.Pix[at:], c, 256)
		}
		at += dst.Stride
	}
	blend(dst.Pix[at:], c, uint32((y1-float64(last))*256))
}

// blend puts c over the pixel with a cover of 0 to 256.
func blend(pix []uint8, c color.RGBA, cover uint32) {
	p := pix[:4:4]
	left := 256*255 - uint32(c.A)*cover // what shows through, of 256·255
	p[0] = uint8((uint32(c.R)*cover*255 + uint32(p[0])*left + 32640) / 65280)
	p[1] = uint8((uint32(c.G)*cover*255 + uint32(p[1])*left + 32640) / 65280)
	p[2] = uint8((uint32(c.B)*cover*255 + uint32(p[2])*left + 32640) / 65280)
	p[3] = uint8((uint32(c.A)*cover*255 + uint32(p[3])*left + 32640) / 65280)
}
