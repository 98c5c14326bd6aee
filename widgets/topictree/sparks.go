package topictree

import (
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"streamscope/widgets/internal/paint"
	"streamscope/widgets/virtual"
)

// sparkPadding is the room above and below a trend in its row, in Fyne's units.
const sparkPadding = 4

// sparks is the one raster that shows all trends in view.
type sparks struct {
	raster *canvas.Raster
	rows   []Row // in view
	img    *image.RGBA
	print  uint64 // of what the raster shows
}

// follow puts the raster on the trend column of the rows in view and has it painted anew if
// what it shows changed.
func (s *sparks) follow(t *Tree, v virtual.View) {
	at := t.look.at.trend
	s.rows = s.rows[:0]
	if v.Count > 0 {
		s.rows = t.rows[v.First-t.first:][:v.Count]
	}
	print, any := fingerprint(s.rows, t.look.ink)
	virtual.SetVisible(s.raster, any && at.width > 0)
	if !s.raster.Visible() {
		s.print = 0
		return
	}
	s.raster.Move(fyne.NewPos(at.x, v.Y))
	s.raster.Resize(fyne.NewSize(at.width, v.RowHeight*float32(v.Count)))
	if print != s.print {
		s.print = print
		s.raster.Refresh()
	}
}

// fingerprint is FNV-1a over all that the picture depends on, but for its size.
func fingerprint(rows []Row, ink palette) (print uint64, any bool) {
	print = 14695981039346656037
	add := func(v uint64) { print = (print ^ v) * 1099511628211 }
	add(uint64(ink.primary.R)<<16 | uint64(ink.primary.G)<<8 | uint64(ink.primary.B))
	add(uint64(ink.stale.R))
	for i := range rows {
		add(uint64(i))
		if rows[i].Stale {
			add(1)
		}
		for _, v := range rows[i].Trend {
			add(uint64(math.Float32bits(v)))
		}
		any = any || len(rows[i].Trend) > 0
	}
	return print, any
}

// paintFor is the raster's generator; w and h are device pixels.
func (s *sparks) paintFor(t *Tree) func(w, h int) image.Image {
	return func(w, h int) image.Image {
		if s.img == nil || s.img.Rect.Dx() != w || s.img.Rect.Dy() != h {
			s.img = image.NewRGBA(image.Rect(0, 0, w, h))
		} else {
			clear(s.img.Pix)
		}
		scale := float32(1)
		if width := s.raster.Size().Width; width > 0 {
			scale = float32(w) / width
		}
		pad := int(sparkPadding * scale)
		for k := range s.rows {
			stroke := t.look.ink.primary
			if s.rows[k].Stale {
				stroke = t.look.ink.stale
			}
			band := image.Rect(0, k*h/len(s.rows)+pad, w, (k+1)*h/len(s.rows)-pad)
			if len(s.rows[k].Trend) > 0 {
				paint.Spark(s.img, band, s.rows[k].Trend, float64(1.3*scale), premultiplied(stroke))
			}
		}
		return s.img
	}
}

// premultiplied is the colour as pictures hold it.
func premultiplied(c color.NRGBA) color.RGBA {
	part := func(v uint8) uint8 { return uint8(uint32(v) * uint32(c.A) / 255) }
	return color.RGBA{R: part(c.R), G: part(c.G), B: part(c.B), A: c.A}
}
