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
	"streamscope/widgets/virtual"
)

// maxFields bounds the values that are listed of one document.
const maxFields = 2000

// valuesTab lists the values within a payload, each with its ways onto the chart, into the
// watch list and into the tree's row.
type valuesTab struct {
	pane   *detailPane
	onShow func(selection)
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
	t.empty = newHint(tr("values.empty", "This payload holds no values that can be told apart."))
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

func (t *valuesTab) refresh(s selection, r *topics.Row) {
	if r.Seq == t.seq {
		return
	}
	t.seq = r.Seq
	t.fields = fieldsOf(s.conn.Index(), r)
	show(t.empty, len(t.fields) == 0)
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
	name, value      *quietText
	chart, pin, show *ttwidget.Button
	inner            fyne.CanvasObject
}

func (r *valueRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.inner) }

func (t *valuesTab) create() fyne.CanvasObject {
	r := &valueRow{name: newFittingText(), value: newFittingText()}
	r.name.colour = theme.ColorNamePlaceHolder
	r.chart = iconButton(chartIcon, tr("values.chart", "Show on the chart"), nil)
	r.pin = iconButton(starIcon, tr("values.pin", "Pin to the watch list"), nil)
	r.show = iconButton(theme.VisibilityIcon(), tr("values.show", "Show this value in the tree"), nil)
	texts := container.NewGridWithColumns(2, r.name, r.value)
	r.inner = container.NewBorder(nil, nil, nil, container.NewHBox(r.chart, r.pin, r.show), texts)
	r.ExtendBaseWidget(r)
	return r
}

func (t *valuesTab) update(i int, o fyne.CanvasObject) {
	if i >= len(t.fields) {
		return
	}
	r, f := o.(*valueRow), t.fields[i]
	name := pathLabel(f.Path)
	if len(f.Path) == 0 {
		name = tr("values.whole", "value")
	}
	text := f.Text
	if f.Unit != "" && len(f.Path) > 0 {
		text += " " + f.Unit
	}
	r.name.SetText(name)
	r.value.SetText(text)
	s := t.pane.sel
	s.path = slices.Clone(f.Path)
	setEnabled(&r.chart.Button, f.IsNumber)
	r.chart.OnTapped = func() { t.pane.onChart(s) }
	r.pin.OnTapped = func() { t.pane.onPin(s); t.list.Refresh() }
	r.show.OnTapped = func() { t.onShow(s) }
	if t.pane.isPinned(s) {
		r.pin.SetIcon(starFullIcon)
	} else {
		r.pin.SetIcon(starIcon)
	}
}

func show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
