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
	mark    *canvas.Rectangle
	objects []fyne.CanvasObject
}

func newRowView(t *Table) *rowView {
	r := &rowView{table: t, mark: canvas.NewRectangle(nil)}
	r.mark.Hide()
	r.objects = append(r.objects, r.mark)
	for _, c := range t.grid.columns {
		cell := virtual.NewCell(c.Align)
		r.cells = append(r.cells, cell)
		r.objects = append(r.objects, cell.Text)
	}
	r.ExtendBaseWidget(r)
	return r
}

// show has the view show texts and tells how many of its cells it had to touch.
func (r *rowView) show(texts []string, marked bool) (touched int) {
	t := r.table
	r.showMark(marked)
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

// showMark draws the mark of a row under its texts.
func (r *rowView) showMark(marked bool) {
	t := r.table
	if marked {
		r.mark.Resize(fyne.NewSize(t.grid.width, t.list.RowHeight()))
		if r.mark.FillColor != t.ink.mark {
			r.mark.FillColor = t.ink.mark
			canvas.Refresh(r.mark)
		}
	}
	virtual.SetVisible(r.mark, marked)
}

// CreateRenderer is called by Fyne.
func (r *rowView) CreateRenderer() fyne.WidgetRenderer { return rowRenderer{r} }

type rowRenderer struct{ row *rowView }

func (r rowRenderer) Layout(fyne.Size)             {}
func (r rowRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r rowRenderer) Objects() []fyne.CanvasObject { return r.row.objects }
func (r rowRenderer) Destroy()                     {}
func (r rowRenderer) Refresh()                     { canvas.Refresh(r.row) }
