package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/edgenode"
	"streamscope/app/window/past"
	"streamscope/app/window/payloadview"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// The tabs of the detail pane, in their order.
const (
	tabPayload = iota
	tabValues
	tabDiff
	tabHistory
	tabDetails
)

// detailPane shows one topic in full: its value, the payload as text, JSON or hex, the values
// within it, its history, and its figures. It stays on its topic until another is chosen.
type detailPane struct {
	onChart   func(ui.Selection)
	onPin     func(ui.Selection)
	onPublish func(ui.Selection)
	onCopied  func(what string)
	isPinned  func(ui.Selection) bool

	object  fyne.CanvasObject
	title   *ui.QuietText
	value   *ui.QuietText
	meta    *ui.QuietText
	pin     *ttwidget.Button
	chart   *ttwidget.Button
	publish *ttwidget.Button
	tabs    *container.AppTabs
	empty   fyne.CanvasObject
	full    fyne.CanvasObject

	payload *payloadview.Tab
	values  *valuesTab
	history *past.History
	diff    *past.Diff
	facts   *factsTab

	sel ui.Selection
	// known tells whether the tabs show anything of sel.
	known bool
	row   []topics.Row
	// reads holds the short form of the message in hand; number tells whether it has one to draw,
	// of the message numberOf, as numberBy reads it.
	reads    *readings
	number   bool
	numberOf uint64
	numberBy *decode.Set
}

func newDetailPane(view payloadview.Options, o past.Options) *detailPane {
	d := &detailPane{reads: newReadings(), title: ui.NewFittingText(), value: ui.NewFittingText(), meta: ui.NewFittingText()}
	d.title.Line.TextStyle.Bold = true
	d.value.TextSize = theme.SizeNameHeadingText
	d.meta.TextSize, d.meta.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder

	d.pin = ui.IconButton(ui.StarIcon, ui.Tr("detail.pin", "Pin to the watch list"), func() { d.onPin(d.sel) })
	d.chart = ui.IconButton(ui.ChartIcon, ui.Tr("detail.chart", "Show on the chart"), func() { d.onChart(d.sel) })
	copyTopic := ui.IconButton(theme.ContentCopyIcon(), ui.Tr("detail.copy", "Copy the topic"), d.copyTopic)
	d.publish = ui.IconButton(theme.MailSendIcon(), ui.Tr("detail.publish", "Publish here"), func() { d.onPublish(d.sel) })
	buttons := container.NewHBox(d.pin, d.chart, copyTopic, d.publish)

	d.payload = payloadview.New(view)
	d.values = newValuesTab(d, view)
	o.OnCompare = d.compare
	d.history = past.NewHistory(o)
	d.diff = past.NewDiff(o, d.history)
	d.facts = newFactsTab(edgenode.New(edgenode.Options{Work: view.Work, Now: time.Now}))
	d.tabs = ui.NewTabs(
		ui.ClippedTab(ui.Tr("detail.tab.payload", "Payload"), d.payload.Object),
		ui.ClippedTab(ui.Tr("detail.tab.values", "Values"), d.values.object),
		ui.ClippedTab(ui.Tr("detail.tab.diff", "Diff"), d.diff.Object),
		ui.ClippedTab(ui.Tr("detail.tab.history", "History"), d.history.Object),
		ui.ClippedTab(ui.Tr("detail.tab.details", "Details"), d.facts.object),
	)
	d.tabs.OnSelected = func(*container.TabItem) { d.refresh(time.Now()) }
	head := container.NewVBox(container.NewBorder(nil, nil, nil, buttons, d.title), d.value, d.meta)
	d.full = container.NewBorder(head, nil, nil, nil, d.tabs)
	d.empty = ui.NewHint(ui.Tr("detail.empty", "Select a topic in the tree to see its value, payload and history."))
	d.full.Hide()
	d.object = container.NewStack(d.empty, d.full)
	return d
}

// Show turns the pane to what was selected.
func (d *detailPane) Show(s ui.Selection) {
	d.sel = s
	if !s.IsTopic() && s.Topic == "" {
		d.full.Hide()
		d.empty.Show()
		return
	}
	d.empty.Hide()
	d.full.Show()
	d.title.SetText(s.Topic)
	d.clear()
	d.refresh(time.Now())
}

// clear takes from the tabs what they show of a topic.
func (d *detailPane) clear() {
	d.known, d.numberOf = false, 0
	d.reads = newReadings()
	d.payload.Reset()
	d.values.Reset()
	d.history.Reset()
	d.diff.Reset()
	d.facts.Reset()
}

// compare shows what changed from one message to another, or to the latest.
func (d *detailPane) compare(older topics.Entry, newer *topics.Entry) {
	d.diff.Compare(older, newer)
	d.tabs.SelectIndex(tabDiff)
}

// named are the parts of the tabs that have names.
func (d *detailPane) named() map[int]map[string]fyne.CanvasObject {
	return map[int]map[string]fyne.CanvasObject{
		tabValues: d.values.rule.Named(), tabDiff: d.diff.Named(), tabHistory: d.history.Named(), tabDetails: d.facts.edge.Named(),
	}
}

// tabOf tells in which tab an object that has a name stands.
func (d *detailPane) tabOf(o fyne.CanvasObject) (tab int, ok bool) {
	for tab, parts := range d.named() {
		for _, p := range parts {
			if p == o {
				return tab, true
			}
		}
	}
	return 0, false
}

// turnTo shows a tab, if there is a topic to show in it.
func (d *detailPane) turnTo(tab int) {
	if d.sel.Topic != "" {
		d.tabs.SelectIndex(tab)
	}
}

// refresh brings what is visible up to date; called by the tick.
func (d *detailPane) refresh(time.Time) {
	if d.sel.Conn == nil || d.sel.Topic == "" {
		return
	}
	x := d.sel.Conn.Index()
	id, known := x.Find(d.sel.Topic)
	d.sel.Node = id
	if !known {
		if d.known { // it was cleared
			d.clear()
		}
		d.value.SetText("")
		d.meta.SetText(ui.Tr("detail.unheard", "Nothing has been heard on this topic yet."))
		return
	}
	d.known = true
	d.row = x.Rows([]topics.NodeID{id}, d.row)
	r := &d.row[0]
	d.head(r)
	switch d.tabs.SelectedIndex() {
	case tabPayload:
		d.payload.Refresh(d.sel, r)
	case tabValues:
		d.values.refresh(d.sel, r)
	case tabDiff:
		d.diff.Refresh(d.sel, r)
	case tabHistory:
		d.history.Refresh(d.sel, r)
	default:
		d.facts.refresh(d.sel, r)
	}
}

func (d *detailPane) head(r *topics.Row) {
	now := d.sel.Conn.Now()
	live := d.sel.Conn.Status().State == connections.StateOpen
	if !r.HasValue {
		d.value.SetText("")
		ui.SetEnabled(&d.chart.Button, false)
		ui.SetEnabled(&d.pin.Button, false)
		d.meta.SetText(ui.TrN(r.Topics, "detail.branch", "{{.N}} topic beneath", "{{.N}} topics beneath", nil))
		return
	}
	d.value.SetText(d.reads.Of(uint64(r.Node), d.sel.Conn.Index(), r, d.sel.Path, d.sel.Conn.Decoders()))
	d.reads.Turn()
	if live && !r.Silent(now) {
		d.value.SetColour(theme.ColorNameForeground)
	} else {
		d.value.SetColour(theme.ColorNameDisabled)
	}
	d.meta.SetText(metaLine(r, now))
	ui.SetEnabled(&d.pin.Button, true)
	if d.isPinned(d.sel) {
		d.pin.SetIcon(ui.StarFullIcon)
	} else {
		d.pin.SetIcon(ui.StarIcon)
	}
	ui.SetEnabled(&d.chart.Button, d.hasNumber(r))
}

// hasNumber tells whether the latest message can be drawn. What has to be decoded first is asked
// once for each message.
func (d *detailPane) hasNumber(r *topics.Row) bool {
	set := d.sel.Conn.Decoders()
	if d.numberOf != r.Seq || d.numberBy != set {
		d.numberOf, d.numberBy = r.Seq, set
		b, props := r.Payload, r.Props
		if !r.Whole && !set.Direct(r.Path, props, b) {
			if e, ok := d.sel.Conn.Index().Latest(r.Node); ok {
				b, props = e.Payload, e.Props
			}
		}
		d.number = drawable(set, r.Path, props, b, d.sel.Path)
	}
	return d.number
}

// metaLine is the line of figures beneath the value.
func metaLine(r *topics.Row, now int64) string {
	parts := []string{}
	if r.Retained {
		parts = append(parts, ui.Tr("row.retained", "retained"))
	} else {
		if r.Interval > 0 {
			parts = append(parts, ui.Rate(r.Rate(now)))
		}
		parts = append(parts, ui.Tr("detail.ago", "{{.Age}} ago", map[string]any{"Age": ui.Age(time.Duration(now - r.Time))}))
	}
	parts = append(parts, "QoS "+string('0'+rune(r.QoS)), ui.Size(r.Size))
	if r.Cut {
		parts = append(parts, ui.Tr("detail.cut", "cut: only the first 64 KiB are held"))
	}
	if r.Silent(now) {
		parts = append(parts, ui.Tr("detail.silent", "silent for longer than usual"))
	}
	return strings.Join(parts, "  ·  ")
}

func (d *detailPane) copyTopic() {
	fyne.CurrentApp().Clipboard().SetContent(d.sel.Topic)
	d.onCopied(ui.Tr("copied.topic", "Topic copied."))
}
