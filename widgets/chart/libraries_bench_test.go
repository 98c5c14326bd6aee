//go:build unix

package chart

import (
	"image"
	"image/color"
	"math"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2/theme"
	charts "github.com/go-analyze/charts" //nolint:misspell // a name
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

// BenchmarkLibraries compares a picture of four series of ten thousand samples, 600 × 300, with what
// libraries take that paint charts into pictures. Ours reads its columns from every sample, without a
// pyramid.
func BenchmarkLibraries(b *testing.B) {
	const n, w, h = 10_000, 600, 300
	value := func(k, i int) float64 { return math.Sin(float64(i)/300+float64(k)) + float64(i*7919%13)/40 }
	b.Run("ours", func(b *testing.B) {
		list := make([]Series, 4)
		for k := range list {
			list[k].Source = wave(time.Second, n, func(i int) float64 { return value(k, i) })
		}
		var p Plotter
		turn := int64(0)
		loop(b, func() { // never the same stretch: nothing is taken over from the last frame
			turn = (turn + 1) % 100
			p.Plot(list, noon-n*second+turn*second/2, noon, w, h, theme.VariantLight)
		})
	})
	b.Run("ours, exported", func(b *testing.B) {
		inTheme(b, theme.VariantLight)
		list := make([]Series, 4)
		for k := range list {
			list[k] = Series{Key: string(rune('a' + k)), Name: "series", Source: wave(time.Second, n, func(i int) float64 { return value(k, i) })}
		}
		c := New(Options{Do: func(f func()) { f() }, Go: func(f func()) { f() }, Now: func() int64 { return noon }, Location: time.UTC})
		c.SetSeries(list)
		c.SetWindow(n * time.Second)
		loop(b, func() {
			if _, err := c.Export(Export{Width: w, Height: h, Title: "title"})(); err != nil {
				b.Fatal(err)
			}
		})
	})
	b.Run("gonum", func(b *testing.B) {
		lines := make([]plotter.XYs, 4)
		for k := range lines {
			for i := range n {
				lines[k] = append(lines[k], plotter.XY{X: float64(i), Y: value(k, i)})
			}
		}
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		loop(b, func() {
			p := plot.New()
			for _, xys := range lines {
				l, err := plotter.NewLine(xys)
				if err != nil {
					b.Fatal(err)
				}
				l.Color = color.RGBA{R: 200, A: 255}
				p.Add(l)
			}
			p.Draw(draw.New(vgimg.NewWith(vgimg.UseImage(img), vgimg.UseDPI(int(vg.Inch)))))
		})
	})
	b.Run("charts", func(b *testing.B) {
		values := make([][]float64, 4)
		for k := range values {
			for i := range n {
				values[k] = append(values[k], value(k, i))
			}
		}
		loop(b, func() {
			p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: w, Height: h})
			opt := charts.NewLineChartOptionWithData(values)
			opt.Symbol = charts.Symbol{Shape: charts.SymbolNone}
			if err := p.LineChart(opt); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// loop runs f as often as the benchmark asks and reports the processor time beside the other: on a
// busy machine it is the one to compare.
func loop(b *testing.B, f func()) {
	b.ReportAllocs()
	f()
	start := cpu()
	for b.Loop() {
		f()
	}
	b.ReportMetric(float64(cpu()-start)/float64(b.N), "cpu-ns/op")
}

func cpu() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return u.Utime.Nano() + u.Stime.Nano()
}
