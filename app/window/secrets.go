package window

import (
	"context"
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// withSecrets calls then on the UI goroutine with the secrets of a profile: those that are kept,
// and those that the user is asked for. Nothing happens if the user thinks better of it.
func (w *Window) withSecrets(p profile.Profile, then func(app.Secrets)) {
	if len(p.Secrets()) == 0 {
		then(nil)
		return
	}
	w.background.Go(func() func() {
		found, missing, locked := w.app.Known(w.background.Context, p)
		return func() {
			switch {
			case len(missing) == 0:
				then(found)
			case errors.Is(locked, secret.ErrPassphrase):
				w.passphraseDialog(false, func() { w.withSecrets(p, then) }, func() { w.askSecrets(p, missing, found, then) })
			default:
				w.askSecrets(p, missing, found, then)
			}
		}
	})
}

// secretsDialog holds the fields for the secrets of one profile.
type secretsDialog struct {
	window  *Window
	profile profile.Profile
	entries map[string]*ui.Entry
	keep    *widget.Check
	found   app.Secrets
	then    func(app.Secrets)
}

// askSecrets asks for secrets, and offers to keep those of a saved profile.
func (w *Window) askSecrets(p profile.Profile, fields []string, found app.Secrets, then func(app.Secrets)) {
	s := &secretsDialog{window: w, profile: p, entries: map[string]*ui.Entry{}, found: found, then: then}
	rows := container.New(layout.NewFormLayout())
	var first *ui.Entry
	for _, field := range fields {
		e := ui.NewPasswordEntry()
		e.PlaceHolder = ui.Tr("password.placeholder", "Password")
		s.entries[field] = e
		rows.Add(widget.NewLabel(secretLabel(field, p)))
		rows.Add(e)
		if first == nil {
			first = e
		}
		w.names.Set("secret."+field, e)
	}
	s.keep = widget.NewCheck(ui.Tr("secrets.keep", "Keep in this computer's keyring"), nil)
	ui.Show(s.keep, w.isSaved(p))
	note := widget.NewLabel(ui.Tr("secrets.note", "Otherwise it is kept in memory until the program ends. It never stands in the file of the connection, a log or an export."))
	note.Wrapping, note.Importance = fyne.TextWrapWord, widget.LowImportance
	d := dialog.NewCustomConfirm(ui.Tr("password.title", "Password for {{.Name}}", map[string]any{"Name": p.Name}),
		ui.Tr("password.connect", "Connect"), ui.Tr("cancel", "Cancel"), container.NewVBox(rows, s.keep, note), func(ok bool) {
			if ok {
				s.done()
			}
		}, w.win)
	for _, e := range s.entries {
		e.OnSubmitted = func(string) { d.Hide(); s.done() }
	}
	d.Resize(fyne.NewSize(440, 0))
	d.Show()
	w.win.Canvas().Focus(first)
}

func (w *Window) isSaved(p profile.Profile) bool {
	_, err := w.app.Profiles.Get(p.ID)
	return err == nil
}

// secretLabel says what a secret is for.
func secretLabel(field string, p profile.Profile) string {
	switch {
	case field == profile.SecretPassword && p.User != "":
		return ui.Tr("secrets.password", "Password of {{.User}}", map[string]any{"User": p.User})
	case field == profile.SecretPassword:
		return ui.Tr("secrets.token", "Password or token")
	case field == profile.SecretProxy:
		return ui.Tr("secrets.proxy", "Proxy password of {{.User}}", map[string]any{"User": p.Transport.Proxy.User})
	case field == profile.SecretKey:
		return ui.Tr("secrets.key", "Passphrase of the client key")
	}
	kind, name, _ := strings.Cut(field, ":")
	if kind == "query" {
		return ui.Tr("secrets.query", "“{{.Name}}” in the path", map[string]any{"Name": name})
	}
	for _, h := range p.Transport.Headers {
		switch {
		case profile.SecretHeader(h.Name) != field:
		case h.Scheme == profile.SchemeBearer:
			return ui.Tr("secrets.bearer", "Bearer token")
		case h.Scheme == profile.SchemeBasic:
			return ui.Tr("secrets.password", "Password of {{.User}}", map[string]any{"User": h.User})
		}
	}
	return ui.Tr("secrets.header", "Header {{.Name}}", map[string]any{"Name": name})
}

func (s *secretsDialog) done() {
	all := app.Secrets{}
	for field, known := range s.found {
		all[field] = known
	}
	given := app.Secrets{}
	for field, e := range s.entries {
		given[field] = secret.New(e.Text)
		all[field] = given[field]
	}
	if s.keep.Visible() && s.keep.Checked {
		s.window.keepSecrets(s.profile, given)
	}
	s.then(all)
}

// keepSecrets stores secrets where they last; without a keyring it offers a file under a
// passphrase.
func (w *Window) keepSecrets(p profile.Profile, given app.Secrets) {
	w.keepSecretsThen(p, given, func() {})
}

// keepSecretsThen goes on when they are kept, or are not to be kept after all.
func (w *Window) keepSecretsThen(p profile.Profile, given app.Secrets, then func()) {
	w.background.Go(func() func() {
		err := w.app.Keep(w.background.Context, p, given)
		return func() {
			switch {
			case err == nil:
				w.status.Flash(ui.Tr("secrets.kept", "The password of {{.Name}} is kept.", map[string]any{"Name": p.Name}))
				then()
			case errors.Is(err, secret.ErrNoKeyring), errors.Is(err, secret.ErrPassphrase), errors.Is(err, secret.ErrLocked):
				w.passphraseDialog(!w.app.Secrets.HasFile(), func() { w.keepSecretsThen(p, given, then) }, then)
			case errors.Is(err, context.Canceled):
			default:
				w.fail(err)
				then()
			}
		}
	})
}

// passphraseDialog opens the file of secrets, or makes it; then or instead go on.
func (w *Window) passphraseDialog(fresh bool, then, instead func()) {
	entry := ui.NewPasswordEntry()
	lead := ui.Tr("passphrase.open", "Passwords are kept in a file under a passphrase. Enter it to open them.")
	if fresh {
		lead = ui.Tr("passphrase.new", "This computer has no keyring that answers. Choose a passphrase: passwords are then kept in a file that only it opens.")
	}
	text := widget.NewLabel(lead)
	text.Wrapping = fyne.TextWrapWord
	d := dialog.NewCustomConfirm(ui.Tr("passphrase.title", "Passphrase"), ui.Tr("passphrase.ok", "Open"), ui.Tr("passphrase.skip", "Not now"),
		container.NewVBox(text, entry), func(ok bool) {
			if !ok || entry.Text == "" {
				instead()
				return
			}
			w.unlock(secret.New(entry.Text), then, func() { w.passphraseDialog(fresh, then, instead) })
		}, w.win)
	entry.OnSubmitted = func(string) { d.Confirm() }
	d.Resize(fyne.NewSize(440, 0))
	d.Show()
	w.win.Canvas().Focus(entry)
}

// unlock opens the file of secrets off the UI goroutine: it takes about a second, by design.
func (w *Window) unlock(passphrase secret.Secret, then, again func()) {
	w.background.Go(func() func() {
		err := w.app.Secrets.Unlock(passphrase)
		return func() {
			switch {
			case errors.Is(err, secret.ErrWrongPassphrase):
				w.status.Flash(ui.Tr("passphrase.wrong", "That is not the passphrase."))
				again()
			case err != nil:
				w.fail(err)
			default:
				then()
			}
		}
	})
}

// askPassword asks again after a server said no, and retries with the answer.
func (w *Window) askPassword(c *app.Connection) {
	p := c.Profile()
	fields := p.Secrets()
	if len(fields) == 0 {
		w.editConnection(c)
		return
	}
	w.askSecrets(p, fields, nil, func(s app.Secrets) {
		c.SetSecrets(s)
		c.RetryNow()
	})
}
