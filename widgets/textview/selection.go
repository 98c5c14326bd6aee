package textview

import (
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
)

// selection is what is marked for copying: from anchor to caret, in either order.
type selection struct {
	anchor, caret place
	// placed tells that the user has put the caret somewhere.
	placed bool
	// goal is where the caret would like to stand when it moves up and down; it is kept over
	// shorter lines.
	goal    float32
	hasGoal bool
	shift   bool
	dragged bool
}

func (s *selection) ordered() (from, to place) {
	if s.caret.before(s.anchor) {
		return s.caret, s.anchor
	}
	return s.anchor, s.caret
}

func (s *selection) empty() bool { return s.anchor == s.caret }

func (s *selection) collapse(at place) { s.anchor, s.caret, s.placed, s.hasGoal = at, at, true, false }

// clamp keeps the selection inside of a newer document.
func (s *selection) clamp(d Document) {
	for _, at := range []*place{&s.anchor, &s.caret} {
		if last := d.Len() - 1; at.line > last {
			*at = place{max(last, 0), 1 << 30}
		}
		if d.Len() == 0 {
			*at = place{}
			continue
		}
		if at.at > 0 {
			at.at = min(at.at, len(d.Line(at.line)))
		}
	}
}

func (p *pane) end() place {
	n := p.doc.Len()
	if n == 0 {
		return place{}
	}
	return place{n - 1, len(p.doc.Line(n - 1))}
}

func (p *pane) selected() string {
	if p.sel.empty() {
		return ""
	}
	from, to := p.sel.ordered()
	return extract(p.doc, from, to)
}

func (p *pane) selectAll() {
	p.sel.collapse(place{})
	p.sel.caret = p.end()
	p.update()
}

// placeAt is the place closest to a point of the pane.
func (p *pane) placeAt(at fyne.Position) place {
	if len(p.rows) == 0 {
		return place{}
	}
	r := p.rows[0]
	for _, next := range p.rows[1:] {
		if next.y > at.Y-inset {
			break
		}
		r = next
	}
	g := r.shape.nearest(r.part, at.X-p.gutterWidth()+p.across)
	return place{r.line, r.shape.source(g)}
}

// rowAt is the row at a height; ok is false below the last.
func (p *pane) rowAt(y float32) (r row, ok bool) {
	y -= inset
	for _, r := range p.rows {
		if y >= r.y && y < r.y+p.rowHeight() {
			return r, true
		}
	}
	return row{}, false
}

// moveCaret moves the end of the selection; the other end stays.
func (p *pane) moveCaret(to place) {
	if !p.sel.placed {
		p.placeFirst()
	}
	p.sel.caret = to
	p.sel.hasGoal = false
	p.show(to)
}

// placeFirst begins a selection by keys at the first line in view.
func (p *pane) placeFirst() {
	if len(p.rows) > 0 {
		p.sel.collapse(place{p.rows[0].line, p.rows[0].shape.source(p.rows[0].from)})
	}
}

// stepCaret moves the caret by one glyph, over line ends too.
func (p *pane) stepCaret(by int) {
	if !p.sel.placed {
		p.placeFirst()
	}
	at := p.sel.caret
	s := p.shape(at.line)
	g := s.glyph(at.at)
	for next := g + by; next >= 0 && next <= s.glyphs(); next += by {
		if b := s.source(next); b != at.at && (next == 0 || s.source(next-1) != b) {
			p.moveCaret(place{at.line, b})
			return
		}
	}
	o := p.folds.ordinal(at.line) + by
	if o < 0 || o >= p.folds.shown() {
		return
	}
	line := p.folds.line(o)
	to := place{line, 0}
	if by < 0 {
		to.at = p.lineEnd(line)
	}
	p.moveCaret(to)
}

// lineEnd is the last place of a line that can be seen; a \r at its end can not.
func (p *pane) lineEnd(line int) int {
	s := p.shape(line)
	return s.source(s.glyphs())
}

// stepRows moves the caret up or down by rows of the screen.
func (p *pane) stepRows(by int) {
	if !p.sel.placed {
		p.placeFirst()
	}
	at := p.sel.caret
	s := p.shape(at.line)
	g := s.glyph(at.at)
	part := s.rowOf(g)
	from, _ := s.row(part)
	if !p.sel.hasGoal {
		p.sel.goal, p.sel.hasGoal = s.left(g)-s.left(from), true
	}
	o := p.folds.ordinal(at.line)
	for ; by < 0; by++ {
		if part--; part < 0 {
			if o--; o < 0 {
				p.keepGoal(place{})
				return
			}
			part = p.shape(p.folds.line(o)).rowCount() - 1
		}
	}
	for ; by > 0; by-- {
		if part++; part >= p.shape(p.folds.line(o)).rowCount() {
			if o++; o >= p.folds.shown() {
				p.keepGoal(p.end())
				return
			}
			part = 0
		}
	}
	line := p.folds.line(o)
	s = p.shape(line)
	p.keepGoal(place{line, s.source(s.nearest(part, p.sel.goal))})
}

func (p *pane) keepGoal(to place) {
	goal := p.sel.goal
	p.moveCaret(to)
	p.sel.goal, p.sel.hasGoal = goal, true
}

// selectWord marks what stands at a place: a word with its marks and digits, a number with
// its point, a run of spaces, or a single sign.
func (p *pane) selectWord(at place) {
	line := p.doc.Line(at.line)
	from, to := wordAt(line, min(at.at, len(line)))
	p.sel.collapse(place{at.line, from})
	p.sel.caret = place{at.line, to}
	p.update()
}

func wordAt(line string, at int) (from, to int) {
	if at == len(line) && at > 0 {
		_, w := utf8.DecodeLastRuneInString(line)
		at -= w
	}
	if at >= len(line) {
		return at, at
	}
	r, w := utf8.DecodeRuneInString(line[at:])
	kind := runeKind(r)
	if joins(kindWord, r, line[at:], line[:at]) {
		kind = kindWord
	}
	from, to = at, at+w
	if kind == kindSign {
		return from, to
	}
	for from > 0 {
		r, w := utf8.DecodeLastRuneInString(line[:from])
		if !joins(kind, r, line[from-w:], line[:from-w]) {
			break
		}
		from -= w
	}
	for to < len(line) {
		r, w := utf8.DecodeRuneInString(line[to:])
		if !joins(kind, r, line[to:], line[:to]) {
			break
		}
		to += w
	}
	return from, to
}

type kind uint8

const (
	kindSign kind = iota
	kindSpace
	kindWord
)

func runeKind(r rune) kind {
	switch {
	case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		return kindWord
	case r == ' ' || r == '\t':
		return kindSpace
	}
	return kindSign
}

// joins tells whether r, which begins rest and follows before, belongs to a run of a kind. A
// point between digits belongs to the number.
func joins(k kind, r rune, rest, before string) bool {
	if k == kindWord && r == '.' && len(rest) > 1 && len(before) > 0 {
		next, last := rest[1], before[len(before)-1]
		return next >= '0' && next <= '9' && last >= '0' && last <= '9'
	}
	return runeKind(r) == k
}

// drawSelection marks the selected part of each row, and the caret.
func (p *pane) drawSelection() {
	from, to := p.sel.ordered()
	for _, r := range p.rows {
		if p.sel.empty() || r.line < from.line || r.line > to.line {
			continue
		}
		begin, end := r.from, r.to
		open := r.line < to.line && r.part == r.shape.rowCount()-1
		if r.line == from.line {
			begin = max(begin, r.shape.glyph(from.at))
		}
		if r.line == to.line {
			end = min(end, r.shape.glyph(to.at))
		}
		if begin > end || begin == end && !open {
			continue
		}
		x := p.x(r, begin)
		w := p.x(r, end) - x
		if open {
			w += p.face.cell / 2
		}
		p.body.rect(x, r.y, w, p.rowHeight(), p.colour.selection)
	}
	p.drawCaret()
}

func (p *pane) drawCaret() {
	if !p.focused || !p.sel.placed {
		return
	}
	for i, r := range p.rows {
		if r.line != p.sel.caret.line {
			continue
		}
		g := r.shape.glyph(p.sel.caret.at)
		last := i+1 == len(p.rows) || p.rows[i+1].line != r.line
		if g >= r.from && (g < r.to || g == r.to && last) {
			p.body.rect(p.x(r, g), r.y, 1.5, p.rowHeight(), p.colour.caret)
			return
		}
	}
}
