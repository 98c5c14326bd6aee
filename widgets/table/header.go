package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/widgets/virtual"
)

// header names the columns; dragging an edge between two of them resizes them.
type header struct {
	widget.BaseWidget
	table   *Table
	titles  []*virtual.Cell
	line    *canvas.Rectangle
	objects []fyne.CanvasObject
	over    int // the edge under the pointer, or -1
	pulled  int // the edge being dragged, or -1
}

func newHeader(t *Table) *header {
	h := &header{table: t, line: canvas.NewRectangle(nil), over: -1, pulled: -1}
	h.objects = []fyne.CanvasObject{h.line}
	for _, c := range t.grid.columns {
		title := virtual.NewCell(c.Align)
		h.titles = append(h.titles, title)
		h.objects = append(h.objects, title.Text)
	}
	h.ExtendBaseWidget(h)
	return h
}

func (h *header) show() {
	t := h.table
	for k, title := range h.titles {
		if t.grid.columns[k].Hidden {
			title.Clear()
			continue
		}
		title.Set(t.sorted.mark(k)+t.grid.columns[k].Title, t.grid.w[k], t.title, t.ink.dim)
		title.Place(t.grid.x[k], 0, h.Size().Height)
	}
	if h.line.FillColor != t.ink.line {
		h.line.FillColor = t.ink.line
		canvas.Refresh(h.line)
	}
	h.line.Move(fyne.NewPos(0, h.Size().Height-1))
	h.line.Resize(fyne.NewSize(h.Size().Width, 1))
}

// Cursor tells that an edge can be dragged.
func (h *header) Cursor() desktop.Cursor {
	if h.over >= 0 || h.pulled >= 0 {
		return desktop.HResizeCursor
	}
	return desktop.DefaultCursor
}

// MouseIn is part of [desktop.Hoverable].
func (h *header) MouseIn(ev *desktop.MouseEvent) { h.MouseMoved(ev) }

// MouseMoved looks for an edge under the pointer.
func (h *header) MouseMoved(ev *desktop.MouseEvent) { h.over = h.table.grid.edge(ev.Position.X) }

// MouseOut is part of [desktop.Hoverable].
func (h *header) MouseOut() { h.over = -1 }

// MouseDown catches an edge.
func (h *header) MouseDown(ev *desktop.MouseEvent) { h.pulled = h.table.grid.edge(ev.Position.X) }

// MouseUp lets it go.
func (h *header) MouseUp(*desktop.MouseEvent) { h.pulled = -1 }

// Dragged moves the edge with the pointer.
func (h *header) Dragged(ev *fyne.DragEvent) {
	if h.pulled >= 0 {
		h.table.grid.pull(h.pulled, ev.Position.X)
		h.table.relayout()
	}
}

// Tapped asks for the rows in the order of a column.
func (h *header) Tapped(ev *fyne.PointEvent) {
	t := h.table
	k := t.grid.at(ev.Position.X)
	if t.OnSort != nil && k >= 0 && t.grid.columns[k].Sorts && t.grid.edge(ev.Position.X) < 0 {
		t.OnSort(k)
	}
}

// DragEnd lets the edge go.
func (h *header) DragEnd() { h.pulled = -1 }

// CreateRenderer is called by Fyne.
func (h *header) CreateRenderer() fyne.WidgetRenderer { return headerRenderer{h} }

type headerRenderer struct{ header *header }

func (r headerRenderer) Layout(fyne.Size)             { r.header.show() }
func (r headerRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r headerRenderer) Objects() []fyne.CanvasObject { return r.header.objects }
func (r headerRenderer) Destroy()                     {}
func (r headerRenderer) Refresh() {
	r.header.show()
	canvas.Refresh(r.header)
}
