package virtual

import (
	"image/color"
	"math"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// MaxRunes is how much of a text a cell looks at: shaping longer lines costs milliseconds.
const MaxRunes = 200

// Cell is a line of text in a row. It keeps what it was told last, so that telling it the
// same again costs a comparison. Add its Text to the row's objects.
type Cell struct {
	Text *canvas.Text
	// KeepEnd has a text that doesn't fit lose its beginning: the end of a path tells more.
	KeepEnd bool

	raw    string
	width  float32
	face   *Face
	colour color.NRGBA
	cut    bool
}

// NewCell makes an empty cell that is aligned in the width it will get.
func NewCell(align fyne.TextAlign) *Cell {
	c := &Cell{Text: &canvas.Text{Alignment: align}}
	c.Text.Hide()
	return c
}

// Set has the cell show s, cut to width, and tells whether anything changed.
func (c *Cell) Set(s string, width float32, face *Face, colour color.NRGBA) bool {
	if s == c.raw && width == c.width && face == c.face && colour == c.colour {
		return false
	}
	if s != c.raw || width != c.width || face != c.face {
		c.fit(s, width, face)
		c.Text.TextSize, c.Text.TextStyle = face.Size, face.Style
	}
	if colour != c.colour || c.Text.Color == nil {
		c.Text.Color = colour
	}
	c.raw, c.width, c.face, c.colour = s, width, face, colour
	if c.Text.Text == "" {
		c.Text.Hide()
		return true
	}
	c.Text.Show()
	c.Text.Refresh()
	return true
}

func (c *Cell) fit(s string, width float32, face *Face) {
	line := OneLine(s, MaxRunes)
	if c.KeepEnd {
		c.Text.Text, c.cut = face.CutFront(line, width)
	} else {
		c.Text.Text, c.cut = face.Cut(line, width)
	}
	c.cut = c.cut || utf8.RuneCountInString(s) > MaxRunes
}

// Clear empties the cell.
func (c *Cell) Clear() bool {
	if c.raw == "" {
		return false
	}
	c.raw, c.Text.Text, c.cut = "", "", false
	c.Text.Hide()
	return true
}

// Place puts the cell at x, y with the width given to Set; text stands in the middle of
// height.
func (c *Cell) Place(x, y, height float32) {
	c.Text.Move(fyne.NewPos(x, y))
	c.Text.Resize(fyne.NewSize(c.width, height))
}

// PlaceOn puts the cell at x with its text on a baseline, so that texts of several sizes and
// styles in a row stand in line. It has to be Set before.
func (c *Cell) PlaceOn(x, baseline float32) {
	c.Text.Move(fyne.NewPos(x, float32(math.Round(float64(baseline-c.face.baseline)))))
	c.Text.Resize(fyne.NewSize(c.width, c.face.height))
}

// Cut tells whether the text is longer than what is shown.
func (c *Cell) Cut() bool { return c.cut }
