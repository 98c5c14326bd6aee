package window

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/window/subscriptions"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// subscriptionRows edits the filters of a profile.
type subscriptionRows struct {
	form   *profileForm
	object *fyne.Container
	rows   *fyne.Container
	all    []*subscriptionRow
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
	s.all = nil
	for i := range s.form.draft.Subscriptions {
		r := s.row(i)
		s.all = append(s.all, r)
		s.rows.Add(r.object)
	}
	s.rows.Refresh()
}

func (s *subscriptionRows) remove(i int) {
	d := &s.form.draft
	d.Subscriptions = append(d.Subscriptions[:i:i], d.Subscriptions[i+1:]...)
	s.rebuild()
	s.form.check()
}

// check greys what the version of MQTT that is chosen does not know.
func (s *subscriptionRows) check() {
	for _, r := range s.all {
		r.extras.Only311(s.form.draft.Version == profile.Version311)
	}
}

// subscriptionRow edits one filter where it stands in the draft.
type subscriptionRow struct {
	sub    *connections.Subscription
	object *fyne.Container
	mark   *fyne.Container
	words  *widget.Label
	more   *ttwidget.Button
	extras *subscriptions.Extras
}

func (s *subscriptionRows) row(i int) *subscriptionRow {
	f := s.form
	r := &subscriptionRow{sub: &f.draft.Subscriptions[i], mark: container.NewStack(), words: widget.NewLabel("")}
	r.words.Importance, r.words.SizeName, r.words.Truncation = widget.LowImportance, theme.SizeNameCaptionText, fyne.TextTruncateEllipsis
	on := ttwidget.NewCheck("", nil)
	on.SetToolTip(ui.Tr("form.filter.on", "Ask the broker for it"))
	on.SetChecked(!r.sub.Off)
	on.OnChanged = func(on bool) { r.sub.Off = !on; f.check() }
	filter := f.bare(ui.Tr("form.filter.hint", "plant/line4/#"), r.sub.Filter, func(text string) {
		r.sub.Filter = text
		f.touched[profile.FieldSubscriptions] = true
	})
	qos := widget.NewSelect([]string{"QoS 0", "QoS 1", "QoS 2"}, nil)
	qos.SetSelectedIndex(int(min(r.sub.QoS, 2)))
	qos.OnChanged = func(string) { r.sub.QoS = byte(qos.SelectedIndex()); f.check() }
	remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("form.removefilter", "Remove this filter"), func() { s.remove(i) })
	r.more = ui.IconButton(theme.SettingsIcon(), ui.Tr("form.filteroptions", "Colour, and options of MQTT 5"), func() { r.fold(!r.extras.Object.Visible()) })
	r.extras = subscriptions.NewExtras(r.sub)
	r.extras.Changed(func() { r.say(); f.check() })
	r.object = container.NewVBox(
		container.NewBorder(nil, nil, container.NewHBox(on, r.mark), container.NewHBox(qos, r.more, remove), filter),
		r.words, r.extras.Object)
	r.fold(false)
	n := strconv.Itoa(i)
	f.window.names.Set("form.filter."+n, filter)
	f.window.names.Set("form.filter.more."+n, r.more)
	return r
}

// fold shows or hides what is seldom needed.
func (r *subscriptionRow) fold(open bool) {
	r.more.SetIcon(theme.SettingsIcon())
	if open {
		r.more.SetIcon(theme.MenuDropUpIcon())
	}
	ui.Show(r.extras.Object, open)
	r.say()
	r.object.Refresh()
}

// say shows the colour, and in words what does not stand below.
func (r *subscriptionRow) say() {
	r.mark.Objects = []fyne.CanvasObject{subscriptions.NewMark(r.sub.Colour)}
	r.mark.Refresh()
	words := strings.Join(subscriptions.Words(*r.sub), ", ")
	if r.extras.Object.Visible() {
		words = ""
	}
	ui.SetSentence(r.words, words)
}

// wordOfWarning says what the first filter that is no usual one does, or the first that overlaps
// with another.
func wordOfWarning(subs []connections.Subscription) string {
	for _, s := range subs {
		if word := profile.Warn(s.Filter); word != "" && !s.Off {
			return word
		}
	}
	doubled := connections.Doubled(subs)
	for _, s := range subs {
		if other := doubled[s.Filter]; other != "" {
			return ui.Tr("form.twice", "“{{.One}}” and “{{.Other}}” overlap: the broker may send what both match twice, once for each.",
				map[string]any{"One": s.Filter, "Other": other})
		}
	}
	return ""
}
