package subscriptions

import (
	"errors"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// editor adds a subscription, or changes one.
type editor struct {
	d      *Dialog
	object *fyne.Container
	filter *ui.Entry
	qos    *widget.Select
	ok     *widget.Button
	cancel *widget.Button
	more   *widget.Button
	note   *widget.Label

	extras *Extras

	// draft is what is being made, at the place at; -1 for a new one.
	draft connections.Subscription
	at    int
}

func newEditor(d *Dialog) *editor {
	e := &editor{d: d, at: -1}
	e.filter = ui.NewEntry()
	e.filter.PlaceHolder = ui.Tr("subscriptions.filter", "Filter, such as plant/line4/#")
	e.filter.OnChanged = func(s string) { e.draft.Filter = s; e.judge() }
	e.filter.OnSubmitted = func(string) { e.apply() }
	e.qos = widget.NewSelect([]string{"QoS 0", "QoS 1", "QoS 2"}, nil)
	e.qos.OnChanged = func(string) { e.draft.QoS = byte(e.qos.SelectedIndex()) }
	e.ok = widget.NewButton("", e.apply)
	e.ok.Importance = widget.HighImportance
	e.cancel = widget.NewButton(ui.Tr("cancel", "Cancel"), e.leave)
	e.more = widget.NewButtonWithIcon(ui.Tr("subscriptions.options", "Options"), theme.MenuDropDownIcon(), func() { e.fold(!e.extras.Object.Visible()) })
	e.note = widget.NewLabel("")
	e.note.Wrapping, e.note.SizeName = fyne.TextWrapWord, theme.SizeNameCaptionText
	e.extras = NewExtras(&e.draft)
	e.extras.Changed(e.judge)
	e.extras.Object.Hide()
	e.object = container.NewVBox(
		container.NewBorder(nil, nil, nil, container.NewHBox(e.qos, e.more, e.cancel, e.ok), e.filter), e.note, e.extras.Object)
	for name, o := range map[string]fyne.CanvasObject{
		"filter": e.filter, "qos": e.qos, "ok": e.ok, "options": e.more, "note": e.note, "nolocal": e.extras.noLocal,
	} {
		d.o.Name("subscriptions."+name, o)
	}
	e.leave()
	return e
}

// fold shows or hides what is seldom needed.
func (e *editor) fold(open bool) {
	e.more.SetIcon(theme.MenuDropDownIcon())
	if open {
		e.more.SetIcon(theme.MenuDropUpIcon())
	}
	ui.Show(e.extras.Object, open)
	e.object.Refresh()
}

// edit takes up the i-th subscription.
func (e *editor) edit(i int, s connections.Subscription) {
	e.load(i, s)
	e.fold(e.extras.Object.Visible() || Used(s))
	e.d.o.Parent.Canvas().Focus(e.filter)
}

// leave is ready for a new one.
func (e *editor) leave() {
	e.load(-1, connections.Subscription{})
	e.fold(false)
}

func (e *editor) load(at int, s connections.Subscription) {
	e.at, e.draft = at, s
	e.filter.SetText(s.Filter)
	e.qos.SetSelectedIndex(int(min(s.QoS, 2)))
	e.extras.Load()
	word := ui.Tr("subscriptions.add", "Subscribe")
	if at >= 0 {
		word = ui.Tr("subscriptions.apply", "Change")
	}
	e.ok.SetText(word)
	ui.Show(e.cancel, at >= 0)
	e.judge()
}

// refresh greys what the version of MQTT in use does not know.
func (e *editor) refresh() {
	e.extras.Only311(e.d.o.Conn.Profile().Version == profile.Version311 || e.d.o.Conn.Link().Protocol == "MQTT 3.1.1")
}

// judge says what is wrong with the filter, or what it does.
func (e *editor) judge() {
	err := e.wrong()
	ui.SetEnabled(e.ok, err == nil)
	text, importance := profile.Warn(e.draft.Filter), widget.WarningImportance
	if err != nil && e.draft.Filter != "" {
		text, importance = err.Error(), widget.DangerImportance
	}
	if text == e.note.Text && importance == e.note.Importance {
		return
	}
	e.note.Importance = importance
	e.note.SetText(text)
	ui.Show(e.note, text != "")
}

// wrong returns what keeps the draft from being asked for.
func (e *editor) wrong() error {
	for i, s := range e.d.subs {
		if i != e.at && s.Filter == e.draft.Filter {
			return errors.New(ui.Tr("subscriptions.twice", "It is in the list already."))
		}
	}
	if err := connections.ValidFilter(e.draft.Filter); err != nil {
		return profileWord(e.draft.Filter, err)
	}
	return nil
}

// profileWord prefers the profile's sentence, which is written for those who type.
func profileWord(filter string, err error) error {
	var p profile.Problem
	if errors.As(profile.CheckFilter(filter), &p) && !p.Warning {
		return errors.New(p.Sentence)
	}
	return err
}

func (e *editor) apply() {
	if e.wrong() != nil {
		return
	}
	at, s := e.at, e.draft
	if at < 0 {
		at = len(e.d.subs)
	}
	e.d.confirmed(s, func() {
		e.leave()
		e.d.change(at, s)
	})
}
