package window

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile/importing"
	"streamscope/connections/profile/secret"
)

// importFile asks for a file of another program, or of our own.
func (w *Window) importFile() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil {
			w.fail(err)
			return
		}
		if r != nil {
			w.importFrom(r)
		}
	}, w.win)
	ui.ShowPicker(d, w.win)
}

// importFrom reads in the background and shows what was found.
func (w *Window) importFrom(r fyne.URIReadCloser) {
	w.background.Go(func() func() {
		defer r.Close()
		b, err := io.ReadAll(io.LimitReader(r, importing.MaxSize+1))
		return func() {
			if err != nil {
				w.fail(fmt.Errorf("read %s: %w", r.URI().Name(), err))
				return
			}
			w.previewImport(r.URI().Name(), b)
		}
	})
}

// importClipboard reads a command line or a file that was copied.
func (w *Window) importClipboard() {
	copied := w.fyne.Clipboard().Content()
	if strings.TrimSpace(copied) == "" {
		w.status.Flash(ui.Tr("import.nothing", "The clipboard is empty. Copy a mosquitto command line or a URL such as mqtt://broker.local first."))
		return
	}
	w.previewImport("", []byte(copied))
}

// dropped imports files that were dropped on the window.
func (w *Window) dropped(files []fyne.URI) {
	for _, u := range files {
		r, err := storage.Reader(u)
		if err != nil {
			w.fail(err)
			continue
		}
		w.importFrom(r)
	}
}

// filtersNamed bounds how many filters of a connection the preview names.
const filtersNamed = 6

// importPreview shows what was found, with a box for each connection.
type importPreview struct {
	window *Window
	result importing.Result
	checks []*widget.Check
}

func (w *Window) previewImport(name string, b []byte) {
	w.background.Go(func() func() {
		result, err := importing.Read(name, b)
		return func() {
			if err != nil {
				if name == "" {
					name = ui.Tr("import.clipboard", "the clipboard")
				}
				w.fail(fmt.Errorf("import %s: %w", name, err))
				return
			}
			w.showImport(result)
		}
	})
}

func (w *Window) showImport(result importing.Result) {
	p := &importPreview{window: w, result: result}
	rows := container.NewVBox()
	note := func(text string, importance widget.Importance) {
		l := widget.NewLabel(text)
		l.Wrapping, l.Importance = fyne.TextWrapWord, importance
		rows.Add(l)
	}
	if result.Sealed() {
		rows.Add(p.sealed())
	}
	for i := range result.Profiles {
		p.add(rows, note, &result.Profiles[i])
	}
	if len(result.Unmapped) > 0 {
		note(ui.Tr("import.unmapped.file", "Not taken over from the file:")+bullets(result.Unmapped), widget.LowImportance)
	}
	scroll := container.NewVScroll(rows)
	d := dialog.NewCustomConfirm(ui.Tr("import.title", "Import: {{.Kind}}", map[string]any{"Kind": string(result.Kind)}),
		ui.Tr("import.ok", "Import"), ui.Tr("cancel", "Cancel"), scroll, func(ok bool) {
			if ok {
				p.apply()
			}
		}, w.win)
	d.Resize(fyne.NewSize(660, 520))
	d.Show()
}

// add shows one connection: where it leads, what was not taken over, and what is wrong with it.
func (p *importPreview) add(rows *fyne.Container, note func(string, widget.Importance), c *importing.Candidate) {
	box := widget.NewCheck(c.Profile.Name+"  ·  "+c.Profile.URL(), nil)
	box.SetChecked(c.Usable())
	if !c.Usable() {
		box.Disable()
	}
	p.checks = append(p.checks, box)
	rows.Add(box)
	note(comesAlong(c), widget.MediumImportance)
	said := c.Profile.Cautions()
	for _, sentence := range said {
		note(sentence, widget.WarningImportance)
	}
	for _, problem := range c.Problems {
		if problem.Warning && slices.Contains(said, problem.Sentence) {
			continue
		}
		importance := widget.DangerImportance
		if problem.Warning {
			importance = widget.WarningImportance
		}
		note(problem.Sentence, importance)
	}
	if len(c.Unmapped) > 0 {
		note(ui.Tr("import.notover", "Not taken over:")+bullets(c.Unmapped), widget.LowImportance)
	}
	rows.Add(widget.NewSeparator())
}

// bullets writes a list, a line for each.
func bullets(lines []string) string { return "\n  •  " + strings.Join(lines, "\n  •  ") }

// comesAlong says in a line what a connection brings beside its address.
func comesAlong(c *importing.Candidate) string {
	var words []string
	var filters []string
	for _, s := range c.Profile.Subscriptions {
		filters = append(filters, s.Filter)
	}
	if n := len(filters); n > filtersNamed {
		filters = append(filters[:filtersNamed], "…")
	}
	if len(filters) > 0 {
		words = append(words, strings.Join(filters, ", "))
	}
	add := func(on bool, word string) {
		if on {
			words = append(words, word)
		}
	}
	add(len(c.Secrets) > 0, ui.Tr("import.with.secrets", "its passwords"))
	add(c.Profile.Transport.TLS.CAFile != "" || c.Profile.Transport.TLS.CertFile != "" || len(c.Material) > 0, ui.Tr("import.with.certificates", "its certificates"))
	add(c.Profile.Will != nil, ui.Tr("import.with.will", "its last will"))
	add(len(c.Profile.Charts) > 0, ui.Tr("import.with.charts", "{{.N}} of its charts", map[string]any{"N": len(c.Profile.Charts)}))
	if len(words) == 0 {
		return ui.Tr("import.with.nothing", "Taken over: the address.")
	}
	return ui.Tr("import.with", "Taken over: {{.What}}", map[string]any{"What": strings.Join(words, "  ·  ")})
}

// sealed offers to open the secrets that the file holds under a passphrase.
func (p *importPreview) sealed() fyne.CanvasObject {
	said := widget.NewLabel(ui.Tr("import.sealed", "The file holds passwords under a passphrase. Without it the connections are imported without them."))
	said.Wrapping = fyne.TextWrapWord
	entry := widget.NewPasswordEntry()
	entry.PlaceHolder = ui.Tr("import.passphrase", "Passphrase of the file")
	open := widget.NewButton(ui.Tr("import.unseal", "Open"), nil)
	row := container.NewBorder(nil, nil, nil, open, entry)
	open.OnTapped = func() {
		open.Disable()
		p.unseal(secret.New(entry.Text), func(err error) {
			switch {
			case errors.Is(err, importing.ErrPassphrase):
				said.Importance = widget.DangerImportance
				said.SetText(ui.Tr("import.wrong", "That is not the passphrase of this file."))
			case err != nil:
				p.window.fail(err)
			default:
				row.Hide()
				said.Importance = widget.SuccessImportance
				said.SetText(ui.Tr("import.opened", "The passwords are open, and are imported with the connections."))
			}
			open.Enable()
		})
	}
	entry.OnSubmitted = func(string) { open.OnTapped() }
	p.window.names.Set("import.passphrase", entry)
	p.window.names.Set("import.unseal", open)
	return container.NewVBox(said, row, widget.NewSeparator())
}

// unseal decrypts off the UI goroutine: it takes about a second, by design.
func (p *importPreview) unseal(passphrase secret.Secret, then func(error)) {
	opened := p.result
	opened.Profiles = slices.Clone(opened.Profiles)
	for i := range opened.Profiles {
		opened.Profiles[i].Secrets = maps.Clone(opened.Profiles[i].Secrets)
	}
	p.window.background.Go(func() func() {
		err := opened.Unseal(passphrase)
		return func() {
			if err == nil {
				p.result = opened
			}
			then(err)
		}
	})
}

func (p *importPreview) apply() {
	var chosen []importing.Candidate
	for i, box := range p.checks {
		if box.Checked {
			chosen = append(chosen, p.result.Profiles[i])
		}
	}
	w := p.window
	w.background.Go(func() func() {
		applied := w.app.Import(w.background.Context, chosen)
		return func() { w.imported(applied) }
	})
}

// imported says what became of the connections.
func (w *Window) imported(applied []importing.Applied) {
	var lines []string
	saved := 0
	for _, a := range applied {
		if a.Err != nil {
			lines = append(lines, a.Err.Error())
			continue
		}
		saved++
		if a.Renamed != "" {
			lines = append(lines, ui.Tr("import.renamed", "“{{.Old}}” is called “{{.New}}” here.", map[string]any{"Old": a.Renamed, "New": a.Profile.Name}))
		}
		lines = append(lines, a.Notes...)
	}
	w.arrange()
	w.status.Flash(ui.TrN(saved, "import.done", "{{.N}} connection imported.", "{{.N}} connections imported.", nil))
	if len(lines) > 0 {
		l := widget.NewLabel(strings.Join(lines, "\n"))
		l.Wrapping = fyne.TextWrapWord
		showSheet(w.win, ui.Tr("import.title.done", "Import"), container.NewVScroll(l)).Resize(fyne.NewSize(560, 320))
	}
}
