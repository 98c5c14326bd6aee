package table

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"streamscope/widgets/virtual"
)

// rowView is the widget of one row.
type rowView struct {
	widget.BaseWidget
	table   *Table
	cells   []*virtual.Cell
	objects []fyne.CanvasObject
}

func newRowView(t *Table) *rowView {
	r := &rowView{table: t}
	for _, c := range t.grid.columns {
		cell := virtual.NewCell(c.Align)
		r.cells = append(r.cells, cell)
		r.objects = append(r.objects, cell.Text)
	}
	r.ExtendBaseWidget(r)
	return r
}

// show has the view show texts and tells how many of its cells it had to touch.
func (r *rowView) show(texts []string) (touched int) {
	t := r.table
	for k, cell := range r.cells {
		changed := false
		if texts[k] == "" || t.grid.w[k] <= 0 {
			changed = cell.Clear()
		} else {
			changed = cell.Set(texts[k], t.grid.w[k], t.faces[k], t.ink.text)
			cell.PlaceOn(t.grid.x[k], t.baseline)
		}
		if changed {
			touched++
		}
	}
	return touched
}

// CreateRenderer is called by Fyne.
func (r *rowView) CreateRenderer() fyne.WidgetRenderer { return rowRenderer{r} }

type rowRenderer struct{ row *rowView }

func (r rowRenderer) Layout(fyne.Size)             {}
func (r rowRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r rowRenderer) Objects() []fyne.CanvasObject { return r.row.objects }
func (r rowRenderer) Destroy()                     {}
func (r rowRenderer) Refresh()                     { canvas.Refresh(r.row) }
