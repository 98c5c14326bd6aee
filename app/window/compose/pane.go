package compose

import (
	"context"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// Options is what a [Pane] needs.
type Options struct {
	App        *app.App
	Background *ui.Background
	// Window is the one that dialogs stand in.
	Window fyne.Window
	// OnClose closes the drawer.
	OnClose func()
	// OnKeep keeps a draft as a saved command; nil hides what offers it.
	OnKeep func(command.Draft, *app.Connection)
	// OnRepeat sends a draft again and again; nil hides what offers it.
	OnRepeat func(*app.Connection, command.Draft, map[string]string)
	// Flash says in a word what was just done.
	Flash func(string)
	// Name gives an object the name under which the scene knows it.
	Name func(string, fyne.CanvasObject)
}

// Pane is the drawer. All of it belongs to the UI goroutine.
type Pane struct {
	o Options
	// Object is what to put into the window.
	Object fyne.CanvasObject

	target  *widget.Select
	topic   *topicEntry
	payload *payloadEntry
	schema  *schemaRows
	format  *widget.Select
	file    *ttwidget.Button
	tidyBtn *widget.Button
	fill    *widget.Check
	insert  *ttwidget.Button
	asks    *askRows
	preview *ui.QuietText
	qos     *widget.Select
	retain  *widget.Check
	binary  *widget.Check
	// delivery holds what only MQTT knows: QoS and retain.
	delivery *fyne.Container
	props    *propertyRows
	answer   *answerRows
	folds    *widget.Accordion
	problem  *widget.Label
	outcome  *widget.Label
	reply    *replyView
	send     *widget.Button
	stop     *ttwidget.Button
	frame    *container.ThemeOverride
	sendRow  *fyne.Container
	// body scrolls; height is that of what is in it, folded that of what can be folded open.
	body           *container.Scroll
	height, folded float32
	sent           *sentList
	waiting        *waitingList
	lower          *container.AppTabs

	conns []*app.Connection
	// owner is whose draft stands in the fields; drafts holds those of the others, by profile.
	owner  string
	drafts map[string]kept
	// loading is set while fields are filled by the program.
	loading bool
	// checked is what the last check looked at.
	checked fingerprint
	// sending counts messages whose outcome, and whose answer, is not known yet; cancel ends the
	// waiting for the last of them.
	sending int
	cancel  context.CancelFunc
	pace    *progress
	named   map[fyne.CanvasObject]bool
}

// New makes the drawer.
func New(o Options) *Pane {
	if o.Name == nil {
		o.Name = func(string, fyne.CanvasObject) {}
	}
	c := &Pane{o: o, drafts: map[string]kept{}, named: map[fyne.CanvasObject]bool{}}
	c.target = widget.NewSelect(nil, func(string) { c.turned() })
	c.target.PlaceHolder = ui.Tr("composer.target", "Connection…")
	c.topic = newTopicEntry(c, func() { c.check() })
	c.schema = newSchemaRows(c)
	c.makePayload()
	c.makeDelivery()
	c.makeSending()
	c.sent = newSentList(c)
	c.waiting = newWaitingList(c)
	c.layout()
	c.loading = true
	c.format.SetSelectedIndex(0)
	c.qos.SetSelectedIndex(0)
	c.loading = false
	c.Repaint()
	c.name()
	return c
}

func (c *Pane) makeDelivery() {
	c.qos = widget.NewSelect([]string{
		ui.Tr("qos.0", "QoS 0 · at most once"), ui.Tr("qos.1", "QoS 1 · at least once"), ui.Tr("qos.2", "QoS 2 · exactly once"),
	}, func(string) { c.check() })
	c.retain = widget.NewCheck(ui.Tr("composer.retain", "Retain"), func(bool) { c.check() })
	c.binary = widget.NewCheck(ui.Tr("composer.binary", "Binary frame"), func(bool) { c.check() })
	c.props, c.answer = newPropertyRows(c.check), newAnswerRows(c.check)
	c.folds = widget.NewAccordion(
		widget.NewAccordionItem(ui.Tr("composer.props", "MQTT 5 properties"), c.props.object),
		widget.NewAccordionItem(ui.Tr("composer.answer", "Await an answer"), c.answer.object),
	)
	c.folds.MultiOpen = true
}

func (c *Pane) makeSending() {
	c.problem, c.outcome = widget.NewLabel(""), widget.NewLabel("")
	for _, l := range []*widget.Label{c.problem, c.outcome} {
		l.Wrapping = fyne.TextWrapWord
		l.Hide()
	}
	c.problem.Importance = widget.WarningImportance
	c.send = widget.NewButtonWithIcon(ui.Tr("composer.send", "Send"), theme.MailSendIcon(), c.trySend)
	c.send.Importance = widget.HighImportance
	c.frame = container.NewThemeOverride(c.send, theme.DefaultTheme())
	c.stop = ui.IconButton(theme.MediaStopIcon(), ui.Tr("composer.stop", "Stop waiting for the outcome"), func() {
		if c.cancel != nil {
			c.cancel()
		}
	})
	c.stop.Hide()
	c.reply = newReplyView()
}

// scrollBar is the room that the bar of what scrolls has for itself.
const scrollBar = 8

func (c *Pane) layout() {
	title := ui.NewQuietText()
	title.Line.TextStyle.Bold = true
	title.SetText(ui.Tr("composer.title", "Publish"))
	closer := ui.IconButton(theme.CancelIcon(), ui.Tr("composer.close", "Close the drawer"), func() { c.o.OnClose() })
	top := container.NewVBox(
		container.NewBorder(nil, nil, title, closer),
		c.target, c.topic.object,
		container.NewBorder(nil, nil, nil, container.NewHBox(c.file, c.tidyBtn), c.format),
	)
	c.delivery = container.NewBorder(nil, nil, nil, c.retain, c.qos)
	under := container.NewVBox(
		container.NewBorder(nil, nil, c.fill, c.insert),
		c.asks.object, c.delivery, c.binary, c.folds,
	)
	again := ui.IconButton(theme.MediaReplayIcon(), ui.Tr("composer.repeat", "Repeat…"), c.Repeat)
	ui.Show(again, c.o.OnRepeat != nil)
	c.sendRow = container.NewBorder(nil, nil, nil, container.NewHBox(c.stop, again), c.frame)
	foot := container.NewVBox(c.preview, c.problem, c.sendRow, c.outcome, c.reply.object)
	// What can be folded open scrolls; the button never leaves the sight.
	c.body = container.NewVScroll(container.New(layout.NewCustomPaddedLayout(0, 0, 0, scrollBar), container.NewVBox(c.schema.object, c.payload.room, under)))
	write := container.NewBorder(top, foot, nil, nil, c.body)
	c.lower = ui.NewTabs(
		ui.ClippedTab(ui.Tr("sent.tab", "Sent"), c.sent.object),
		ui.ClippedTab(ui.Tr("waiting.tab", "Waiting"), c.waiting.object),
	)
	split := ui.NewVSplit(write, c.lower)
	split.Offset = 0.7
	c.Object = container.NewPadded(split)
}

func (c *Pane) name() {
	for name, o := range map[string]fyne.CanvasObject{
		"composer.topic": c.topic, "composer.payload": c.payload, "composer.send": c.send, "composer.outcome": c.outcome,
		"composer.qos": c.qos, "composer.target": c.target, "composer.format": c.format, "composer.problem": c.problem,
		"composer.preview": c.preview, "composer.fill": c.fill, "composer.retain": c.retain, "composer.folds": c.folds,
		"composer.sent": c.sent.table, "composer.search": c.sent.search, "composer.waiting": c.waiting.table, "composer.reply": c.reply.line,
		"composer.stop": c.stop, "composer.insert": c.insert,
	} {
		c.nameOne(name, o)
	}
}

func (c *Pane) nameOne(name string, o fyne.CanvasObject) {
	c.named[o] = true
	c.o.Name(name, o)
}

// Has reports whether an object that has a name is the drawer's.
func (c *Pane) Has(o fyne.CanvasObject) bool { return c.named[o] }

// Busy reports whether something is on its way, or looked for.
func (c *Pane) Busy() bool { return c.Sending() || c.topic.searching > 0 || c.schema.reading }

// Sending reports whether a message is on its way. UI goroutine only.
func (c *Pane) Sending() bool { return c.sending > 0 }

// Focus puts the cursor into the payload.
func (c *Pane) Focus() { c.o.Window.Canvas().Focus(c.payload) }

// ShowWaiting brings the list of what waits to the front.
func (c *Pane) ShowWaiting() {
	c.waiting.refresh()
	c.lower.SelectIndex(1)
}

// Repaint makes the button take the theme's colours anew.
func (c *Pane) Repaint() {
	c.send.Text = ""
	c.check()
}

// Refresh follows the connections that come and go, and what waits. The window calls it on its
// tick while the drawer is open.
func (c *Pane) Refresh() {
	c.follow()
	c.check()
	c.waiting.refresh()
	c.tellProgress()
}

// Draft returns what stands in the fields.
func (c *Pane) Draft() command.Draft {
	d := command.Draft{
		Topic: c.topic.Text, Payload: c.payload.Text, QoS: byte(max(0, c.qos.SelectedIndex())), Retain: c.retain.Checked,
		Format: c.chosenFormat(), Template: c.fill.Checked, Binary: c.binary.Checked,
		Properties: c.props.get(), Answer: c.answer.get(),
	}
	if c.sendsFrames(c.connection()) {
		d.Topic, d.QoS, d.Retain, d.Properties = "", 0, false, nil
	} else {
		d.Binary = false
	}
	if d.Format == command.FormatProtobuf {
		d.Schema = c.schema.get()
	}
	return d
}

// Load fills the fields, for editing what was sent or what is saved.
func (c *Pane) Load(d command.Draft) {
	c.loading = true
	c.topic.SetText(d.Topic)
	c.topic.suggest(nil)
	c.payload.SetText(d.Payload)
	c.choose(d.Format)
	c.schema.set(d.Schema)
	c.qos.SetSelectedIndex(int(min(d.QoS, 2)))
	c.retain.SetChecked(d.Retain)
	c.binary.SetChecked(d.Binary)
	c.fill.SetChecked(d.Template)
	c.props.set(d.Properties)
	c.answer.set(d.Answer)
	c.loading = false
	c.check()
}

// tinted is a theme with another primary colour: the send button wears its connection's.
type tinted struct {
	fyne.Theme
	primary color.Color
}

func (t tinted) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	switch n {
	case theme.ColorNamePrimary:
		return t.primary
	case theme.ColorNameForegroundOnPrimary:
		return readableOn(t.primary)
	default:
		return t.Theme.Color(n, v)
	}
}

// readableOn picks black or white, whichever contrasts more (WCAG 2.1 relative luminance,
// simplified).
func readableOn(c color.Color) color.Color {
	r, g, b, _ := c.RGBA()
	if 0.299*float64(r)+0.587*float64(g)+0.114*float64(b) > 0.55*0xffff {
		return color.Black
	}
	return color.White
}

// open reports whether a connection can send at once.
func isOpen(k *app.Connection) bool { return k.Status().State == connections.StateOpen }
