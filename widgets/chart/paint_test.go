package chart

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// asked is a frame of the last so many seconds in a theme's colours.
func asked(variant fyne.ThemeVariant, seconds int64, lines ...line) *frame {
	back, ink := color.RGBA{0x17, 0x17, 0x18, 255}, uint8(24)
	if variant == theme.VariantLight {
		back, ink = color.RGBA{255, 255, 255, 255}, 0
	}
	colors := Palette(variant)
	for i := range lines {
		lines[i].color = rgba(colors[i%len(colors)])
	}
	return &frame{span: stretch{noon - seconds*second, noon}, now: noon, width: 240, height: 100, scale: 1,
		lines: lines, loc: time.UTC, look: look{background: back, grid: color.RGBA{ink, ink, ink, 24}, zero: color.RGBA{ink, ink, ink, 64}}}
}

func TestPainting(t *testing.T) {
	nan := math.NaN()
	noise := func(i int) float64 { return 10*math.Sin(float64(i)/300) + 3*math.Sin(float64(i)*1.7) }
	tests := map[string]func() []line{
		"dense": func() []line { return []line{{source: wave(10*time.Millisecond, 6000, noise)}} },
		"spike": func() []line {
			return []line{{source: wave(10*time.Millisecond, 6000, func(i int) float64 {
				if i == 3456 {
					return 100
				}
				return noise(i)
			})}}
		},
		"gap": func() []line {
			return []line{{source: wave(10*time.Millisecond, 6000, func(i int) float64 {
				if i > 2000 && i < 3500 || i == 4000 {
					return nan
				}
				return noise(i)
			})}}
		},
		"sparse": func() []line {
			return []line{{source: wave(5*time.Second, 14, func(i int) float64 { return float64(i * i % 13) })},
				{source: wave(time.Second, 80, func(i int) float64 { return 6 + 5*math.Sin(float64(i)/3) })}}
		},
		"sparse gap": func() []line {
			values := []float64{1, 2, nan, 3, nan, 2, 4, 3, nan, 2, 1, 1, 2, nan}
			return []line{{source: wave(5*time.Second, 14, func(i int) float64 { return values[i] })}}
		},
		"step": func() []line {
			states := []float64{0, 1, 0, 2, 2, nan, 1, 0, 1, 1, 0, 2, 1, 2}
			return []line{{style: Step, source: wave(5*time.Second, 14, func(i int) float64 { return states[i] })}}
		},
		"dense step": func() []line {
			return []line{{style: Step, source: wave(100*time.Millisecond, 600, func(i int) float64 {
				if i > 400 && i < 450 {
					return nan
				}
				return float64(i / 40 % 3)
			})}}
		},
		"bursts": func() []line { // dense in places, with nothing between
			p := &plainSource{}
			for b := range 6 {
				for i := range 60 {
					p.add(noon-int64(60-b*11)*second+int64(i)*20_000_000, float64(b%3)+float64(i)/30)
				}
			}
			return []line{{source: p}}
		},
		"empty": func() []line { return nil },
	}
	for theme, variant := range map[string]fyne.ThemeVariant{"light": theme.VariantLight, "dark": theme.VariantDark} {
		for name, lines := range tests {
			t.Run(name+" "+theme, func(t *testing.T) {
				test.NewTempApp(t)
				f := asked(variant, 60, lines()...)
				new(painter).paint(f)
				test.AssertImageMatches(t, fmt.Sprintf("paint/%s %s.png", name, theme), f.picture)
			})
		}
	}
}

func TestPaintingHugeAndTinyNumbersNeverFails(t *testing.T) {
	odd := []float64{math.MaxFloat64, -math.MaxFloat64, 1e308, 5e-324, 0, math.Inf(1), math.NaN(), 1 << 53}
	for _, n := range []int{8, 5000} {
		f := asked(theme.VariantLight, 60, line{source: wave(time.Minute/time.Duration(n), n, func(i int) float64 { return odd[i*7%len(odd)] })})
		for _, size := range []image.Point{{240, 100}, {1, 1}, {3, 400}} {
			f.width, f.height = size.X, size.Y
			new(painter).paint(f)
		}
	}
}

// manyColumns answers at once, so that only the painting is measured.
type manyColumns struct{ plainSource }

func (*manyColumns) Columns(_, _ int64, lo, hi, first, last []float64) (bool, uint64) {
	for i := range lo {
		v := math.Sin(float64(i) / 40)
		lo[i], hi[i], first[i], last[i] = v, v+0.3, v+0.1, v+0.2
	}
	return true, 1
}

func (*manyColumns) Samples(int64, int64, []int64, []float64) int { return -1 }

func TestPaintingAllocatesNothing(t *testing.T) {
	f := asked(theme.VariantDark, 60, line{source: &manyColumns{}}, line{source: &manyColumns{}, style: Step},
		line{source: wave(time.Second, 50, func(i int) float64 { return float64(i % 7) })},
		line{source: wave(time.Second, 50, func(i int) float64 { return float64(i % 3) }), style: Step})
	var p painter
	if n := testing.AllocsPerRun(20, func() { p.paint(f) }); n != 0 {
		t.Errorf("%v allocations a frame", n)
	}
}

// BenchmarkFrame compares frames with much and little to paint in one run.
func BenchmarkFrame(b *testing.B) {
	sources := map[string]Source{
		"columns": &manyColumns{},
		"stroke":  wave(time.Second, 60, func(i int) float64 { return math.Sin(float64(i) / 7) }),
	}
	for name, src := range sources {
		for _, n := range []int{1, 10} {
			b.Run(fmt.Sprintf("%s/lines=%d", name, n), func(b *testing.B) {
				lines := make([]line, n)
				for i := range lines {
					lines[i].source = src
				}
				f := asked(theme.VariantDark, 60, lines...)
				f.width, f.height = 1000, 300
				var p painter
				p.paint(f)
				b.ReportAllocs()
				for b.Loop() {
					p.paint(f)
				}
			})
		}
	}
}
