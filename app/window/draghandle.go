package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// dragHandle is a part of a row that takes the row's value to a chart. The row's buttons stay
// outside it: a hand that shakes on a button means the button.
type dragHandle struct {
	widget.BaseWidget
	inner fyne.CanvasObject
	// drag is nil while there is nothing to take along.
	drag func(at fyne.Position)
	drop func()
	on   bool
}

var (
	_ fyne.Draggable     = (*dragHandle)(nil)
	_ desktop.Cursorable = (*dragHandle)(nil)
)

func newDragHandle(inner fyne.CanvasObject) *dragHandle {
	h := &dragHandle{inner: inner}
	h.ExtendBaseWidget(h)
	return h
}

func (h *dragHandle) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(h.inner) }

// Cursor shows that the value can be taken along.
func (h *dragHandle) Cursor() desktop.Cursor {
	if h.drag == nil {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// Dragged is part of [fyne.Draggable].
func (h *dragHandle) Dragged(e *fyne.DragEvent) {
	if h.drag != nil {
		h.on = true
		h.drag(e.AbsolutePosition)
	}
}

// DragEnd is part of [fyne.Draggable].
func (h *dragHandle) DragEnd() {
	if h.on {
		h.on = false
		h.drop()
	}
}
