package controls

import (
	"fmt"
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/payload/decode"
	"streamscope/app/session"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// shortRunes bounds what is shown of a reported value.
const shortRunes = 60

// card is one command in the panel.
type card struct {
	panel   *Panel
	command saved.Command
	object  fyne.CanvasObject

	state   *ui.QuietText
	outcome *ui.QuietText
	// follow moves the control to a reported value; nil if it has none to show.
	follow func(reported string)
	// sending counts messages whose outcome is not known yet.
	sending int
	slider  *pacer
}

func newCard(p *Panel, c saved.Command) *card {
	k := &card{panel: p, command: c, state: ui.NewFittingText(), outcome: ui.NewFittingText()}
	for _, t := range []*ui.QuietText{k.state, k.outcome} {
		t.TextSize, t.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	}
	more := ui.IconButton(theme.MoreVerticalIcon(), ui.Tr("controls.card.more", "Edit, move or delete"), nil)
	more.OnTapped = func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(more).Add(fyne.NewPos(0, more.Size().Height))
		widget.ShowPopUpMenuAtPosition(k.menu(), p.o.Parent.Canvas(), at)
	}
	var mark fyne.CanvasObject
	if c.Colour != "" {
		stripe := canvas.NewRectangle(ui.ColourOf(c.Colour))
		stripe.SetMinSize(fyne.NewSize(4, 0))
		mark = stripe
	}
	control := k.control()
	ui.Show(k.state, c.Control.State != nil)
	k.object = container.NewBorder(nil, nil, mark, more, container.NewVBox(control, k.state, k.outcome))
	k.outcome.Hide()
	return k
}

// control makes what the user handles.
func (k *card) control() fyne.CanvasObject {
	c := &k.command
	name := widget.NewLabel(c.Name)
	name.Truncation = fyne.TextTruncateEllipsis
	beside := func(o fyne.CanvasObject) fyne.CanvasObject {
		return container.NewGridWithColumns(2, name, o)
	}
	switch c.Control.Kind {
	case saved.Toggle:
		return beside(k.toggle())
	case saved.Slider:
		return k.slide()
	case saved.Number, saved.Text:
		return beside(k.field())
	case saved.Choice:
		return beside(k.choice())
	case saved.Colour:
		return beside(k.colour())
	default:
		b := ttwidget.NewButtonWithIcon(c.Name, iconOf(c.Icon), func() { k.press(false) })
		b.Alignment = widget.ButtonAlignLeading
		b.SetToolTip(ui.Tr("controls.button.tip", "Sends to {{.Topic}}", map[string]any{"Topic": c.Draft.Topic}))
		return b
	}
}

// toggle shows the side that is reported; a click asks for the other one. Without a state the
// two sides are buttons: nobody knows where the device stands.
func (k *card) toggle() fyne.CanvasObject {
	on := widget.NewButton(ui.Tr("controls.on", "On"), func() { k.send(k.command.Control.On) })
	off := widget.NewButton(ui.Tr("controls.off", "Off"), func() { k.send(k.command.Control.Off) })
	k.follow = func(reported string) {
		is, known := k.command.Control.Position(reported)
		important(on, known && is)
		important(off, known && !is)
	}
	return container.NewGridWithColumns(2, off, on)
}

// important shows a button as the one that is so.
func important(b *widget.Button, yes bool) {
	want := widget.MediumImportance
	if yes {
		want = widget.HighImportance
	}
	if b.Importance != want {
		b.Importance = want
		b.Refresh()
	}
}

// slide sends at a pace while it is moved, and always its last value. One that asks before it
// sends asks when it is let go.
func (k *card) slide() fyne.CanvasObject {
	c := &k.command.Control
	s := widget.NewSlider(c.Min, c.Max)
	s.Step = c.Step
	if c.Step == 0 {
		s.Step = (c.Max - c.Min) / 1000
	}
	value := ui.NewQuietText()
	show := func(v float64) { value.SetText(c.Format(v) + unit(c.Unit)) }
	show(c.Min)
	k.slider = newPacer(c.Pace(), k.panel.o.Background.Do, func(v float64) { k.deliver(c.Format(v), true) })
	moving, quiet := false, false
	s.OnChanged = func(v float64) {
		show(v)
		if quiet {
			return
		}
		moving = true
		if k.command.Confirm == "" {
			k.slider.Set(v)
		}
	}
	s.OnChangeEnded = func(v float64) {
		moving = false
		if quiet {
			return
		}
		if k.command.Confirm == "" {
			k.slider.Set(v)
		} else {
			k.send(c.Format(v))
		}
	}
	k.follow = func(reported string) {
		v, ok := number(reported)
		if moving || !ok || k.slider.Busy() || v == s.Value {
			return
		}
		quiet = true
		s.SetValue(v)
		quiet = false
	}
	name := widget.NewLabel(k.command.Name)
	name.Truncation = fyne.TextTruncateEllipsis
	return container.NewVBox(container.NewBorder(nil, nil, nil, value, name), s)
}

func unit(u string) string {
	if u == "" {
		return ""
	}
	return " " + u
}

func number(s string) (v float64, ok bool) {
	_, err := fmt.Sscan(s, &v)
	return v, err == nil
}

// field sends what is typed, on Enter.
func (k *card) field() fyne.CanvasObject {
	e := widget.NewEntry()
	c := &k.command.Control
	e.SetPlaceHolder(ui.Tr("controls.value", "Value"))
	if c.Unit != "" {
		e.SetPlaceHolder(c.Unit)
	}
	e.Validator = func(s string) error {
		if s == "" {
			return nil
		}
		return c.Check(s)
	}
	submit := func(s string) {
		if err := c.Check(s); err != nil {
			k.say(err.Error(), theme.ColorNameError)
			return
		}
		k.send(s)
	}
	e.OnSubmitted = submit
	send := ui.IconButton(theme.MailSendIcon(), ui.Tr("controls.send", "Send (Enter)"), func() { submit(e.Text) })
	return container.NewBorder(nil, nil, nil, send, e)
}

func (k *card) choice() fyne.CanvasObject {
	options := k.command.Control.Options
	labels := make([]string, len(options))
	for i, o := range options {
		labels[i] = o.Label
	}
	quiet := false
	var s *widget.Select
	s = widget.NewSelect(labels, func(string) {
		if i := s.SelectedIndex(); !quiet && i >= 0 {
			k.send(options[i].Value)
		}
	})
	s.PlaceHolder = ui.Tr("controls.choose", "Choose…")
	k.follow = func(reported string) {
		for i, o := range options {
			if o.Value == reported && s.SelectedIndex() != i {
				quiet = true
				s.SetSelectedIndex(i)
				quiet = false
			}
		}
	}
	return s
}

func (k *card) colour() fyne.CanvasObject {
	shown := canvas.NewRectangle(theme.Color(theme.ColorNameDisabled))
	shown.CornerRadius = 4
	shown.SetMinSize(fyne.NewSize(24, 24))
	pick := widget.NewButton(ui.Tr("controls.colour", "Choose a colour…"), func() {
		d := dialog.NewColorPicker(k.command.Name, ui.Tr("controls.colour.text", "It is sent as #rrggbb."), func(c color.Color) {
			n := color.NRGBAModel.Convert(c).(color.NRGBA)
			k.send(fmt.Sprintf("#%02x%02x%02x", n.R, n.G, n.B))
		}, k.panel.o.Parent)
		d.Advanced = true
		d.Show()
	})
	k.follow = func(reported string) {
		if k.command.Control.Check(reported) == nil {
			shown.FillColor = ui.ColourOf(reported)
			shown.Refresh()
		}
	}
	return container.NewBorder(nil, nil, shown, nil, pick)
}

// press sends a button's command; of another kind it brings the control into sight, for it needs
// a value.
func (k *card) press(byShortcut bool) {
	if k.command.Control.Kind != saved.Button {
		k.panel.o.Flash(ui.Tr("controls.needsvalue", "“{{.Name}}” needs a value: set it in the panel.", map[string]any{"Name": k.command.Name}))
		return
	}
	confirm := k.command.Confirm
	if byShortcut && confirm == "" {
		confirm = ui.Tr("controls.shortcut", "Send “{{.Name}}”?", map[string]any{"Name": k.command.Name})
	}
	k.ask(map[string]string{}, func(asked map[string]string) { k.pass("", asked, confirm, session.OriginCommand, false) })
}

// send sends a control's value, after the questions of the command.
func (k *card) send(value string) {
	k.ask(map[string]string{saved.ValueLabel: value}, func(asked map[string]string) {
		k.pass(value, asked, k.command.Confirm, session.OriginControl, false)
	})
}

// deliver sends a value as it is, as a slider does while it moves.
func (k *card) deliver(value string, unlisted bool) {
	k.pass(value, map[string]string{saved.ValueLabel: value}, "", session.OriginControl, unlisted)
}

// ask puts the questions that have no answer yet.
func (k *card) ask(asked map[string]string, then func(map[string]string)) {
	var items []*widget.FormItem
	fields := map[string]*widget.Entry{}
	for _, a := range k.command.Draft.Asks() {
		if _, known := asked[a.Label]; known {
			continue
		}
		e := widget.NewEntry()
		e.SetText(a.Default)
		fields[a.Label] = e
		items = append(items, widget.NewFormItem(a.Label, e))
	}
	if len(items) == 0 {
		then(asked)
		return
	}
	d := dialog.NewForm(k.command.Name, ui.Tr("controls.goon", "Send"), ui.Tr("cancel", "Cancel"), items, func(yes bool) {
		if !yes {
			return
		}
		for label, e := range fields {
			asked[label] = e.Text
		}
		then(asked)
	}, k.panel.o.Parent)
	d.Resize(fyne.NewSize(420, d.MinSize().Height))
	d.Show()
}

// pass sends, and shows what became of it.
func (k *card) pass(value string, asked map[string]string, confirm string, origin session.Origin, unlisted bool) {
	conn := k.panel.connection(&k.command)
	if conn == nil {
		k.say(ui.Tr("controls.notopen", "Not sent: {{.Name}} is not open.", map[string]any{"Name": k.panel.target(&k.command)}), theme.ColorNameError)
		return
	}
	k.sending++
	k.say(ui.Tr("controls.sending", "Sending to {{.Name}}…", map[string]any{"Name": conn.Name()}), theme.ColorNamePlaceHolder)
	now, bg := k.panel.o.Now, k.panel.o.Background
	if value != "" {
		k.panel.asked[k.command.ID] = saved.Asked{Value: value, At: now(), Any: true}
	}
	draft, name, sender := k.command.Draft, k.command.Name, k.panel.o.App.Sender
	bg.Go(func() func() {
		out := sender.Send(bg.Context, conn.Session, draft, command.SendOptions{
			Origin: origin, Name: name, Confirm: confirm, Asked: asked, Unlisted: unlisted,
		})
		return func() {
			k.sending--
			text, colour := describe(out)
			k.say(text, colour)
			if out.Verdict == command.VerdictRefused {
				delete(k.panel.asked, k.command.ID)
			}
			k.refresh(now())
		}
	})
}

// describe names an outcome honestly.
func describe(out command.Outcome) (string, fyne.ThemeColorName) {
	after := map[string]any{"Took": out.Took.Round(time.Millisecond).String()}
	text, colour := "", theme.ColorNamePlaceHolder
	switch out.Verdict {
	case command.VerdictSent:
		text = ui.Tr("controls.sent", "Sent")
	case command.VerdictAcknowledged:
		text, colour = ui.Tr("controls.acknowledged", "Acknowledged after {{.Took}}", after), theme.ColorNameSuccess
	case command.VerdictNoSubscriber:
		text, colour = ui.Tr("controls.nobody", "Acknowledged, but nobody has subscribed"), theme.ColorNameWarning
	case command.VerdictRefused:
		return ui.Tr("controls.refused", "Not sent: {{.Why}}", map[string]any{"Why": out.Why()}), theme.ColorNameError
	default:
		return ui.Tr("controls.unknown", "Unknown: {{.Why}}", map[string]any{"Why": out.Why()}), theme.ColorNameWarning
	}
	if r := out.Reply; r != nil {
		switch {
		case r.TimedOut:
			return text + " · " + ui.Tr("controls.noanswer", "no answer came"), theme.ColorNameWarning
		case r.Err == nil:
			text += " · " + ui.Tr("controls.answer", "answer: {{.Value}}", map[string]any{"Value": command.Excerpt(r.Payload, shortRunes)})
		}
	}
	return text, colour
}

func (k *card) say(text string, colour fyne.ThemeColorName) {
	k.outcome.SetText(text)
	k.outcome.SetColour(colour)
	ui.Show(k.outcome, text != "")
}

// refresh shows what the device reports.
func (k *card) refresh(now time.Time) {
	c := &k.command.Control
	if c.State == nil {
		return
	}
	r := k.report()
	asked := k.panel.asked[k.command.ID]
	standing := c.Judge(asked, r, now)
	k.state.SetText(k.describeState(standing, asked, r))
	colour := theme.ColorNamePlaceHolder
	switch standing {
	case saved.Agrees:
		colour = theme.ColorNameSuccess
	case saved.Differs:
		colour = theme.ColorNameWarning
	case saved.Silent:
		colour = theme.ColorNameDisabled
	default:
	}
	k.state.SetColour(colour)
	if k.follow != nil && r.Heard && !r.Stale {
		k.follow(r.Text)
	}
}

func (k *card) describeState(s saved.Standing, asked saved.Asked, r saved.Report) string {
	value := map[string]any{"Reported": r.Text, "Asked": asked.Value}
	switch s {
	case saved.Unheard:
		return ui.Tr("controls.state.unheard", "state not reported yet")
	case saved.Silent:
		return ui.Tr("controls.state.silent", "state unknown: last report was {{.Reported}}", value)
	case saved.Agrees:
		return ui.Tr("controls.state.agrees", "reported: {{.Reported}}, as asked", value)
	case saved.Pending:
		return ui.Tr("controls.state.pending", "asked for {{.Asked}}, reported still {{.Reported}}", value)
	case saved.Differs:
		return ui.Tr("controls.state.differs", "≠ asked for {{.Asked}}, but {{.Reported}} is reported", value)
	default:
		return ui.Tr("controls.state.reported", "reported: {{.Reported}}", value)
	}
}

// report reads the state from the index.
func (k *card) report() saved.Report {
	conn := k.panel.connection(&k.command)
	if conn == nil {
		return saved.Report{}
	}
	state := k.command.Control.State
	id, ok := conn.Index().Find(state.Topic)
	if !ok {
		return saved.Report{}
	}
	e, ok := conn.Index().Latest(id)
	if !ok {
		return saved.Report{}
	}
	rows := conn.Index().Rows([]topics.NodeID{id}, nil)
	r := saved.Report{
		Text:  conn.Decoders().Short(decode.Input{Topic: state.Topic, Props: e.Props, Payload: e.Payload, Seq: e.Seq}, state.Path, shortRunes),
		Heard: true, Stale: conn.Status().State != connections.StateOpen || rows[0].Silent(conn.Now()),
	}
	if !e.Retained {
		r.At = time.Unix(0, e.Time)
	}
	return r
}

// drop stops what the card would still send.
func (k *card) drop() {
	if k.slider != nil {
		k.slider.Stop()
	}
}
