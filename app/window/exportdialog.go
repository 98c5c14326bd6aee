package window

import (
	"errors"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// exportProfiles writes all profiles into a file of our own: without secrets, or with them under a
// passphrase.
func (w *Window) exportProfiles() {
	list, _ := w.app.Profiles.List()
	if len(list) == 0 {
		w.status.Flash(ui.Tr("export.none", "There is no saved connection to export."))
		return
	}
	lead := widget.NewLabel(ui.TrN(len(list), "export.lead", "{{.N}} connection is written into a file, which Streamscope imports on another computer.", "{{.N}} connections are written into one file, which Streamscope imports on another computer.", nil))
	lead.Wrapping = fyne.TextWrapWord
	first, second := widget.NewPasswordEntry(), widget.NewPasswordEntry()
	first.PlaceHolder = ui.Tr("export.passphrase", "Passphrase")
	second.PlaceHolder = ui.Tr("export.again", "The same once more")
	note := widget.NewLabel(ui.Tr("export.note", "Whoever has the file and the passphrase has the passwords; without it nobody does."))
	note.Wrapping, note.Importance = fyne.TextWrapWord, widget.LowImportance
	fields := container.NewVBox(first, second, note)
	fields.Hide()
	with := widget.NewCheck(ui.Tr("export.with", "With their passwords and tokens, under a passphrase"), nil)
	d := dialog.NewCustomWithoutButtons(ui.Tr("export.title", "Export connections"), container.NewVBox(lead, with, fields), w.win)
	ok := widget.NewButton(ui.Tr("export.ok", "Choose a file…"), func() {
		d.Hide()
		passphrase := secret.Secret{}
		if with.Checked {
			passphrase = secret.New(first.Text)
		}
		w.export(list, passphrase)
	})
	ok.Importance = widget.HighImportance
	judge := func() { ui.SetEnabled(ok, !with.Checked || first.Text != "" && first.Text == second.Text) }
	first.OnChanged = func(string) { judge() }
	second.OnChanged = func(string) { judge() }
	with.OnChanged = func(on bool) {
		ui.Show(fields, on)
		judge()
		d.Resize(fyne.NewSize(520, 0))
	}
	for name, o := range map[string]fyne.CanvasObject{"with": with, "passphrase": first, "again": second, "ok": ok} {
		w.names.Set("export."+name, o)
	}
	d.SetButtons([]fyne.CanvasObject{widget.NewButton(ui.Tr("cancel", "Cancel"), d.Hide), ok})
	d.Resize(fyne.NewSize(520, 0))
	d.Show()
}

// export gathers what is to be written before it asks where: the place of the secrets may be
// locked.
func (w *Window) export(list []profile.Profile, passphrase secret.Secret) {
	w.background.Go(func() func() {
		b, err := w.app.Export(w.background.Context, list, passphrase)
		return func() {
			switch {
			case errors.Is(err, secret.ErrPassphrase):
				w.passphraseDialog(false, func() { w.export(list, passphrase) }, func() {})
			case err != nil:
				w.fail(err)
			default:
				w.chooseExport(len(list), b, !passphrase.Empty())
			}
		}
	})
}

func (w *Window) chooseExport(n int, b []byte, sealed bool) {
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		if err != nil {
			w.fail(err)
			return
		}
		if out != nil {
			w.writeExport(n, b, sealed, out)
		}
	}, w.win)
	d.SetFileName("streamscope-connections.json")
	ui.ShowPicker(d, w.win)
}

func (w *Window) writeExport(n int, b []byte, sealed bool, out fyne.URIWriteCloser) {
	w.background.Go(func() func() {
		_, err := out.Write(b)
		err = errors.Join(err, out.Close())
		return func() {
			data := map[string]any{"File": filepath.Base(out.URI().Path())}
			switch {
			case err != nil:
				w.fail(err)
			case sealed:
				w.status.Flash(ui.TrN(n, "export.sealed", "{{.N}} connection exported to {{.File}}, with its passwords under the passphrase.", "{{.N}} connections exported to {{.File}}, with their passwords under the passphrase.", data))
			default:
				w.status.Flash(ui.TrN(n, "export.done", "{{.N}} connection exported to {{.File}}, without passwords.", "{{.N}} connections exported to {{.File}}, without passwords.", data))
			}
		}
	})
}
