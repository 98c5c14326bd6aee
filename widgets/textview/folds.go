package textview

import (
	"maps"
	"slices"
	"sort"
)

// folds maps lines to ordinals: the lines that are not folded away, counted from 0.
type folds struct {
	lines  int
	folded map[int]int // first line of a part to its last
	hidden []hiddenRun // outermost only, in order
}

// hiddenRun is lines head+1 to end; before is how many lines are hidden above head.
type hiddenRun struct{ head, end, before int }

func (f *folds) reset(lines int) { *f = folds{lines: lines} }

func (f *folds) set(head, end int, fold bool) {
	if f.folded == nil {
		f.folded = map[int]int{}
	}
	if fold {
		f.folded[head] = end
	} else {
		delete(f.folded, head)
	}
	f.arrange()
}

func (f *folds) arrange() {
	f.hidden = f.hidden[:0]
	total, last := 0, -1
	for _, head := range slices.Sorted(maps.Keys(f.folded)) {
		end := min(f.folded[head], f.lines-1)
		if head <= last || end <= head {
			continue
		}
		f.hidden = append(f.hidden, hiddenRun{head, end, total})
		total += end - head
		last = end
	}
}

// shown is the number of lines that are not folded away.
func (f *folds) shown() int {
	if n := len(f.hidden); n > 0 {
		h := f.hidden[n-1]
		return f.lines - h.before - (h.end - h.head)
	}
	return f.lines
}

// run is the last run whose head is at or before a line; ok is false if there is none.
func (f *folds) run(line int) (h hiddenRun, ok bool) {
	i := sort.Search(len(f.hidden), func(i int) bool { return f.hidden[i].head > line })
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
	case line <= h.end:
		return h.head - h.before
	}
	return line - h.before - (h.end - h.head)
}

func (f *folds) line(ordinal int) int {
	i := sort.Search(len(f.hidden), func(i int) bool { return f.hidden[i].head-f.hidden[i].before >= ordinal })
	if i == 0 {
		return ordinal
	}
	h := f.hidden[i-1]
	return ordinal + h.before + (h.end - h.head)
}

// foldedAt returns the last line of the part that is folded at line.
func (f *folds) foldedAt(line int) (end int, ok bool) {
	h, ok := f.run(line)
	if !ok || h.head != line {
		return 0, false
	}
	return h.end, true
}

// reveal unfolds whatever hides line.
func (f *folds) reveal(line int) (changed bool) {
	for head, end := range f.folded {
		if head < line && line <= end {
			delete(f.folded, head)
			changed = true
		}
	}
	if changed {
		f.arrange()
	}
	return changed
}
