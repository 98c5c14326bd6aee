package topictree

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"streamscope/widgets/virtual"
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
	of := virtual.Colours(th)
	text, background := of(theme.ColorNameForeground), of(theme.ColorNameBackground)
	primary := of(theme.ColorNamePrimary)
	return palette{
		text:      text,
		dim:       readable(virtual.Mix(text, background, 0.28), text, background, dimContrast),
		stale:     readable(of(theme.ColorNameDisabled), text, background, staleContrast),
		primary:   primary,
		warning:   of(theme.ColorNameWarning),
		hit:       fade(of(theme.ColorNameWarning), 0.38),
		changed:   fade(primary, 0.16),
		hover:     of(theme.ColorNameHover),
		selection: of(theme.ColorNameSelection),
	}
}

func fade(c color.NRGBA, alpha float32) color.NRGBA {
	c.A = uint8(255 * alpha)
	return c
}

// readable is c, moved towards text as far as it takes to be legible on background.
func readable(c, text, background color.NRGBA, least float32) color.NRGBA {
	for share := float32(0); share < 1; share += 0.05 {
		if m := virtual.Mix(c, text, share); contrast(m, background) >= least {
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
