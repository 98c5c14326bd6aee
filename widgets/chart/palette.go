package chart

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// Palette is eight colours for series on a light or dark background, in the order of use. They
// are Okabe and Ito's, which people with any common colour blindness can tell apart, a little
// darker on light until each stands out from it.
func Palette(variant fyne.ThemeVariant) [8]color.NRGBA {
	rgb := func(v uint32) color.NRGBA {
		return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
	}
	if variant == theme.VariantLight {
		return [8]color.NRGBA{rgb(0x0971b0), rgb(0xbf4b00), rgb(0x109361), rgb(0xd371a4),
			rgb(0x289cdb), rgb(0xc18900), rgb(0x404040), rgb(0x9a8d3a)}
	}
	return [8]color.NRGBA{rgb(0x56b4e9), rgb(0xe69f00), rgb(0x009e73), rgb(0xcc79a7),
		rgb(0xf0e442), rgb(0xd55e00), rgb(0xd0d0d0), rgb(0x0072b2)}
}
