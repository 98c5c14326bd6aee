package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// QuietText is one line of text that repaints only when it really changes, and follows the
// theme. It is the cheap stand-in for a Label where values are live.
type QuietText struct {
	widget.BaseWidget
	// Line is what is drawn; its TextStyle may be set before the text is shown.
	Line *canvas.Text
	// Colour and TextSize name what the theme decides; [QuietText.SetColour] changes the colour later.
	Colour   fyne.ThemeColorName
	TextSize fyne.ThemeSizeName
	// fit cuts the text to the width it is given, with an ellipsis.
	fit bool
	// Full is the text as it was set, also where only its beginning fits. Read it only.
	Full string
}

// NewQuietText makes an empty text that takes as much width as it needs.
func NewQuietText() *QuietText {
	t := &QuietText{Line: canvas.NewText("", color.Black), Colour: theme.ColorNameForeground, TextSize: theme.SizeNameText}
	t.ExtendBaseWidget(t)
	return t
}

// NewFittingText makes a text that gives way when there is little room.
func NewFittingText() *QuietText {
	t := NewQuietText()
	t.fit = true
	return t
}

// SetText changes what is shown; equal text costs nothing.
func (t *QuietText) SetText(s string) {
	if s == t.Full {
		return
	}
	t.Full = s
	t.Refresh()
}

// SetColour changes the theme colour of the text.
func (t *QuietText) SetColour(n fyne.ThemeColorName) {
	if n == t.Colour {
		return
	}
	t.Colour = n
	t.Refresh()
}

// CreateRenderer is for Fyne.
func (t *QuietText) CreateRenderer() fyne.WidgetRenderer { return &quietRenderer{t} }

type quietRenderer struct{ t *QuietText }

func (r *quietRenderer) Layout(s fyne.Size) {
	r.cut(s.Width)
	pad := theme.Padding()
	r.t.Line.Move(fyne.NewPos(pad, (s.Height-r.t.Line.MinSize().Height)/2))
}

// cut shortens the text until it fits, halving the step: few measurements, none when it fits.
func (r *quietRenderer) cut(width float32) {
	t := r.t
	shown := t.Full
	width -= 2 * theme.Padding()
	fits := func(s string) bool {
		return fyne.MeasureText(s, t.Line.TextSize, t.Line.TextStyle).Width <= width
	}
	if t.fit && width > 0 && !fits(shown) {
		runes := []rune(shown)
		lo, hi := 0, len(runes)
		for lo < hi {
			mid := (lo + hi + 1) / 2
			if fits(string(runes[:mid]) + "…") {
				lo = mid
			} else {
				hi = mid - 1
			}
		}
		shown = string(runes[:lo]) + "…"
	}
	t.Line.Text = shown
}

func (r *quietRenderer) MinSize() fyne.Size {
	pad := 2 * theme.Padding()
	s := fyne.MeasureText(r.t.Full, theme.Size(r.t.TextSize), r.t.Line.TextStyle)
	if r.t.fit {
		return fyne.NewSize(pad+24, s.Height)
	}
	return fyne.NewSize(s.Width+pad, s.Height)
}

func (r *quietRenderer) Refresh() {
	t := r.t
	t.Line.TextSize = theme.Size(t.TextSize)
	t.Line.Color = theme.Color(t.Colour)
	r.Layout(t.Size())
	canvas.Refresh(t)
}

func (r *quietRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.t.Line} }
func (r *quietRenderer) Destroy()                     {}
