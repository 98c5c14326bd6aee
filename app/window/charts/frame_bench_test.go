//go:build unix

package charts_test

import (
	"fmt"
	"math"
	"syscall"
	"testing"

	"fyne.io/fyne/v2/theme"

	"streamscope/app/series"
	"streamscope/widgets/chart"
)

// ten is ten series of n samples of the same curves over an hour: at every zoom the pictures of few and
// of many are alike, so that what differs is the data to read.
func ten(n int64) []chart.Series {
	const hour = int64(3600e9)
	list := make([]chart.Series, 10)
	for k := range list {
		s := series.New(series.Options{})
		for i := range n {
			at := float64(i) / float64(n)
			v := 8*math.Sin(at*40+float64(k)) + math.Sin(at*2*math.Pi*1000)
			s.Append(i*(hour/n), v+float64(3*k))
		}
		list[k] = chart.Series{Key: fmt.Sprint(k), Source: s}
	}
	return list
}

// loop runs f as often as the benchmark asks and reports the processor time beside the other: on a
// busy machine it is the one to compare.
func loop(b *testing.B, f func()) {
	b.ReportAllocs()
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

// BenchmarkFrame compares a frame of ten series of a million samples with one of ten series of ten
// thousand, over all of them and over ever smaller parts: while the picture slides, and while its zoom
// changes with every frame.
func BenchmarkFrame(b *testing.B) {
	const hour = int64(3600e9)
	for _, n := range []int64{10_000, 1_000_000} {
		all := ten(n)
		for _, zoom := range []int64{1, 4, 16, 64, 256, 1024, 4096} {
			from, turn := hour/3, int64(0)
			if zoom == 1 {
				from = 0
			}
			run := func(slide, stretch int64) func(b *testing.B) {
				return func(b *testing.B) {
					var p chart.Plotter
					p.Plot(all, from, from+hour/zoom, 1000, 300, theme.VariantDark)
					loop(b, func() {
						turn = (turn + 1) % 100
						at := from + turn*slide
						p.Plot(all, at, at+hour/zoom+turn*stretch, 1000, 300, theme.VariantDark)
					})
				}
			}
			px := hour / zoom / 1000
			b.Run(fmt.Sprintf("slide=%d/samples=%d", zoom, n), run(px, 0))       // a new column each time
			b.Run(fmt.Sprintf("zoom=%d/samples=%d", zoom, n), run(0, px/100*10)) // all columns are new
		}
	}
}
