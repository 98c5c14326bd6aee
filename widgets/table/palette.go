package table

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
)

// palette is the theme's colours as the table uses them.
type palette struct {
	text, dim, line, primary, selection, hover, mark color.NRGBA
}

func newPalette(th fyne.Theme) palette {
	of := colours(th)
	return palette{
		text:      of(theme.ColorNameForeground),
		dim:       mix(of(theme.ColorNameForeground), of(theme.ColorNameBackground), 0.15),
		line:      of(theme.ColorNameSeparator),
		primary:   of(theme.ColorNamePrimary),
		selection: of(theme.ColorNameSelection),
		hover:     of(theme.ColorNameHover),
		mark:      color.NRGBA{R: 0xFF, G: 0xB4, A: 0x48}, // the selection has to show through
	}
}

func colours(th fyne.Theme) func(fyne.ThemeColorName) color.NRGBA {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	return func(name fyne.ThemeColorName) color.NRGBA {
		return color.NRGBAModel.Convert(th.Color(name, variant)).(color.NRGBA)
	}
}

func mix(a, b color.NRGBA, share float32) color.NRGBA {
	channel := func(x, y uint8) uint8 { return uint8(float32(x)*(1-share) + float32(y)*share + 0.5) }
	return color.NRGBA{channel(a.R, b.R), channel(a.G, b.G), channel(a.B, b.B), channel(a.A, b.A)}
}

// style is what of a theme a table looks at on every refresh to see whether it is another.
type style struct {
	text, background, primary color.NRGBA
	size, small               float32
	font                      string
}

func styleOf(th fyne.Theme) style {
	of := colours(th)
	return style{
		text:       of(theme.ColorNameForeground),
		background: of(theme.ColorNameBackground),
		primary:    of(theme.ColorNamePrimary),
		size:       th.Size(theme.SizeNameText),
		small:      th.Size(theme.SizeNameCaptionText),
		font:       th.Font(fyne.TextStyle{}).Name(),
	}
}

func setVisible(o fyne.CanvasObject, visible bool) {
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
