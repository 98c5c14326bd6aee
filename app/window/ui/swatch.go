package ui

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/connections/profile"
)

// NewColourRow offers the profile colours as swatches.
func NewColourRow(chosen string, set func(string)) fyne.CanvasObject {
	return colourRow(profile.Palette(), chosen, set)
}

// NewColourRowOrNone offers "" beside the colours: for what may have none.
func NewColourRowOrNone(chosen string, set func(string)) fyne.CanvasObject {
	return colourRow(append([]string{""}, profile.Palette()...), chosen, set)
}

func colourRow(colours []string, chosen string, set func(string)) fyne.CanvasObject {
	row := container.NewHBox()
	var swatches []*swatch
	for _, c := range colours {
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

// swatch is a colour to choose, by the mouse or, once focused, by Space or Enter.
type swatch struct {
	ttwidget.ToolTipWidget
	tapped  func()
	fill    *canvas.Rectangle
	none    *canvas.Image // a cross where there is no colour; nil for a colour
	chosen  bool
	focused bool
}

func newSwatch(colour string, chosen bool) *swatch {
	s := &swatch{fill: canvas.NewRectangle(color.Transparent)}
	s.fill.CornerRadius = 4
	s.fill.SetMinSize(fyne.NewSquareSize(26))
	if colour != "" {
		s.fill.FillColor = ColourOf(colour)
	} else {
		s.none = canvas.NewImageFromResource(theme.NewDisabledResource(theme.CancelIcon()))
		s.none.FillMode = canvas.ImageFillContain
		s.SetToolTip(Tr("colour.none", "No colour"))
	}
	s.ExtendBaseWidget(s)
	s.choose(chosen)
	return s
}

func (s *swatch) choose(on bool) {
	s.chosen = on
	s.frame()
}

// frame shows which one is chosen, and which one the keyboard is at.
func (s *swatch) frame() {
	s.fill.StrokeWidth = 0
	switch {
	case s.chosen:
		s.fill.StrokeWidth, s.fill.StrokeColor = 3, theme.Color(theme.ColorNameForeground)
	case s.focused:
		s.fill.StrokeWidth, s.fill.StrokeColor = 2, theme.Color(theme.ColorNamePrimary)
	}
	s.fill.Refresh()
}

func (s *swatch) Tapped(*fyne.PointEvent) { s.tapped() }

// FocusGained implements fyne.Focusable.
func (s *swatch) FocusGained() { s.focused = true; s.frame() }

// FocusLost implements fyne.Focusable.
func (s *swatch) FocusLost() { s.focused = false; s.frame() }

// TypedRune implements fyne.Focusable.
func (s *swatch) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (s *swatch) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		s.tapped()
	}
}

func (s *swatch) CreateRenderer() fyne.WidgetRenderer {
	if s.none == nil {
		return widget.NewSimpleRenderer(s.fill)
	}
	return widget.NewSimpleRenderer(container.NewStack(s.fill, s.none))
}

// ColourOf reads a profile's colour ("#rrggbb"); an unreadable one is the theme's own.
func ColourOf(s string) color.Color {
	var c color.NRGBA
	if n, err := fmt.Sscanf(s, "#%02x%02x%02x", &c.R, &c.G, &c.B); n == 3 && err == nil {
		c.A = 0xff
		return c
	}
	return theme.Color(theme.ColorNamePrimary)
}
