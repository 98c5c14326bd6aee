package paint

import (
	"image"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2/test"
)

func TestSparklines(t *testing.T) {
	test.NewTempApp(t)
	dst := image.NewRGBA(image.Rect(0, 0, 200, 90))
	for i := range dst.Pix {
		dst.Pix[i] = 255
	}
	row := func(i int, value func(i int) float32, n int) {
		values := make([]float32, n)
		for k := range values {
			values[k] = value(k)
		}
		r := image.Rect(i%2*100+5, i/2*18+2, i%2*100+95, i/2*18+16)
		Spark(dst, r, values, 1.2, color.RGBA{0x09, 0x71, 0xb0, 255})
	}
	nan := float32(math.NaN())
	row(0, func(i int) float32 { return float32(math.Sin(float64(i) / 4)) }, 40)
	row(1, func(i int) float32 { return float32(i * 7 % 11) }, 20)
	row(2, func(i int) float32 { return float32(i * 7919 % 101) }, 500) // more values than pixels
	row(3, func(int) float32 { return 3 }, 20)                          // flat
	row(4, func(int) float32 { return 3 }, 1)
	row(5, func(i int) float32 {
		if i > 8 && i < 14 {
			return nan
		}
		return float32(i)
	}, 24)
	row(6, func(int) float32 { return nan }, 5) // nothing to show
	row(7, func(i int) float32 {
		if i == 300 {
			return 50
		}
		return float32(i % 2)
	}, 600)
	row(8, nil, 0)
	row(9, func(i int) float32 { return float32(math.Inf(i%2*2 - 1)) }, 5)
	Spark(dst, image.Rect(-20, -20, 20, 4), []float32{1, 2, 1}, 1.2, color.RGBA{255, 0, 0, 255}) // clipped
	test.AssertImageMatches(t, "sparklines.png", dst)
}

func TestSparkStaysInItsBand(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	for name, values := range map[string][]float32{
		"nothing": nil, "one": {5}, "gaps": {nan, 1, nan, 2}, "only gaps": {nan, nan}, "endless": {1, inf, -inf, 2},
		"flat": {3, 3, 3}, "extremes": {-math.MaxFloat32, math.MaxFloat32}, "many": make([]float32, 5000),
	} {
		img := image.NewRGBA(image.Rect(0, 0, 80, 40))
		band := image.Rect(8, 10, 72, 30)
		Spark(img, band, values, 1.6, color.RGBA{R: 255, A: 255})
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
	Spark(img, img.Rect, values, 1.3, color.RGBA{R: 255, A: 255})
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

func TestSparkAllocatesNothing(t *testing.T) {
	dst, values := image.NewRGBA(image.Rect(0, 0, 60, 24)), make([]float32, 40)
	if n := testing.AllocsPerRun(20, func() { Spark(dst, dst.Rect, values, 1.3, color.RGBA{1, 2, 3, 255}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSpark(b *testing.B) {
	dst := image.NewRGBA(image.Rect(0, 0, 60, 24))
	values := make([]float32, 60)
	for i := range values {
		values[i] = float32(math.Sin(float64(i) / 5))
	}
	b.ReportAllocs()
	for b.Loop() {
		Spark(dst, dst.Rect, values, 1.3, color.RGBA{1, 2, 3, 255})
	}
}
