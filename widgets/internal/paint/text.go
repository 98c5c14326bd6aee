package paint

import (
	"fmt"
	"image"
	"image/color"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Pen writes text into pictures. One goroutine uses it at a time.
type Pen struct{ face font.Face }

// NewPen makes a pen from a TrueType or OpenType font, for letters of the given size in pixels.
func NewPen(ttf []byte, size float64) (*Pen, error) {
	parsed, err := opentype.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("read the font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, fmt.Errorf("make the font %.0f pixels large: %w", size, err)
	}
	return &Pen{face}, nil
}

// Width is how long a text is, in pixels.
func (p *Pen) Width(s string) float64 { return float64(font.MeasureString(p.face, s)) / 64 }

// Height is from one line to the next, in pixels.
func (p *Pen) Height() float64 { return float64(p.face.Metrics().Height) / 64 }

// Write puts a text into a picture with its upper left corner at x, y.
func (p *Pen) Write(dst *image.RGBA, x, y float64, s string, c color.RGBA) {
	d := font.Drawer{Dst: dst, Src: image.NewUniform(c), Face: p.face,
		Dot: fixed.Point26_6{X: fixed.Int26_6(x * 64), Y: fixed.Int26_6(y*64) + p.face.Metrics().Ascent}}
	d.DrawString(s)
}

// Disc paints a round dot.
func Disc(dst *image.RGBA, x, y, r float64, c color.RGBA) { disc(dst, dst.Rect, x, y, r, c) }
