package table

import (
	"cmp"
	"iter"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"streamscope/widgets/virtual"
)

// span is the rows first to last.
type span struct{ first, last int }

// spans are what is selected besides the current range, in no order; see [Table.Several].
type spans []span

func (s spans) holds(i int) bool {
	return slices.ContainsFunc(s, func(p span) bool { return i >= p.first && i <= p.last })
}

// without leaves out row i.
func (s spans) without(i int) (rest spans) {
	for _, p := range s {
		for _, part := range [...]span{{p.first, min(p.last, i-1)}, {max(p.first, i+1), p.last}} {
			if part.first <= part.last {
				rest = append(rest, part)
			}
		}
	}
	return rest
}

// moved follows rows that were put before the first one.
func (s spans) moved(by int) spans {
	for k := range s {
		s[k].first += by
		s[k].last += by
	}
	return s
}

// within keeps what lies in the first n rows.
func (s spans) within(n int) (rest spans) {
	for _, p := range s {
		if p.first < n {
			rest = append(rest, span{p.first, min(p.last, n-1)})
		}
	}
	return rest
}

// nearest is the place of the span that lies nearest to row i; -1 if there is none.
func (s spans) nearest(i int) int {
	best, least := -1, 0
	for k, p := range s {
		if d := max(p.first-i, i-p.last); best < 0 || d < least {
			best, least = k, d
		}
	}
	return best
}

// all are all selected ranges.
func (t *Table) all() spans {
	first, last := t.selected.bounds()
	if first < 0 {
		return nil
	}
	return append(slices.Clone(t.others), span{first, last})
}

// SelectedRows are the selected rows from the top down, each once.
func (t *Table) SelectedRows() iter.Seq[int] {
	ranges := t.all()
	slices.SortFunc(ranges, func(a, b span) int { return cmp.Compare(a.first, b.first) })
	return func(yield func(int) bool) {
		next := 0
		for _, p := range ranges {
			for i := max(p.first, next); i <= p.last; i++ {
				if !yield(i) {
					return
				}
			}
			next = max(next, p.last+1)
		}
	}
}

// toggle selects a row besides what is selected, or takes it out. What is selected last stays the
// current range, where the keyboard goes on.
func (t *Table) toggle(i int) {
	ranges := t.all()
	now := selection{i, i}
	if ranges.holds(i) {
		ranges = ranges.without(i)
		k := ranges.nearest(i)
		if k < 0 {
			t.Select(-1, -1)
			return
		}
		now = selection{ranges[k].first, ranges[k].last}
		ranges = slices.Delete(ranges, k, k+1)
		t.pointer.dragging = false
	}
	t.selectBeside(now, ranges)
}

// selectBeside selects a range and leaves others selected.
func (t *Table) selectBeside(now selection, others spans) {
	moved := now != t.selected
	t.selected, t.others = now, others
	t.placeBands()
	if moved && t.OnSelect != nil {
		t.OnSelect(now.bounds())
	}
}

// placeOthers lays bands on the ranges in view that are selected besides the current one.
func (t *Table) placeOthers() {
	top, count := t.list.InView()
	n := 0
	for _, p := range t.others {
		if p.last < top || p.first >= top+count {
			continue
		}
		if n == len(t.bands.Objects) {
			t.bands.Add(&canvas.Rectangle{CornerRadius: t.band.CornerRadius})
		}
		band := t.bands.Objects[n].(*canvas.Rectangle)
		band.FillColor = t.ink.selection
		t.placeBand(band, p.first, p.last)
		n++
	}
	for _, o := range t.bands.Objects[n:] {
		virtual.SetVisible(o, false)
	}
	virtual.SetVisible(t.bands, n > 0)
}

// severally tells whether a modifier means a row besides others.
func (t *Table) severally(m fyne.KeyModifier) bool {
	return t.Several && m&fyne.KeyModifierShortcutDefault != 0
}
