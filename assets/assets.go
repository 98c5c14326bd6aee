// Package assets carries what the program shows but does not compute: its icon and the
// words of its window. It imports nothing of ours and no Fyne, so any face can use it.
//
// icon.svg is the drawing; icon.png and logo.png are made from it: rsvg-convert -w 512 icon.svg -o icon.png
package assets

import "embed"

// Logo is the program's icon, a PNG of 144 × 144. The window waits for it: the 512 × 512 of
// icon.png, which goes with the package, took as long as all the panes.
//
//go:embed logo.png
var Logo []byte

// Translations holds translations/LANGUAGE.json, each a JSON object from dotted key to
// text, in the form of Fyne's lang package. English is complete.
//
//go:embed translations
var Translations embed.FS
