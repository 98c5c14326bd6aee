package controls

import (
	"errors"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/command/template"
	"streamscope/app/window/ui"
)

// editor is the form of one command. It works on a copy; what is not valid cannot be kept.
type editor struct {
	panel *Panel
	c     saved.Command
	rows  *fyne.Container
	// kindRows hold what only the chosen kind has.
	kindRows *fyne.Container
	wrong    *widget.Label
	keep     *widget.Button
	dialog   *dialog.CustomDialog
}

// Edit opens the form of a command, new or old.
func (p *Panel) Edit(c saved.Command) {
	e := &editor{panel: p, c: c.Clone(), rows: container.NewVBox(), kindRows: container.NewVBox(), wrong: widget.NewLabel("")}
	e.wrong.Wrapping = fyne.TextWrapWord
	e.wrong.Importance = widget.WarningImportance
	e.build()
	e.keep = widget.NewButtonWithIcon(ui.Tr("controls.keep", "Keep"), theme.ConfirmIcon(), e.save)
	e.keep.Importance = widget.HighImportance
	body := container.NewBorder(nil, e.wrong, nil, nil, container.NewVScroll(container.New(layout.NewCustomPaddedLayout(4, 4, 4, 3*scrollBar), e.rows)))
	title := ui.Tr("controls.edit", "Saved command")
	e.dialog = dialog.NewCustomWithoutButtons(title, body, p.o.Parent)
	e.dialog.SetButtons([]fyne.CanvasObject{widget.NewButtonWithIcon(ui.Tr("cancel", "Cancel"), theme.CancelIcon(), e.dialog.Hide), e.keep})
	size := p.o.Parent.Canvas().Size()
	e.dialog.Resize(fyne.NewSize(min(640, size.Width*0.9), min(620, size.Height*0.9)))
	e.check()
	e.dialog.Show()
}

func (e *editor) row(label string, o fyne.CanvasObject) { addRow(e.rows, label, o) }

// labelWidth is the same for all rows, so that the fields stand in one line.
const labelWidth = 150

func addRow(rows *fyne.Container, label string, o fyne.CanvasObject) {
	l := widget.NewLabel(label)
	rows.Add(container.NewBorder(nil, nil, container.NewGridWrap(fyne.NewSize(labelWidth, l.MinSize().Height), l), nil, o))
}

// entry is a field of one line for a text.
func (e *editor) entry(text, hint string, set func(string)) *widget.Entry {
	f := widget.NewEntry()
	f.SetText(text)
	f.SetPlaceHolder(hint)
	f.OnChanged = func(s string) {
		set(s)
		e.check()
	}
	return f
}

func (e *editor) build() {
	c := &e.c
	e.row(ui.Tr("controls.f.name", "Name"), e.entry(c.Name, ui.Tr("controls.f.name.hint", "such as Start the press"), func(s string) { c.Name = s }))
	e.row(ui.Tr("controls.f.group", "Group"), e.entry(c.Group, ui.Tr("controls.f.group.hint", "empty for none"), func(s string) { c.Group = s }))
	e.row(ui.Tr("controls.f.kind", "Control"), e.kind())
	e.row(ui.Tr("controls.f.profile", "Connection"), e.profile())
	e.row(ui.Tr("composer.topic", "Topic"), e.entry(c.Draft.Topic, "plant/line4/press/set", func(s string) { c.Draft.Topic = s }))
	e.row(ui.Tr("controls.f.payload", "Payload"), e.payload())
	e.row(ui.Tr("controls.f.delivery", "Delivery"), e.delivery())
	e.rows.Add(e.kindRows)
	e.state()
	e.row(ui.Tr("controls.f.confirm", "Ask before"), e.entry(c.Confirm, ui.Tr("controls.f.confirm.hint", "a question; empty for none"), func(s string) { c.Confirm = s }))
	e.row(ui.Tr("controls.f.shortcut", "Shortcut"), e.entry(c.Shortcut, ui.Tr("controls.f.shortcut.hint", "such as Ctrl+Alt+1; it always asks first"), func(s string) { c.Shortcut = s }))
	e.row(ui.Tr("controls.f.icon", "Icon"), e.icon())
	e.row(ui.Tr("form.colour", "Colour"), ui.NewColourRow(c.Colour, func(s string) { c.Colour = s; e.check() }))
	e.rekind()
}

func (e *editor) icon() fyne.CanvasObject {
	names := icons()
	shown := widget.NewIcon(iconOf(e.c.Icon))
	s := widget.NewSelect(names, func(name string) {
		e.c.Icon = name
		shown.SetResource(iconOf(name))
	})
	s.PlaceHolder = ui.Tr("controls.f.icon.none", "none")
	s.SetSelected(e.c.Icon)
	return container.NewBorder(nil, nil, shown, nil, s)
}

func kindNames() map[saved.Kind]string {
	return map[saved.Kind]string{
		saved.Button: ui.Tr("controls.kind.button", "Button"), saved.Toggle: ui.Tr("controls.kind.toggle", "On and off"),
		saved.Slider: ui.Tr("controls.kind.slider", "Slider"), saved.Number: ui.Tr("controls.kind.number", "Number"),
		saved.Text: ui.Tr("controls.kind.text", "Text"), saved.Choice: ui.Tr("controls.kind.choice", "Choice"),
		saved.Colour: ui.Tr("controls.kind.colour", "Colour"),
	}
}

func (e *editor) kind() fyne.CanvasObject {
	names := kindNames()
	var labels []string
	for _, k := range saved.Kinds() {
		labels = append(labels, names[k])
	}
	s := widget.NewSelect(labels, nil)
	s.SetSelected(names[e.c.Control.Kind])
	s.OnChanged = func(string) {
		c := &e.c.Control
		c.Kind = saved.Kinds()[s.SelectedIndex()]
		if c.Kind == saved.Slider && c.Min == 0 && c.Max == 0 {
			c.Max = 100 // something to slide over, to start with
		}
		e.rekind()
		e.check()
	}
	return s
}

func (e *editor) profile() fyne.CanvasObject {
	list, _ := e.panel.o.App.Profiles.List()
	ids, names := []string{""}, []string{ui.Tr("controls.f.any", "Whichever is selected")}
	for _, p := range list {
		ids, names = append(ids, p.ID), append(names, p.Name)
	}
	for _, c := range e.panel.o.App.Connections() {
		if !c.Saved() {
			ids, names = append(ids, c.Profile().ID), append(names, c.Name())
		}
	}
	s := widget.NewSelect(names, nil)
	at := 0
	for i, id := range ids {
		if id == e.c.Profile {
			at = i
		}
	}
	s.SetSelectedIndex(at)
	s.OnChanged = func(string) { e.c.Profile = ids[s.SelectedIndex()] }
	return s
}

func (e *editor) payload() fyne.CanvasObject {
	c := &e.c
	text := widget.NewMultiLineEntry()
	text.TextStyle.Monospace = true
	text.SetText(c.Draft.Payload)
	text.SetPlaceHolder(`{"set": {{ask "value"}}}`)
	text.OnChanged = func(s string) {
		c.Draft.Payload = s
		e.check()
	}
	formats := []command.Format{command.FormatText, command.FormatJSON, command.FormatHex, command.FormatBase64, command.FormatCBOR, command.FormatMessagePack}
	names := []string{ui.Tr("payload.text", "Text"), ui.Tr("payload.json", "JSON"), ui.Tr("payload.hex", "Hex"), "Base64", "CBOR", "MessagePack"}
	switch c.Draft.Format { // these are chosen in the composer, with what belongs to them
	case command.FormatProtobuf:
		formats, names = append(formats, command.FormatProtobuf), append(names, "Protobuf")
		if m := c.Draft.Schema; m != nil && m.Message != "" {
			names[len(names)-1] += " (" + m.Message + ")"
		}
	case command.FormatFile:
		formats, names = append(formats, command.FormatFile), append(names, ui.Tr("payload.file", "File"))
	default:
	}
	s := widget.NewSelect(names, nil)
	for i, f := range formats {
		if f == c.Draft.Format {
			s.SetSelectedIndex(i)
		}
	}
	s.OnChanged = func(string) {
		c.Draft.Format = formats[s.SelectedIndex()]
		e.check()
	}
	return container.NewBorder(nil, s, nil, nil, text)
}

func (e *editor) delivery() fyne.CanvasObject {
	d := &e.c.Draft
	qos := widget.NewSelect([]string{"QoS 0", "QoS 1", "QoS 2"}, nil)
	qos.SetSelectedIndex(int(d.QoS))
	qos.OnChanged = func(string) { d.QoS = byte(qos.SelectedIndex()) }
	retain := widget.NewCheck(ui.Tr("composer.retain", "Retain"), func(on bool) { d.Retain = on })
	retain.SetChecked(d.Retain)
	return container.NewHBox(qos, retain)
}

// rekind shows what the chosen kind has to be told.
func (e *editor) rekind() {
	e.kindRows.RemoveAll()
	c := &e.c.Control
	row := func(label string, o fyne.CanvasObject) { addRow(e.kindRows, label, o) }
	number := func(v *float64, hint string) fyne.CanvasObject {
		text := ""
		if *v != 0 {
			text = strconv.FormatFloat(*v, 'g', -1, 64)
		}
		return e.entry(text, hint, func(s string) {
			*v = 0
			if f, err := strconv.ParseFloat(strings.TrimSpace(s), 64); err == nil {
				*v = f
			}
		})
	}
	switch c.Kind {
	case saved.Toggle:
		row(ui.Tr("controls.f.on", "Value for on"), e.entry(c.On, "on", func(s string) { c.On = s }))
		row(ui.Tr("controls.f.off", "Value for off"), e.entry(c.Off, "off", func(s string) { c.Off = s }))
	case saved.Slider, saved.Number:
		row(ui.Tr("controls.f.range", "From, to, step"), container.NewGridWithColumns(3, number(&c.Min, "0"), number(&c.Max, "100"), number(&c.Step, ui.Tr("controls.f.step", "any"))))
		row(ui.Tr("controls.f.unit", "Unit"), e.entry(c.Unit, "°C", func(s string) { c.Unit = s }))
		if c.Kind == saved.Slider {
			row(ui.Tr("controls.f.every", "At most every (ms)"), e.entry(strconv.Itoa(int(c.Pace().Milliseconds())), "ms", func(s string) { c.Every, _ = strconv.Atoi(strings.TrimSpace(s)) }))
		}
	case saved.Choice:
		text := widget.NewMultiLineEntry()
		text.SetText(optionsText(c.Options))
		text.SetPlaceHolder(ui.Tr("controls.f.options.hint", "a line each: label = value"))
		text.OnChanged = func(s string) {
			c.Options = parseOptions(s)
			e.check()
		}
		row(ui.Tr("controls.f.options", "Options"), text)
	default:
	}
	e.kindRows.Refresh()
}

// optionsText and parseOptions write and read options as lines: "label = value", or a value alone.
func optionsText(list []saved.Option) string {
	var lines []string
	for _, o := range list {
		if o.Label == o.Value {
			lines = append(lines, o.Value)
		} else {
			lines = append(lines, o.Label+" = "+o.Value)
		}
	}
	return strings.Join(lines, "\n")
}

func parseOptions(text string) []saved.Option {
	var list []saved.Option
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		label, value, ok := strings.Cut(line, "=")
		if !ok {
			value = label
		}
		list = append(list, saved.Option{Label: strings.TrimSpace(label), Value: strings.TrimSpace(value)})
	}
	return list
}

// state is where the device reports what it really does.
func (e *editor) state() {
	c := &e.c.Control
	topic, path, within := "", "", 0
	if c.State != nil {
		within = c.State.Within
		topic, path = c.State.Topic, strings.Join(c.State.Path, " › ")
	}
	set := func() {
		c.State = nil
		if strings.TrimSpace(topic) != "" {
			c.State = &saved.State{Topic: strings.TrimSpace(topic), Within: within}
			for key := range strings.SplitSeq(path, "›") {
				if key = strings.TrimSpace(key); key != "" {
					c.State.Path = append(c.State.Path, key)
				}
			}
		}
	}
	e.row(ui.Tr("controls.f.state", "State topic"), e.entry(topic, ui.Tr("controls.f.state.hint", "where the device reports; empty if it does not"), func(s string) { topic = s; set() }))
	e.row(ui.Tr("controls.f.path", "Value in it"), e.entry(path, ui.Tr("controls.f.path.hint", "key › key; empty for the usual one"), func(s string) { path = s; set() }))
	seconds := ""
	if within > 0 {
		seconds = strconv.Itoa(within)
	}
	e.row(ui.Tr("controls.f.within", "Silent after (s)"), e.entry(seconds, ui.Tr("controls.f.within.hint", "seconds without a report; empty if it tells only changes"), func(s string) {
		within, _ = strconv.Atoi(strings.TrimSpace(s))
		within = max(within, 0)
		set()
	}))
}

// check says what keeps the command from being kept.
func (e *editor) check() {
	e.c.Draft.Template = template.Has(e.c.Draft.Payload) || template.Has(e.c.Draft.Topic)
	err := e.c.Validate()
	if err == nil && e.c.Draft.Template {
		err = e.placeholders()
	}
	if err == nil && e.c.Shortcut != "" {
		_, err = ParseShortcut(e.c.Shortcut)
	}
	text := ""
	if err != nil {
		text = err.Error()
	}
	e.wrong.SetText(text)
	if e.keep != nil {
		ui.SetEnabled(e.keep, err == nil)
	}
}

// placeholders tries the template with an example of each answer.
func (e *editor) placeholders() error {
	asked := map[string]string{}
	for _, a := range e.c.Draft.Asks() {
		asked[a.Label] = a.Default
		if a.Default == "" || a.Label == saved.ValueLabel {
			asked[a.Label] = e.example()
		}
	}
	_, err := e.c.Draft.Fill(template.Values{Asked: asked, Value: func(string) ([]byte, bool) { return []byte("0"), true }})
	var wrong *template.Problem
	if errors.As(err, &wrong) {
		return err
	}
	return nil
}

// example is a value that the control could send.
func (e *editor) example() string {
	c := &e.c.Control
	switch c.Kind {
	case saved.Toggle:
		return c.On
	case saved.Slider, saved.Number:
		return c.Format(c.Min)
	case saved.Choice:
		if len(c.Options) > 0 {
			return c.Options[0].Value
		}
	case saved.Colour:
		return "#000000"
	default:
	}
	return "0"
}

func (e *editor) save() {
	if err := e.panel.o.App.Commands.Put(e.c); err != nil {
		e.wrong.SetText(err.Error())
		return
	}
	e.dialog.Hide()
	e.panel.changed(nil)
}

// Keep makes a command of a draft and opens its form.
func (p *Panel) Keep(d command.Draft, profile string) {
	c := saved.New("", d)
	c.Profile = profile
	p.Edit(c)
}
