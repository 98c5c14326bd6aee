package textview

import (
	"sort"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// maxHits is how many hits are kept; beyond it the count says "100000+".
	maxHits = 100_000
	// slice is how long a search holds Fyne's goroutine in one go.
	slice = 4 * time.Millisecond
)

// hit is where a query was found, in bytes of the line. It may run on into the next line if
// that continues this one.
type hit struct{ line, from, to int }

func (h hit) start() place { return place{h.line, h.from} }

// search finds a query in a document a slice of time at a time, without a goroutine: a
// document of 50 MB takes some hundred slices, between which the window lives on.
type search struct {
	query   string
	hits    []hit
	current int // -1: none
	next    int // the line to look at next
	more    bool
	// run tells slices of an older search from those of this one.
	run int
}

// running tells whether lines are left to look at.
func (s *search) running(d Document) bool { return s.query != "" && s.next < d.Len() && !s.more }

// restart begins a search. The caller calls advance until it is done.
func (s *search) restart(query string) {
	s.run++
	s.query, s.hits, s.current, s.next, s.more = query, s.hits[:0], -1, 0, false
}

// advance looks at lines until the time is over.
func (s *search) advance(d Document, until func() bool) {
	m := newMatcher(s.query)
	for i := 0; s.running(d); i++ {
		if i%64 == 63 && until() {
			return
		}
		s.line(d, m, s.next)
		s.next++
	}
}

func (s *search) line(d Document, m matcher, i int) {
	line := d.Line(i)
	n := len(line)
	if i+1 < d.Len() && len(line) >= segment/2 && continues(d, i+1) {
		rest := d.Line(i + 1)
		line += rest[:min(len(rest), len(s.query)*utf8.UTFMax)]
	}
	for at := 0; at < n; {
		from, to, ok := m.find(line, at)
		if !ok || from >= n {
			return
		}
		if len(s.hits) == maxHits {
			s.more = true
			return
		}
		s.hits = append(s.hits, hit{i, from, to})
		at = max(to, from+1)
	}
}

// from is the first hit at or after a place; the first of all if there is none.
func (s *search) from(at place) int {
	i := sort.Search(len(s.hits), func(i int) bool { return !s.hits[i].start().before(at) })
	if i == len(s.hits) {
		return 0
	}
	return i
}

// matcher finds a query without regard to the case of letters.
type matcher struct {
	query []rune
	// first is both cases of the first letter if it is ASCII, which is looked for quickly.
	first string
	fast  bool
}

func newMatcher(query string) matcher {
	m := matcher{query: []rune(query)}
	if len(m.query) > 0 && m.query[0] < utf8.RuneSelf && !foldsBeyondASCII(m.query[0]) {
		m.first = string([]rune{unicode.ToLower(m.query[0]), unicode.ToUpper(m.query[0])})
		m.fast = true
	}
	return m
}

// foldsBeyondASCII: the Kelvin sign is a K and the long s an s.
func foldsBeyondASCII(r rune) bool { return strings.ContainsRune("kKsS", r) }

func (m *matcher) find(s string, at int) (from, to int, ok bool) {
	for at < len(s) {
		if m.fast {
			skip := indexEither(s[at:], m.first[0], m.first[1])
			if skip < 0 {
				return 0, 0, false
			}
			at += skip
		}
		if n := m.match(s[at:]); n > 0 {
			return at, at + n, true
		}
		_, w := utf8.DecodeRuneInString(s[at:])
		at += w
	}
	return 0, 0, false
}

func indexEither(s string, a, b byte) int {
	i := strings.IndexByte(s, a)
	if a == b || i == 0 {
		return i
	}
	rest := s
	if i > 0 {
		rest = s[:i]
	}
	if j := strings.IndexByte(rest, b); j >= 0 {
		return j
	}
	return i
}

// match returns how many bytes of the beginning of s are the query; 0 if it is not there.
func (m *matcher) match(s string) int {
	n := 0
	for _, want := range m.query {
		r, w := utf8.DecodeRuneInString(s[n:])
		if w == 0 || !sameLetter(r, want) || r == utf8.RuneError && w == 1 {
			return 0
		}
		n += w
	}
	return n
}

func sameLetter(a, b rune) bool {
	if a == b {
		return true
	}
	for r := unicode.SimpleFold(a); r != a; r = unicode.SimpleFold(r) {
		if r == b {
			return true
		}
	}
	return false
}

// find starts a search and shows the first hit from where the reader is. Big documents are
// searched in slices.
func (p *pane) find(query string, jump bool) {
	at := p.readingPlace()
	p.search.restart(query)
	p.searchOn(p.search.run, at, jump)
}

// readingPlace is where the reader is: at the current hit, else at the top of the view.
func (p *pane) readingPlace() place {
	if s := &p.search; s.current >= 0 && s.current < len(s.hits) {
		return s.hits[s.current].start()
	}
	if len(p.rows) > 0 {
		return place{p.rows[0].line, 0}
	}
	return place{}
}

func (p *pane) searchOn(run int, at place, jump bool) {
	s := &p.search
	if run != s.run {
		return
	}
	deadline := p.view.now().Add(slice)
	s.advance(p.doc, func() bool { return p.view.now().After(deadline) })
	done := !s.running(p.doc)
	// Once the hit that the reader waits for is certain, it is shown; the rest only counts.
	if s.current < 0 && len(s.hits) > 0 && (done || !s.hits[len(s.hits)-1].start().before(at)) {
		s.current = s.from(at)
		if jump {
			p.goToHit()
		}
	}
	if !done {
		p.view.later(func() { p.searchOn(run, at, jump) })
	}
	p.update()
	p.view.findChanged()
}

// step goes to the next hit or the one before, round the ends.
func (p *pane) step(forward bool) {
	s := &p.search
	if len(s.hits) == 0 {
		return
	}
	by := 1
	if !forward {
		by = len(s.hits) - 1
	}
	s.current = (max(s.current, 0) + by) % len(s.hits)
	p.goToHit()
	p.view.findChanged()
}

// goToHit shows the current hit and puts the caret there, for a selection to go on from.
func (p *pane) goToHit() {
	at := p.search.hits[p.search.current].start()
	p.sel.collapse(at)
	p.show(at)
}

// drawHits marks the hits in view.
func (p *pane) drawHits() {
	s := &p.search
	if len(s.hits) == 0 || len(p.rows) == 0 {
		return
	}
	for _, r := range p.rows {
		i := sort.Search(len(s.hits), func(i int) bool { return s.hits[i].line >= r.line })
		if i > 0 && s.hits[i-1].line == r.line-1 {
			p.drawOverhang(r, i-1)
		}
		for ; i < len(s.hits) && s.hits[i].line == r.line; i++ {
			p.drawHit(r, i, r.shape.glyph(s.hits[i].from), r.shape.glyph(s.hits[i].to))
		}
	}
}

// drawOverhang marks the rest of a hit that began on the line before.
func (p *pane) drawOverhang(r row, i int) {
	h := p.search.hits[i]
	if over := h.to - len(p.doc.Line(h.line)); over > 0 {
		p.drawHit(r, i, 0, r.shape.glyph(over))
	}
}

func (p *pane) drawHit(r row, i, from, to int) {
	from, to = max(from, r.from), min(to, r.to)
	if from >= to {
		return
	}
	colour := p.colour.hit
	if i == p.search.current {
		colour = p.colour.current
	}
	x := p.x(r, from)
	p.body.rect(x, r.y, p.x(r, to)-x, p.rowHeight(), colour)
}
