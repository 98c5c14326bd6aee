package chart

import (
	"image/color"
	"math"
	"sort"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// noon is when everything in these tests happens: 23 November 2026, 12:00 UTC.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixNano()

const second = int64(time.Second)

// plainSource is a Source that does everything the slow way.
type plainSource struct {
	ts      []int64
	vs      []float64
	thinned bool
	version uint64
	revised uint64
}

func (p *plainSource) Grown(since uint64) bool { return p.revised <= since }

func (p *plainSource) add(t int64, v float64) {
	p.ts, p.vs = append(p.ts, t), append(p.vs, v)
	p.version++
}

func (p *plainSource) find(t int64) int {
	return sort.Search(len(p.ts), func(i int) bool { return p.ts[i] >= t })
}

func (p *plainSource) Columns(from, to int64, lo, hi, first, last []float64) (bool, uint64) {
	for c := range lo {
		a := p.find(from + (to-from)*int64(c)/int64(len(lo)))
		b := p.find(from + (to-from)*int64(c+1)/int64(len(lo)))
		if a == b {
			lo[c], hi[c], first[c], last[c] = math.NaN(), math.NaN(), math.NaN(), math.NaN()
			continue
		}
		lo[c], hi[c], first[c], last[c] = math.Inf(1), math.Inf(-1), p.vs[a], p.vs[b-1]
		for _, v := range p.vs[a:b] {
			if v == v {
				lo[c], hi[c] = min(lo[c], v), max(hi[c], v)
			}
		}
	}
	return !p.thinned, p.version
}

func (p *plainSource) Samples(from, to int64, ts []int64, vs []float64) int {
	a, b := max(p.find(from)-1, 0), min(p.find(to)+1, len(p.ts))
	if b-a > len(ts) {
		return -1
	}
	copy(ts, p.ts[a:b])
	return copy(vs, p.vs[a:b])
}

func (p *plainSource) At(t int64) (int64, float64, bool) {
	i := sort.Search(len(p.ts), func(i int) bool { return p.ts[i] > t }) - 1
	if i < 0 {
		return 0, 0, false
	}
	return p.ts[i], p.vs[i], true
}

func (p *plainSource) Span() (int64, int64, bool) {
	if len(p.ts) == 0 {
		return 0, 0, false
	}
	return p.ts[0], p.ts[len(p.ts)-1], true
}

func (p *plainSource) Measure(from, to int64) (count int, lo, hi, mean, deviation, last, rate float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	first, begin, end, squares := math.NaN(), int64(0), int64(0), 0.0
	for i, v := range p.vs[p.find(from):p.find(to)] {
		if v == v {
			if count++; count == 1 {
				first, begin = v, p.ts[p.find(from)+i]
			}
			lo, hi, last, end = min(lo, v), max(hi, v), v, p.ts[p.find(from)+i]
			mean, squares = mean+v, squares+v*v
		}
	}
	if count == 0 {
		nan := math.NaN()
		return 0, nan, nan, nan, nan, nan, nan
	}
	mean /= float64(count)
	return count, lo, hi, mean, math.Sqrt(squares/float64(count) - mean*mean), last, (last - first) / (float64(end-begin) / 1e9)
}

// wave is a value every so often, up to noon.
func wave(every time.Duration, n int, value func(i int) float64) *plainSource {
	p := &plainSource{}
	for i := range n {
		p.add(noon-int64(n-1-i)*int64(every), value(i))
	}
	return p
}

// inTheme starts a Fyne app in Fyne's own theme, light or dark.
func inTheme(t testing.TB, variant fyne.ThemeVariant) {
	t.Helper()
	a := test.NewTempApp(t)
	a.Settings().SetTheme(fixedVariant{theme.DefaultTheme(), variant})
}

type fixedVariant struct {
	fyne.Theme
	variant fyne.ThemeVariant
}

func (f fixedVariant) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return f.Theme.Color(n, f.variant)
}

// shown is a chart in a window, at noon, that paints in place.
func shown(t testing.TB, size fyne.Size, series ...Series) (*Chart, fyne.Window) {
	t.Helper()
	c := New(Options{Do: func(f func()) { f() }, Go: func(f func()) { f() },
		Now: func() int64 { return noon }, Location: time.UTC})
	c.SetSeries(series)
	w := test.NewTempWindow(t, c)
	w.SetPadded(false)
	w.Resize(size)
	w.Canvas().Capture() // the first picture tells the size in pixels
	return c, w
}
