package table

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"streamscope/widgets/virtual"
)

// keysFor is how long after the last key the keyboard counts as being in the table.
const keysFor = 10 * time.Second

// Interacting tells whether pointer, menu or keys are in the table: rows shouldn't be sorted anew
// under the user's hand.
func (t *Table) Interacting() bool {
	return t.pointer.inside || t.list.Held() || t.menuOpen() ||
		t.focused && t.now().Sub(t.lastKey) < keysFor
}

// menuOpen tells whether what the last menu opened is still there.
func (t *Table) menuOpen() bool {
	if t.pointer.menu {
		c := fyne.CurrentApp().Driver().CanvasForObject(t)
		t.pointer.menu = c != nil && c.Overlays().Top() != nil
	}
	return t.pointer.menu
}

// pointer is what the table remembers of the mouse.
type pointer struct {
	inside      bool
	at          fyne.Position // relative to the list
	row, column int           // under it, or -1
	clicked     int           // row of the last click, for double clicks
	when        time.Time
	dragging    bool // extends the selection
	menu        bool // a menu was asked for
}

// MouseDown selects a row, or up to a row with Shift; see [Table.Several] for Ctrl.
func (t *Table) MouseDown(ev *desktop.MouseEvent) {
	t.tip.MouseOut()
	t.lastKey = t.now()
	if c := fyne.CurrentApp().Driver().CanvasForObject(t); c != nil && !t.focused {
		c.Focus(t)
	}
	i := t.rowAt(ev.Position)
	switch {
	case i < 0:
	case ev.Button == desktop.MouseButtonSecondary:
		if !t.all().holds(i) {
			t.Select(i, i)
		}
	case ev.Button == desktop.MouseButtonPrimary:
		t.click(i, ev.Modifier)
	}
}

func (t *Table) click(i int, m fyne.KeyModifier) {
	t.pointer.dragging = true
	extend := m&fyne.KeyModifierShift != 0 && t.selected.anchor >= 0
	switch {
	case extend && t.severally(m):
		t.selectBeside(selection{t.selected.anchor, i}, t.others)
		return
	case extend:
		t.Select(t.selected.anchor, i)
		return
	case t.severally(m):
		t.toggle(i)
		return
	}
	t.Select(i, i)
	now := t.now()
	double := t.pointer.clicked == i && now.Sub(t.pointer.when) < fyne.CurrentApp().Driver().DoubleTapDelay()
	t.pointer.clicked, t.pointer.when = i, now
	if double {
		t.pointer.when = time.Time{}
		t.activate(i)
	}
}

// MouseUp ends a drag.
func (t *Table) MouseUp(*desktop.MouseEvent) { t.pointer.dragging = false }

// Dragged extends the selection to the row under the pointer, and beyond the view.
func (t *Table) Dragged(ev *fyne.DragEvent) {
	if !t.pointer.dragging || t.selected.anchor < 0 {
		return
	}
	first, count := t.list.InView()
	to := t.rowAt(ev.Position)
	switch y := ev.Position.Y - t.list.Position().Y; {
	case y < 0:
		to = max(0, first-1)
	case to < 0:
		to = min(first+count, t.list.Len()-1)
	}
	others := t.others
	t.Select(t.selected.anchor, to)
	t.others = others
	t.placeOthers()
}

// DragEnd is part of [fyne.Draggable].
func (t *Table) DragEnd() { t.pointer.dragging = false }

// TappedSecondary asks for a menu.
func (t *Table) TappedSecondary(ev *fyne.PointEvent) {
	i := t.rowAt(ev.Position)
	if i < 0 || t.OnMenu == nil {
		return
	}
	if !t.all().holds(i) {
		t.Select(i, i)
	}
	t.pointer.menu = true
	t.OnMenu(i, ev.AbsolutePosition)
}

// MouseIn is part of [desktop.Hoverable].
func (t *Table) MouseIn(ev *desktop.MouseEvent) {
	t.pointer.inside = true
	t.MouseMoved(ev)
}

// MouseMoved is part of [desktop.Hoverable].
func (t *Table) MouseMoved(ev *desktop.MouseEvent) {
	t.pointer.at = ev.Position.Subtract(t.list.Position())
	row, column := t.pointer.row, t.pointer.column
	t.movePointer()
	t.pointer.column = t.grid.at(ev.Position.X)
	if row == t.pointer.row && column == t.pointer.column {
		t.tip.MouseMoved(ev)
		return
	}
	t.tip.MouseOut()
	t.tip.SetToolTip(t.tipText())
	t.tip.MouseIn(ev)
}

// MouseOut is part of [desktop.Hoverable].
func (t *Table) MouseOut() {
	t.pointer.inside, t.pointer.column = false, -1
	t.movePointer()
	t.tip.MouseOut()
}

// movePointer finds the row under the pointer after either of them moved.
func (t *Table) movePointer() {
	row := -1
	if t.pointer.inside {
		row = t.list.RowAt(t.pointer.at.Y)
	}
	if row != t.pointer.row {
		t.pointer.row = row
		t.placeBands()
	}
}

// tipText is the whole text of the cell under the pointer if it was cut.
func (t *Table) tipText() (text string) {
	if t.pointer.row < 0 || t.pointer.column < 0 {
		return ""
	}
	t.list.Each(func(i int, o fyne.CanvasObject) {
		if i == t.pointer.row && o.(*rowView).cells[t.pointer.column].Cut() {
			t.source.Row(i, t.cells)
			text = virtual.OneLine(t.cells[t.pointer.column], 2*virtual.MaxRunes)
		}
	})
	return text
}

func (t *Table) rowAt(p fyne.Position) int { return t.list.RowAt(p.Y - t.list.Position().Y) }

func (t *Table) activate(i int) {
	if t.OnActivate != nil {
		t.OnActivate(i)
	}
}

// FocusGained is part of [fyne.Focusable].
func (t *Table) FocusGained() {
	t.focused = true
	t.placeBands()
}

// FocusLost is part of [fyne.Focusable].
func (t *Table) FocusLost() {
	t.focused, t.shift = false, false
	t.placeBands()
}

// KeyDown is part of [desktop.Keyable].
func (t *Table) KeyDown(ev *fyne.KeyEvent) { t.setShift(ev.Name, true) }

// KeyUp is part of [desktop.Keyable].
func (t *Table) KeyUp(ev *fyne.KeyEvent) { t.setShift(ev.Name, false) }

func (t *Table) setShift(key fyne.KeyName, down bool) {
	if key == desktop.KeyShiftLeft || key == desktop.KeyShiftRight {
		t.shift = down
	}
}

// TypedRune is part of [fyne.Focusable].
func (t *Table) TypedRune(rune) {}

// TypedKey moves the selection, extends it with Shift, activates rows and asks for menus.
func (t *Table) TypedKey(ev *fyne.KeyEvent) {
	t.lastKey = t.now()
	if to, ok := t.list.Step(t.selected.cursor, ev.Name); ok {
		if t.shift && t.selected.anchor >= 0 {
			t.Select(t.selected.anchor, to)
		} else {
			t.Select(to, to)
		}
		return
	}
	i := t.selected.cursor
	switch {
	case ev.Name == fyne.KeyEscape && t.OnEscape != nil:
		t.OnEscape()
	case i < 0:
	case ev.Name == fyne.KeyReturn, ev.Name == fyne.KeyEnter, ev.Name == fyne.KeySpace:
		t.activate(i)
	case ev.Name == desktop.KeyMenu, ev.Name == fyne.KeyF10 && t.shift:
		t.menuByKey(i)
	}
}

func (t *Table) menuByKey(i int) {
	if t.OnMenu == nil {
		return
	}
	t.list.ScrollTo(i)
	t.pointer.menu = true
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(t.list)
	t.OnMenu(i, at.AddXY(gap, t.list.RowY(i)+t.list.RowHeight()))
}
