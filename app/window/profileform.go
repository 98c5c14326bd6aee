package window

import (
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
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
	tabs    *container.AppTabs
	// preview shows what the mapping makes of frames; nil unless the stream's page stands.
	preview *mappingPreview
	// filters are the rows of the subscriptions; nil where there are none.
	filters *subscriptionRows
	sampled [][]byte
	about   string
	// folds says which sections are open; those that the user never touched are not in it.
	folds map[string]bool
	// taken are secrets that were taken out of the path, to be kept when the profile is saved.
	taken app.Secrets
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
		notes: map[profile.Field]*widget.Label{}, touched: map[profile.Field]bool{}, tabs: container.NewAppTabs(),
		folds: map[string]bool{}, taken: app.Secrets{},
	}
	title := ui.Tr("form.edit", "Edit connection")
	if isNew {
		title = ui.Tr("form.new", "New connection")
	}
	f.missing = widget.NewLabel("")
	f.missing.Importance, f.missing.Alignment = widget.LowImportance, fyne.TextAlignCenter
	f.dialog = dialog.NewCustomWithoutButtons(title, container.NewBorder(nil, f.missing, nil, nil, f.tabs), w.win)
	f.dialog.SetButtons(f.buttons())
	f.rebuild()
	f.dialog.Resize(fyne.NewSize(720, min(max(590, w.win.Canvas().Size().Height*0.75), 780)))
	f.dialog.Show()
}

// rebuild lays out the pages that the kind of connection has.
func (f *profileForm) rebuild() {
	at := max(0, f.tabs.SelectedIndex())
	clear(f.notes)
	f.preview, f.filters = nil, nil
	var items []*container.TabItem
	page := func(title string, o fyne.CanvasObject) {
		items = append(items, container.NewTabItem(title, container.NewVScroll(besideBar(o))))
	}
	page(ui.Tr("form.page.connection", "Connection"), f.firstPage())
	if f.kind().tls() {
		page(ui.Tr("form.page.tls", "TLS"), f.tlsPage())
	}
	if f.kind().protocol == profile.MQTT {
		page(ui.Tr("form.page.mqtt", "MQTT"), f.mqttPage())
	} else {
		page(ui.Tr("form.page.stream", "Messages"), f.streamPage())
	}
	page(ui.Tr("form.page.more", "More"), f.morePage())
	f.tabs.SetItems(items)
	f.tabs.SelectIndex(min(at, len(items)-1))
	f.check()
}

// besideBar keeps a page clear of the bar that scrolls it, which Fyne draws over the content.
func besideBar(o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedLayout(0, 0, 0, theme.ScrollBarSize()), o)
}

func (f *profileForm) buttons() []fyne.CanvasObject {
	cancel := widget.NewButton(ui.Tr("cancel", "Cancel"), func() { f.dialog.Hide() })
	test := widget.NewButton(ui.Tr("form.test", "Test connection"), func() { f.window.diagnose(f.draft.Clone(), nil) })
	keep := widget.NewButton(ui.Tr("form.save", "Save"), func() { f.done(false) })
	connect := widget.NewButton(ui.Tr("form.connect", "Save and connect"), func() { f.done(true) })
	connect.Importance = widget.HighImportance
	f.save = []*widget.Button{test, keep, connect}
	return []fyne.CanvasObject{cancel, test, keep, connect}
}

// firstPage holds what every connection needs, and what to subscribe to.
func (f *profileForm) firstPage() fyne.CanvasObject {
	d, k := &f.draft, f.kind()
	rows := container.New(layout.NewFormLayout())
	f.field(rows, profile.FieldProtocol, ui.Tr("form.kind", "Kind"), f.kindSelect())
	f.entry(rows, profile.FieldName, ui.Tr("form.name", "Name"), ui.Tr("form.name.hint", "Packing hall"), d.Name, func(s string) { d.Name = s })
	if k.transport == profile.Unix {
		f.entry(rows, profile.FieldPath, ui.Tr("form.socket", "Socket"), "/run/mosquitto.sock", d.Transport.Path, func(s string) { d.Transport.Path = s })
	} else {
		f.entry(rows, profile.FieldHost, ui.Tr("form.host", "Host"), ui.Tr("form.host.hint", "broker.local or 192.168.1.20"), d.Host, func(s string) { d.Host = s })
		f.entry(rows, profile.FieldPort, ui.Tr("form.port", "Port"), strconv.Itoa(k.port()), strconv.Itoa(d.Port), func(s string) { d.Port, _ = profile.ParsePort(s) })
	}
	if k.webSocket() {
		f.pathRow(rows)
	}
	f.entry(rows, profile.FieldUser, ui.Tr("form.user", "User"), ui.Tr("form.user.hint", "empty if none is asked for"), d.User, func(s string) { d.User = s })
	ask := widget.NewCheck(ui.Tr("form.password", "Ask for a password when connecting"), func(on bool) { d.AsksPassword = on; f.check() })
	ask.SetChecked(d.AsksPassword)
	f.field(rows, profile.FieldPassword, "", ask)
	if k.protocol == profile.MQTT {
		f.filters = newSubscriptionRows(f)
		f.field(rows, profile.FieldSubscriptions, ui.Tr("form.subscriptions", "Subscribe to"), f.filters.object)
	}
	page := container.NewVBox(rows)
	if k.webSocket() {
		f.fold(page, "headers", ui.Tr("form.fold.headers", "Headers of the handshake, logins by token"), len(d.Transport.Headers) > 0, f.headerRows)
	}
	return page
}

// morePage holds what has a sensible default, whatever the kind.
func (f *profileForm) morePage() fyne.CanvasObject {
	d := &f.draft
	rows := container.New(layout.NewFormLayout())
	f.field(rows, profile.FieldColour, ui.Tr("form.colour", "Colour"), ui.NewColourRow(d.Colour, func(c string) { d.Colour = c; f.check() }))
	f.groupRow(rows)
	f.check1(rows, "", ui.Tr("form.start", "Connect when Streamscope starts"), &d.ConnectAtStart)
	f.check1(rows, "", ui.Tr("form.readonly", "Read-only: send nothing, and leave no last will"), &d.ReadOnly)
	if f.kind().transport != profile.Unix {
		f.proxyRows(rows)
	}
	return rows
}

// proxyRows edits what stands between this computer and the broker.
func (f *profileForm) proxyRows(rows *fyne.Container) {
	p := &f.draft.Transport.Proxy
	kinds := []string{"", "environment", "http", "socks5"}
	choice := widget.NewSelect([]string{
		ui.Tr("form.proxy.none", "None"), ui.Tr("form.proxy.environment", "As the environment says"),
		ui.Tr("form.proxy.http", "HTTP (CONNECT)"), ui.Tr("form.proxy.socks5", "SOCKS5"),
	}, nil)
	choice.SetSelectedIndex(max(0, slices.Index(kinds, p.Kind)))
	choice.OnChanged = func(string) { p.Kind = kinds[choice.SelectedIndex()]; f.rebuild() }
	f.field(rows, "", ui.Tr("form.proxy", "Proxy"), choice)
	if p.Kind == "http" || p.Kind == "socks5" {
		f.entry(rows, profile.FieldProxy, ui.Tr("form.proxy.address", "Proxy address"), "proxy.local:3128", p.Address, func(s string) { p.Address = s })
		f.entry(rows, profile.FieldProxyUser, ui.Tr("form.proxy.user", "Proxy user"), ui.Tr("form.proxy.user.hint", "empty if none; its password is asked for when connecting"), p.User, func(s string) { p.User = s })
	}
}

// check1 adds a switch.
func (f *profileForm) check1(rows *fyne.Container, id profile.Field, label string, on *bool) *widget.Check {
	c := widget.NewCheck(label, nil)
	c.SetChecked(*on)
	c.OnChanged = func(v bool) { *on = v; f.touched[id] = true; f.check() }
	f.field(rows, id, "", c)
	return c
}

// choice adds a selection among words that stand for values.
func choice[T comparable](f *profileForm, rows *fyne.Container, id profile.Field, label string, words []string, values []T, at *T) *widget.Select {
	s := widget.NewSelect(words, nil)
	s.SetSelectedIndex(max(0, slices.Index(values, *at)))
	s.OnChanged = func(string) { *at = values[s.SelectedIndex()]; f.touched[id] = true; f.check() }
	f.field(rows, id, label, s)
	return s
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
			ui.SetSentence(note, "")
			continue
		}
		note.Importance = widget.DangerImportance
		if p.Warning {
			note.Importance = widget.WarningImportance
		}
		ui.SetSentence(note, p.Sentence)
	}
	if f.preview != nil {
		f.preview.refresh()
	}
	if f.filters != nil {
		f.filters.check()
	}
	blocking := profile.Blocking(problems)
	f.missing.SetText("")
	if len(blocking) > 0 {
		f.missing.SetText(blocking[0].Sentence)
	}
	for _, b := range f.save {
		ui.SetEnabled(b, len(blocking) == 0)
	}
}

func (f *profileForm) done(connect bool) {
	valid, problems := f.draft.Validate()
	if len(profile.Blocking(problems)) > 0 {
		f.check()
		return
	}
	f.confirmed(valid, func() { f.store(valid, connect) })
}

// confirmed goes on once the user has read what the connection does to others, if it does.
func (f *profileForm) confirmed(valid profile.Valid, then func()) {
	cautions := valid.Profile().Cautions()
	if len(cautions) == 0 {
		then()
		return
	}
	text := widget.NewLabel(strings.Join(cautions, "\n\n"))
	text.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustomConfirm(ui.Tr("caution.title", "What this connection does"), ui.Tr("caution.ok", "I want that"), ui.Tr("cancel", "Cancel"), text, func(ok bool) {
		if ok {
			then()
		}
	}, f.window.win)
	d.Resize(fyne.NewSize(520, 0))
	d.Show()
}

func (f *profileForm) store(valid profile.Valid, connect bool) {
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
	then := func() {
		if connect {
			w.connect(valid.Profile())
			return
		}
		w.arrange()
	}
	if len(f.taken) > 0 {
		w.keepSecretsThen(valid.Profile(), f.taken, then)
		return
	}
	then()
}
