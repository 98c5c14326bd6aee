package table

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"streamscope/widgets/virtual"
)

// palette is the theme's colours as the table uses them.
type palette struct {
	text, dim, line, primary, selection, hover, mark color.NRGBA
}

func newPalette(th fyne.Theme) palette {
	of := virtual.Colours(th)
	return palette{
		text:      of(theme.ColorNameForeground),
		dim:       virtual.Mix(of(theme.ColorNameForeground), of(theme.ColorNameBackground), 0.15),
		line:      of(theme.ColorNameSeparator),
		primary:   of(theme.ColorNamePrimary),
		selection: of(theme.ColorNameSelection),
		hover:     of(theme.ColorNameHover),
		mark:      color.NRGBA{R: 0xFF, G: 0xB4, A: 0x48}, // the selection has to show through
	}
}
