package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/payload"
	"streamscope/app/topics"
	"streamscope/connections"
)

// detailPane shows one topic in full: its value, the payload as text, JSON or hex, the values
// within it, its history, and its figures. It stays on its topic until another is chosen.
type detailPane struct {
	onChart   func(selection)
	onPin     func(selection)
	onPublish func(selection)
	onCopied  func(what string)
	isPinned  func(selection) bool

	object  fyne.CanvasObject
	title   *quietText
	value   *quietText
	meta    *quietText
	pin     *ttwidget.Button
	chart   *ttwidget.Button
	publish *ttwidget.Button
	tabs    *container.AppTabs
	empty   fyne.CanvasObject
	full    fyne.CanvasObject

	payload *payloadTab
	values  *valuesTab
	history *historyTab
	facts   *factsTab

	sel selection
	// known tells whether the tabs show anything of sel.
	known bool
	row   []topics.Row
}

func newDetailPane(work *background) *detailPane {
	d := &detailPane{title: newFittingText(), value: newFittingText(), meta: newFittingText()}
	d.title.text.TextStyle.Bold = true
	d.value.size = theme.SizeNameHeadingText
	d.meta.size, d.meta.colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder

	d.pin = iconButton(starIcon, tr("detail.pin", "Pin to the watch list"), func() { d.onPin(d.sel) })
	d.chart = iconButton(chartIcon, tr("detail.chart", "Show on the chart"), func() { d.onChart(d.sel) })
	copyTopic := iconButton(theme.ContentCopyIcon(), tr("detail.copy", "Copy the topic"), d.copyTopic)
	d.publish = iconButton(theme.MailSendIcon(), tr("detail.publish", "Publish here"), func() { d.onPublish(d.sel) })
	buttons := container.NewHBox(d.pin, d.chart, copyTopic, d.publish)

	d.payload = newPayloadTab(work)
	d.values = newValuesTab(d)
	d.history = newHistoryTab()
	d.facts = newFactsTab()
	d.tabs = container.NewAppTabs(
		clippedTab(tr("detail.tab.payload", "Payload"), d.payload.object),
		clippedTab(tr("detail.tab.values", "Values"), d.values.object),
		clippedTab(tr("detail.tab.history", "History"), d.history.object),
		clippedTab(tr("detail.tab.details", "Details"), d.facts.object),
	)
	d.tabs.OnSelected = func(*container.TabItem) { d.refresh(time.Now()) }
	head := container.NewVBox(container.NewBorder(nil, nil, nil, buttons, d.title), d.value, d.meta)
	d.full = container.NewBorder(head, nil, nil, nil, d.tabs)
	d.empty = newHint(tr("detail.empty", "Select a topic in the tree to see its value, payload and history."))
	d.full.Hide()
	d.object = container.NewStack(d.empty, d.full)
	return d
}

// clippedTab keeps Fyne from measuring the content of hidden tabs on every frame.
func clippedTab(title string, o fyne.CanvasObject) *container.TabItem {
	return container.NewTabItem(title, container.NewClip(o))
}

// Show turns the pane to what was selected.
func (d *detailPane) Show(s selection) {
	d.sel = s
	if !s.isTopic() && s.topic == "" {
		d.full.Hide()
		d.empty.Show()
		return
	}
	d.empty.Hide()
	d.full.Show()
	d.title.SetText(s.topic)
	d.clear()
	d.refresh(time.Now())
}

// clear takes from the tabs what they show of a topic.
func (d *detailPane) clear() {
	d.known = false
	d.payload.Reset()
	d.values.Reset()
	d.history.Reset()
	d.facts.Reset()
}

// refresh brings what is visible up to date; called by the tick.
func (d *detailPane) refresh(time.Time) {
	if d.sel.conn == nil || d.sel.topic == "" {
		return
	}
	x := d.sel.conn.Index()
	id, known := x.Find(d.sel.topic)
	d.sel.node = id
	if !known {
		if d.known { // it was cleared
			d.clear()
		}
		d.value.SetText("")
		d.meta.SetText(tr("detail.unheard", "Nothing has been heard on this topic yet."))
		return
	}
	d.known = true
	d.row = x.Rows([]topics.NodeID{id}, d.row)
	r := &d.row[0]
	d.head(r)
	switch d.tabs.SelectedIndex() {
	case 0:
		d.payload.refresh(x, r)
	case 1:
		d.values.refresh(d.sel, r)
	case 2:
		d.history.refresh(x, r)
	default:
		d.facts.refresh(d.sel, r)
	}
}

func (d *detailPane) head(r *topics.Row) {
	now := d.sel.conn.Now()
	live := d.sel.conn.Status().State == connections.StateOpen
	if !r.HasValue {
		d.value.SetText("")
		setEnabled(&d.chart.Button, false)
		setEnabled(&d.chart.Button, false)
		setEnabled(&d.pin.Button, false)
		d.meta.SetText(tr("detail.branch", "{{.N}} topics beneath", map[string]any{"N": count(r.Topics)}))
		return
	}
	d.value.SetText(shortValue(r.Payload, r.Size, d.sel.path))
	if live && !r.Silent(now) {
		d.value.SetColour(theme.ColorNameForeground)
	} else {
		d.value.SetColour(theme.ColorNameDisabled)
	}
	d.meta.SetText(metaLine(r, now))
	setEnabled(&d.pin.Button, true)
	if d.isPinned(d.sel) {
		d.pin.SetIcon(starFullIcon)
	} else {
		d.pin.SetIcon(starIcon)
	}
	_, _, number := payload.Number(r.Payload, d.sel.path)
	setEnabled(&d.chart.Button, number)
}

// metaLine is the line of figures beneath the value.
func metaLine(r *topics.Row, now int64) string {
	parts := []string{}
	if r.Retained {
		parts = append(parts, tr("row.retained", "retained"))
	} else {
		if r.Interval > 0 {
			parts = append(parts, rate(r.Rate(now)))
		}
		parts = append(parts, tr("detail.ago", "{{.Age}} ago", map[string]any{"Age": age(time.Duration(now - r.Time))}))
	}
	parts = append(parts, "QoS "+string('0'+rune(r.QoS)), size(r.Size))
	if r.Cut {
		parts = append(parts, tr("detail.cut", "cut: only the first 64 KiB are held"))
	}
	if r.Silent(now) {
		parts = append(parts, tr("detail.silent", "silent for longer than usual"))
	}
	return strings.Join(parts, "  ·  ")
}

func (d *detailPane) copyTopic() {
	fyne.CurrentApp().Clipboard().SetContent(d.sel.topic)
	d.onCopied(tr("copied.topic", "Topic copied."))
}

func iconButton(icon fyne.Resource, tip string, tapped func()) *ttwidget.Button {
	b := ttwidget.NewButtonWithIcon("", icon, tapped)
	b.Importance = widget.LowImportance
	b.SetToolTip(tip)
	return b
}

func setEnabled(b *widget.Button, on bool) {
	if on == !b.Disabled() {
		return
	}
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// newHint is a sentence in the middle of a pane that has nothing to show.
func newHint(sentence string) fyne.CanvasObject {
	l := widget.NewLabel(sentence)
	l.Wrapping = fyne.TextWrapWord
	l.Alignment = fyne.TextAlignCenter
	l.Importance = widget.LowImportance
	return container.NewBorder(canvas.NewRectangle(nil), nil, nil, nil, container.NewVBox(newSpace(40), l))
}

func newSpace(h float32) fyne.CanvasObject {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(0, h))
	return r
}
