package topictree

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"streamscope/widgets/virtual"
)

// bands are what lies under and over the rows: the selected row, the row under the pointer
// and the ring of the focus. One of each serves all rows.
type bands struct {
	selected, hovered, ring *canvas.Rectangle
}

func newBands() bands {
	b := bands{canvas.NewRectangle(nil), canvas.NewRectangle(nil), canvas.NewRectangle(color.Transparent)}
	for _, r := range []*canvas.Rectangle{b.selected, b.hovered, b.ring} {
		r.CornerRadius = 3
		r.Hide()
	}
	b.ring.StrokeWidth = 1
	return b
}

func (b bands) under() []fyne.CanvasObject { return []fyne.CanvasObject{b.selected, b.hovered} }

func (b bands) paint(ink palette) {
	b.selected.FillColor = ink.selection
	b.hovered.FillColor = ink.hover
	b.ring.StrokeColor = ink.primary
	for _, r := range []*canvas.Rectangle{b.selected, b.hovered, b.ring} {
		canvas.Refresh(r)
	}
}

func (t *Tree) placeBands() {
	t.placeBand(t.bands.selected, t.selection.index)
	t.placeBand(t.bands.hovered, t.pointer.row)
	if !t.focused {
		virtual.SetVisible(t.bands.ring, false)
		return
	}
	if t.placeBand(t.bands.ring, t.selection.index) {
		return
	}
	t.bands.ring.Move(fyne.Position{})
	t.bands.ring.Resize(fyne.NewSize(t.look.width, t.Size().Height))
	virtual.SetVisible(t.bands.ring, true)
}

// placeBand lays a band on row i, or hides it if the row isn't in view.
func (t *Tree) placeBand(band *canvas.Rectangle, i int) bool {
	first, count := t.list.InView()
	inView := i >= first && i < first+count
	if inView {
		band.Move(fyne.NewPos(0, t.list.RowY(i)))
		band.Resize(fyne.NewSize(t.look.width, t.list.RowHeight()))
	}
	virtual.SetVisible(band, inView)
	return inView
}
