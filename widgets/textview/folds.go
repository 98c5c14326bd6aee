package textview

import (
	"maps"
	"slices"
	"sort"
)

// maxLaidOpen is how many parts within a part are folded when it is unfolded, and how many lines are
// looked at for them: the screen waits meanwhile.
const (
	maxLaidOpen = 20_000
	maxWalk     = 500_000
)

// folds maps lines to ordinals: the lines that are not folded away, counted from 0.
type folds struct {
	lines   int
	outline []Part           // what the document itself folds,
	opened  map[int]struct{} // but for these, by their first line
	closed  map[int]closed   // what else is folded, by its first line
	hidden  []hiddenRun      // outermost only, in order
}

// closed is a part that is folded; own says that the reader did it.
type closed struct {
	end int
	own bool
}

// hiddenRun is lines head+1 to end; before is how many lines are hidden above head.
type hiddenRun struct{ head, end, before int32 }

func (h hiddenRun) lines() int { return int(h.end - h.head) }

// reset folds what the document folds, and nothing else.
func (f *folds) reset(lines int, outline []Part) {
	*f = folds{lines: lines, outline: outline, hidden: f.hidden}
	f.arrange()
}

func (f *folds) fold(head, end int) {
	f.close(head, end, true)
	f.arrange()
}

func (f *folds) close(head, end int, own bool) {
	if f.closed == nil {
		f.closed = map[int]closed{}
	}
	f.closed[head] = closed{end, own}
}

// unfold opens a part. One that is long and that the reader has not seen open shows its own parts
// folded.
func (f *folds) unfold(head, end int, parts Folder) {
	seen := f.closed[head].own
	delete(f.closed, head)
	if f.outlined(head) {
		if f.opened == nil {
			f.opened = map[int]struct{}{}
		}
		f.opened[head] = struct{}{}
	}
	if !seen && end-head > manyLines {
		f.closeWithin(head, end, parts)
	}
	f.arrange()
}

func (f *folds) closeWithin(head, end int, parts Folder) {
	for line, walked, n := head+1, 0, 0; line < end && walked < maxWalk && n < maxLaidOpen; walked++ {
		last, ok := parts.Fold(line)
		if !ok {
			line++
			continue
		}
		f.close(line, last, false)
		line, n = last+1, n+1
	}
}

func (f *folds) outlined(head int) bool {
	i := sort.Search(len(f.outline), func(i int) bool { return int(f.outline[i].First) >= head })
	return i < len(f.outline) && int(f.outline[i].First) == head
}

// arrange merges what is folded, for whatever reason, in order. It may be a million parts.
func (f *folds) arrange() {
	f.hidden = slices.Grow(f.hidden[:0], len(f.outline)+len(f.closed))
	byHand, opened := slices.Sorted(maps.Keys(f.closed)), slices.Sorted(maps.Keys(f.opened))
	for _, p := range f.outline {
		head := int(p.First)
		for len(byHand) > 0 && byHand[0] <= head {
			f.hide(byHand[0], f.closed[byHand[0]].end)
			byHand = byHand[1:]
		}
		for len(opened) > 0 && opened[0] < head {
			opened = opened[1:]
		}
		if len(opened) == 0 || opened[0] != head {
			f.hide(head, int(p.Last))
		}
	}
	for _, head := range byHand {
		f.hide(head, f.closed[head].end)
	}
}

func (f *folds) hide(head, end int) {
	before, last := 0, -1
	if n := len(f.hidden); n > 0 {
		h := f.hidden[n-1]
		before, last = int(h.before)+h.lines(), int(h.end)
	}
	if end = min(end, f.lines-1); head > last && end > head {
		f.hidden = append(f.hidden, hiddenRun{int32(head), int32(end), int32(before)})
	}
}

// shown is the number of lines that are not folded away.
func (f *folds) shown() int {
	if n := len(f.hidden); n > 0 {
		h := f.hidden[n-1]
		return f.lines - int(h.before) - h.lines()
	}
	return f.lines
}

// run is the last run whose head is at or before a line; ok is false if there is none.
func (f *folds) run(line int) (h hiddenRun, ok bool) {
	i := sort.Search(len(f.hidden), func(i int) bool { return int(f.hidden[i].head) > line })
	if i == 0 {
		return h, false
	}
	return f.hidden[i-1], true
}

// ordinal of a line; a hidden line has that of the line that hides it.
func (f *folds) ordinal(line int) int {
	h, ok := f.run(line)
	switch {
	case !ok:
		return line
	case line <= int(h.end):
		return int(h.head - h.before)
	}
	return line - int(h.before) - h.lines()
}

func (f *folds) line(ordinal int) int {
	i := sort.Search(len(f.hidden), func(i int) bool { return int(f.hidden[i].head-f.hidden[i].before) >= ordinal })
	if i == 0 {
		return ordinal
	}
	h := f.hidden[i-1]
	return ordinal + int(h.before) + h.lines()
}

// foldedAt returns the last line of the part that is folded at line.
func (f *folds) foldedAt(line int) (end int, ok bool) {
	h, ok := f.run(line)
	if !ok || int(h.head) != line {
		return 0, false
	}
	return int(h.end), true
}

// reveal unfolds whatever hides line.
func (f *folds) reveal(line int) (changed bool) {
	for head, part := range f.closed {
		if head < line && line <= part.end {
			delete(f.closed, head)
			changed = true
		}
	}
	i := sort.Search(len(f.outline), func(i int) bool { return int(f.outline[i].Last) >= line })
	if i < len(f.outline) && int(f.outline[i].First) < line {
		head := int(f.outline[i].First)
		if _, open := f.opened[head]; !open {
			if f.opened == nil {
				f.opened = map[int]struct{}{}
			}
			f.opened[head], changed = struct{}{}, true
		}
	}
	if changed {
		f.arrange()
	}
	return changed
}

// keep folds, in a newer text, again what still begins and can be folded at the same lines. all says
// that the reader has unfolded everything.
func (f *folds) keep(d Document, all bool) {
	old := *f
	*f = folds{lines: d.Len(), opened: old.opened, hidden: old.hidden}
	if o, ok := d.(Outliner); ok && !all {
		f.outline = o.Outline()
	}
	if parts, ok := d.(Folder); ok {
		for head, part := range old.closed {
			if end, ok := parts.Fold(head); ok {
				f.close(head, end, part.own)
			}
		}
	}
	f.arrange()
}
