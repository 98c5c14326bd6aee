package virtual

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// Style is what of a theme a widget of rows looks at on every refresh, to see whether it is
// another.
type Style struct {
	text, background, primary color.NRGBA
	size, small               float32
	font                      string
}

// StyleOf reads a theme.
func StyleOf(th fyne.Theme) Style {
	of := Colours(th)
	return Style{
		text:       of(theme.ColorNameForeground),
		background: of(theme.ColorNameBackground),
		primary:    of(theme.ColorNamePrimary),
		size:       th.Size(theme.SizeNameText),
		small:      th.Size(theme.SizeNameCaptionText),
		font:       th.Font(fyne.TextStyle{}).Name(),
	}
}

// Colours finds the colours of a theme as they are in the light or the dark that is on now.
func Colours(th fyne.Theme) func(fyne.ThemeColorName) color.NRGBA {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	return func(name fyne.ThemeColorName) color.NRGBA {
		return color.NRGBAModel.Convert(th.Color(name, variant)).(color.NRGBA)
	}
}

// Mix is a moved towards b by a share from 0 to 1.
func Mix(a, b color.NRGBA, share float32) color.NRGBA {
	channel := func(x, y uint8) uint8 { return uint8(float32(x)*(1-share) + float32(y)*share + 0.5) }
	return color.NRGBA{channel(a.R, b.R), channel(a.G, b.G), channel(a.B, b.B), channel(a.A, b.A)}
}

// SetVisible shows or hides an object that is drawn; no change costs nothing.
func SetVisible(o fyne.CanvasObject, visible bool) {
	switch {
	case o.Visible() == visible:
		return
	case visible:
		o.Show()
	default:
		o.Hide()
	}
	canvas.Refresh(o)
}
