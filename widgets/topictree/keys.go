package topictree

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// FocusGained is part of [fyne.Focusable].
func (t *Tree) FocusGained() {
	t.focused = true
	t.placeBands()
}

// FocusLost is part of [fyne.Focusable].
func (t *Tree) FocusLost() {
	t.focused, t.shift = false, false
	t.placeBands()
}

func (t *Tree) focus() {
	t.lastKey = t.now()
	if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil && !t.focused {
		c.Focus(t)
	}
}

// KeyDown is part of [desktop.Keyable].
func (t *Tree) KeyDown(ev *fyne.KeyEvent) { t.setShift(ev.Name, true) }

// KeyUp is part of [desktop.Keyable].
func (t *Tree) KeyUp(ev *fyne.KeyEvent) { t.setShift(ev.Name, false) }

func (t *Tree) setShift(key fyne.KeyName, down bool) {
	if key == desktop.KeyShiftLeft || key == desktop.KeyShiftRight {
		t.shift = down
	}
}

// TypedKey moves the selection, opens and closes branches, activates leaves and asks for
// menus.
func (t *Tree) TypedKey(ev *fyne.KeyEvent) {
	t.lastKey = t.now()
	if to, ok := t.list.Step(t.selection.index, ev.Name); ok {
		t.choose(to, t.rowAt(to).Key)
		return
	}
	i := t.selection.index
	if i < 0 {
		return
	}
	row := t.rowAt(i)
	switch ev.Name {
	case fyne.KeyRight:
		t.forward(i, &row)
	case fyne.KeyLeft:
		t.back(i, &row)
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		t.toggleOrActivate(i, &row)
	case desktop.KeyMenu:
		t.menuByKey(i, &row)
	case fyne.KeyF10:
		if t.shift {
			t.menuByKey(i, &row)
		}
	}
}

// TypedRune opens everything beneath a branch (*) and pins (p).
func (t *Tree) TypedRune(r rune) {
	t.lastKey = t.now()
	i := t.selection.index
	if i < 0 {
		return
	}
	row := t.rowAt(i)
	switch {
	case r == '*' && row.Branch && t.OnToggleAll != nil:
		t.OnToggleAll(i, row.Key)
	case (r == 'p' || r == 'P') && (row.Kind == Topic || row.Pinned):
		t.pin(i, &row)
	}
}

// TypedShortcut copies.
func (t *Tree) TypedShortcut(s fyne.Shortcut) {
	if _, copying := s.(*fyne.ShortcutCopy); copying && t.OnCopy != nil && t.selection.set {
		t.OnCopy(t.selection.index, t.selection.key)
	}
}

// Select selects row i as a user would: it comes into view, and OnSelect is told.
func (t *Tree) Select(i int) {
	if i >= 0 && i < t.list.Len() {
		t.choose(i, t.rowAt(i).Key)
	}
}

func (t *Tree) choose(i int, key uint64) {
	moved := !t.selection.set || t.selection.key != key
	t.selection = selection{set: true, key: key, index: i}
	t.list.ScrollTo(i)
	t.placeBands()
	if moved && t.OnSelect != nil {
		t.OnSelect(i, key)
	}
}

func (t *Tree) toggleOrActivate(i int, row *Row) {
	if row.Branch {
		t.toggle(i, row)
	} else if t.OnActivate != nil {
		t.OnActivate(i, row.Key)
	}
}

func (t *Tree) toggle(i int, row *Row) {
	if t.OnToggle != nil {
		t.OnToggle(i, row.Key, !row.Open)
	}
}

func (t *Tree) pin(i int, row *Row) {
	if t.OnPin != nil {
		t.OnPin(i, row.Key)
	}
}

// forward opens a closed branch, and goes into an open one.
func (t *Tree) forward(i int, row *Row) {
	switch {
	case row.Branch && !row.Open:
		t.toggle(i, row)
	case row.Branch && i+1 < t.list.Len():
		if child := t.rowAt(i + 1); child.Depth > row.Depth {
			t.choose(i+1, child.Key)
		}
	}
}

// back closes an open branch, and goes from anything else to its parent.
func (t *Tree) back(i int, row *Row) {
	if row.Branch && row.Open {
		t.toggle(i, row)
		return
	}
	if parent := t.parent(i, row.Depth); parent >= 0 {
		t.choose(parent, t.rowAt(parent).Key)
	}
}

func (t *Tree) parent(i, depth int) int {
	if finder, ok := t.source.(ParentFinder); ok {
		return finder.Parent(i)
	}
	var rows [128]Row
	for end := i; end > 0 && depth > 0; {
		first := max(0, end-len(rows))
		t.source.Fill(first, rows[:end-first])
		for k := end - 1; k >= first; k-- {
			if rows[k-first].Depth < depth {
				return k
			}
		}
		end = first
	}
	return -1
}

func (t *Tree) menuByKey(i int, row *Row) {
	t.list.ScrollTo(i)
	_, _, name := row.nameColumn(&t.look)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t)
	t.openMenu(i, row.Key, at.AddXY(name.x, t.list.RowY(i)+t.list.RowHeight()))
}
