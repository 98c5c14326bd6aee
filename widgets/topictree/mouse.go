package topictree

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"

	"streamscope/widgets/virtual"
)

// pointer is what the tree remembers of the mouse.
type pointer struct {
	inside  bool
	at      fyne.Position // relative to the tree
	row     int           // under it, or -1
	clicked uint64        // key of the last click, for double clicks
	when    time.Time
	menuFor *uint64 // key under the press of the secondary button
	menu    bool    // a menu was asked for
	// pressed is the key under the press of the primary button, for a drag.
	pressed  *uint64
	dragging bool
	tipRow   int
	tipPart  Part
	tipped   bool
}

// MouseDown selects, toggles, pins, or remembers for whom a menu will be.
func (t *Tree) MouseDown(ev *desktop.MouseEvent) {
	t.hideTip()
	t.focus()
	t.pointer.menuFor, t.pointer.pressed = nil, nil
	i := t.list.RowAt(ev.Position.Y)
	if i < 0 || t.first+len(t.rows) <= i {
		return
	}
	row := t.rowAt(i)
	switch ev.Button {
	case desktop.MouseButtonSecondary:
		t.pointer.menuFor = &row.Key
		t.choose(i, row.Key)
	case desktop.MouseButtonPrimary:
		t.pointer.pressed = &row.Key
		t.click(i, &row, ev.Position.X)
	}
}

// MouseUp is part of [desktop.Mouseable].
func (t *Tree) MouseUp(*desktop.MouseEvent) {}

func (t *Tree) click(i int, row *Row, x float32) {
	chevron, _, _ := row.nameColumn(&t.look)
	inChevron := x >= chevron.x-t.look.size.gap/2 && x < chevron.right()
	pinnable := row.Kind == Topic || row.Pinned
	switch {
	case t.look.flat && inChevron && pinnable, !t.look.flat && t.look.at.at(x) == PartPin && pinnable:
		t.pin(i, row)
		return
	case inChevron && row.Branch:
		t.choose(i, row.Key)
		t.toggle(i, row)
		return
	}
	t.choose(i, row.Key)
	now := t.now()
	double := t.pointer.clicked == row.Key && now.Sub(t.pointer.when) < fyne.CurrentApp().Driver().DoubleTapDelay()
	t.pointer.clicked, t.pointer.when = row.Key, now
	if double {
		t.pointer.when = time.Time{}
		t.toggleOrActivate(i, row)
	}
}

// TappedSecondary asks for the menu of the row that was under the press.
func (t *Tree) TappedSecondary(ev *fyne.PointEvent) {
	if t.pointer.menuFor == nil { // another menu took the press
		i := t.list.RowAt(ev.Position.Y)
		if i < 0 {
			return
		}
		key := t.rowAt(i).Key
		t.choose(i, key)
		t.pointer.menuFor = &key
	}
	key := *t.pointer.menuFor
	t.pointer.menuFor = nil
	t.openMenu(t.indexOf(key), key, ev.AbsolutePosition)
}

func (t *Tree) openMenu(i int, key uint64, at fyne.Position) {
	if t.OnMenu == nil {
		return
	}
	t.pointer.menu = true
	t.OnMenu(i, key, at)
}

// menuOpen tells whether what the last menu opened is still there.
func (t *Tree) menuOpen() bool {
	if t.pointer.menu {
		c := fyne.CurrentApp().Driver().CanvasForObject(t)
		t.pointer.menu = c != nil && c.Overlays().Top() != nil
	}
	return t.pointer.menu
}

// MouseIn is part of [desktop.Hoverable].
func (t *Tree) MouseIn(ev *desktop.MouseEvent) {
	t.pointer.inside = true
	t.MouseMoved(ev)
}

// MouseMoved is part of [desktop.Hoverable].
func (t *Tree) MouseMoved(ev *desktop.MouseEvent) {
	t.pointer.at = ev.Position
	t.movePointer()
	t.moveTip(ev)
}

// MouseOut is part of [desktop.Hoverable].
func (t *Tree) MouseOut() {
	t.pointer.inside = false
	t.movePointer()
	t.hideTip()
}

// movePointer finds the row under the pointer after either of them moved.
func (t *Tree) movePointer() {
	row := -1
	if t.pointer.inside {
		row = t.list.RowAt(t.pointer.at.Y)
	}
	if row == t.pointer.row {
		return
	}
	was := t.pointer.row
	t.pointer.row = row
	t.hideTip()
	t.list.Each(func(i int, o fyne.CanvasObject) {
		if i == was || i == row {
			t.update(i, o)
		}
	})
	t.placeBands()
}

// moveTip shows another tooltip when the pointer came to another row or part.
func (t *Tree) moveTip(ev *desktop.MouseEvent) {
	part := t.look.at.at(ev.Position.X)
	if t.pointer.tipped && t.pointer.row == t.pointer.tipRow && part == t.pointer.tipPart {
		t.tip.MouseMoved(ev)
		return
	}
	t.hideTip()
	t.pointer.tipped, t.pointer.tipRow, t.pointer.tipPart = true, t.pointer.row, part
	t.tip.SetToolTip(t.tipText(t.pointer.row, part))
	t.tip.MouseIn(ev)
}

func (t *Tree) hideTip() {
	t.pointer.tipped = false
	t.tip.MouseOut()
}

// tipText is what there is to say about a part of row i.
func (t *Tree) tipText(i int, part Part) string {
	if i < t.first || i >= t.first+len(t.rows) {
		return ""
	}
	row := &t.rows[i-t.first]
	if t.OnTip != nil {
		if text := t.OnTip(i, row.Key, part); text != "" {
			return virtual.OneLine(text, 2*virtual.MaxRunes)
		}
	}
	return virtual.OneLine(t.ownTip(row, i, part), 2*virtual.MaxRunes)
}

func (t *Tree) ownTip(row *Row, i int, part Part) (text string) {
	t.list.Each(func(k int, o fyne.CanvasObject) {
		view := o.(*rowView)
		switch {
		case k != i:
		case part == PartName && view.name.Cut():
			text = row.Name
		case part == PartValue && (view.value.Cut() || view.note.Cut()):
			text = join(row.Value, row.Note)
		case part == PartMarks:
			text = row.marksTip()
		case part == PartPin && row.Pinned:
			text = lang.X("tree.unpin", "Take off the watch list")
		case part == PartPin && row.Kind == Topic:
			text = lang.X("tree.pin", "Put on the watch list")
		}
	})
	return text
}

func (row *Row) marksTip() (text string) {
	if row.Stale && row.Kind == Topic {
		text = lang.X("tree.tip.stale", "may be out of date")
	}
	if row.Retained {
		text = join(text, lang.X("tree.tip.retained", "retained: sent at an unknown time"))
	}
	if row.Cut {
		text = join(text, lang.X("tree.tip.cut", "too large: only the beginning was kept"))
	}
	return text
}

func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}
