package textview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// palette is the colours of one theme. Those of the styles are our own: they keep a contrast
// of 4.5 to 1 with the background in both variants, which the theme's signal colours do not.
type palette struct {
	styles                              [styleCount]color.Color
	number, selection, hit, current     color.Color
	caret, focus, added, removed, other color.Color
	// what stands out on a marked line
	addedPart, removedPart, otherPart color.Color
}

func newPalette(th fyne.Theme) *palette {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	get := func(n fyne.ThemeColorName) color.Color { return th.Color(n, variant) }
	p := lightPalette()
	if dark(get(theme.ColorNameBackground)) {
		p = darkPalette()
	}
	p.styles[StylePlain] = get(theme.ColorNameForeground)
	p.caret, p.focus = get(theme.ColorNamePrimary), get(theme.ColorNamePrimary)
	p.selection = get(theme.ColorNameSelection)
	return p
}

// dark looks at the colour itself: a theme may ignore the variant that it is asked for.
func dark(c color.Color) bool {
	r, g, b, _ := c.RGBA()
	return 299*r+587*g+114*b < 1000*0x8000
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: byte(v >> 16), G: byte(v >> 8), B: byte(v), A: 0xFF}
}

func lightPalette() *palette {
	p := &palette{
		number: rgb(0x6E7781), hit: rgb(0xFFE58A), current: rgb(0xFFB454),
		added: rgb(0xDDF4E0), removed: rgb(0xFCE0DE), other: rgb(0xFFF3D6),
		addedPart: rgb(0xA6E3B0), removedPart: rgb(0xF5B5B0), otherPart: rgb(0xF5D98A),
	}
	p.styles[StyleKey], p.styles[StyleString] = rgb(0x0B57A4), rgb(0x1A6E3A)
	p.styles[StyleNumber], p.styles[StyleWord] = rgb(0x9A3E00), rgb(0x7B2FA8)
	p.styles[StyleFaint], p.styles[styleFold] = rgb(0x6E7781), rgb(0x6E7781)
	p.styles[styleEscape] = rgb(0xB4233A)
	return p
}

func darkPalette() *palette {
	p := &palette{
		number: rgb(0x8A93A0), hit: rgb(0x6B5A12), current: rgb(0xA35F00),
		added: rgb(0x123A22), removed: rgb(0x4A1D20), other: rgb(0x43370F),
		addedPart: rgb(0x23693D), removedPart: rgb(0x82323A), otherPart: rgb(0x75601A),
	}
	p.styles[StyleKey], p.styles[StyleString] = rgb(0x7CC0FF), rgb(0x8FD6A1)
	p.styles[StyleNumber], p.styles[StyleWord] = rgb(0xF5B171), rgb(0xD3A6F5)
	p.styles[StyleFaint], p.styles[styleFold] = rgb(0x8A93A0), rgb(0x8A93A0)
	p.styles[styleEscape] = rgb(0xFF8A94)
	return p
}

func (p *palette) mark(m Mark) color.Color {
	switch m {
	case MarkAdded:
		return p.added
	case MarkRemoved:
		return p.removed
	}
	return p.other
}

func (p *palette) part(m Mark) color.Color {
	switch m {
	case MarkAdded:
		return p.addedPart
	case MarkRemoved:
		return p.removedPart
	}
	return p.otherPart
}

// sign stands beside a marked line.
func (m Mark) sign() string {
	switch m {
	case MarkAdded:
		return "+"
	case MarkRemoved:
		return "−"
	case MarkChanged:
		return "~"
	}
	return ""
}
