package diff

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	zdiff "znkr.io/diff"
)

// Line is one line of a comparison: of the older text, of the newer, or of both.
type Line struct {
	// Kind is Added, Removed, or 0 for a line of both.
	Kind Kind
	// Old and New are its numbers in the texts, from 1; 0 where it doesn't stand.
	Old, New int
	// Text comes without its end.
	Text string
	// Words are the parts that differ from the line in whose place it came, or that came in its
	// place; nil if there is none, or none that resembles it.
	Words []Span
	// Skipped tells that this stands for so many lines that are the same in both.
	Skipped int
}

// Span is a part of a line, in bytes.
type Span struct{ From, To int }

// Text is the difference between two texts.
type Text struct {
	Lines          []Line
	Added, Removed int
}

// Same reports that there is no difference.
func (t *Text) Same() bool { return t.Added+t.Removed == 0 }

// Lines compares two texts line by line. Around changes it keeps as many lines as context says,
// and all if it is negative. A text that ends in a line end has an empty line after it, so the
// lines joined by line ends are the text. The error is ErrTooBig.
func Lines(older, newer []byte, context int) (Text, error) {
	if max(len(older), len(newer)) > MaxBytes || max(bytes.Count(older, eol), bytes.Count(newer, eol)) >= MaxLines {
		return Text{}, ErrTooBig
	}
	x, y := strings.Split(string(older), "\n"), strings.Split(string(newer), "\n")
	all := context < 0
	if all {
		context = max(len(x), len(y))
	}
	var t Text
	w := words{left: maxTokens}
	done := 0
	for _, h := range zdiff.Hunks(x, y, zdiff.Context(context)) {
		t.skip(h.PosX - done)
		done = h.EndX
		for _, e := range h.Edits {
			t.add(e)
		}
	}
	t.skip(len(x) - done)
	if t.Same() && all {
		t.Lines = t.Lines[:0]
		for i, line := range x {
			t.Lines = append(t.Lines, Line{Old: i + 1, New: i + 1, Text: line})
		}
	}
	w.mark(t.Lines)
	return t, nil
}

var eol = []byte{'\n'}

func (t *Text) skip(n int) {
	if n > 0 {
		t.Lines = append(t.Lines, Line{Skipped: n})
	}
}

func (t *Text) add(e zdiff.Edit[string]) {
	switch e.Op {
	case zdiff.Match:
		t.Lines = append(t.Lines, Line{Old: e.PosX + 1, New: e.PosY + 1, Text: e.X})
	case zdiff.Delete:
		t.Removed++
		t.Lines = append(t.Lines, Line{Kind: Removed, Old: e.PosX + 1, Text: e.X})
	case zdiff.Insert:
		t.Added++
		t.Lines = append(t.Lines, Line{Kind: Added, New: e.PosY + 1, Text: e.Y})
	}
}

const (
	// maxTokens bounds the words that are compared in one text, maxLine the bytes of a line whose
	// words are: of a longer one what is between its equal beginning and end is marked.
	maxTokens = 400_000
	maxLine   = 8 << 10
	// resemblance is the share of a line that has to stay the same for its words to be marked.
	resemblance = 0.3
)

// words marks what differs within lines.
type words struct{ left int }

// mark looks for lines that were removed right before others were added.
func (w *words) mark(lines []Line) {
	for i := 0; i < len(lines); {
		removed := run(lines[i:], Removed)
		added := run(lines[i+removed:], Added)
		for k := range min(removed, added) {
			w.pair(&lines[i+k], &lines[i+removed+k])
		}
		i += max(removed+added, 1)
	}
}

func run(lines []Line, k Kind) int {
	n := 0
	for n < len(lines) && lines[n].Kind == k {
		n++
	}
	return n
}

func (w *words) pair(older, newer *Line) {
	longest := max(len(older.Text), len(newer.Text))
	var old, new []Span
	same := 0
	if longest > maxLine {
		old, new, same = middle(older.Text, newer.Text)
	} else {
		x, y := split(older.Text), split(newer.Text)
		if w.left -= len(x) + len(y); w.left < 0 {
			return
		}
		old, new, same = compare(x, y)
	}
	if same > 0 && float64(same) >= resemblance*float64(longest) {
		older.Words, newer.Words = old, new
	}
}

// compare returns what differs between two lines of words, and how many bytes don't.
func compare(x, y []string) (old, new []Span, same int) {
	atX, atY := 0, 0
	for _, e := range zdiff.Edits(x, y) {
		switch e.Op {
		case zdiff.Match:
			atX, atY, same = atX+len(e.X), atY+len(e.Y), same+len(e.X)
		case zdiff.Delete:
			old = extend(old, atX, atX+len(e.X))
			atX += len(e.X)
		case zdiff.Insert:
			new = extend(new, atY, atY+len(e.Y))
			atY += len(e.Y)
		}
	}
	return old, new, same
}

// extend appends a span, or lets the last go on.
func extend(spans []Span, from, to int) []Span {
	if n := len(spans); n > 0 && spans[n-1].To == from {
		spans[n-1].To = to
		return spans
	}
	return append(spans, Span{from, to})
}

// middle returns what stands between the equal beginnings and ends of two lines.
func middle(x, y string) (old, new []Span, same int) {
	from := 0
	for from < min(len(x), len(y)) && x[from] == y[from] {
		from++
	}
	end := 0
	for end < min(len(x), len(y))-from && x[len(x)-1-end] == y[len(y)-1-end] {
		end++
	}
	if from+end < len(x) {
		old = []Span{{from, len(x) - end}}
	}
	if from+end < len(y) {
		new = []Span{{from, len(y) - end}}
	}
	return old, new, from + end
}

// split cuts a line into words and what stands between them, one by one.
func split(s string) []string {
	var list []string
	for len(s) > 0 {
		n := 0
		for n < len(s) {
			r, w := utf8.DecodeRuneInString(s[n:])
			if !wordRune(r) {
				break
			}
			n += w
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
		}
		list = append(list, s[:n])
		s = s[n:]
	}
	return list
}

// wordRune takes the point in, so that a number is one word.
func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '.' || unicode.Is(unicode.M, r)
}
