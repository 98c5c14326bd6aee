package textview

import (
	"sort"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

const (
	tabWidth = 4
	// maxMarks is how many combining marks may stand on one letter; a tower of them would
	// cover the lines around it.
	maxMarks = 3
	// maxAdvances bounds what a face remembers.
	maxAdvances = 4096
)

// face measures the monospaced font. Letters outside of ASCII may come from other fonts and
// have a width of their own.
type face struct {
	size, cell, height float32
	measure            func(string) fyne.Size
	advances           map[rune]float32
}

func newFace(size float32) *face {
	f := &face{size: size, advances: map[rune]float32{}}
	f.measure = func(s string) fyne.Size { return fyne.MeasureText(s, size, fyne.TextStyle{Monospace: true}) }
	m := f.measure("M")
	f.cell, f.height = m.Width, ceil(m.Height)
	return f
}

func ceil(v float32) float32 {
	if whole := float32(int(v)); whole < v {
		return whole + 1
	}
	return v
}

func (f *face) advance(r rune) float32 {
	if r < utf8.RuneSelf {
		return f.cell
	}
	w, known := f.advances[r]
	if !known {
		if len(f.advances) >= maxAdvances {
			clear(f.advances)
		}
		w = f.measure(string(r)).Width
		f.advances[r] = w
	}
	return w
}

// shaped is a line as it is shown. A glyph is one rune of text; one byte of the source may
// need several (an escape, a tab).
type shaped struct {
	text string
	// plain lines show each byte as itself; the slices below are empty then.
	plain bool
	cell  float32
	src   []int32   // source byte of each glyph, and the source's length
	at    []int32   // byte of each glyph in text, and its length
	x     []float32 // left edge of each glyph, and the right edge of the last
	// styles has a style for a glyph that is not what the document says it is.
	styles map[int]Style
	// rows is the first glyph of each row that the line takes.
	rows []int32
}

func (s *shaped) glyphs() int {
	if s.plain {
		return len(s.text)
	}
	return len(s.x) - 1
}

func (s *shaped) left(glyph int) float32 {
	if s.plain {
		return float32(glyph) * s.cell
	}
	return s.x[glyph]
}

func (s *shaped) source(glyph int) int {
	if s.plain {
		return glyph
	}
	return int(s.src[glyph])
}

func (s *shaped) slice(from, to int) string {
	if s.plain {
		return s.text[from:to]
	}
	return s.text[s.at[from]:s.at[to]]
}

// glyph is the first glyph that shows source byte b or something after it.
func (s *shaped) glyph(b int) int {
	if s.plain {
		return min(b, len(s.text))
	}
	return min(sort.Search(len(s.src), func(i int) bool { return int(s.src[i]) >= b }), s.glyphs())
}

// nearest is the glyph of a row whose left edge is closest to x.
func (s *shaped) nearest(row int, x float32) int {
	from, to := s.row(row)
	x += s.left(from)
	g := from + sort.Search(to-from, func(i int) bool { return (s.left(from+i)+s.left(from+i+1))/2 >= x })
	// Never between the glyphs of one escape.
	for g > from && g < to && s.source(g) == s.source(g-1) {
		g--
	}
	return g
}

// row is the range of glyphs in a row.
func (s *shaped) row(i int) (from, to int) {
	if len(s.rows) == 0 {
		return 0, s.glyphs()
	}
	to = s.glyphs()
	if i+1 < len(s.rows) {
		to = int(s.rows[i+1])
	}
	return int(s.rows[i]), to
}

func (s *shaped) rowCount() int { return max(1, len(s.rows)) }

// rowOf is the row in which a glyph stands.
func (s *shaped) rowOf(glyph int) int {
	return max(0, sort.Search(len(s.rows), func(i int) bool { return int(s.rows[i]) > glyph })-1)
}

func (s *shaped) width() float32 { return s.left(s.glyphs()) }

// shape makes a line fit to be seen. suffix stands for what is folded away after it.
func (f *face) shape(line, suffix string) *shaped {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if suffix == "" && plain(line) {
		return &shaped{text: line, plain: true, cell: f.cell}
	}
	b := shaper{face: f}
	b.line(line)
	if suffix != "" {
		b.fold(suffix, len(line))
	}
	b.end(len(line))
	b.out.text = string(b.text)
	return &b.out
}

func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

type shaper struct {
	face  *face
	out   shaped
	text  []byte
	x     float32
	marks int
}

func (b *shaper) end(source int) {
	b.out.src = append(b.out.src, int32(source))
	b.out.at = append(b.out.at, int32(len(b.text)))
	b.out.x = append(b.out.x, b.x)
}

func (b *shaper) add(r rune, source int) {
	b.end(source)
	b.text = utf8.AppendRune(b.text, r)
	b.x += b.face.advance(r)
}

func (b *shaper) styled(s string, source int, style Style) {
	if b.out.styles == nil {
		b.out.styles = map[int]Style{}
	}
	for _, r := range s {
		b.out.styles[len(b.out.x)] = style
		b.add(r, source)
	}
}

func (b *shaper) line(line string) {
	for i := 0; i < len(line); {
		r, w := utf8.DecodeRuneInString(line[i:])
		switch {
		case r == '\t':
			for {
				b.add(' ', i)
				if len(b.out.x)%tabWidth == 0 {
					break
				}
			}
		case r == utf8.RuneError && w == 1:
			b.styled(escape(rune(line[i]), true), i, styleEscape)
		case b.dangerous(r):
			b.styled(escape(r, false), i, styleEscape)
		default:
			b.add(r, i)
		}
		i += w
	}
}

func (b *shaper) fold(suffix string, source int) {
	for _, r := range suffix {
		if r < ' ' || b.dangerous(r) {
			r = utf8.RuneError
		}
		b.styled(string(r), source, styleFold)
	}
}

// dangerous tells whether r would draw nothing, or over its neighbours, or move them.
func (b *shaper) dangerous(r rune) bool {
	if unicode.Is(unicode.M, r) {
		b.marks++
		return b.marks > maxMarks
	}
	b.marks = 0
	return r < ' ' || r >= 0x7F && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r)
}

// escape writes a byte as \x07 and a rune as \u202e or \u{1f600}.
func escape(r rune, isByte bool) string {
	const digits = "0123456789abcdef"
	if isByte || r <= 0x7F {
		return string([]byte{'\\', 'x', digits[r>>4&15], digits[r&15]})
	}
	low := []byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]}
	if r <= 0xFFFF {
		return `\u` + string(low)
	}
	return `\u{` + string([]byte{digits[r>>20&15], digits[r>>16&15]}) + string(low) + "}"
}

// wrap divides the line into rows no wider than width, after a space where there is one in
// the second half of the row.
func (s *shaped) wrap(width float32) {
	s.rows = s.rows[:0]
	n := s.glyphs()
	for from := 0; ; {
		s.rows = append(s.rows, int32(from))
		edge := s.left(from) + max(width, s.left(min(from+1, n))-s.left(from))
		to := from + sort.Search(n-from, func(i int) bool { return s.left(from+i+1) > edge })
		if to >= n {
			return
		}
		to = max(to, from+1)
		for at := to; at > from+(to-from)/2; at-- {
			if s.slice(at-1, at) == " " {
				to = at
				break
			}
		}
		// An escape stays whole if it can.
		for at := to; at > from; at-- {
			if s.source(at) != s.source(at-1) {
				to = at
				break
			}
		}
		from = to
	}
}
