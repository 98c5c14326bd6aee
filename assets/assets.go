// Package assets carries what the program shows but does not compute: its icon and the
// words of its window. It imports nothing of ours and no Fyne, so any face can use it.
//
// icon.svg is the drawing, icon.png is made from it: rsvg-convert -w 512 icon.svg -o icon.png
package assets

import "embed"

// Icon is the program's icon, a PNG of 512 × 512.
//
//go:embed icon.png
var Icon []byte

// Translations holds translations/LANGUAGE.json, each a JSON object from dotted key to
// text, in the form of Fyne's lang package. English is complete.
//
//go:embed translations
var Translations embed.FS
