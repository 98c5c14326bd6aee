package paint

import (
	"image"
	"math"
)

// Columns is a line summed up for each pixel column: smallest, largest, first and last value.
// Without a sample all four are NaN; First is NaN where a column begins with a gap, and Last
// where it ends with one; a column with nothing but a gap has Lo > Hi.
type Columns struct {
	Lo, Hi, First, Last []float64
	// Before is the last value before the first column, at BeforeX pixels (negative); NaN if
	// there is none. Until is the column up to which a step line holds its last value.
	Before, BeforeX float64
	Until           int
}

// Paint draws a dense line into the whole picture.
func (c *Columns) Paint(dst *image.RGBA, y Scale, l Line) {
	p := columnPainter{dst: dst, clip: dst.Rect, y: y, l: l}
	p.joinX, p.joinY = c.BeforeX, y.Row(c.Before)
	for x := range c.Lo {
		lo, hi := c.Lo[x], c.Hi[x]
		if lo != lo {
			continue
		}
		if y.Log && lo <= 0 && lo <= hi {
			lo = aboveZero(hi, c.First[x], c.Last[x])
		}
		if lo > hi {
			if l.Step {
				p.hold(x)
			}
			p.joinY = math.NaN()
			continue
		}
		p.column(x, y.Row(hi), y.Row(lo), y.Row(c.First[x]), y.Row(c.Last[x]))
	}
	if l.Step {
		p.hold(min(c.Until, len(c.Lo)))
	}
	p.flush()
}

// aboveZero is the smallest of the values known that a logarithmic scale can show; +Inf when there
// is none, and the column is a gap then.
func aboveZero(values ...float64) float64 {
	least := math.Inf(1)
	for _, v := range values {
		if v > 0 {
			least = min(least, v)
		}
	}
	return least
}

// columnPainter paints from left to right. A column is painted only when the next one is known,
// so that both can reach out to where the line crosses their border.
type columnPainter struct {
	dst  *image.RGBA
	clip image.Rectangle
	y    Scale
	l    Line

	joinX, joinY float64 // where the line has come to; joinY is NaN after a gap
	at           int     // the column that waits
	top, bottom  float64
	waiting      bool
}

func (p *columnPainter) flush() {
	if p.waiting {
		half := p.l.Width / 2
		span(p.dst, p.clip, p.at, p.top-half, p.bottom+half, p.l.Color)
		p.waiting = false
	}
}

func (p *columnPainter) column(x int, top, bottom, first, last float64) {
	if first == first && p.joinY == p.joinY {
		if p.l.Step {
			p.hold(x)
			top, bottom = min(top, p.joinY), max(bottom, p.joinY)
		} else {
			cross := p.lineTo(x, first)
			top, bottom = min(top, cross), max(bottom, cross)
		}
	}
	p.flush()
	p.at, p.top, p.bottom, p.waiting = x, top, bottom, true
	p.joinX, p.joinY = float64(x)+0.5, last
}

// lineTo draws the straight piece through the empty columns before x, and returns the row where
// it enters column x.
func (p *columnPainter) lineTo(x int, row float64) float64 {
	end := float64(x) + 0.5
	slope := (row - p.joinY) / (end - p.joinX)
	at := func(px float64) float64 { return p.joinY + slope*(px-p.joinX) }
	start := max(int(math.Floor(p.joinX))+1, 0)
	if p.waiting {
		cross := at(float64(p.at) + 1)
		p.top, p.bottom = min(p.top, cross), max(p.bottom, cross)
	}
	half := p.l.Width / 2 * math.Sqrt(1+min(slope*slope, 1))
	for c := start; c < x; c++ {
		a, b := at(float64(c)), at(float64(c)+1)
		if b-a < 1 && a-b < 1 { // flat: the middle alone keeps the width even
			a = (a + b) / 2
			b = a
		}
		span(p.dst, p.clip, c, min(a, b)-half, max(a, b)+half, p.l.Color)
	}
	return at(float64(x))
}

// hold draws a level piece up to column x.
func (p *columnPainter) hold(x int) {
	if p.joinY != p.joinY {
		return
	}
	half := p.l.Width / 2
	for c := max(int(math.Floor(p.joinX))+1, 0); c < x; c++ {
		span(p.dst, p.clip, c, p.joinY-half, p.joinY+half, p.l.Color)
	}
}
