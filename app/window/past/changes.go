package past

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"streamscope/app/payload/diff"
	"streamscope/app/window/ui"
	"streamscope/widgets/textview"
)

const (
	// maxChanges bounds the changes that are listed of two documents.
	maxChanges = 2000
	// maxValue is how much of a value is shown, in bytes.
	maxValue = 400
	// around is how many lines of a text stand around a change.
	around = 3
	// longLine is where a line goes on in the next, in bytes.
	longLine = 1024
)

// changedLine is a line of a [changes].
type changedLine struct {
	text      string
	mark      textview.Mark
	number    int
	spans     []textview.Span
	emphases  []textview.Span
	continues bool
}

// changes is a comparison as a text view shows it.
type changes []changedLine

// Len, Line, Number, Mark, Spans, Emphases and Continues are for the text view.
func (c changes) Len() int                       { return len(c) }
func (c changes) Line(i int) string              { return c[i].text }
func (c changes) Number(i int) int               { return c[i].number }
func (c changes) Mark(i int) textview.Mark       { return c[i].mark }
func (c changes) Spans(i int) []textview.Span    { return c[i].spans }
func (c changes) Emphases(i int) []textview.Span { return c[i].emphases }
func (c changes) Continues(i int) bool           { return c[i].continues }

func markOf(k diff.Kind) textview.Mark {
	return [...]textview.Mark{textview.MarkNone, textview.MarkAdded, textview.MarkRemoved, textview.MarkChanged}[k]
}

// listOf has a line for each value that changed.
func listOf(d *diff.Document) changes {
	list := make(changes, 0, len(d.Changes)+1)
	for i := range d.Changes {
		list = append(list, valueLine(&d.Changes[i]))
	}
	if more := d.Count() - len(d.Changes); more > 0 {
		list = append(list, faint(ui.Tr("diff.more", "… and {{.N}} more", map[string]any{"N": ui.Count(more)})))
	}
	return list
}

func faint(words string) changedLine {
	return changedLine{text: words, spans: []textview.Span{{To: len(words), Style: textview.StyleFaint}}}
}

func valueLine(c *diff.Change) changedLine {
	var b strings.Builder
	l := changedLine{mark: markOf(c.Kind)}
	put := func(s string, style textview.Style) {
		l.spans = append(l.spans, textview.Span{From: b.Len(), To: b.Len() + len(s), Style: style})
		b.WriteString(s)
	}
	path := ui.PathLabel(c.Path)
	if len(c.Path) == 0 {
		path = ui.Tr("diff.whole", "(all of it)")
	}
	put(path, textview.StyleKey)
	put(":  ", textview.StyleFaint)
	if c.Old != nil {
		put(short(c.Old), styleOf(c.Old))
	}
	if c.Kind == diff.Changed {
		put("  →  ", textview.StyleFaint)
	}
	if c.New != nil {
		at := b.Len()
		put(short(c.New), styleOf(c.New))
		if c.Kind == diff.Changed {
			l.emphases = []textview.Span{{From: at, To: b.Len()}}
		}
	}
	l.text = b.String()
	return l
}

func styleOf(raw []byte) textview.Style {
	switch c := raw[0]; {
	case c == '"':
		return textview.StyleString
	case c == '-' || c >= '0' && c <= '9':
		return textview.StyleNumber
	case c == '{' || c == '[':
		return textview.StylePlain
	}
	return textview.StyleWord
}

// short is a value on one line, cut where it is long.
func short(raw []byte) string {
	if len(raw) <= 64<<10 {
		var b bytes.Buffer
		if json.Compact(&b, raw) == nil {
			raw = b.Bytes()
		}
	}
	if len(raw) <= maxValue {
		return string(raw)
	}
	cut := maxValue
	for cut > 0 && !utf8.RuneStart(raw[cut]) {
		cut--
	}
	return string(raw[:cut]) + "…"
}

// linesOf has the lines of two texts.
func linesOf(t *diff.Text) changes {
	list := make(changes, 0, len(t.Lines))
	for i := range t.Lines {
		l := &t.Lines[i]
		if l.Skipped > 0 {
			list = append(list, faint("⋯  "+ui.TrN(l.Skipped, "diff.skipped", "{{.N}} line is the same", "{{.N}} lines are the same", nil)))
			continue
		}
		list = append(list, elided(appendLine(nil, l), len(l.Words) > 0)...)
	}
	return list
}

// appendLine cuts a line into pieces that a text view can show.
func appendLine(list changes, l *diff.Line) changes {
	number := l.New
	if number == 0 {
		number = l.Old
	}
	for from := 0; ; {
		to := min(from+longLine, len(l.Text))
		for to < len(l.Text) && to > from+longLine-utf8.UTFMax && !utf8.RuneStart(l.Text[to]) {
			to--
		}
		piece := changedLine{text: l.Text[from:to], mark: markOf(l.Kind), number: number, continues: from > 0}
		for _, w := range l.Words {
			if a, b := max(w.From, from), min(w.To, to); a < b {
				piece.emphases = append(piece.emphases, textview.Span{From: a - from, To: b - from})
			}
		}
		list = append(list, piece)
		if from, number = to, 0; from == len(l.Text) {
			return list
		}
	}
}

// elided leaves out of a long line the pieces in which nothing differs, if it is known where
// something does.
func elided(pieces changes, known bool) changes {
	if len(pieces) < 3 || !known {
		return pieces
	}
	var list changes
	for i := 0; i < len(pieces); i++ {
		same := 0
		for i < len(pieces) && pieces[i].emphases == nil {
			same += len(pieces[i].text)
			i++
		}
		if same > 0 {
			l := faint("⋯  " + ui.Tr("diff.elided", "{{.Size}} are the same", map[string]any{"Size": ui.Size(int64(same))}))
			l.mark = pieces[0].mark
			list = append(list, l)
		}
		if i < len(pieces) {
			pieces[i].continues = pieces[i].continues && same == 0
			list = append(list, pieces[i])
		}
	}
	list[0].number = pieces[0].number
	return list
}
