package audit

import (
	"errors"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command/audit"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// Options is what a [Window] needs.
type Options struct {
	Log        *audit.Log
	Background *ui.Background
	// NewWindow makes the window that everything stands in.
	NewWindow func(title string) fyne.Window
}

// Window is the window, open or not. All of it belongs to the UI goroutine.
type Window struct {
	o   Options
	win fyne.Window // nil while it is closed

	rows    *rows
	table   *table.Table
	search  *widget.Entry
	conn    *widget.Select
	origin  *widget.Select
	outcome *widget.Select
	summary *ui.QuietText
	details *widget.Label
	keep    *widget.Check
	// said is what went wrong with the record, if anything did.
	said string
	// turn numbers the readings: the result of another is not taken.
	turn     int
	choosing bool
}

// New makes a window that is closed.
func New(o Options) *Window {
	w := &Window{o: o, rows: &rows{}}
	w.table = table.New(w.rows,
		table.Column{Title: ui.Tr("audit.time", "Time"), Width: 150},
		table.Column{Title: ui.Tr("audit.connection", "Connection"), Width: 120},
		table.Column{Title: ui.Tr("audit.origin", "Asked by"), Width: 170},
		table.Column{Title: ui.Tr("audit.topic", "Topic"), Width: 190},
		table.Column{Title: ui.Tr("audit.payload", "Payload"), Grow: true},
		table.Column{Title: ui.Tr("audit.outcome", "Result"), Width: 140},
		table.Column{Title: ui.Tr("audit.took", "Took"), Width: 70},
	)
	w.table.Empty = ui.Tr("audit.none", "Nothing that was sent fits.")
	w.table.OnSelect = func(first, last int) { w.tell(first, last) }
	w.table.OnEscape = w.Close
	w.search = widget.NewEntry()
	w.search.SetPlaceHolder(ui.Tr("audit.search", "Search topic, payload, reason, hash, day…"))
	w.search.OnChanged = func(string) { w.narrow() }
	choice := func() *widget.Select { return widget.NewSelect(nil, func(string) { w.narrow() }) }
	w.conn, w.origin, w.outcome = choice(), choice(), choice()
	w.summary = ui.NewFittingText()
	w.details = widget.NewLabel("")
	w.details.Wrapping, w.details.TextStyle.Monospace, w.details.SizeName = fyne.TextWrapBreak, true, theme.SizeNameCaptionText
	w.details.Selectable = true
	w.keep = widget.NewCheck(ui.Tr("audit.keep", "Keep payloads too, not only size and hash"), nil)
	return w
}

// Open opens the window, or brings it to the front, and reads the record.
func (w *Window) Open() {
	if w.win != nil {
		w.win.Show()
		w.win.RequestFocus()
		w.read()
		return
	}
	w.win = w.o.NewWindow(ui.Tr("audit.title", "What was sent"))
	w.keep.OnChanged = nil
	w.keep.SetChecked(w.o.Log.KeepsBytes())
	w.keep.OnChanged = func(on bool) {
		w.o.Background.Go(func() func() { return w.failed(w.o.Log.KeepBytes(on)) })
	}
	again := widget.NewButtonWithIcon(ui.Tr("audit.again", "Read again"), theme.ViewRefreshIcon(), w.read)
	csv := widget.NewButtonWithIcon(ui.Tr("audit.csv", "Export CSV…"), theme.DocumentSaveIcon(), func() { w.export(".csv") })
	lines := widget.NewButtonWithIcon(ui.Tr("audit.lines", "Export JSON Lines…"), theme.DocumentSaveIcon(), func() { w.export(".jsonl") })
	choices := container.NewGridWithColumns(3, w.conn, w.origin, w.outcome)
	top := container.NewVBox(container.NewBorder(nil, nil, nil, again, w.search), choices)
	foot := container.NewVBox(container.NewStack(ui.NewSpace(112), container.NewVScroll(w.details)),
		container.NewHBox(w.keep, layout.NewSpacer(), csv, lines), w.summary)
	content := container.NewPadded(container.NewBorder(top, foot, nil, nil, w.table))
	ui.Furnish(w.win, content, w.Close)
	ui.EscapeLeaves(w.win, w.Close)
	w.win.Resize(fyne.NewSize(1080, 640))
	w.win.Show()
	w.win.Canvas().Focus(w.search)
	w.read()
}

// Close closes the window; it may be opened again.
func (w *Window) Close() {
	if w.win == nil {
		return
	}
	win := w.win
	w.win = nil
	w.turn++
	ui.Discard(win)
}

// IsOpen reports whether the window stands on the screen.
func (w *Window) IsOpen() bool { return w.win != nil }

// read reads the record off the UI goroutine.
func (w *Window) read() {
	w.turn++
	turn := w.turn
	w.summary.SetText(ui.Tr("audit.reading", "Reading…"))
	w.o.Background.Go(func() func() {
		list, problems, err := w.o.Log.Read(w.o.Background.Context)
		return func() {
			if turn != w.turn {
				return
			}
			w.said = ""
			if err == nil {
				err = w.o.Log.Err()
			}
			if err != nil {
				w.said = err.Error()
			} else if len(problems) > 0 {
				w.said = ui.TrN(len(problems), "audit.problems", "{{.N}} line cannot be read: {{.First}}", "{{.N}} lines cannot be read. The first: {{.First}}", map[string]any{"First": problems[0].Error()})
			}
			w.rows.all = list
			w.offer()
			w.narrow()
		}
	})
}

// offer fills the choices with what the record holds.
func (w *Window) offer() {
	w.choosing = true
	defer func() { w.choosing = false }()
	for s, all := range map[*widget.Select][]string{
		w.conn:    append([]string{ui.Tr("audit.allconnections", "All connections")}, w.rows.values(func(e *audit.Entry) string { return e.Connection })...),
		w.origin:  append([]string{ui.Tr("audit.allorigins", "Whoever asked")}, w.rows.values(func(e *audit.Entry) string { return string(e.Origin) })...),
		w.outcome: append([]string{ui.Tr("audit.alloutcomes", "All results")}, w.rows.values(outcome)...),
	} {
		before := s.Selected
		s.Options = all
		s.SetSelectedIndex(0)
		if before != "" {
			for i, o := range all {
				if o == before {
					s.SetSelectedIndex(i)
				}
			}
		}
	}
}

// chosen is what a choice asks for; the first means all.
func chosen(s *widget.Select) string {
	if s.SelectedIndex() <= 0 {
		return ""
	}
	return s.Selected
}

func (w *Window) narrow() {
	if w.choosing {
		return
	}
	w.rows.narrow(narrowing{w.search.Text, chosen(w.conn), chosen(w.origin), chosen(w.outcome)})
	w.table.Moved(-1, -1)
	w.details.SetText("")
	said := ui.Tr("audit.summary", "{{.Shown}} of {{.All}} · kept in {{.Folder}}", map[string]any{
		"Shown": ui.Count(len(w.rows.shown)), "All": ui.Count(len(w.rows.all)), "Folder": w.o.Log.Folder()})
	w.summary.SetColour(theme.ColorNamePlaceHolder)
	if w.said != "" {
		said = w.said + "  ·  " + said
		w.summary.SetColour(theme.ColorNameWarning)
	}
	w.summary.SetText(said)
}

// tell shows all of the row that was chosen.
func (w *Window) tell(first, last int) {
	if first != last || first < 0 || first >= len(w.rows.shown) {
		w.details.SetText("")
		return
	}
	w.details.SetText(details(&w.rows.shown[first]))
}

// export writes what is shown to a file that the user chooses.
func (w *Window) export(extension string) {
	list := w.rows.shown
	d := dialog.NewFileSave(func(f fyne.URIWriteCloser, err error) {
		if f == nil || err != nil {
			return
		}
		w.o.Background.Go(func() func() {
			write := writeLines
			if extension == ".csv" {
				write = writeCSV
			}
			return w.failed(errors.Join(write(f, list), f.Close()))
		})
	}, w.win)
	d.SetFileName("sent" + strings.ToLower(extension))
	ui.ShowPicker(d, w.win)
}

// failed shows an error on the UI goroutine; nil shows nothing.
func (w *Window) failed(err error) func() {
	return func() {
		if err != nil && w.win != nil {
			dialog.ShowError(err, w.win)
		}
	}
}
