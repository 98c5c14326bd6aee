package ui

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/connections/profile"
)

// NewColourRow offers the profile colours as swatches.
func NewColourRow(chosen string, set func(string)) fyne.CanvasObject {
	row := container.NewHBox()
	var swatches []*swatch
	for _, c := range profile.Palette() {
		s := newSwatch(c, c == chosen)
		s.tapped = func() {
			for _, o := range swatches {
				o.choose(o == s)
			}
			set(c)
		}
		swatches = append(swatches, s)
		row.Add(s)
	}
	return row
}

// swatch is a colour to choose.
type swatch struct {
	widget.BaseWidget
	tapped func()
	fill   *canvas.Rectangle
	chosen bool
}

func newSwatch(colour string, chosen bool) *swatch {
	s := &swatch{fill: canvas.NewRectangle(ColourOf(colour))}
	s.fill.CornerRadius = 4
	s.fill.SetMinSize(fyne.NewSquareSize(26))
	s.ExtendBaseWidget(s)
	s.choose(chosen)
	return s
}

func (s *swatch) choose(on bool) {
	s.chosen = on
	s.fill.StrokeWidth = 0
	if on {
		s.fill.StrokeWidth = 3
		s.fill.StrokeColor = theme.Color(theme.ColorNameForeground)
	}
	s.fill.Refresh()
}

func (s *swatch) Tapped(*fyne.PointEvent) { s.tapped() }

func (s *swatch) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(s.fill) }

// ColourOf reads a profile's colour ("#rrggbb"); an unreadable one is the theme's own.
func ColourOf(s string) color.Color {
	var c color.NRGBA
	if n, err := fmt.Sscanf(s, "#%02x%02x%02x", &c.R, &c.G, &c.B); n == 3 && err == nil {
		c.A = 0xff
		return c
	}
	return theme.Color(theme.ColorNamePrimary)
}
