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
	filter *widget.Entry
	qos    *widget.Select
	ok     *widget.Button
	cancel *widget.Button
	more   *widget.Button
	note   *widget.Label

	options  *fyne.Container
	colours  *fyne.Container
	noLocal  *widget.Check
	keepFlag *widget.Check
	retained *widget.Select
	only5    *widget.Label

	// draft is what is being made, at the place at; -1 for a new one.
	draft connections.Subscription
	at    int
}

func newEditor(d *Dialog) *editor {
	e := &editor{d: d, at: -1}
	e.filter = widget.NewEntry()
	e.filter.PlaceHolder = ui.Tr("subscriptions.filter", "Filter, such as plant/line4/#")
	e.filter.OnChanged = func(s string) { e.draft.Filter = s; e.judge() }
	e.filter.OnSubmitted = func(string) { e.apply() }
	e.qos = widget.NewSelect([]string{"QoS 0", "QoS 1", "QoS 2"}, nil)
	e.qos.OnChanged = func(string) { e.draft.QoS = byte(e.qos.SelectedIndex()) }
	e.ok = widget.NewButton("", e.apply)
	e.ok.Importance = widget.HighImportance
	e.cancel = widget.NewButton(ui.Tr("cancel", "Cancel"), e.leave)
	e.more = widget.NewButtonWithIcon(ui.Tr("subscriptions.options", "Options"), theme.MenuDropDownIcon(), func() { e.fold(!e.options.Visible()) })
	e.note = widget.NewLabel("")
	e.note.Wrapping, e.note.SizeName = fyne.TextWrapWord, theme.SizeNameCaptionText
	e.buildOptions()
	e.object = container.NewVBox(
		container.NewBorder(nil, nil, nil, container.NewHBox(e.qos, e.more, e.cancel, e.ok), e.filter), e.note, e.options)
	for name, o := range map[string]fyne.CanvasObject{
		"filter": e.filter, "qos": e.qos, "ok": e.ok, "options": e.more, "note": e.note, "nolocal": e.noLocal,
	} {
		d.o.Name("subscriptions."+name, o)
	}
	e.leave()
	return e
}

func (e *editor) buildOptions() {
	e.colours = container.NewStack()
	e.noLocal = widget.NewCheck(ui.Tr("subscriptions.nolocal", "No local: leave out what this program sends itself"), func(on bool) { e.draft.NoLocal = on })
	e.keepFlag = widget.NewCheck(ui.Tr("subscriptions.rap", "Retain as published: keep the retain flag of new messages"), func(on bool) { e.draft.RetainAsPublished = on })
	e.retained = widget.NewSelect([]string{
		ui.Tr("subscriptions.retained.each", "each time it is subscribed to"),
		ui.Tr("subscriptions.retained.new", "only if the broker does not know it yet"),
		ui.Tr("subscriptions.retained.never", "never"),
	}, nil)
	e.retained.OnChanged = func(string) { e.draft.RetainHandling = byte(e.retained.SelectedIndex()) }
	e.only5 = widget.NewLabel(ui.Tr("subscriptions.only5", "This connection speaks MQTT 3.1.1, which knows none of the following."))
	e.only5.Importance, e.only5.SizeName = widget.LowImportance, theme.SizeNameCaptionText
	e.options = container.NewVBox(
		container.NewBorder(nil, nil, widget.NewLabel(ui.Tr("subscriptions.colour", "Colour")), nil, e.colours),
		e.only5, e.noLocal, e.keepFlag,
		container.NewBorder(nil, nil, widget.NewLabel(ui.Tr("subscriptions.retained", "Retained messages come")), nil, e.retained))
	e.options.Hide()
}

// fold shows or hides what is seldom needed.
func (e *editor) fold(open bool) {
	e.more.SetIcon(theme.MenuDropDownIcon())
	if open {
		e.more.SetIcon(theme.MenuDropUpIcon())
	}
	ui.Show(e.options, open)
	e.object.Refresh()
}

// edit takes up the i-th subscription.
func (e *editor) edit(i int, s connections.Subscription) {
	e.load(i, s)
	e.fold(e.options.Visible() || s.Colour != "" || len(optionWords(s)) > 0)
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
	e.noLocal.SetChecked(s.NoLocal)
	e.keepFlag.SetChecked(s.RetainAsPublished)
	e.retained.SetSelectedIndex(int(min(s.RetainHandling, 2)))
	e.colours.Objects = []fyne.CanvasObject{ui.NewColourRow(s.Colour, func(c string) { e.draft.Colour = c })}
	e.colours.Refresh()
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
	old := e.d.o.Conn.Profile().Version == profile.Version311 || e.d.o.Conn.Link().Protocol == "MQTT 3.1.1"
	if old == e.only5.Visible() && old == e.noLocal.Disabled() {
		return
	}
	ui.Show(e.only5, old)
	for _, o := range []fyne.Disableable{e.noLocal, e.keepFlag, e.retained} {
		if old {
			o.Disable()
		} else {
			o.Enable()
		}
	}
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
