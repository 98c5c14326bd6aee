package controls

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/session"
	"streamscope/app/window/ui"
)

// shortRunes bounds what is shown of a reported value.
const shortRunes = 60

// card is one command in the panel.
type card struct {
	panel   *Panel
	command saved.Command
	object  fyne.CanvasObject

	state *ui.QuietText
	// outcome always has its line: what comes and goes would move the next control under the hand.
	outcome *ui.QuietText
	plate   *plate
	// follow moves the control to a reported value; nil if it has none to show.
	follow func(reported string)
	// lose shows that nobody knows the state; revert takes a value back that was not sent. Both may
	// be nil.
	lose, revert func()
	// parts are what the user handles; locked is why they are dead, empty if they are not.
	parts  []fyne.Disableable
	locked string
	// sending counts messages whose outcome is not known yet.
	sending int
	slider  *pacer
}

func newCard(p *Panel, c saved.Command) *card {
	k := &card{panel: p, command: c, state: ui.NewFittingText(), outcome: ui.NewFittingText(), plate: newPlate()}
	for _, t := range []*ui.QuietText{k.state, k.outcome} {
		t.TextSize, t.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	}
	k.tellTopic()
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
	inner := container.NewBorder(nil, nil, mark, container.NewVBox(more), container.New(layout.NewCustomPaddedVBoxLayout(0), control, k.state, k.outcome))
	k.object = container.NewStack(k.plate, container.New(layout.NewCustomPaddedLayout(4, 4, 4, 0), inner))
	return k
}

// tellTopic says where the command goes, where nothing has become of it yet.
func (k *card) tellTopic() {
	k.outcome.SetText(ui.Tr("controls.to", "to {{.Topic}}", map[string]any{"Topic": k.topic()}))
	k.outcome.SetColour(theme.ColorNamePlaceHolder)
}

// lock makes the control dead and says why; with an empty reason it lives.
func (k *card) lock(why string) {
	if why == k.locked {
		return
	}
	k.locked = why
	for _, part := range k.parts {
		if why != "" {
			part.Disable()
		} else {
			part.Enable()
		}
	}
	if why == "" {
		k.tellTopic()
		return
	}
	k.outcome.SetText(why)
	k.outcome.SetColour(theme.ColorNameWarning)
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
		k.say(ui.Tr("controls.notopen", "Not sent: {{.Why}}", map[string]any{"Why": k.panel.missing(&k.command)}), theme.ColorNameError)
		return
	}
	k.sending++
	k.say(ui.Tr("controls.sending", "Sending to {{.Name}}…", map[string]any{"Name": conn.Name()}), theme.ColorNamePlaceHolder)
	now, bg := k.panel.o.Now, k.panel.o.Background
	key := k.key()
	if origin == session.OriginControl {
		k.panel.asked[key] = saved.Asked{Value: value, At: now(), Any: true}
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
				delete(k.panel.asked, key)
				if k.revert != nil {
					k.revert()
				}
			}
			k.refresh(now())
		}
	})
}

// describe names an outcome honestly.
func describe(out command.Outcome) (string, fyne.ThemeColorName) {
	after := map[string]any{"Took": out.Took.Round(100 * time.Microsecond).String()}
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

// key is under which the panel knows what was asked for: of two connections one does not answer
// for the other.
func (k *card) key() string {
	key := k.command.ID
	if conn := k.panel.connection(&k.command); conn != nil {
		key += " " + conn.Profile().ID
	}
	return key
}

func (k *card) say(text string, colour fyne.ThemeColorName) {
	k.outcome.SetText(text)
	k.outcome.SetColour(colour)
	if colour == theme.ColorNameError { // the status bar has room for a long reason
		k.panel.o.Flash(k.command.Name + ": " + text)
	}
}

// drop stops what the card would still send.
func (k *card) drop() {
	if k.slider != nil {
		k.slider.Stop()
	}
}
