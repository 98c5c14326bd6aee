package window

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/connections/profile/importing"
	"streamscope/connections/profile/secret"
)

// importFile asks for a file of another program, or of our own.
func (w *Window) importFile() {
	dialog.ShowFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil {
			w.fail(err)
			return
		}
		if r != nil {
			w.importFrom(r)
		}
	}, w.win)
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
func (w *Window) importClipboard() { w.previewImport("", []byte(w.fyne.Clipboard().Content())) }

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

// importPreview shows what was found, with a box for each connection.
type importPreview struct {
	window *Window
	found  []importing.Candidate
	checks []*widget.Check
}

func (w *Window) previewImport(name string, b []byte) {
	w.background.Go(func() func() {
		result, err := importing.Read(name, b)
		return func() {
			if err != nil {
				w.fail(err)
				return
			}
			w.showImport(result)
		}
	})
}

func (w *Window) showImport(result importing.Result) {
	p := &importPreview{window: w, found: result.Profiles}
	rows := container.NewVBox()
	note := func(text string, importance widget.Importance) {
		l := widget.NewLabel(text)
		l.Wrapping, l.Importance = fyne.TextWrapWord, importance
		rows.Add(l)
	}
	for i := range p.found {
		p.add(rows, note, &p.found[i])
	}
	for _, field := range result.Unmapped {
		note(field, widget.LowImportance)
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
	for _, problem := range c.Problems {
		importance := widget.DangerImportance
		if problem.Warning {
			importance = widget.WarningImportance
		}
		note(problem.Sentence, importance)
	}
	if len(c.Unmapped) > 0 {
		note(ui.Tr("import.unmapped", "Not taken over: {{.Fields}}", map[string]any{"Fields": strings.Join(c.Unmapped, "; ")}), widget.LowImportance)
	}
	rows.Add(widget.NewSeparator())
}

func (p *importPreview) apply() {
	var chosen []importing.Candidate
	for i, box := range p.checks {
		if box.Checked {
			chosen = append(chosen, p.found[i])
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
	w.status.Flash(ui.Tr("import.done", "{{.N}} connections imported.", map[string]any{"N": saved}))
	if len(lines) > 0 {
		l := widget.NewLabel(strings.Join(lines, "\n"))
		l.Wrapping = fyne.TextWrapWord
		showSheet(w.win, ui.Tr("import.title.done", "Import"), container.NewVScroll(l)).Resize(fyne.NewSize(560, 320))
	}
}

// exportProfiles writes all profiles into a file of our own, without secrets.
func (w *Window) exportProfiles() {
	list, _ := w.app.Profiles.List()
	if len(list) == 0 {
		w.status.Flash(ui.Tr("export.none", "There is no saved connection to export."))
		return
	}
	d := dialog.NewFileSave(func(out fyne.URIWriteCloser, err error) {
		if err != nil {
			w.fail(err)
			return
		}
		if out != nil {
			w.export(list, out)
		}
	}, w.win)
	d.SetFileName("streamscope-connections.json")
	d.Show()
}

func (w *Window) export(list []profile.Profile, out fyne.URIWriteCloser) {
	w.background.Go(func() func() {
		b, err := importing.Export(w.background.Context, list, nil, secret.Secret{})
		if err == nil {
			_, err = out.Write(b)
		}
		if e := out.Close(); err == nil {
			err = e
		}
		return func() {
			if err != nil {
				w.fail(err)
				return
			}
			w.status.Flash(ui.Tr("export.done", "{{.N}} connections exported to {{.File}}, without passwords.",
				map[string]any{"N": len(list), "File": filepath.Base(out.URI().Path())}))
		}
	})
}
