package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// quietText is one line of text that repaints only when it really changes, and follows the
// theme. It is the cheap stand-in for a Label where values are live.
type quietText struct {
	widget.BaseWidget
	text   *canvas.Text
	colour fyne.ThemeColorName
	size   fyne.ThemeSizeName
	// fit cuts the text to the width it is given, with an ellipsis.
	fit  bool
	full string
}

func newQuietText() *quietText {
	t := &quietText{text: canvas.NewText("", color.Black), colour: theme.ColorNameForeground, size: theme.SizeNameText}
	t.ExtendBaseWidget(t)
	return t
}

// newFittingText makes a text that gives way when there is little room.
func newFittingText() *quietText {
	t := newQuietText()
	t.fit = true
	return t
}

// SetText changes what is shown; equal text costs nothing.
func (t *quietText) SetText(s string) {
	if s == t.full {
		return
	}
	t.full = s
	t.Refresh()
}

// SetColour changes the theme colour of the text.
func (t *quietText) SetColour(n fyne.ThemeColorName) {
	if n == t.colour {
		return
	}
	t.colour = n
	t.Refresh()
}

func (t *quietText) CreateRenderer() fyne.WidgetRenderer { return &quietRenderer{t} }

type quietRenderer struct{ t *quietText }

func (r *quietRenderer) Layout(s fyne.Size) {
	r.cut(s.Width)
	pad := theme.Padding()
	r.t.text.Move(fyne.NewPos(pad, (s.Height-r.t.text.MinSize().Height)/2))
}

// cut shortens the text until it fits, halving the step: few measurements, none when it fits.
func (r *quietRenderer) cut(width float32) {
	t := r.t
	shown := t.full
	width -= 2 * theme.Padding()
	fits := func(s string) bool {
		return fyne.MeasureText(s, t.text.TextSize, t.text.TextStyle).Width <= width
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
	t.text.Text = shown
}

func (r *quietRenderer) MinSize() fyne.Size {
	pad := 2 * theme.Padding()
	s := fyne.MeasureText(r.t.full, theme.Size(r.t.size), r.t.text.TextStyle)
	if r.t.fit {
		return fyne.NewSize(pad+24, s.Height)
	}
	return fyne.NewSize(s.Width+pad, s.Height)
}

func (r *quietRenderer) Refresh() {
	t := r.t
	t.text.TextSize = theme.Size(t.size)
	t.text.Color = theme.Color(t.colour)
	r.Layout(t.Size())
	canvas.Refresh(t)
}

func (r *quietRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.t.text} }
func (r *quietRenderer) Destroy()                     {}
