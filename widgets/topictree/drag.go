package topictree

import "fyne.io/fyne/v2"

var _ fyne.Draggable = (*Tree)(nil)

// Dragged takes the row that was pressed along with the pointer; the tree itself scrolls by the
// wheel and by its bar, so nothing else wants the drag.
func (t *Tree) Dragged(ev *fyne.DragEvent) {
	if t.OnDrag == nil || t.pointer.pressed == nil {
		return
	}
	t.hideTip()
	t.pointer.dragging = true
	t.OnDrag(*t.pointer.pressed, ev.AbsolutePosition)
}

// DragEnd lets the row go.
func (t *Tree) DragEnd() {
	if !t.pointer.dragging {
		return
	}
	t.pointer.dragging, t.pointer.pressed = false, nil
	if t.OnDrop != nil {
		t.OnDrop()
	}
}
