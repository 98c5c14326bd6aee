package confirm

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/ui"
)

// ErrDeclined is what is answered when the user says no.
var ErrDeclined = errors.New("it was declined")

// Options is what [Dialogs] need.
type Options struct {
	Window fyne.Window
	// Do runs a function on the UI goroutine.
	Do func(func())
	// Colour returns the colour of a connection by its ID ("#rrggbb"); nil means none.
	Colour func(session string) string
	// Arming is how long the button that says yes is dead; 0 means [Arming].
	Arming time.Duration
}

// Dialogs ask one question at a time in one window. It implements session.Confirmer; its methods
// may be called from any goroutine but the UI's, and wait for the user.
type Dialogs struct {
	o Options
	// turn holds one token: questions come one after another.
	turn chan struct{}

	mu   sync.Mutex // guards what follows
	open *sheet
}

var _ session.Confirmer = (*Dialogs)(nil)

// New returns dialogs for a window.
func New(o Options) *Dialogs {
	if o.Arming == 0 {
		o.Arming = Arming
	}
	if o.Colour == nil {
		o.Colour = func(string) string { return "" }
	}
	return &Dialogs{o: o, turn: make(chan struct{}, 1)}
}

// Question is what is asked.
type Question struct {
	Title string
	// Text asks, in a sentence or two.
	Text string
	// Session is the connection's ID, for its colour; it may be empty.
	Session string
	Rows    []Row
	// Details stand beneath, such as a list of what will go; nil for none.
	Details fyne.CanvasObject
	// Yes is on the button that says yes: a verb that names what happens.
	Yes string
}

// Row is a fact in a question.
type Row struct {
	Label, Value string
	// Code is set in a font of fixed width.
	Code bool
}

// valueLength is how much of a payload a question shows, in characters.
const valueLength = 600

// Confirm implements session.Confirmer: it names connection, topic and value.
func (d *Dialogs) Confirm(ctx context.Context, i session.Intent) error {
	p := i.Publication
	q := Question{
		Title:   ui.Tr("confirm.title", "Send to {{.Name}}?", map[string]any{"Name": i.Connection}),
		Text:    i.Confirm,
		Session: i.Session,
		Yes:     ui.Tr("confirm.send", "Send"),
	}
	if i.Name != "" {
		q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.command", "Command"), Value: i.Name})
	}
	q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.connection", "Connection"), Value: i.Connection})
	if p.Topic != "" {
		q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.topic", "Topic"), Value: p.Topic, Code: true})
	}
	value := command.Excerpt(p.Payload, valueLength)
	if value == "" {
		value = ui.Tr("confirm.empty", "(empty)")
	}
	q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.value", "Value"), Value: value, Code: true})
	if p.Topic != "" {
		how := fmt.Sprintf("QoS %d", p.QoS)
		if p.Retain {
			how += " · " + ui.Tr("confirm.retained", "retained: the broker keeps it for everybody who subscribes later")
		}
		q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.how", "How"), Value: how})
	}
	return d.Ask(ctx, q)
}

// ConfirmRun implements session.Confirmer.
func (d *Dialogs) ConfirmRun(ctx context.Context, r session.RunIntent) error {
	q := Question{
		Title:   ui.Tr("confirm.run.title", "Send many messages to {{.Name}}?", map[string]any{"Name": r.Connection}),
		Text:    r.Confirm,
		Session: r.Session,
		Yes:     ui.Tr("confirm.run.send", "Send all"),
	}
	switch r.Origin { // a verb that names what happens
	case session.OriginRetained:
		q.Title = ui.Tr("confirm.retained.title", "Clear what {{.Name}} retains?", map[string]any{"Name": r.Connection})
		q.Yes = ui.Tr("confirm.retained.clear", "Clear all {{.N}}", map[string]any{"N": ui.Count(r.Total)})
		if r.Total == 1 {
			q.Yes = ui.Tr("confirm.retained.one", "Clear it")
		}
	case session.OriginRepeat:
		q.Title = ui.Tr("confirm.repeat.title", "Repeat on {{.Name}}?", map[string]any{"Name": r.Connection})
		q.Yes = ui.Tr("confirm.repeat.start", "Start")
	default:
	}
	q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.run.what", "What"), Value: r.Name},
		Row{Label: ui.Tr("confirm.connection", "Connection"), Value: r.Connection})
	if r.Topic != "" {
		q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.topic", "Topic"), Value: r.Topic, Code: true})
	}
	if r.Total > 0 {
		q.Rows = append(q.Rows, Row{Label: ui.Tr("confirm.run.total", "Messages"), Value: ui.Count(r.Total)})
	}
	return d.Ask(ctx, q)
}

// Ask shows a question and waits for the answer: nil for yes, [ErrDeclined] for no, ctx's error if
// it ends before. Not for the UI goroutine.
func (d *Dialogs) Ask(ctx context.Context, q Question) error {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-d.turn }()
	answer := make(chan error, 1)
	d.o.Do(func() { d.show(d.parent(ctx), q, func(err error) { answer <- err }) })
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		d.o.Do(d.hide)
		return ctx.Err()
	}
}

// parentKey is where a context holds the window that a question stands in.
type parentKey struct{}

// In returns a context whose questions stand in a window of their own, as those of a window
// beside the main one should.
func In(ctx context.Context, parent fyne.Window) context.Context {
	return context.WithValue(ctx, parentKey{}, parent)
}

func (d *Dialogs) parent(ctx context.Context) fyne.Window {
	if w, ok := ctx.Value(parentKey{}).(fyne.Window); ok {
		return w
	}
	return d.o.Window
}

// hide closes the question that stands, if one does.
func (d *Dialogs) hide() {
	d.mu.Lock()
	s := d.open
	d.mu.Unlock()
	if s != nil {
		s.close()
	}
}

// sheet is a question on the screen.
type sheet struct {
	d       *Dialogs
	dialog  *dialog.CustomDialog
	yes     *yes
	no      *no
	note    *widget.Label
	timer   *time.Timer
	decided bool
	// restore gives the canvas its keys back; nil once it has.
	restore func()
}

// listen lets Escape say no also where nothing has the focus, as after a click on the dead button.
func (s *sheet) listen(c fyne.Canvas, no func()) {
	before := c.OnTypedKey()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape {
			no()
		}
	})
	s.restore = func() { c.SetOnTypedKey(before) }
}

// arm brings the button that says yes to life after some steps in which nobody pressed it.
func (s *sheet) arm(left int) {
	s.timer = time.AfterFunc(s.d.o.Arming/steps, func() {
		s.d.o.Do(func() {
			switch {
			case s.decided:
			case s.yes.touched:
				s.yes.touched = false
				s.arm(steps)
			case left > 1:
				s.arm(left - 1)
			default:
				s.yes.arm()
				s.note.SetText(ui.Tr("confirm.note.armed", "Escape says no."))
			}
		})
	})
}

func (d *Dialogs) show(parent fyne.Window, q Question, decide func(error)) {
	s := &sheet{d: d, note: widget.NewLabel(ui.Tr("confirm.note", "Escape says no. The red button comes alive in a moment."))}
	s.note.Importance, s.note.SizeName = widget.LowImportance, theme.SizeNameCaptionText
	end := func(err error) {
		if !s.decided {
			s.decided = true
			s.close()
			decide(err)
		}
	}
	s.yes = newYes(q.Yes, func() { end(nil) }, func() { end(ErrDeclined) })
	s.no = newNo(ui.Tr("cancel", "Cancel"), func() { end(ErrDeclined) })
	s.dialog = dialog.NewCustomWithoutButtons(q.Title, d.body(q, s.note), parent)
	s.dialog.SetButtons([]fyne.CanvasObject{s.no, s.yes})
	s.dialog.SetOnClosed(func() { end(ErrDeclined) })
	s.dialog.Resize(fyne.NewSize(560, 0))
	s.dialog.Show()
	parent.Canvas().Focus(s.no)
	s.listen(parent.Canvas(), func() { end(ErrDeclined) })
	s.arm(steps)
	d.mu.Lock()
	d.open = s
	d.mu.Unlock()
}

func (s *sheet) close() {
	s.timer.Stop()
	if s.restore != nil {
		s.restore()
		s.restore = nil
	}
	s.d.mu.Lock()
	if s.d.open == s {
		s.d.open = nil
	}
	s.d.mu.Unlock()
	s.dialog.Hide()
}

// body is what the question shows, with a note beneath.
func (d *Dialogs) body(q Question, note fyne.CanvasObject) fyne.CanvasObject {
	text := widget.NewLabel(q.Text)
	text.Wrapping = fyne.TextWrapWord
	text.TextStyle.Bold = true
	rows := container.New(layout.NewFormLayout())
	for _, r := range q.Rows {
		label := widget.NewLabel(r.Label)
		label.Importance = widget.LowImportance
		value := widget.NewLabel(r.Value)
		value.TextStyle.Monospace = r.Code
		value.Wrapping = fyne.TextWrapBreak
		rows.Add(label)
		rows.Add(value)
	}
	top := []fyne.CanvasObject{text, rows}
	if colour := d.o.Colour(q.Session); q.Session != "" && colour != "" {
		bar := canvas.NewRectangle(ui.ColourOf(colour))
		bar.SetMinSize(fyne.NewSize(0, 4))
		top = append([]fyne.CanvasObject{bar}, top...)
	}
	if q.Details == nil {
		return container.NewVBox(append(top, note)...)
	}
	return container.NewBorder(container.NewVBox(top...), note, nil, nil, q.Details)
}
