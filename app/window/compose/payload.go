package compose

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/template"
	"streamscope/app/payload"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

func (c *Pane) makePayload() {
	c.payload = newPayloadEntry(c.trySend)
	c.payload.OnChanged = func(string) { c.check() }
	names := make([]string, 0, len(command.Formats()))
	for _, f := range command.Formats() {
		names = append(names, formatName(f))
	}
	c.format = widget.NewSelect(names, func(string) { c.formatChosen() })
	c.tidyBtn = widget.NewButton(ui.Tr("composer.tidy", "Format"), c.tidy)
	c.file = ui.IconButton(theme.FolderOpenIcon(), ui.Tr("composer.file", "Choose the file to send"), c.chooseFile)
	c.file.Hide()
	c.fill = widget.NewCheck(ui.Tr("composer.fill", "Fill placeholders"), func(bool) { c.check() })
	c.insert = ui.IconButton(theme.ContentAddIcon(), ui.Tr("composer.insert", "Insert a placeholder, which is filled as the message leaves"), c.showPlaceholders)
	c.asks = newAskRows(c.check, c.trySend)
	c.preview = ui.NewFittingText()
	c.preview.TextSize, c.preview.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	c.preview.Hide()
}

// formatName is a format in words.
func formatName(f command.Format) string {
	switch f {
	case command.FormatText:
		return ui.Tr("payload.text", "Text")
	case command.FormatJSON:
		return ui.Tr("payload.json", "JSON")
	case command.FormatHex:
		return ui.Tr("payload.hex", "Hex")
	case command.FormatBase64:
		return ui.Tr("payload.base64", "Base64")
	case command.FormatCBOR:
		return ui.Tr("payload.cbor", "CBOR, written as JSON")
	case command.FormatMessagePack:
		return ui.Tr("payload.messagepack", "MessagePack, written as JSON")
	case command.FormatProtobuf:
		return ui.Tr("payload.protobuf", "Protobuf, written as JSON")
	case command.FormatFile:
		return ui.Tr("payload.file", "File")
	}
	return string(f)
}

func (c *Pane) chosenFormat() command.Format {
	if i := c.format.SelectedIndex(); i >= 0 {
		return command.Formats()[i]
	}
	return command.FormatText
}

func (c *Pane) choose(f command.Format) {
	c.format.SetSelectedIndex(max(0, slices.Index(command.Formats(), f)))
}

func (c *Pane) formatChosen() {
	if c.send == nil {
		return
	}
	file := c.chosenFormat() == command.FormatFile
	ui.Show(c.file, file)
	ui.Show(c.tidyBtn, !file && c.chosenFormat() != command.FormatText)
	c.payload.SetPlaceHolder(ui.Tr("composer.payload", "Payload; Ctrl+Enter sends"))
	if file {
		c.payload.SetPlaceHolder(ui.Tr("composer.path", "Path of the file; Ctrl+Enter sends its content"))
	}
	c.check()
}

// chooseFile lets the user pick the file to send.
func (c *Pane) chooseFile() {
	d := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if f == nil || err != nil {
			return
		}
		_ = f.Close()
		c.payload.SetText(f.URI().Path())
	}, c.o.Window)
	ui.ShowPicker(d, c.o.Window)
}

// showPlaceholders offers what can be inserted.
func (c *Pane) showPlaceholders() {
	item := func(what, text string) *fyne.MenuItem {
		return fyne.NewMenuItem(text+"   "+what, func() {
			c.fill.SetChecked(true)
			c.payload.insert(text)
			c.o.Window.Canvas().Focus(c.payload)
		})
	}
	menu := fyne.NewMenu("",
		item(ui.Tr("placeholder.now", "the time, RFC 3339"), "{{now}}"),
		item(ui.Tr("placeholder.unixms", "milliseconds since 1970"), "{{unixms}}"),
		item(ui.Tr("placeholder.uuid", "a UUID"), "{{uuid}}"),
		item(ui.Tr("placeholder.counter", "one more each time"), "{{counter}}"),
		item(ui.Tr("placeholder.random", "a number between"), "{{random 10 20}}"),
		item(ui.Tr("placeholder.value", "the latest payload of a topic"), `{{value "`+c.valueTopic()+`"}}`),
		item(ui.Tr("placeholder.ask", "asked when it is sent"), `{{ask "Set point" 20}}`),
	)
	d := fyne.CurrentApp().Driver()
	at := d.AbsolutePositionForObject(c.insert).Add(fyne.NewPos(0, c.insert.Size().Height))
	widget.ShowPopUpMenuAtPosition(menu, c.o.Window.Canvas(), at)
}

// valueTopic is the topic that stands in the field, if a placeholder can hold it.
func (c *Pane) valueTopic() string {
	if t := c.topic.Text; t != "" && !strings.ContainsAny(t, "\"\\{}`") {
		return t
	}
	return "plant/line4/temp"
}

// fingerprint is all that a check depends on, but for the values of placeholders.
type fingerprint struct {
	draft    command.Draft
	asked    map[string]string
	conn     *app.Connection
	label    string
	open     bool
	readOnly bool
	protocol string
	limits   connections.Limits
	theme    fyne.ThemeVariant
}

// check says what keeps the draft from being sent, shows what would be sent, and names the
// connection on the button.
func (c *Pane) check() {
	if c.loading || c.waiting == nil || c.sent == nil {
		return
	}
	defer c.fit()
	k := c.connection()
	c.schema.follow(k, c.topic.Text)
	now := fingerprint{draft: c.Draft(), conn: k, asked: c.asks.answers(), theme: fyne.CurrentApp().Settings().ThemeVariant(), label: c.send.Text}
	if k != nil {
		link := k.Link()
		now.open, now.readOnly, now.protocol, now.limits = isOpen(k), k.ReadOnly(), link.Protocol, link.Limits
	}
	if reflect.DeepEqual(now, c.checked) && !now.draft.Template {
		return
	}
	c.checked = now
	c.dress(k)
	c.asks.follow(now.draft.Asks())
	c.judge(k, now.draft)
	c.checked.label = c.send.Text
}

// fit lays out anew what scrolls when rows have come or gone in it: Fyne does not see that, and an
// Accordion remembers its size until it is refreshed.
func (c *Pane) fit() {
	if h := c.props.object.MinSize().Height + c.answer.object.MinSize().Height; h != c.folded {
		c.folded = h
		c.folds.Refresh()
	}
	if h := c.body.Content.MinSize().Height; h != c.height {
		c.height = h
		c.body.Refresh()
	}
}

// dress names the connection on the button, and shows the fields that it has.
func (c *Pane) dress(k *app.Connection) {
	label, colour := ui.Tr("composer.send", "Send"), theme.Color(theme.ColorNamePrimary)
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
	ui.Show(c.binary, frames && !c.chosenFormat().Binary())
	if frames {
		c.folds.Close(0)
	}
	c.answer.adapt(frames)
}

// judge shows what would be sent, or what is in its way.
func (c *Pane) judge(k *app.Connection, d command.Draft) {
	var conn = sessionOf(k)
	p, err := c.o.App.Sender.Preview(conn, d, c.asks.answers())
	if errors.Is(err, command.ErrSchemaUnread) {
		c.schema.read(d.Schema)
	}
	why, blocks := "", false
	switch {
	case err != nil:
		why, blocks = err.Error(), true
	case k == nil:
		why, blocks = ui.Tr("composer.choose", "Choose the connection to send to."), true
	case k.ReadOnly():
		why, blocks = c.whyReadOnly(k), true
	case !isOpen(k):
		why = ui.Tr("composer.offline", "{{.Name}} is not connected. If you send, you are asked whether to keep the message; nothing goes by itself.", map[string]any{"Name": k.Name()})
	case !d.Template && template.Has(d.Payload) && d.Format != command.FormatFile:
		why = ui.Tr("composer.unfilled", "It contains {{.Braces}}, which goes as it is written: placeholders are not filled.", map[string]any{"Braces": "{{"})
	}
	ui.SetEnabled(c.send, !blocks)
	if c.empty() && (k == nil || !k.ReadOnly()) { // an untouched composer needs no reproach
		why = ""
	}
	ui.SetSentence(c.problem, why)
	c.showPreview(d, p, err)
}

// whyReadOnly says by whose will nothing is sent.
func (c *Pane) whyReadOnly(k *app.Connection) string {
	if c.o.App.ReadOnly() {
		return ui.Tr("composer.readonly.window", "The window is read-only: nothing is sent. Switch it off in the menu Tools.")
	}
	return ui.Tr("composer.readonly.profile", "{{.Name}} is read-only: nothing is sent. Switch it off in the connection's menu.", map[string]any{"Name": k.Name()})
}

// previewLength is how much of a payload the preview shows, in characters.
const previewLength = 200

// showPreview shows the bytes where they are not what was typed.
func (c *Pane) showPreview(d command.Draft, p connections.Publication, err error) {
	var said string
	switch {
	case err != nil || c.empty():
	case d.Format == command.FormatFile:
		if size, err := command.CheckFile(d.Payload); err == nil {
			said = ui.Tr("composer.preview.file", "Sends the file's {{.Size}}, read when you send.", map[string]any{"Size": ui.Size(size)})
		}
	case d.Template:
		said = ui.Tr("composer.preview.filled", "Sends, for example: {{.What}}", map[string]any{"What": command.Excerpt(p.Payload, previewLength)})
		if d.Topic != p.Topic {
			said += "  ·  " + ui.Tr("composer.preview.to", "to {{.Topic}}", map[string]any{"Topic": p.Topic})
		}
	case len(p.Payload) == 0 && d.Payload != "":
		said = ui.Tr("composer.preview.empty", "0 B: the message has no bytes")
	case d.Format != command.FormatText && d.Format != command.FormatJSON:
		said = ui.Tr("composer.preview.bytes", "{{.Size}}: {{.What}}", map[string]any{
			"Size": payload.ByteCount(int64(len(p.Payload))), "What": command.Excerpt(p.Payload, previewLength),
		})
	}
	c.preview.SetText(said)
	ui.Show(c.preview, said != "")
	word := ui.Tr("composer.tidy", "Format")
	if d.Format == command.FormatProtobuf && d.Payload == "" {
		word = ui.Tr("composer.sketch", "Insert fields")
	}
	if c.tidyBtn.Text != word {
		c.tidyBtn.SetText(word)
	}
}

// tidy writes the payload tidily.
func (c *Pane) tidy() {
	d := c.Draft()
	if d.Template && template.Has(d.Payload) {
		c.o.Flash(ui.Tr("composer.tidy.not", "What holds placeholders is not formatted."))
		return
	}
	if d.Format == command.FormatProtobuf && strings.TrimSpace(d.Payload) == "" {
		c.payload.SetText(c.schema.sketch())
		c.o.Window.Canvas().Focus(c.payload)
		return
	}
	tidied, err := command.Reformat(d.Format, d.Payload)
	if err != nil {
		ui.SetSentence(c.problem, err.Error())
		return
	}
	c.payload.SetText(tidied)
}

// payloadEntry is the payload field. Ctrl+Enter sends, and only while the field has the focus.
type payloadEntry struct {
	widget.Entry
	room *fyne.Container
	send func()
}

func newPayloadEntry(send func()) *payloadEntry {
	e := &payloadEntry{send: send}
	e.ExtendBaseWidget(e)
	e.MultiLine = true
	e.Wrapping = fyne.TextWrapBreak
	e.TextStyle.Monospace = true
	e.PlaceHolder = ui.Tr("composer.payload", "Payload; Ctrl+Enter sends")
	e.SetMinRowsVisible(6)
	e.room = container.NewStack(e)
	return e
}

// Content is what stands in the field.
func (e *payloadEntry) Content() string { return e.Text }

// insert puts a text where the cursor is.
func (e *payloadEntry) insert(text string) {
	for _, r := range text {
		e.TypedRune(r)
	}
}

func (e *payloadEntry) TypedShortcut(s fyne.Shortcut) {
	if IsSendShortcut(s) {
		e.send()
		return
	}
	e.Entry.TypedShortcut(s)
}

// IsSendShortcut reports whether s is Ctrl+Enter.
func IsSendShortcut(s fyne.Shortcut) bool {
	k, ok := s.(*desktop.CustomShortcut)
	return ok && (k.KeyName == fyne.KeyReturn || k.KeyName == fyne.KeyEnter) && k.Modifier == fyne.KeyModifierShortcutDefault
}

// askRows hold a field for each question of the draft.
type askRows struct {
	object  *fyne.Container
	changed func()
	send    func()
	asks    []template.Ask
	fields  []*lineEntry
	// last holds the answers given before, by label.
	last map[string]string
}

func newAskRows(changed, send func()) *askRows {
	return &askRows{object: container.NewVBox(), changed: changed, send: send, last: map[string]string{}}
}

// follow brings the fields in line with the questions.
func (a *askRows) follow(asks []template.Ask) {
	if slices.Equal(asks, a.asks) {
		return
	}
	for label, answer := range a.answers() {
		a.last[label] = answer
	}
	a.asks, a.fields = asks, nil
	a.object.RemoveAll()
	for _, q := range asks {
		e := newLineEntry(a.send)
		e.SetPlaceHolder(q.Default)
		if before := a.last[q.Label]; before != "" {
			e.SetText(before)
		}
		e.OnChanged = func(string) { a.changed() }
		label := widget.NewLabel(q.Label)
		a.fields = append(a.fields, e)
		a.object.Add(container.NewBorder(nil, nil, label, nil, e))
	}
	a.object.Refresh()
}

// answers returns what was answered; an empty field leaves the default.
func (a *askRows) answers() map[string]string {
	m := map[string]string{}
	for i, q := range a.asks {
		if t := a.fields[i].Text; t != "" {
			m[q.Label] = t
		}
	}
	return m
}

func (a *askRows) remember(answers map[string]string) {
	a.last = map[string]string{}
	for label, answer := range answers {
		a.last[label] = answer
	}
	a.asks, a.fields = nil, nil
	a.object.RemoveAll()
}

// lineEntry is a field of one line in which Ctrl+Enter sends.
type lineEntry struct {
	widget.Entry
	send func()
}

func newLineEntry(send func()) *lineEntry {
	e := &lineEntry{send: send}
	e.ExtendBaseWidget(e)
	return e
}

func (e *lineEntry) TypedShortcut(s fyne.Shortcut) {
	if IsSendShortcut(s) {
		e.send()
		return
	}
	e.Entry.TypedShortcut(s)
}
