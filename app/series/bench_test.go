package series

import (
	"fmt"
	"math"
	"testing"
)

func filled(n int64) *Series {
	s := New(Options{})
	for i := range n {
		s.Append(i*1000, math.Sin(float64(i)/5000)+float64(i%7)/50)
	}
	return s
}

// BenchmarkColumns compares, in one run, a picture's worth of a small series and of large ones,
// and with reading every sample.
func BenchmarkColumns(b *testing.B) {
	const width = 1000
	lo, hi, first, last := make([]float64, width), make([]float64, width), make([]float64, width), make([]float64, width)
	for _, n := range []int64{10_000, 1_000_000, 10_000_000} {
		s := filled(n)
		for _, zoom := range []int64{1, 10, 1000} {
			b.Run(fmt.Sprintf("samples=%d/zoom=%d", n, zoom), func(b *testing.B) {
				b.ReportAllocs()
				span := n * 1000 / zoom
				for b.Loop() {
					s.Columns(n*333, n*333+span, lo, hi, first, last)
				}
			})
		}
	}
	b.Run("every sample of 1000000", func(b *testing.B) {
		values := make([]float64, 1_000_000)
		for b.Loop() {
			for c := range width {
				l, h := math.Inf(1), math.Inf(-1)
				for _, v := range values[c*1000 : (c+1)*1000] {
					l, h = min(l, v), max(h, v)
				}
				lo[c], hi[c] = l, h
			}
		}
	})
}

// BenchmarkAppend compares with appending to two bare slices.
func BenchmarkAppend(b *testing.B) {
	b.Run("series", func(b *testing.B) {
		s := New(Options{})
		b.ReportAllocs()
		for i := range int64(b.N) {
			s.Append(i, float64(i))
		}
	})
	b.Run("bare slices", func(b *testing.B) {
		var ts []int64
		var vs []float64
		b.ReportAllocs()
		for i := range int64(b.N) {
			ts, vs = append(ts, i), append(vs, float64(i))
		}
		if len(ts) != b.N || len(vs) != b.N {
			b.Fatal("a sample is lost")
		}
	})
	b.Run("late", func(b *testing.B) {
		s := filled(100_000)
		for i := range int64(b.N) {
			s.Append(i%100_000*1000, 1)
		}
	})
}

func TestColumnsAllocateNothing(t *testing.T) {
	s := filled(100_000)
	a := make([]float64, 400)
	if n := testing.AllocsPerRun(50, func() { s.Columns(0, 100_000_000, a, a, a, a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
