package textview

import "strings"

// Document is a text as lines. It never changes once a [View] has it; a newer text is a new
// document. A very long line has to be cut into several by whoever makes the document, see
// [Continuer]; [Text] does that.
type Document interface {
	// Len is the number of lines.
	Len() int
	// Line returns line i, from 0, without its end. The bytes may be anything.
	Line(i int) string
}

// Continuer is a document in which some lines are only the continuation of the one before,
// cut for the display: nothing stands between the two when they are copied.
type Continuer interface {
	Continues(i int) bool
}

// Numberer is a document that numbers its lines itself; 0 leaves the number out.
type Numberer interface {
	Number(i int) int
}

// Folder is a document whose parts can be folded away. Fold returns the last line of the part
// that begins with line i; ok is false if none begins there. It is asked for each line in
// view.
type Folder interface {
	Fold(i int) (end int, ok bool)
}

// Spanner is a document that colours its lines. Spans are in order and do not overlap.
type Spanner interface {
	Spans(i int) []Span
}

// Span is a part of a line in one style, in bytes of the line.
type Span struct {
	From, To int
	Style    Style
}

// Style is what a part of a line is; the view chooses the colour.
type Style uint8

// The styles that a document can give.
const (
	StylePlain Style = iota
	StyleKey
	StyleString
	StyleNumber
	// StyleWord is for true, false and null.
	StyleWord
	// StyleFaint is for what is there but seldom read, such as offsets.
	StyleFaint
	styleEscape
	styleFold
	styleCount
)

// Marker is a document that marks whole lines, as a diff does: by a colour, and by a sign beside
// the line for those who don't see it.
type Marker interface {
	Mark(i int) Mark
}

// Emphasizer is a document in which parts of marked lines stand out. Emphases are in order and do
// not overlap; their style means nothing.
type Emphasizer interface {
	Emphases(i int) []Span
}

// Mark is what happened to a line.
type Mark uint8

// The marks that a document can give.
const (
	MarkNone Mark = iota
	MarkAdded
	MarkRemoved
	MarkChanged
)

// Extractor is a document that returns its true text between two places faster than line by
// line. Bytes count within the line.
type Extractor interface {
	Extract(fromLine, fromByte, toLine, toByte int) string
}

// place is a place in a document: before byte at of a line.
type place struct{ line, at int }

func (p place) before(q place) bool { return p.line < q.line || p.line == q.line && p.at < q.at }

func continues(d Document, i int) bool {
	c, ok := d.(Continuer)
	return ok && c.Continues(i)
}

// extract returns the true text between two places.
func extract(d Document, from, to place) string {
	if e, ok := d.(Extractor); ok {
		return e.Extract(from.line, from.at, to.line, to.at)
	}
	var out strings.Builder
	for i := from.line; i <= to.line && i < d.Len(); i++ {
		if i > from.line && !continues(d, i) {
			out.WriteByte('\n')
		}
		line := d.Line(i)
		begin, end := 0, len(line)
		if i == from.line {
			begin = min(from.at, end)
		}
		if i == to.line {
			end = min(max(to.at, begin), end)
		}
		out.WriteString(line[begin:end])
	}
	return out.String()
}
