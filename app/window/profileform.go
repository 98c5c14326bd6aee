package window

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/connections/profile"
)

// profileForm edits one profile. Each field is judged as it is typed, with a sentence beneath
// it on what is wrong.
type profileForm struct {
	window *Window
	draft  profile.Profile
	isNew  bool
	dialog *dialog.CustomDialog
	save   []*widget.Button
	// missing says what keeps the buttons grey.
	missing *widget.Label

	// notes holds the sentence beneath each field.
	notes map[profile.Field]*widget.Label
	// touched holds the fields that the user has been in: an empty form needs no reproach.
	touched map[profile.Field]bool
	subs    *subscriptionRows
}

func (w *Window) newProfile() {
	p := profile.New()
	list, _ := w.app.Profiles.List()
	p.Colour = profile.FreeColour(list)
	w.showProfileForm(p, true)
}

func (w *Window) editProfile(p profile.Profile) { w.showProfileForm(p, false) }

func (w *Window) showProfileForm(p profile.Profile, isNew bool) {
	f := &profileForm{
		window: w, draft: p.Clone(), isNew: isNew,
		notes: map[profile.Field]*widget.Label{}, touched: map[profile.Field]bool{},
	}
	f.subs = newSubscriptionRows(f)
	first := f.firstPage()
	tabs := container.NewAppTabs(
		container.NewTabItem(tr("form.page.connection", "Connection"), container.NewVScroll(first)),
		container.NewTabItem(tr("form.page.more", "More"), container.NewVScroll(f.morePage())),
	)
	title := tr("form.edit", "Edit connection")
	if isNew {
		title = tr("form.new", "New connection")
	}
	f.missing = widget.NewLabel("")
	f.missing.Importance, f.missing.Alignment = widget.LowImportance, fyne.TextAlignCenter
	f.dialog = dialog.NewCustomWithoutButtons(title, container.NewBorder(nil, f.missing, nil, nil, tabs), w.win)
	f.dialog.SetButtons(f.buttons())
	f.dialog.Resize(fyne.NewSize(600, 560))
	f.check()
	f.dialog.Show()
}

func (f *profileForm) buttons() []fyne.CanvasObject {
	cancel := widget.NewButton(tr("cancel", "Cancel"), func() { f.dialog.Hide() })
	keep := widget.NewButton(tr("form.save", "Save"), func() { f.done(false) })
	connect := widget.NewButton(tr("form.connect", "Save and connect"), func() { f.done(true) })
	connect.Importance = widget.HighImportance
	f.save = []*widget.Button{keep, connect}
	return []fyne.CanvasObject{cancel, keep, connect}
}

// firstPage holds what every connection needs, and what to subscribe to.
func (f *profileForm) firstPage() fyne.CanvasObject {
	d := &f.draft
	rows := container.New(layout.NewFormLayout())
	f.entry(rows, profile.FieldName, tr("form.name", "Name"), tr("form.name.hint", "Packing hall"), d.Name, func(s string) { d.Name = s })
	f.entry(rows, profile.FieldHost, tr("form.host", "Host"), tr("form.host.hint", "broker.local or 192.168.1.20"), d.Host, func(s string) { d.Host = s })
	f.entry(rows, profile.FieldPort, tr("form.port", "Port"), "1883", strconv.Itoa(d.Port), func(s string) { d.Port, _ = profile.ParsePort(s) })
	f.entry(rows, profile.FieldUser, tr("form.user", "User"), tr("form.user.hint", "empty if the broker asks for none"), d.User, func(s string) { d.User = s })
	ask := widget.NewCheck(tr("form.password", "Ask for a password when connecting"), func(on bool) { d.AsksPassword = on; f.check() })
	ask.SetChecked(d.AsksPassword)
	f.field(rows, profile.FieldPassword, "", ask)
	f.field(rows, profile.FieldSubscriptions, tr("form.subscriptions", "Subscribe to"), f.subs.object)
	return rows
}

// morePage holds what has a sensible default.
func (f *profileForm) morePage() fyne.CanvasObject {
	d := &f.draft
	rows := container.New(layout.NewFormLayout())
	f.entry(rows, profile.FieldClientID, tr("form.clientid", "Client ID"), "", d.ClientID, func(s string) { d.ClientID = s })
	f.entry(rows, profile.FieldKeepAlive, tr("form.keepalive", "Keep-alive, s"), "60", strconv.Itoa(d.KeepAlive), func(s string) { d.KeepAlive, _ = profile.ParseKeepAlive(s) })
	clean := widget.NewCheck(tr("form.clean", "Clean session: the broker forgets this client when it leaves"), func(on bool) { d.CleanSession = on; f.check() })
	clean.SetChecked(d.CleanSession)
	f.field(rows, "", "", clean)
	start := widget.NewCheck(tr("form.start", "Connect when Streamscope starts"), func(on bool) { d.ConnectAtStart = on })
	start.SetChecked(d.ConnectAtStart)
	f.field(rows, "", "", start)
	f.field(rows, profile.FieldColour, tr("form.colour", "Colour"), newColourRow(d.Colour, func(c string) { d.Colour = c; f.check() }))
	return rows
}

// entry adds a text field with its label and the place for its sentence.
func (f *profileForm) entry(rows *fyne.Container, id profile.Field, label, hint, value string, set func(string)) {
	e := widget.NewEntry()
	e.PlaceHolder = hint
	e.SetText(value)
	e.OnChanged = func(s string) {
		set(s)
		f.touched[id] = true
		f.check()
	}
	f.field(rows, id, label, e)
	f.window.names.Set("form."+string(id), e)
}

func (f *profileForm) field(rows *fyne.Container, id profile.Field, label string, o fyne.CanvasObject) {
	note := widget.NewLabel("")
	note.Wrapping = fyne.TextWrapWord
	note.SizeName = theme.SizeNameCaptionText
	note.Hide()
	f.notes[id] = note
	rows.Add(container.NewVBox(widget.NewLabel(label)))
	rows.Add(container.NewVBox(o, note))
}

// check puts each problem beneath its field, and holds the buttons back while one blocks.
func (f *profileForm) check() {
	if f.save == nil {
		return
	}
	_, problems := f.draft.Validate()
	said := map[profile.Field]profile.Problem{}
	for _, p := range problems {
		if old, ok := said[p.Field]; !ok || old.Warning && !p.Warning {
			said[p.Field] = p
		}
	}
	if word := wordOfWarning(f.draft.Subscriptions); word != "" && said[profile.FieldSubscriptions].Sentence == "" {
		said[profile.FieldSubscriptions] = profile.Problem{Sentence: word, Warning: true}
	}
	for id, note := range f.notes {
		p, ok := said[id]
		if !ok || !p.Warning && f.isNew && !f.touched[id] && id != profile.FieldSubscriptions {
			setSentence(note, "")
			continue
		}
		note.Importance = widget.DangerImportance
		if p.Warning {
			note.Importance = widget.WarningImportance
		}
		setSentence(note, p.Sentence)
	}
	blocking := profile.Blocking(problems)
	f.missing.SetText("")
	if len(blocking) > 0 {
		f.missing.SetText(blocking[0].Sentence)
	}
	for _, b := range f.save {
		setEnabled(b, len(blocking) == 0)
	}
}

func (f *profileForm) done(connect bool) {
	valid, problems := f.draft.Validate()
	if len(profile.Blocking(problems)) > 0 {
		f.check()
		return
	}
	w := f.window
	if err := w.app.Profiles.Save(valid); err != nil {
		w.fail(err)
		return
	}
	f.dialog.Hide()
	if c := w.app.Connection(valid.ID()); c != nil {
		w.closeConnection(c)
		connect = true
	}
	if connect {
		w.connect(valid.Profile())
		return
	}
	w.arrange()
}
