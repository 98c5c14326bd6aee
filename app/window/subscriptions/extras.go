package subscriptions

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections"
)

// Extras edits what a subscription has beside its filter and its QoS: the colour that it is known
// by, and what only MQTT 5 knows. The dialog has one, the form of a connection one for each filter.
type Extras struct {
	// Object is what to place.
	Object *fyne.Container

	sub      *connections.Subscription
	changed  func()
	colours  *fyne.Container
	noLocal  *widget.Check
	keepFlag *widget.Check
	retained *widget.Select
	only5    *widget.Label
}

// NewExtras edits sub where it stands.
func NewExtras(sub *connections.Subscription) *Extras {
	x := &Extras{sub: sub, changed: func() {}, colours: container.NewStack()}
	x.noLocal = widget.NewCheck(ui.Tr("subscriptions.nolocal", "No local: leave out what this program sends itself"), nil)
	x.keepFlag = widget.NewCheck(ui.Tr("subscriptions.rap", "Retain as published: keep the retain flag of new messages"), nil)
	x.retained = widget.NewSelect([]string{
		ui.Tr("subscriptions.retained.each", "each time it is subscribed to"),
		ui.Tr("subscriptions.retained.new", "only if the broker does not know it yet"),
		ui.Tr("subscriptions.retained.never", "never"),
	}, nil)
	x.only5 = widget.NewLabel(ui.Tr("subscriptions.only5", "This connection speaks MQTT 3.1.1, which knows none of the following."))
	x.only5.Importance, x.only5.SizeName = widget.LowImportance, theme.SizeNameCaptionText
	x.only5.Hide()
	x.Object = container.NewVBox(
		container.NewBorder(nil, nil, widget.NewLabel(ui.Tr("subscriptions.colour", "Colour")), nil, x.colours),
		x.only5, x.noLocal, x.keepFlag,
		container.NewBorder(nil, nil, widget.NewLabel(ui.Tr("subscriptions.retained", "Retained messages come")), nil, x.retained))
	x.Load()
	return x
}

// Changed says what is called after each change by the user.
func (x *Extras) Changed(f func()) { x.changed = f }

// Load shows the subscription as it stands now.
func (x *Extras) Load() {
	set := func(change func()) { change(); x.changed() }
	x.noLocal.OnChanged, x.keepFlag.OnChanged, x.retained.OnChanged = nil, nil, nil
	x.noLocal.SetChecked(x.sub.NoLocal)
	x.keepFlag.SetChecked(x.sub.RetainAsPublished)
	x.retained.SetSelectedIndex(int(min(x.sub.RetainHandling, 2)))
	x.noLocal.OnChanged = func(on bool) { set(func() { x.sub.NoLocal = on }) }
	x.keepFlag.OnChanged = func(on bool) { set(func() { x.sub.RetainAsPublished = on }) }
	x.retained.OnChanged = func(string) { set(func() { x.sub.RetainHandling = byte(x.retained.SelectedIndex()) }) }
	x.colours.Objects = []fyne.CanvasObject{ui.NewColourRowOrNone(x.sub.Colour, func(c string) { set(func() { x.sub.Colour = c }) })}
	x.colours.Refresh()
}

// Only311 greys what MQTT 3.1.1 does not know, and says so.
func (x *Extras) Only311(old bool) {
	if old == x.only5.Visible() && old == x.noLocal.Disabled() {
		return
	}
	ui.Show(x.only5, old)
	for _, o := range []fyne.Disableable{x.noLocal, x.keepFlag, x.retained} {
		if old {
			o.Disable()
		} else {
			o.Enable()
		}
	}
}

// Used reports whether a subscription has anything of what [Extras] edits.
func Used(s connections.Subscription) bool { return s.Colour != "" || len(Words(s)) > 0 }

// Words names what a subscription uses of MQTT 5.
func Words(s connections.Subscription) (words []string) {
	if s.NoLocal {
		words = append(words, ui.Tr("subscriptions.word.nolocal", "not our own"))
	}
	if s.RetainAsPublished {
		words = append(words, ui.Tr("subscriptions.word.rap", "retain flag kept"))
	}
	switch s.RetainHandling {
	case 1:
		words = append(words, ui.Tr("subscriptions.word.new", "retained only when new"))
	case 2:
		words = append(words, ui.Tr("subscriptions.word.never", "nothing retained"))
	}
	return words
}
