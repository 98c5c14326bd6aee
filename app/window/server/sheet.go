package server

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// Options is what the sheet needs.
type Options struct {
	Conn   *app.Connection
	Parent fyne.Window
	// Closed is called when the sheet goes.
	Closed func()
	// Name makes an object known to those who drive the window from outside.
	Name func(name string, o fyne.CanvasObject)
}

// Sheet shows the figures of one connection. It belongs to the UI goroutine.
type Sheet struct {
	o      Options
	dialog *dialog.CustomDialog
	table  *table.Table
	facts  []fact
}

// New makes the sheet; Show opens it, and Refresh brings it up to date.
func New(o Options) *Sheet {
	s := &Sheet{o: o}
	s.table = table.New(s,
		table.Column{Title: ui.Tr("server.what", "What"), Width: 230},
		table.Column{Title: ui.Tr("server.value", "Value"), Grow: true})
	o.Name("server.table", s.table)
	s.dialog = dialog.NewCustom(ui.Tr("server.title", "Details of {{.Name}}", map[string]any{"Name": o.Conn.Name()}),
		ui.Tr("close", "Close"), s.table, o.Parent)
	s.dialog.SetOnClosed(o.Closed)
	s.dialog.Resize(fyne.NewSize(680, 580))
	s.table.OnEscape = s.dialog.Hide
	return s
}

// Show opens the sheet.
func (s *Sheet) Show() {
	s.Refresh()
	s.dialog.Show()
	s.o.Parent.Canvas().Focus(s.table)
}

// Refresh shows the figures as they stand. Call it some times a second while the sheet is open.
func (s *Sheet) Refresh() {
	c := s.o.Conn
	facts := factsOf(c.Profile(), c.Status(), c.Link(), time.Now())
	if !slices.Equal(facts, s.facts) {
		s.facts = facts
		s.table.Refresh()
	}
}

// Len implements table.Source.
func (s *Sheet) Len() int { return len(s.facts) }

// Row implements table.Source.
func (s *Sheet) Row(i int, cells []string) {
	if i < len(s.facts) {
		cells[0], cells[1] = s.facts[i].what, s.facts[i].value
	}
}
