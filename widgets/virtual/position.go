package virtual

import "math"

// Position is where the upper edge of the view stands: in Row, of which Fraction (0 up to,
// but not including, 1) lies above the edge.
type Position struct {
	Row      int
	Fraction float32
}

func (p Position) before(q Position) bool {
	return p.Row < q.Row || p.Row == q.Row && p.Fraction < q.Fraction
}

func (p Position) rows() float64 { return float64(p.Row) + float64(p.Fraction) }

func positionOf(rows float64) Position {
	whole := math.Floor(rows)
	fraction := float32(rows - whole)
	if fraction >= 1 { // rounding up to float32
		return Position{Row: int(whole) + 1}
	}
	return Position{Row: int(whole), Fraction: fraction}
}

// extent is the size of what is scrolled and of the view, in rows and Fyne's units.
type extent struct {
	rows      int
	height    float32
	rowHeight float32
}

func (e extent) viewRows() float64 { return float64(e.height) / float64(e.rowHeight) }

// last is the position that has the last row at the lower edge.
func (e extent) last() Position {
	view := e.viewRows()
	if float64(e.rows) <= view {
		return Position{}
	}
	ceiling := math.Ceil(view)
	p := positionOf(ceiling - view)
	p.Row += e.rows - int(ceiling)
	return p
}

func (e extent) clamp(p Position) Position {
	if p.Row < 0 || math.IsNaN(float64(p.Fraction)) {
		return Position{}
	}
	p.Fraction = max(0, p.Fraction)
	if last := e.last(); !p.before(last) {
		return last
	}
	return p
}

// add moves p by dy of Fyne's units; whole rows move exactly, wherever p is.
func (e extent) add(p Position, dy float32) Position {
	moved := positionOf(float64(p.Fraction) + float64(dy)/float64(e.rowHeight))
	moved.Row += p.Row
	return e.clamp(moved)
}

// share tells how far down p is, from 0 to 1; at is its inverse.
func (e extent) share(p Position) float64 {
	if last := e.last().rows(); last > 0 {
		return min(1, p.rows()/last)
	}
	return 0
}

func (e extent) at(share float64) Position {
	return e.clamp(positionOf(min(1, max(0, share)) * e.last().rows()))
}

// visible is the rows that have at least a sliver in view.
func (e extent) visible(p Position) (first, count int) {
	if e.height <= 0 {
		return p.Row, 0
	}
	end := int(math.Ceil(float64(p.Fraction) + e.viewRows()))
	return p.Row, max(0, min(end, e.rows-p.Row))
}
