package topictree

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// strip is the other way to draw rows, which the package's doc weighs: one picture with glyphs
// that are drawn once each. It knows neither shaping nor fonts to fall back to.
type strip struct {
	face   font.Face
	glyphs map[rune]stripGlyph
	img    *image.RGBA
	rows   []Row
}

type stripGlyph struct {
	mask    *image.Alpha
	at      image.Point
	advance fixed.Int26_6
}

func newStrip(b *testing.B, rows []Row) *strip {
	parsed, err := opentype.Parse(theme.TextFont().Content())
	if err != nil {
		b.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: float64(theme.TextSize()), DPI: 72})
	if err != nil {
		b.Fatal(err)
	}
	return &strip{face: face, glyphs: map[rune]stripGlyph{}, rows: rows}
}

func (s *strip) glyph(r rune) stripGlyph {
	if g, ok := s.glyphs[r]; ok {
		return g
	}
	bounds, mask, from, advance, _ := s.face.Glyph(fixed.Point26_6{}, r)
	g := stripGlyph{image.NewAlpha(image.Rect(0, 0, bounds.Dx(), bounds.Dy())), bounds.Min, advance}
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			g.mask.Set(x, y, mask.At(from.X+x, from.Y+y))
		}
	}
	s.glyphs[r] = g
	return g
}

func (s *strip) write(text string, x, baseline int, c color.NRGBA) {
	at := fixed.I(x)
	for _, r := range text {
		g := s.glyph(r)
		for y := range g.mask.Rect.Dy() {
			for x, cover := range g.mask.Pix[y*g.mask.Stride:][:g.mask.Rect.Dx()] {
				if p := (image.Point{at.Round() + x, baseline + y}).Add(g.at); cover != 0 && p.In(s.img.Rect) {
					blend(s.img, p.X, p.Y, c, float32(cover)/255)
				}
			}
		}
		at += g.advance
	}
}

func (s *strip) paint(w, h int) image.Image {
	if s.img == nil || s.img.Rect.Dx() != w || s.img.Rect.Dy() != h {
		s.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	clear(s.img.Pix)
	ink := color.NRGBA{220, 230, 235, 255}
	for k := range s.rows {
		baseline := k*h/len(s.rows) + h/len(s.rows)*3/4
		s.write(s.rows[k].Name, 40, baseline, ink)
		s.write(s.rows[k].Value, w/2, baseline, ink)
		s.write(s.rows[k].Age, w-60, baseline, ink)
	}
	return s.img
}

// BenchmarkDraw draws 40 rows with three texts each, of which two change every time, by widgets
// and as a strip. Fyne's own painter in software stands in for a screen; what that leaves out, the
// textures, is in the package's doc.
func BenchmarkDraw(b *testing.B) {
	for _, way := range []string{"widgets", "strip"} {
		b.Run(way, func(b *testing.B) {
			p := &plant{}
			for i := range benchRows {
				p.add(1, fmt.Sprint("temperature ", i), "")
			}
			s := showTree(b, p, 620, benchRows*22)
			var object fyne.CanvasObject = s.Tree
			if way == "strip" {
				object = canvas.NewRaster(newStrip(b, p.rows).paint)
				s.window = test.NewTempWindow(b, object)
				s.window.SetPadded(false)
				s.window.Resize(fyne.NewSize(620, benchRows*22))
			}
			b.ReportAllocs()
			for n := 0; b.Loop(); n++ {
				for k := range p.rows {
					row := &p.rows[k]
					row.Value, row.Age = fmt.Sprintf("%d.%d °C", n*7919%1000, k), fmt.Sprintf("%d s", (n+k)%60)
				}
				object.Refresh()
				s.window.Canvas().Capture()
			}
		})
	}
}

// blend puts a colour over a pixel, with a cover from 0 to 1.
func blend(dst *image.RGBA, x, y int, c color.NRGBA, cover float32) {
	a := cover * float32(c.A) / 255
	p := dst.Pix[dst.PixOffset(x, y):]
	p[0] = uint8(float32(c.R)*a + float32(p[0])*(1-a))
	p[1] = uint8(float32(c.G)*a + float32(p[1])*(1-a))
	p[2] = uint8(float32(c.B)*a + float32(p[2])*(1-a))
	p[3] = uint8(255*a + float32(p[3])*(1-a))
}
