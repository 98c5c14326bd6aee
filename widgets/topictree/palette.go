package topictree

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// palette is the theme's colours as rows use them.
type palette struct {
	text, dim, stale, primary, warning color.NRGBA
	hit, changed, hover, selection     color.NRGBA
}

// Contrasts that small and greyed text must keep to stay readable. Fyne's own disabled
// colour all but vanishes.
const (
	dimContrast   = 4.6
	staleContrast = 3.5
)

func newPalette(th fyne.Theme) palette {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.NRGBA {
		return color.NRGBAModel.Convert(th.Color(name, variant)).(color.NRGBA)
	}
	text, background := of(theme.ColorNameForeground), of(theme.ColorNameBackground)
	primary := of(theme.ColorNamePrimary)
	return palette{
		text:      text,
		dim:       readable(mix(text, background, 0.28), text, background, dimContrast),
		stale:     readable(of(theme.ColorNameDisabled), text, background, staleContrast),
		primary:   primary,
		warning:   of(theme.ColorNameWarning),
		hit:       fade(of(theme.ColorNameWarning), 0.38),
		changed:   fade(primary, 0.16),
		hover:     of(theme.ColorNameHover),
		selection: of(theme.ColorNameSelection),
	}
}

func mix(a, b color.NRGBA, share float32) color.NRGBA {
	channel := func(x, y uint8) uint8 { return uint8(float32(x)*(1-share) + float32(y)*share + 0.5) }
	return color.NRGBA{channel(a.R, b.R), channel(a.G, b.G), channel(a.B, b.B), channel(a.A, b.A)}
}

func fade(c color.NRGBA, alpha float32) color.NRGBA {
	c.A = uint8(255 * alpha)
	return c
}

// readable is c, moved towards text as far as it takes to be legible on background.
func readable(c, text, background color.NRGBA, least float32) color.NRGBA {
	for share := float32(0); share < 1; share += 0.05 {
		if m := mix(c, text, share); contrast(m, background) >= least {
			return m
		}
	}
	return text
}

// contrast is the ratio of WCAG 2, with a gamma of 2 as a good enough sRGB.
func contrast(a, b color.NRGBA) float32 {
	light := func(c color.NRGBA) float32 {
		r, g, b := float32(c.R)/255, float32(c.G)/255, float32(c.B)/255
		return 0.2126*r*r + 0.7152*g*g + 0.0722*b*b + 0.05
	}
	x, y := light(a), light(b)
	return max(x, y) / min(x, y)
}

// style is what of a theme a tree looks at on every refresh to see whether it is another.
type style struct {
	text, background, primary color.NRGBA
	size, small               float32
	font                      string
}

func styleOf(th fyne.Theme) style {
	variant := fyne.CurrentApp().Settings().ThemeVariant()
	of := func(name fyne.ThemeColorName) color.NRGBA {
		return color.NRGBAModel.Convert(th.Color(name, variant)).(color.NRGBA)
	}
	return style{
		text:       of(theme.ColorNameForeground),
		background: of(theme.ColorNameBackground),
		primary:    of(theme.ColorNamePrimary),
		size:       th.Size(theme.SizeNameText),
		small:      th.Size(theme.SizeNameCaptionText),
		font:       th.Font(fyne.TextStyle{}).Name(),
	}
}
