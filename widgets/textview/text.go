package textview

import (
	"bytes"
	"unicode/utf8"
)

const (
	// segment is where a line that is longer, in bytes, is cut and continues on the next.
	segment = 1024
	// stride is how many lines lie between two entries of the index.
	stride = 32
)

// TextDocument is bytes as lines.
type TextDocument struct {
	b     []byte
	lines int
	index []entry
}

// entry is where line i×stride begins, and its number.
type entry struct{ start, number int }

// Text makes a document of b, which must not change any more. It looks at every byte once, so
// make big ones off Fyne's goroutine. Lines end at \n, so a text that
// ends with one has an empty last line; the view leaves out a \r before it.
func Text(b []byte) *TextDocument {
	t := &TextDocument{b: b}
	if len(b) == 0 {
		return t
	}
	for start, number, last := 0, 0, false; !last; t.lines++ {
		if start == 0 || b[start-1] == '\n' {
			number++
		}
		if t.lines%stride == 0 {
			t.index = append(t.index, entry{start, number})
		}
		end, next := t.cut(start)
		// Only a line end leaves room for one more line, an empty one, at the end of the text.
		last = next == len(b) && end == next
		start = next
	}
	return t
}

// cut returns where the line that begins at start ends and where the next begins.
func (t *TextDocument) cut(start int) (end, next int) {
	rest := t.b[start:]
	if len(rest) <= segment {
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			return start + i, start + i + 1
		}
		return len(t.b), len(t.b)
	}
	if i := bytes.IndexByte(rest[:segment+1], '\n'); i >= 0 {
		return start + i, start + i + 1
	}
	at := segment
	for back := 1; back < utf8.UTFMax; back++ {
		if utf8.RuneStart(rest[at]) {
			break
		}
		at--
	}
	if !utf8.RuneStart(rest[at]) {
		at = segment
	}
	return start + at, start + at
}

// Len is the number of lines.
func (t *TextDocument) Len() int { return t.lines }

// Line returns line i.
func (t *TextDocument) Line(i int) string {
	if i < 0 || i >= t.lines {
		return ""
	}
	start := t.start(i)
	end, _ := t.cut(start)
	return string(t.b[start:end])
}

func (t *TextDocument) start(i int) int {
	start := t.index[i/stride].start
	for range i % stride {
		_, start = t.cut(start)
	}
	return start
}

// Continues tells whether line i is the rest of a very long one.
func (t *TextDocument) Continues(i int) bool {
	if i <= 0 || i >= t.lines {
		return false
	}
	start := t.start(i)
	return t.b[start-1] != '\n'
}

// Number is the number of line i in the text, from 1; 0 if it is the rest of a long one.
func (t *TextDocument) Number(i int) int {
	if i < 0 || i >= t.lines {
		return 0
	}
	e := t.index[i/stride]
	start, number := e.start, e.number
	for range i % stride {
		_, start = t.cut(start)
		if t.b[start-1] == '\n' {
			number++
		}
	}
	if start > 0 && t.b[start-1] != '\n' {
		return 0
	}
	return number
}

// Extract returns the text between two places.
func (t *TextDocument) Extract(fromLine, fromByte, toLine, toByte int) string {
	from, to := t.offset(fromLine, fromByte), t.offset(toLine, toByte)
	if from >= to {
		return ""
	}
	return string(t.b[from:to])
}

func (t *TextDocument) offset(line, at int) int {
	if line >= t.lines {
		return len(t.b)
	}
	start := t.start(max(line, 0))
	end, _ := t.cut(start)
	return min(start+max(at, 0), end)
}
