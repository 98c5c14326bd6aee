package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// headerRows edits what goes with the handshake of a WebSocket. Secrets are not typed here: they
// are asked for when connecting, and can be kept in the keyring then.
func (f *profileForm) headerRows(rows *fyne.Container) {
	headers := &f.draft.Transport.Headers
	box := container.NewVBox()
	for i := range *headers {
		remove := ui.IconButton(theme.DeleteIcon(), ui.Tr("form.header.remove", "Remove this header"), func() {
			*headers = append((*headers)[:i:i], (*headers)[i+1:]...)
			f.rebuild()
		})
		box.Add(container.NewBorder(nil, nil, nil, remove, f.headerRow(&(*headers)[i])))
	}
	add := func(name, label string, h profile.Header) *widget.Button {
		b := widget.NewButtonWithIcon(label, theme.ContentAddIcon(), func() {
			*headers = append(*headers, h)
			f.rebuild()
		})
		f.window.names.Set("form.header."+name, b)
		return b
	}
	box.Add(container.NewHBox(
		add("plain", ui.Tr("form.header.add", "Header"), profile.Header{}),
		add("bearer", ui.Tr("form.header.bearer", "Bearer token"), profile.Header{Name: "Authorization", Secret: true, Scheme: profile.SchemeBearer}),
		add("basic", ui.Tr("form.header.basic", "User and password"), profile.Header{Name: "Authorization", Secret: true, Scheme: profile.SchemeBasic}),
	))
	f.field(rows, profile.FieldHeaders, ui.Tr("form.headers", "Headers"), box)
}

func (f *profileForm) headerRow(h *profile.Header) fyne.CanvasObject {
	asked := widget.NewLabel(ui.Tr("form.header.asked", "asked for when connecting"))
	asked.Importance = widget.LowImportance
	switch h.Scheme {
	case profile.SchemeBearer:
		return container.NewHBox(widget.NewLabel(h.Name+": Bearer"), asked)
	case profile.SchemeBasic:
		user := f.bare(ui.Tr("form.header.user", "User"), h.User, func(s string) { h.User = s })
		return container.NewBorder(nil, nil, widget.NewLabel(h.Name+": Basic"), asked, user)
	}
	name := f.bare(ui.Tr("form.header.name", "Name"), h.Name, func(s string) { h.Name = s })
	hidden := widget.NewCheck(ui.Tr("form.header.secret", "Secret"), nil)
	hidden.SetChecked(h.Secret)
	hidden.OnChanged = func(on bool) {
		h.Secret = on
		if on {
			h.Value = ""
		}
		f.rebuild()
	}
	var value fyne.CanvasObject = asked
	if !h.Secret {
		value = f.bare(ui.Tr("form.header.value", "Value"), h.Value, func(s string) { h.Value = s })
	}
	return container.NewBorder(nil, nil, nil, hidden, container.NewGridWithColumns(2, name, value))
}

// pathRow edits the path of a WebSocket, and offers to keep a token in its query where secrets are
// kept.
func (f *profileForm) pathRow(rows *fyne.Container) {
	d := &f.draft
	offer := widget.NewButtonWithIcon("", theme.VisibilityOffIcon(), func() {
		field, value, ok := d.Transport.TakeQuerySecret()
		if !ok {
			return
		}
		f.taken[field] = secret.New(value)
		ref := secret.Ref{Profile: d.ID, Field: field}
		f.window.background.Go(func() func() { // so that "Test connection" knows it, too
			f.window.app.Secrets.Remember(ref, secret.New(value))
			return nil
		})
		f.rebuild()
	})
	beside := widget.NewLabel("")
	suggest := func() {
		name := d.Transport.LooksSecret()
		ui.Show(offer, name != "")
		ui.Show(beside, name != "")
		if name != "" {
			offer.SetText(ui.Tr("form.path.keep", "Keep “{{.Name}}” with the secrets, not in the file", map[string]any{"Name": name}))
		}
	}
	f.entry(rows, profile.FieldPath, ui.Tr("form.path", "Path"), "/", d.Transport.Path, func(s string) { d.Transport.Path = s; suggest() })
	suggest()
	f.window.names.Set("form.path.keep", offer)
	rows.Add(beside)
	rows.Add(offer)
}
