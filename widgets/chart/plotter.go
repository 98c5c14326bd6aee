package chart

import (
	"image"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
)

// Plotter paints the plot of a chart without its texts, for whoever shows pictures and no widget. It
// paints into one picture that it uses again, and then allocates nothing. One goroutine uses it at a
// time.
type Plotter struct {
	painter painter
	frame   frame
}

// Plot paints the series over [from, to), in nanoseconds since 1970, on light or dark. The picture is
// valid until the next call.
func (p *Plotter) Plot(series []Series, from, to int64, width, height int, variant fyne.ThemeVariant) *image.RGBA {
	f := &p.frame
	f.span, f.now = stretch{from, to}.bounded().aligned(width), to
	f.width, f.height, f.scale, f.loc = max(width, 1), max(height, 1), 1, time.UTC
	f.look = paperOf(variant).look()
	colors := Palette(variant)
	f.lines = f.lines[:0]
	for i := range series {
		s := &series[i]
		n := colors[i%len(colors)]
		ink := color.RGBA(n) // opaque
		if s.Color != nil {
			ink = rgba(s.Color)
		}
		f.lines = append(f.lines, line{s.Source, ink, s.Style, s.Side & 1})
	}
	p.painter.paint(f)
	return f.picture
}
