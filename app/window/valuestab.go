package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/payload"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/virtual"
)

// maxFields bounds the values that are listed of one document.
const maxFields = 2000

// valuesTab lists the values within a payload, each with its ways onto the chart, into the
// watch list and into the tree's row.
type valuesTab struct {
	pane   *detailPane
	onShow func(ui.Selection)
	// onDrag and onDrop take a value to a chart.
	onDrag func(ui.Selection, fyne.Position)
	onDrop func()
	object fyne.CanvasObject
	list   *virtual.List
	empty  fyne.CanvasObject
	fields []payload.Field
	seq    uint64
}

func newValuesTab(d *detailPane) *valuesTab {
	t := &valuesTab{pane: d}
	t.list = virtual.New(t.create, t.update)
	t.list.SetRowHeight(28)
	t.empty = ui.NewHint(ui.Tr("values.empty", "This payload holds no values that can be told apart."))
	t.empty.Hide()
	t.object = container.NewStack(t.list, t.empty)
	return t
}

// Reset forgets the values of the topic before.
func (t *valuesTab) Reset() {
	t.seq, t.fields = 0, nil
	t.empty.Hide()
	t.list.SetLen(0)
}

func (t *valuesTab) refresh(s ui.Selection, r *topics.Row) {
	if r.Seq == t.seq {
		return
	}
	t.seq = r.Seq
	t.fields = fieldsOf(s.Conn.Index(), r)
	ui.Show(t.empty, len(t.fields) == 0)
	t.list.SetLen(len(t.fields))
	t.list.Refresh()
}

// fieldsOf lists the leaves of a JSON payload; a plain number is one value without a path.
func fieldsOf(x *topics.Index, r *topics.Row) []payload.Field {
	e, ok := x.Latest(r.Node)
	if !ok {
		return nil
	}
	if fields := payload.Fields(e.Payload, maxFields); len(fields) > 0 {
		return fields
	}
	v, unit, ok := payload.Number(e.Payload, nil)
	if !ok {
		return nil
	}
	return []payload.Field{{Text: payload.Short(e.Payload, nil, shortRunes), Number: v, IsNumber: true, Unit: unit}}
}

// valueRow is one value on the screen.
type valueRow struct {
	widget.BaseWidget
	name, value      *ui.QuietText
	chart, pin, show *ttwidget.Button
	handle           *dragHandle
	inner            fyne.CanvasObject
}

func (r *valueRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.inner) }

func (t *valuesTab) create() fyne.CanvasObject {
	r := &valueRow{name: ui.NewFittingText(), value: ui.NewFittingText()}
	r.name.Colour = theme.ColorNamePlaceHolder
	r.chart = ui.IconButton(ui.ChartIcon, ui.Tr("values.chart", "Show on the chart"), nil)
	r.pin = ui.IconButton(ui.StarIcon, ui.Tr("values.pin", "Pin to the watch list"), nil)
	r.show = ui.IconButton(theme.VisibilityIcon(), ui.Tr("values.show", "Show this value in the tree"), nil)
	r.handle = newDragHandle(container.NewGridWithColumns(2, r.name, r.value))
	r.handle.drop = func() { t.onDrop() }
	r.inner = container.NewBorder(nil, nil, nil, container.NewHBox(r.chart, r.pin, r.show), r.handle)
	r.ExtendBaseWidget(r)
	return r
}

func (t *valuesTab) update(i int, o fyne.CanvasObject) {
	if i >= len(t.fields) {
		return
	}
	r, f := o.(*valueRow), t.fields[i]
	name := ui.PathLabel(f.Path)
	if len(f.Path) == 0 {
		name = ui.Tr("values.whole", "value")
	}
	text := f.Text
	if f.Unit != "" && len(f.Path) > 0 {
		text += " " + f.Unit
	}
	r.name.SetText(name)
	r.value.SetText(text)
	s := t.pane.sel
	s.Path = slices.Clone(f.Path)
	ui.SetEnabled(&r.chart.Button, f.IsNumber)
	r.handle.drag = nil
	if f.IsNumber {
		r.handle.drag = func(at fyne.Position) { t.onDrag(s, at) }
	}
	r.chart.OnTapped = func() { t.pane.onChart(s) }
	r.pin.OnTapped = func() { t.pane.onPin(s); t.list.Refresh() }
	r.show.OnTapped = func() { t.onShow(s) }
	if t.pane.isPinned(s) {
		r.pin.SetIcon(ui.StarFullIcon)
	} else {
		r.pin.SetIcon(ui.StarIcon)
	}
}
