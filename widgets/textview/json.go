package textview

import (
	"bytes"
	"strings"
)

// maxNesting is how many open brackets the folds of a document follow.
const maxNesting = 4096

// JSONDocument is JSON text, best with a line for each member, in colours and with folds. A long one
// is an [Outliner].
type JSONDocument struct {
	*TextDocument
	parted
}

// JSON makes a document of JSON text with a line for each member. Like [Text] it reads all of b. Text
// that is no JSON does no harm, its colours just mean nothing.
func JSON(b []byte) *JSONDocument {
	d, _ := parseJSON(b)
	if d.Len() > longLines || len(b) > longBytes {
		d.settle(d.Len(), 0)
	}
	return d
}

// JSONStart makes a document of the beginning of a long text. What is open at its end ends there.
func JSONStart(b []byte) *JSONDocument {
	d, f := parseJSON(b)
	for last := int32(d.Len() - 1); len(f.open) > 1; {
		f.pop(last)
	}
	d.settle(d.Len(), 0)
	return d
}

// JSONWhole makes a document of all of a text of which start was the beginning: what is folded in the
// one is folded in the other.
func JSONWhole(b []byte, start *JSONDocument) *JSONDocument {
	d, _ := parseJSON(b)
	d.settle(d.Len(), start.Level())
	return d
}

// JSONRaw makes a document of JSON text as it was sent, without lines for its members.
func JSONRaw(b []byte) *JSONDocument {
	d, _ := parseJSON(b)
	return d
}

func parseJSON(b []byte) (*JSONDocument, *foldFinder) {
	d := &JSONDocument{TextDocument: Text(b)}
	d.ends = make([]int32, d.Len())
	f := &foldFinder{parted: &d.parted}
	for i, start := 0, 0; i < d.Len(); i++ {
		_, next := d.cut(start)
		f.line(int32(i), b[start:next])
		start = next
	}
	return d, f
}

// foldFinder pairs brackets over all lines.
type foldFinder struct {
	*parted
	open    []int32
	over    int
	quoted  bool
	escaped bool
}

func (f *foldFinder) line(i int32, b []byte) {
	for at := 0; at < len(b); at++ {
		if f.quoted {
			at = f.skipString(b, at)
			continue
		}
		// Of all bytes that are not in strings, only these three pairs matter.
		switch c := b[at]; {
		case c == '"':
			f.quoted = true
		case c|0x20 == '{':
			f.push(i)
		case c|0x20 == '}':
			f.pop(i)
		}
	}
}

// skipString returns where the string that b is in at ends, or the last byte of b.
func (f *foldFinder) skipString(b []byte, at int) int {
	for ; at < len(b); at++ {
		if f.escaped {
			f.escaped = false
			continue
		}
		n := bytes.IndexByte(b[at:], '"')
		if n < 0 {
			n = len(b) - at
		}
		if s := bytes.IndexByte(b[at:at+n], '\\'); s >= 0 {
			at += s
			f.escaped = true
			continue
		}
		if at += n; at < len(b) {
			f.quoted = false
		}
		return at
	}
	return at
}

func (f *foldFinder) push(i int32) {
	if len(f.open) == maxNesting {
		f.over++
		return
	}
	f.open = append(f.open, i)
}

func (f *foldFinder) pop(i int32) {
	if f.over > 0 {
		f.over--
		return
	}
	if len(f.open) == 0 {
		return
	}
	start := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	depth := len(f.open)
	if depth > 0 && f.open[depth-1] == start {
		depth = 0 // it can't be folded without what it is in
	}
	if start < i {
		f.add(depth, start, i)
	}
}

// Spans colours keys, strings, numbers and words.
func (d *JSONDocument) Spans(i int) []Span {
	line := d.Line(i)
	at := 0
	var spans []Span
	if d.Continues(i) {
		// Where a line was cut within a string is not known; its first quote ends it.
		quote := strings.IndexByte(line, '"')
		if quote < 0 {
			return nil
		}
		at = quote + 1
	}
	for at < len(line) {
		var s Span
		s, at = nextSpan(line, at)
		if s.Style != StylePlain {
			spans = append(spans, s)
		}
	}
	return spans
}

func nextSpan(line string, at int) (s Span, next int) {
	switch c := line[at]; {
	case c == '"':
		end := stringEnd(line, at)
		style := StyleString
		if strings.HasPrefix(strings.TrimLeft(line[end:], " \t"), ":") {
			style = StyleKey
		}
		return Span{at, end, style}, end
	case c == '-', c >= '0' && c <= '9':
		return run(line, at, StyleNumber, "+-.eE0123456789")
	case c >= 'a' && c <= 'z':
		return run(line, at, StyleWord, "abcdefghijklmnopqrstuvwxyz")
	}
	return Span{}, at + 1
}

func run(line string, at int, style Style, of string) (s Span, next int) {
	end := at + 1
	for end < len(line) && strings.IndexByte(of, line[end]) >= 0 {
		end++
	}
	return Span{at, end, style}, end
}

func stringEnd(line string, at int) int {
	for i := at + 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(line)
}
