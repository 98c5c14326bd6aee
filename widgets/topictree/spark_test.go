package topictree

import (
	"image"
	"image/color"
	"math"
	"testing"
)

func TestSparkStaysInItsBand(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, values := range map[string][]float32{
		"nothing": nil, "one": {5}, "gaps": {nan, 1, nan, 2}, "only gaps": {nan, nan}, "endless": {1, inf, -inf, 2},
		"flat": {3, 3, 3}, "extremes": {-math.MaxFloat32, math.MaxFloat32}, "many": wave(5000, 0),
	} {
		img := image.NewRGBA(image.Rect(0, 0, 80, 40))
		band := image.Rect(8, 10, 72, 30)
		paintSpark(img, band, values, color.NRGBA{R: 255, A: 255}, 1.25)
		for y := range 40 {
			for x := range 80 {
				if img.RGBAAt(x, y).A > 0 && !(image.Point{X: x, Y: y}).In(band) {
					t.Fatalf("%s: paints %d, %d outside its band", name, x, y)
				}
			}
		}
	}
}

func TestSparkShowsSpikesAndGaps(t *testing.T) {
	values := make([]float32, 1000) // a spike of one sample, a gap of a fifth
	values[333] = 9
	for i := 600; i < 800; i++ {
		values[i] = float32(math.NaN())
	}
	img := image.NewRGBA(image.Rect(0, 0, 100, 20))
	paintSpark(img, img.Rect, values, color.NRGBA{R: 255, A: 255}, 1)
	painted := func(x0, x1, y0, y1 int) (n int) {
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if img.RGBAAt(x, y).A > 128 {
					n++
				}
			}
		}
		return n
	}
	if painted(32, 35, 0, 3) == 0 {
		t.Error("the spike is lost")
	}
	if n := painted(62, 78, 0, 20); n > 0 {
		t.Errorf("%d pixels in the gap", n)
	}
	if n := painted(0, 30, 0, 15); n > 0 {
		t.Errorf("%d pixels above a flat line", n)
	}
}
