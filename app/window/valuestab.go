package window

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/payloadview"
	"streamscope/app/window/ui"
	"streamscope/widgets/virtual"
)

// inlineBytes is the largest payload that is taken apart on the UI goroutine.
const inlineBytes = 32 << 10

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
	rule   *payloadview.RuleBar
	work   *ui.Background
	fields []payload.Field
	seq    uint64
	set    *decode.Set
	// loading tells that a big payload is being read; job counts what was begun.
	loading bool
	job     uint64
}

func newValuesTab(d *detailPane, o payloadview.Options) *valuesTab {
	t := &valuesTab{pane: d, work: o.Work, rule: payloadview.NewRuleBar(o)}
	t.list = virtual.New(t.create, t.update)
	t.list.SetRowHeight(28)
	t.empty = ui.NewHint(ui.Tr("values.empty", "This payload holds no values that can be told apart."))
	t.empty.Hide()
	t.object = container.NewBorder(nil, t.rule.Object, nil, nil, container.NewStack(t.list, t.empty))
	return t
}

// Reset forgets the values of the topic before.
func (t *valuesTab) Reset() {
	t.seq, t.fields, t.loading = 0, nil, false
	t.job++
	t.empty.Hide()
	t.list.SetLen(0)
}

func (t *valuesTab) refresh(s ui.Selection, r *topics.Row) {
	set := s.Conn.Decoders()
	t.rule.Refresh(s)
	if r.Seq == t.seq && set == t.set || t.loading {
		return
	}
	e, ok := s.Conn.Index().Latest(r.Node)
	if !ok {
		t.show(nil)
		return
	}
	t.seq, t.set = r.Seq, set
	in := decode.Input{Topic: s.Topic, Props: e.Props, Payload: e.Payload, Seq: e.Seq, Cut: e.Cut, Limits: decode.Samples()}
	if len(in.Payload) <= inlineBytes && set.Direct(in.Topic, in.Props, in.Payload) {
		t.show(fieldsOf(set, in))
		return
	}
	t.loading = true
	job := t.job
	t.work.Go(func() func() {
		fields := fieldsOf(set, in)
		return func() {
			if t.job == job {
				t.loading = false
				t.show(fields)
			}
		}
	})
}

func (t *valuesTab) show(fields []payload.Field) {
	t.fields = fields
	ui.Show(t.empty, len(t.fields) == 0)
	t.list.SetLen(len(t.fields))
	t.list.Refresh()
}

// fieldsOf lists the leaves of a document; a plain number is one value without a path. It may
// run on any goroutine.
func fieldsOf(set *decode.Set, in decode.Input) []payload.Field {
	r := set.Read(in)
	rule := set.Rule(in.Topic)
	if fields := r.Values(maxFields, rule); len(fields) > 0 {
		return fields
	}
	v, unit, ok := r.Number(nil, rule)
	if !ok {
		return nil
	}
	return []payload.Field{{Text: r.Short(nil, shortRunes), Number: v, IsNumber: true, Unit: unit}}
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
	if f.Unit != "" && len(f.Path) > 0 && !strings.HasSuffix(text, f.Unit) {
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
