package virtual

import (
	"math"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// maxAdvances bounds what a Face remembers beyond ASCII.
const maxAdvances = 8192

// Face measures text in one size and style. It remembers how wide each character is, since
// asking Fyne for every new string is dear. Kerning is left out: a width may be a pixel off.
type Face struct {
	Size  float32
	Style fyne.TextStyle

	height, baseline float32

	ascii [utf8.RuneSelf]float32 // 0: not measured yet
	other map[rune]float32
}

// NewFace makes a Face. Make a new one when the theme changes.
func NewFace(size float32, style fyne.TextStyle) *Face {
	f := &Face{Size: size, Style: style, other: map[rune]float32{}}
	line, baseline := fyne.CurrentApp().Driver().RenderedTextSize("M", size, style, nil)
	f.height, f.baseline = line.Height, baseline
	return f
}

// Width is how wide s is.
func (f *Face) Width(s string) (width float32) {
	for _, r := range s {
		width += f.advance(r)
	}
	return width
}

// Height is the height of a line.
func (f *Face) Height() float32 { return f.height }

// BaselineIn is where text of this face has its baseline if it stands in the middle of a row
// of that height.
func (f *Face) BaselineIn(height float32) float32 {
	return float32(math.Floor(float64(height-f.height)/2)) + f.baseline
}

// Cut is s as far as it fits into width, with an ellipsis if it doesn't; empty if not even
// that fits.
func (f *Face) Cut(s string, width float32) (text string, cut bool) {
	sum, end := float32(0), 0
	room := width - f.advance('…')
	for i, r := range s {
		if sum <= room {
			end = i
		}
		if sum += f.advance(r); sum > width {
			if room < 0 {
				return "", true
			}
			return s[:end] + ellipsis, true
		}
	}
	return s, false
}

// CutFront is like Cut but keeps the end of s.
func (f *Face) CutFront(s string, width float32) (text string, cut bool) {
	room := width - f.advance('…')
	sum, start := float32(0), len(s)
	for end := len(s); end > 0; {
		r, size := utf8.DecodeLastRuneInString(s[:end])
		end -= size
		sum += f.advance(r)
		if sum <= room {
			start = end
		}
		if sum > width {
			if room < 0 {
				return "", true
			}
			return ellipsis + s[start:], true
		}
	}
	return s, false
}

func (f *Face) advance(r rune) float32 {
	if r < utf8.RuneSelf {
		if f.ascii[r] == 0 {
			f.ascii[r] = f.measure(r)
		}
		return f.ascii[r]
	}
	w, known := f.other[r]
	if !known {
		if len(f.other) >= maxAdvances {
			clear(f.other)
		}
		w = f.measure(r)
		f.other[r] = w
	}
	return w
}

func (f *Face) measure(r rune) float32 {
	return fyne.MeasureText(string(r), f.Size, f.Style).Width
}
