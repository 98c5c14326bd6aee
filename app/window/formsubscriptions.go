package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// subscriptionRows edits the filters of a profile.
type subscriptionRows struct {
	form   *profileForm
	object *fyne.Container
	rows   *fyne.Container
}

func newSubscriptionRows(f *profileForm) *subscriptionRows {
	s := &subscriptionRows{form: f, rows: container.NewVBox()}
	add := widget.NewButtonWithIcon(ui.Tr("form.addfilter", "Add a filter"), theme.ContentAddIcon(), func() { s.add("") })
	all := widget.NewButton(ui.Tr("form.everything", "Everything (#)"), func() { s.add("#") })
	lead := widget.NewLabel(ui.Tr("form.subscriptions.lead",
		"Which topics do you want to see? “plant/line4/#” brings all beneath line4, “+/state” every state one level down."))
	lead.Wrapping = fyne.TextWrapWord
	lead.Importance = widget.LowImportance
	s.object = container.NewVBox(lead, s.rows, container.NewHBox(add, all))
	s.rebuild()
	f.window.names.Set("form.everything", all)
	return s
}

func (s *subscriptionRows) add(filter string) {
	d := &s.form.draft
	d.Subscriptions = append(d.Subscriptions, connections.Subscription{Filter: filter})
	s.form.touched[profile.FieldSubscriptions] = true
	s.rebuild()
	s.form.check()
}

func (s *subscriptionRows) rebuild() {
	s.rows.RemoveAll()
	for i := range s.form.draft.Subscriptions {
		s.rows.Add(s.row(i))
	}
	s.rows.Refresh()
}

func (s *subscriptionRows) row(i int) fyne.CanvasObject {
	sub := &s.form.draft.Subscriptions[i]
	filter := widget.NewEntry()
	filter.PlaceHolder = ui.Tr("form.filter.hint", "plant/line4/#")
	filter.SetText(sub.Filter)
	filter.OnChanged = func(text string) {
		sub.Filter = text
		s.form.touched[profile.FieldSubscriptions] = true
		s.form.check()
	}
	qos := widget.NewSelect([]string{"QoS 0", "QoS 1", "QoS 2"}, nil)
	qos.SetSelectedIndex(int(min(sub.QoS, 2)))
	qos.OnChanged = func(string) { sub.QoS = byte(qos.SelectedIndex()) }
	remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("form.removefilter", "Remove this filter"), func() {
		d := &s.form.draft
		d.Subscriptions = append(d.Subscriptions[:i:i], d.Subscriptions[i+1:]...)
		s.rebuild()
		s.form.check()
	})
	return container.NewBorder(nil, nil, nil, container.NewHBox(qos, remove), filter)
}

// wordOfWarning says what the first filter that is no usual one does.
func wordOfWarning(subs []connections.Subscription) string {
	for _, s := range subs {
		if word := profile.Warn(s.Filter); word != "" && !s.Off {
			return word
		}
	}
	return ""
}
