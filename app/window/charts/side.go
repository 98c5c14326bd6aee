package charts

import (
	"slices"

	"streamscope/widgets/chart"
)

// place finds the axis of a line whose unit has become known, once: what stands on the chart does
// not move by itself. It reports whether the line goes to the right.
func (p *panel) place(l *line) bool {
	if l.placed || l.unit == "" {
		return false
	}
	l.placed = true
	var units [2][]string // of the lines on each side
	for _, o := range p.lines {
		if o != l {
			units[sideOf(o.spec.Right)] = append(units[sideOf(o.spec.Right)], p.unit(o))
		}
	}
	l.spec.Right = belongsRight(l.unit, units[chart.Left], units[chart.Right], p.spec.Right.Unit)
	return l.spec.Right
}

// belongsRight tells whether a line of that unit belongs to the right axis, given the units of the
// lines on each side, empty where they are not known, and that which the user gave the right axis.
// Unlike units part: the second goes to the right. There is no axis for a third, which stays with
// the first.
func belongsRight(unit string, left, right []string, named string) bool {
	known := func(u string) bool { return u != "" }
	if slices.Contains(left, unit) || !slices.ContainsFunc(left, known) && !slices.Contains(right, unit) {
		return false
	}
	if len(right) == 0 {
		return named == "" || named == unit
	}
	return slices.Contains(right, unit)
}

// setSide puts a line on an axis by the user's choice, which lasts.
func (p *panel) setSide(k string, right bool) {
	l := p.find(k)
	if l == nil {
		return
	}
	l.placed, l.byHand = true, true
	if l.spec.Right != right {
		l.spec.Right = right
		p.redone()
	}
}
