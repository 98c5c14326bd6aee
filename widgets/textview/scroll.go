package textview

import "math"

// anchor is what stands at the upper edge: a line, by its ordinal, of which y lies above the
// edge. Positions never count pixels from the beginning, which breaks in float32.
type anchor struct {
	ordinal int
	y       float32
}

func (a anchor) before(b anchor) bool {
	return a.ordinal < b.ordinal || a.ordinal == b.ordinal && a.y < b.y
}

func (p *pane) lineHeight(ordinal int) float32 {
	if !p.wrap {
		return p.rowHeight()
	}
	return float32(p.shape(p.folds.line(ordinal)).rowCount()) * p.rowHeight()
}

// lowest is the anchor that has the last line at the lower edge.
func (p *pane) lowest() anchor {
	room := p.textHeight()
	for o := p.folds.shown() - 1; o >= 0; o-- {
		h := p.lineHeight(o)
		if h >= room {
			return anchor{o, h - room}
		}
		room -= h
	}
	return anchor{}
}

// page is what PageDown scrolls by: all but one row.
func (p *pane) page() float32 { return max(p.rowHeight(), p.textHeight()-p.rowHeight()) }

func (p *pane) scrollBy(dy float32) {
	p.top = p.moved(p.top, dy)
	p.update()
}

// moved is a moved by dy; it may lie below the lowest.
func (p *pane) moved(a anchor, dy float32) anchor {
	a.y += dy
	n := p.folds.shown()
	if !p.wrap {
		lines := int(math.Floor(float64(a.y / p.rowHeight())))
		a.ordinal, a.y = a.ordinal+lines, a.y-float32(lines)*p.rowHeight()
		if a.ordinal < 0 {
			return anchor{}
		}
		return a
	}
	for a.y < 0 && a.ordinal > 0 {
		a.ordinal--
		a.y += p.lineHeight(a.ordinal)
	}
	for a.ordinal < n-1 && a.y >= p.lineHeight(a.ordinal) {
		a.y -= p.lineHeight(a.ordinal)
		a.ordinal++
	}
	a.y = max(a.y, 0)
	return a
}

func (p *pane) clampTop() {
	if lowest := p.lowest(); !p.top.before(lowest) {
		p.top = lowest
	}
	p.top.y = float32(math.Round(float64(p.top.y)))
}

// scrollToShare is how the scroll bar scrolls: by lines, whatever rows they take.
func (p *pane) scrollToShare(at float64) {
	last := p.lowest()
	whole := at * (float64(last.ordinal) + float64(last.y/p.rowHeight()))
	p.top = anchor{ordinal: int(whole)}
	if !p.wrap {
		p.top.y = float32(whole-math.Floor(whole)) * p.rowHeight()
	}
	if at >= 1 {
		p.top = last
	}
	p.update()
}

func (p *pane) share() (at, page float64) {
	last := p.lowest()
	if last == (anchor{}) {
		return 0, 1
	}
	position := func(a anchor) float64 { return float64(a.ordinal) + float64(a.y/p.rowHeight()) }
	rows := float64(p.textHeight() / p.rowHeight())
	return min(1, position(p.top)/position(last)), rows / (rows + position(last))
}

func (p *pane) scrollAcross(x float32) {
	room := max(0, p.widest-p.textWidth()+p.face.cell)
	if p.wrap {
		room = 0
	}
	p.across = min(max(x, 0), room)
	p.update()
}

func (p *pane) scrollAcrossToShare(at float64) {
	p.scrollAcross(float32(at) * (p.widest - p.textWidth() + p.face.cell))
}

func (p *pane) shareAcross() (at, page float64) {
	room := p.widest - p.textWidth() + p.face.cell
	if p.wrap || p.widest <= p.textWidth() || room <= 0 {
		return 0, 1
	}
	return float64(min(1, p.across/room)), float64(p.textWidth() / (p.textWidth() + room))
}

// show brings a place into view, moving as little as possible; from farther away it comes to
// the middle.
func (p *pane) show(at place) {
	if p.doc.Len() == 0 || p.Size().Height <= 0 {
		return
	}
	line := min(max(at.line, 0), p.doc.Len()-1)
	if p.folds.reveal(line) {
		p.forget()
	}
	ordinal := p.folds.ordinal(line)
	s := p.shape(line)
	g := s.glyph(at.at)
	y := float32(s.rowOf(g)) * p.rowHeight()
	p.showRow(anchor{ordinal, y})
	if !p.wrap {
		p.showAcross(s.left(g))
	}
	p.update()
}

func (p *pane) showRow(a anchor) {
	height := p.textHeight()
	end := p.moved(p.top, height-p.rowHeight())
	switch {
	case !a.before(p.top) && !end.before(a):
		return
	case a.before(p.moved(p.top, -height)) || p.moved(end, height).before(a):
		p.top = p.moved(a, -height/2)
	case a.before(p.top):
		p.top = a
	default:
		p.top = p.moved(a, p.rowHeight()-height)
	}
}

func (p *pane) showAcross(x float32) {
	margin := min(4*p.face.cell, p.textWidth()/4)
	if x < p.across+margin {
		p.across = max(0, x-margin)
	}
	if right := p.across + p.textWidth(); x > right-margin {
		p.across += x - right + margin
	}
}
