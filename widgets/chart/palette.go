package chart

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"streamscope/widgets/chart/internal/paint"
)

// Palette is eight colours for series on a light or dark background, in the order of use. They
// are Okabe and Ito's, which people with any common colour blindness can tell apart, shifted in
// lightness until each stands out from its background.
func Palette(variant fyne.ThemeVariant) [8]color.NRGBA {
	rgb := func(v uint32) color.NRGBA {
		return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
	}
	if variant == theme.VariantLight {
		return [8]color.NRGBA{rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xb0528c),
			rgb(0x2e9be0), rgb(0xb88a00), rgb(0x303030), rgb(0x7a6fd0)}
	}
	return [8]color.NRGBA{rgb(0x56b4e9), rgb(0xe69f00), rgb(0x12b886), rgb(0xd884b4),
		rgb(0xf0e442), rgb(0xe8602c), rgb(0xd8d8d8), rgb(0x5b7ff0)}
}

// PaintSpark paints values as a tiny line that fills r in dst, evenly spread and scaled to its
// height; NaN is a gap. It allocates nothing; any goroutine that owns dst may call it.
func PaintSpark(dst *image.RGBA, r image.Rectangle, values []float32, c color.RGBA) {
	paint.Spark(dst, r, values, c)
}
