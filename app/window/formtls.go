package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// tlsPage says whom to trust, and who we are.
func (f *profileForm) tlsPage() fyne.CanvasObject {
	t := &f.draft.Transport.TLS
	rows := container.New(layout.NewFormLayout())
	f.file(rows, profile.FieldCAFile, ui.Tr("form.ca", "Own CA"), ui.Tr("form.ca.hint", "PEM file; the system's roots are always trusted"), &t.CAFile)
	f.entry(rows, profile.FieldServerName, ui.Tr("form.servername", "Expected name"), ui.Tr("form.servername.hint", "the host name in the certificate, if it differs from Host"), t.ServerName, func(s string) { t.ServerName = s })
	f.file(rows, profile.FieldCertFile, ui.Tr("form.cert", "Client certificate"), ui.Tr("form.cert.hint", "PEM or PKCS#12 file, if the server asks for one"), &t.CertFile)
	f.file(rows, profile.FieldKeyFile, ui.Tr("form.key", "Client key"), ui.Tr("form.key.hint", "PEM file; empty for PKCS#12"), &t.KeyFile)
	choice(f, rows, profile.FieldMinVersion, ui.Tr("form.tlsmin", "At least"), []string{"TLS 1.2", "TLS 1.3"}, []string{"", "1.3"}, &t.MinVersion)
	f.entry(rows, profile.FieldALPN, "ALPN", ui.Tr("form.alpn.hint", "empty, or names with commas between"), strings.Join(t.ALPN, ", "), func(s string) { t.ALPN = commaList(s) })
	for i, pin := range t.Pins {
		f.field(rows, profile.FieldTrusted, ui.Tr("form.pin", "Trusted certificate"), container.NewBorder(nil, nil, nil,
			ui.IconButton(theme.DeleteIcon(), ui.Tr("form.unpin", "Trust it no longer"), func() {
				t.Pins = append(t.Pins[:i:i], t.Pins[i+1:]...)
				f.rebuild()
			}), widget.NewLabel(pin[:min(24, len(pin))]+"…")))
	}
	insecure := f.check1(rows, profile.FieldInsecure, ui.Tr("form.insecure", "Do not verify the certificate"), &t.Insecure)
	danger := widget.NewLabel(ui.Tr("form.insecure.danger", "Anyone between you and the server can then read and change everything, your password and your commands included."))
	danger.Wrapping, danger.Importance = fyne.TextWrapWord, widget.DangerImportance
	ui.Show(danger, t.Insecure)
	set := insecure.OnChanged
	insecure.OnChanged = func(on bool) { set(on); ui.Show(danger, on) }
	rows.Add(widget.NewLabel(""))
	rows.Add(danger)
	return rows
}

// file adds a field for the path of a file, with a button that looks for one.
func (f *profileForm) file(rows *fyne.Container, id profile.Field, label, hint string, path *string) {
	e := widget.NewEntry()
	e.PlaceHolder = hint
	e.SetText(*path)
	e.OnChanged = func(s string) { *path = s; f.touched[id] = true; f.check() }
	open := ui.IconButton(theme.FolderOpenIcon(), ui.Tr("form.browse", "Look for the file"), func() {
		d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
			if err == nil && r != nil {
				e.SetText(r.URI().Path())
				_ = r.Close()
			}
		}, f.window.win)
		ui.ShowPicker(d, f.window.win)
	})
	f.field(rows, id, label, container.NewBorder(nil, nil, nil, open, e))
}

// commaList reads words with commas between.
func commaList(s string) []string {
	var list []string
	for word := range strings.SplitSeq(s, ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}
