package window

import (
	"context"
	"errors"
	"image/color"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// publishPatience is how long an acknowledgement is waited for before its outcome is unknown.
const publishPatience = 15 * time.Second

// composer is the drawer from which messages are sent. Its topic changes only by typing or by
// "Publish here", never because the selection moved.
type composer struct {
	app     *app.App
	work    *ui.Background
	onClose func()

	object  fyne.CanvasObject
	target  *widget.Select
	topic   *topicEntry
	payload *sendEntry
	format  *widget.Select
	qos     *widget.Select
	retain  *widget.Check
	// delivery holds what only MQTT knows: QoS and retain.
	delivery *fyne.Container
	problem  *widget.Label
	outcome  *widget.Label
	send     *widget.Button
	frame    *container.ThemeOverride
	sent     *sentList

	conns []*app.Connection
	// sending counts publications whose outcome is not known yet.
	sending int
}

var composerFormats = []command.Format{command.FormatText, command.FormatJSON, command.FormatHex}

func newComposer(a *app.App, work *ui.Background) *composer {
	c := &composer{app: a, work: work}
	c.target = widget.NewSelect(nil, func(string) { c.check() })
	c.target.PlaceHolder = ui.Tr("composer.target", "Connection…")
	c.topic = newTopicEntry(c, func() { c.check() })
	c.payload = newSendEntry(c.trySend)
	c.payload.OnChanged = func(string) { c.check() }
	c.format = widget.NewSelect([]string{
		ui.Tr("payload.text", "Text"), ui.Tr("payload.json", "JSON"), ui.Tr("payload.hex", "Hex"),
	}, func(string) { c.check() })
	c.qos = widget.NewSelect([]string{
		ui.Tr("qos.0", "QoS 0 · at most once"), ui.Tr("qos.1", "QoS 1 · at least once"), ui.Tr("qos.2", "QoS 2 · exactly once"),
	}, func(string) { c.check() })
	c.retain = widget.NewCheck(ui.Tr("composer.retain", "Retain"), func(bool) { c.check() })
	c.problem, c.outcome = widget.NewLabel(""), widget.NewLabel("")
	for _, l := range []*widget.Label{c.problem, c.outcome} {
		l.Wrapping = fyne.TextWrapWord
		l.Hide()
	}
	c.problem.Importance = widget.WarningImportance
	c.send = widget.NewButtonWithIcon(ui.Tr("composer.send", "Send"), theme.MailSendIcon(), c.trySend)
	c.send.Importance = widget.HighImportance
	c.frame = container.NewThemeOverride(c.send, theme.DefaultTheme())
	c.sent = newSentList(c)
	c.layout()
	c.format.SetSelectedIndex(0)
	c.qos.SetSelectedIndex(0)
	return c
}

func (c *composer) layout() {
	title := ui.NewQuietText()
	title.Line.TextStyle.Bold = true
	title.SetText(ui.Tr("composer.title", "Publish"))
	closer := ui.IconButton(theme.CancelIcon(), ui.Tr("composer.close", "Close the drawer"), func() { c.onClose() })
	tidy := widget.NewButton(ui.Tr("composer.tidy", "Format"), c.tidy)
	top := container.NewVBox(
		container.NewBorder(nil, nil, title, closer),
		c.target, c.topic.object,
		container.NewBorder(nil, nil, c.format, tidy),
	)
	c.delivery = container.NewBorder(nil, nil, nil, c.retain, c.qos)
	bottom := container.NewVBox(
		c.problem,
		c.delivery,
		c.frame, c.outcome,
	)
	write := container.NewBorder(top, bottom, nil, nil, c.payload)
	split := container.NewVSplit(write, c.sent.object)
	split.Offset = 0.68
	c.object = container.NewPadded(split)
}

// refresh follows the connections that come and go.
func (c *composer) refresh() {
	conns := c.app.Connections()
	names := targetNames(conns)
	same := len(conns) == len(c.conns)
	for i, k := range conns {
		same = same && c.conns[i] == k && c.target.Options[i] == names[i]
	}
	if same {
		return
	}
	before, first := c.connection(), len(c.conns) == 0
	c.conns = conns
	c.target.Options = names
	c.target.ClearSelected()
	for i, k := range conns {
		if first && len(conns) == 1 || before != nil && k.ID() == before.ID() {
			c.target.SetSelectedIndex(i)
		}
	}
	c.check()
}

// targetNames tells connections of one name apart by where they lead or, failing that, by
// their numbers: a Select knows its options by their text.
func targetNames(conns []*app.Connection) []string {
	names := make([]string, len(conns))
	taken := map[string]int{}
	for i, k := range conns {
		names[i] = k.Name()
		taken[names[i]]++
	}
	for i, k := range conns {
		if taken[k.Name()] > 1 {
			names[i] += " (" + address(k.Profile()) + ")"
			taken[names[i]]++
		}
	}
	for i, k := range conns {
		if taken[names[i]] > 1 {
			names[i] += " #" + ui.Count(uint64(k.Ordinal))
		}
	}
	return names
}

// connection returns the connection that would be sent to, or nil.
func (c *composer) connection() *app.Connection {
	if i := c.target.SelectedIndex(); i >= 0 && i < len(c.conns) {
		return c.conns[i]
	}
	return nil
}

// Suggest chooses a connection when none is chosen: the one that the user is looking at as the
// drawer opens. What is chosen stays, whatever is looked at later.
func (c *composer) Suggest(k *app.Connection) {
	if i := slices.Index(c.conns, k); i >= 0 && c.connection() == nil {
		c.target.SetSelectedIndex(i)
	}
}

// PublishHere takes a topic that the user pointed at.
func (c *composer) PublishHere(s ui.Selection) {
	c.refresh()
	for i, k := range c.conns {
		if k == s.Conn {
			c.target.SetSelectedIndex(i)
		}
	}
	c.topic.SetText(s.Topic)
	c.topic.suggest(nil)
	c.check()
}

// Draft returns what stands in the fields.
func (c *composer) Draft() command.Draft {
	d := command.Draft{
		Topic: c.topic.Text, Payload: c.payload.Text, QoS: byte(max(0, c.qos.SelectedIndex())), Retain: c.retain.Checked,
		Format: command.FormatText,
	}
	if i := c.format.SelectedIndex(); i >= 0 {
		d.Format = composerFormats[i]
	}
	return d
}

// Load fills the fields, for repeating or editing what was sent.
func (c *composer) Load(d command.Draft) {
	c.topic.SetText(d.Topic)
	c.topic.suggest(nil)
	c.payload.SetText(d.Payload)
	for i, f := range composerFormats {
		if f == d.Format {
			c.format.SetSelectedIndex(i)
		}
	}
	c.qos.SetSelectedIndex(int(min(d.QoS, 2)))
	c.retain.SetChecked(d.Retain)
	c.check()
}

// check says what keeps the draft from being sent, and names the connection on the button.
func (c *composer) check() {
	if c.send == nil || c.problem == nil || c.frame == nil {
		return
	}
	k := c.connection()
	label := ui.Tr("composer.send", "Send")
	colour := theme.Color(theme.ColorNamePrimary)
	if k != nil {
		label = ui.Tr("composer.sendto", "Send to {{.Name}}", map[string]any{"Name": c.target.Selected})
		colour = ui.ColourOf(k.Profile().Colour)
	}
	if label != c.send.Text {
		c.send.SetText(label)
		c.frame.Theme = tinted{Theme: fyne.CurrentApp().Settings().Theme(), primary: colour}
		c.frame.Refresh()
	}
	frames := c.sendsFrames(k)
	ui.Show(c.topic.object, !frames)
	ui.Show(c.delivery, !frames)
	_, why := c.publication(k)
	ui.SetEnabled(c.send, why == "")
	// An untouched composer needs no reproach.
	if c.topic.Text == "" && c.payload.Text == "" {
		why = ""
	}
	setSentence(c.problem, why)
}

// repaint makes the button take the theme's colours anew.
func (c *composer) repaint() {
	c.send.Text = ""
	c.check()
}

// sendsFrames reports whether a connection is a raw WebSocket, which knows neither topic nor QoS.
func (c *composer) sendsFrames(k *app.Connection) bool {
	return k != nil && k.Profile().Protocol == profile.WebSocket
}

// publication makes what the fields ask for, or says what is in its way.
func (c *composer) publication(k *app.Connection) (p connections.Publication, obstacle string) {
	compose := c.Draft().Publication
	if c.sendsFrames(k) {
		compose = c.Draft().Frame
	}
	p, err := compose()
	switch {
	case err != nil:
		obstacle = err.Error()
	case k == nil:
		obstacle = ui.Tr("composer.choose", "Choose the connection to send to.")
	case k.Status().State != connections.StateOpen:
		obstacle = ui.Tr("composer.offline", "{{.Name}} is not connected. Nothing is kept to be sent later.", map[string]any{"Name": k.Name()})
	}
	return p, obstacle
}

func (c *composer) tidy() {
	d := c.Draft()
	tidied, err := command.Reformat(d.Format, d.Payload)
	if err != nil {
		setSentence(c.problem, err.Error())
		return
	}
	c.payload.SetText(tidied)
}

// trySend sends what stands in the fields, if nothing is in its way.
func (c *composer) trySend() {
	k := c.connection()
	p, why := c.publication(k)
	if why != "" {
		setSentence(c.problem, why)
		return
	}
	d := c.Draft()
	c.sending++
	c.say(ui.Tr("outcome.sending", "Sending…"), widget.MediumImportance)
	c.work.Go(func() func() {
		ctx, cancel := context.WithTimeout(context.Background(), publishPatience)
		defer cancel()
		began := time.Now()
		r := k.Publish(ctx, p, session.Origin("composer"))
		entry := command.Entry{Time: began, Connection: k.Name(), Draft: d, Outcome: r.Outcome.String(), Took: r.Took, Reason: reason(r)}
		err := c.app.Sent.Add(entry)
		return func() { c.sentOne(r, d, err) }
	})
}

func (c *composer) sentOne(r connections.Result, d command.Draft, saveErr error) {
	c.sending--
	text, importance := outcomeText(r, d.Topic)
	if saveErr != nil {
		text += " " + ui.Tr("outcome.unsaved", "The history of sent messages could not be saved: {{.Why}}", map[string]any{"Why": saveErr.Error()})
	}
	c.say(text, importance)
	c.sent.refresh()
}

func (c *composer) say(text string, importance widget.Importance) {
	c.outcome.Importance = importance
	setSentence(c.outcome, text)
}

// outcomeText names an outcome honestly: what is known, and nothing more.
func outcomeText(r connections.Result, topic string) (string, widget.Importance) {
	frame := topic == ""
	if frame {
		topic = ui.Tr("outcome.frame", "the WebSocket")
	}
	data := map[string]any{"Topic": topic, "Took": r.Took.Round(100 * time.Microsecond).String(), "Why": reason(r)}
	switch r.Outcome {
	case connections.OutcomeSent:
		if frame {
			return ui.Tr("outcome.sentframe", "Sent. A WebSocket acknowledges nothing by itself."), widget.MediumImportance
		}
		return ui.Tr("outcome.sent", "Sent to {{.Topic}}. QoS 0 brings no acknowledgement.", data), widget.MediumImportance
	case connections.OutcomeAcknowledged:
		return ui.Tr("outcome.acknowledged", "Acknowledged by the broker after {{.Took}}: {{.Topic}}", data), widget.SuccessImportance
	case connections.OutcomeRefused:
		return ui.Tr("outcome.refused", "Not sent to {{.Topic}}: {{.Why}}", data), widget.DangerImportance
	default:
		return ui.Tr("outcome.unknown", "Unknown whether {{.Topic}} was received: {{.Why}}", data), widget.WarningImportance
	}
}

func reason(r connections.Result) string {
	if r.Err == nil {
		return ""
	}
	if errors.Is(r.Err, context.DeadlineExceeded) {
		return ui.Tr("outcome.timeout", "no acknowledgement came within {{.Seconds}} s", map[string]any{"Seconds": int(publishPatience / time.Second)})
	}
	e := connections.Explain(r.Err)
	return strings.TrimSpace(e.What + " " + e.Try)
}

func setSentence(l *widget.Label, s string) {
	if l.Text == s && l.Visible() == (s != "") {
		return
	}
	l.SetText(s)
	ui.Show(l, s != "")
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

// sendEntry is the payload field. Ctrl+Enter sends, and only while the field has the focus.
type sendEntry struct {
	widget.Entry
	send func()
}

func newSendEntry(send func()) *sendEntry {
	e := &sendEntry{send: send}
	e.ExtendBaseWidget(e)
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapBreak
	e.TextStyle.Monospace = true
	e.PlaceHolder = ui.Tr("composer.payload", "Payload; Ctrl+Enter sends")
	return e
}

func (e *sendEntry) TypedShortcut(s fyne.Shortcut) {
	if isSendShortcut(s) {
		e.send()
		return
	}
	e.Entry.TypedShortcut(s)
}

func isSendShortcut(s fyne.Shortcut) bool {
	k, ok := s.(*desktop.CustomShortcut)
	return ok && (k.KeyName == fyne.KeyReturn || k.KeyName == fyne.KeyEnter) && k.Modifier == fyne.KeyModifierShortcutDefault
}
