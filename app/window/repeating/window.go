package repeating

import (
	"context"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	fynetooltip "github.com/dweymouth/fyne-tooltip"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/repeat"
	"streamscope/app/window/confirm"
	"streamscope/app/window/ui"
)

// Options is what a [Window] needs.
type Options struct {
	App        *app.App
	Background *ui.Background
	NewWindow  func(title string) fyne.Window
}

// Window is the window of repetitions. All of it belongs to the UI goroutine.
type Window struct {
	o Options
	// Indicator tells in the main window what runs, with a button that stops it; hidden while
	// nothing does.
	Indicator fyne.CanvasObject
	running   *ui.QuietText

	win   fyne.Window
	form  *form
	what  *ui.QuietText
	list  *fyne.Container
	shown *ui.QuietText
	wrong *widget.Label
	start *widget.Button
	jobs  []*job

	conn  *app.Connection
	draft command.Draft
	asked map[string]string
	// previews counts the previews that were asked for: an old one is not shown.
	previews int
}

// New returns a window that is not open.
func New(o Options) *Window {
	w := &Window{o: o, running: ui.NewQuietText(), list: container.NewVBox()}
	w.running.TextSize, w.running.Colour = theme.SizeNameCaptionText, theme.ColorNameWarning
	stop := ui.IconButton(theme.MediaStopIcon(), ui.Tr("repeat.stopall", "Stop all repetitions"), w.StopAll)
	show := ui.IconButton(theme.ListIcon(), ui.Tr("repeat.show", "Show the repetitions"), w.Show)
	small := func(b fyne.CanvasObject) fyne.CanvasObject { return container.NewGridWrap(fyne.NewSize(28, 20), b) }
	w.Indicator = container.NewHBox(w.running, small(show), small(stop))
	w.Indicator.Hide()
	return w
}

// Open opens the window for a draft; asked holds the answers to its questions.
func (w *Window) Open(c *app.Connection, d command.Draft, asked map[string]string) {
	w.conn, w.draft, w.asked = c, d.Clone(), asked
	w.Show()
	w.check()
}

// Show opens the window, or brings it to the front.
func (w *Window) Show() {
	if w.win == nil {
		w.build()
	}
	w.win.Show()
	w.win.RequestFocus()
}

func (w *Window) build() {
	w.win = w.o.NewWindow(ui.Tr("repeat.title", "Repeat a message"))
	w.what, w.shown, w.wrong = ui.NewFittingText(), ui.NewFittingText(), widget.NewLabel("")
	w.what.Line.TextStyle.Bold = true
	w.shown.Line.TextStyle.Monospace, w.shown.TextSize = true, theme.SizeNameCaptionText
	w.wrong.Wrapping, w.wrong.Importance = fyne.TextWrapWord, widget.WarningImportance
	w.form = newForm(w.win, w.check)
	w.start = widget.NewButtonWithIcon(ui.Tr("repeat.start", "Start…"), theme.MediaPlayIcon(), w.Start)
	w.start.Importance = widget.HighImportance
	note := widget.NewLabel(ui.Tr("repeat.note", "It asks once before the first message. Closing this window stops all that runs."))
	note.Wrapping, note.Importance, note.SizeName = fyne.TextWrapWord, widget.LowImportance, theme.SizeNameCaptionText
	top := container.NewVBox(w.what, w.form.object, w.shown, w.wrong, container.NewBorder(nil, nil, nil, w.start, note), widget.NewSeparator())
	ground := canvas.NewRectangle(nil)
	body := container.NewStack(ground, container.NewPadded(container.NewBorder(top, nil, nil, nil, container.NewVScroll(w.list))))
	w.win.SetContent(fynetooltip.AddWindowToolTipLayer(body, w.win.Canvas()))
	ui.EscapeLeaves(w.win, nil)
	w.win.Resize(fyne.NewSize(680, 640))
	place := w.win.Canvas()
	w.win.SetOnClosed(func() {
		fynetooltip.DestroyWindowToolTipLayer(place)
		w.win = nil
		w.StopAll()
		w.jobs = slices.DeleteFunc(w.jobs, func(j *job) bool { return j.ended })
		w.lay()
	})
	w.check()
}

// check says what keeps the plan from beginning, or shows its first values.
func (w *Window) check() {
	if w.win == nil {
		return
	}
	name := ui.Tr("repeat.nothing", "Write a message in the composer first, and choose Repeat… there.")
	if w.conn != nil {
		to := w.draft.Topic
		if to == "" {
			to = ui.Tr("outcome.frame", "the WebSocket")
		}
		name = ui.Tr("repeat.what", "To {{.Topic}} of {{.Name}}: {{.Value}}", map[string]any{
			"Topic": to, "Name": w.conn.Name(), "Value": command.Excerpt([]byte(w.draft.Payload), 80),
		})
	}
	w.what.SetText(name)
	plan, err := w.plan()
	w.say(err)
	w.shown.SetText("")
	w.previews++
	if w.conn == nil || err != nil {
		return
	}
	n := w.previews
	w.o.Background.Go(func() func() {
		values, err := preview(plan)
		return func() {
			if n != w.previews || w.win == nil {
				return
			}
			w.shown.SetText(values)
			w.say(err)
		}
	})
}

func (w *Window) say(err error) {
	text := ""
	if err != nil {
		text = err.Error()
	}
	ui.SetSentence(w.wrong, text)
	ui.SetEnabled(w.start, err == nil && w.conn != nil)
}

func (w *Window) plan() (repeat.Plan, error) {
	p, err := w.form.plan(w.draft)
	if w.conn != nil {
		p.Session, p.Sender, p.Asked = w.conn.Session, w.o.App.Sender, w.asked
	}
	return p, err
}

// Start begins what the form says, once it is confirmed.
func (w *Window) Start() {
	plan, err := w.plan()
	if err != nil || w.conn == nil {
		w.say(err)
		return
	}
	name := describe(plan, w.conn.Name())
	plan.Confirm = ui.Tr("repeat.confirm", "Send this again and again? {{.What}}: {{.Value}}", map[string]any{
		"What": name, "Value": w.confirmed(),
	})
	ctx, stop := context.WithCancel(confirm.In(w.o.Background.Context, w.win))
	j := newJob(plan, name, stop)
	plan.Progress = j.set
	w.jobs = append([]*job{j}, w.jobs...)
	w.lay()
	w.o.Background.Go(func() func() {
		defer stop()
		report, progress, err := plan.Run(ctx)
		return func() {
			j.end(report, progress, err)
			if w.win == nil {
				w.jobs = slices.DeleteFunc(w.jobs, func(other *job) bool { return other == j })
			}
			w.lay()
		}
	})
}

// confirmed is what the question shows of the message: its values if it has any.
func (w *Window) confirmed() string {
	if w.shown.Full != "" {
		return w.shown.Full
	}
	return command.Excerpt([]byte(w.draft.Payload), 200)
}

// StopAll stops all that runs, at once.
func (w *Window) StopAll() {
	for _, j := range w.jobs {
		j.stop()
	}
}

// Running counts what runs.
func (w *Window) Running() (n int) {
	for _, j := range w.jobs {
		if !j.ended {
			n++
		}
	}
	return n
}

// lay puts the jobs into the list, the latest first.
func (w *Window) lay() {
	w.list.RemoveAll()
	for _, j := range w.jobs {
		w.list.Add(j.object)
	}
	w.Tick()
}

// Tick brings the figures up to date.
func (w *Window) Tick() {
	n := w.Running()
	if n != 0 {
		for _, j := range w.jobs {
			if !j.ended {
				j.refresh()
			}
		}
		text := ui.TrN(n, "repeat.running", "{{.N}} repetition runs", "{{.N}} repetitions run", nil)
		if n == 1 {
			text = w.single()
		}
		w.running.SetText(text)
	}
	if w.Indicator.Visible() != (n > 0) {
		ui.Show(w.Indicator, n > 0)
		w.Indicator.Refresh()
	}
}

// single says what the only one is.
func (w *Window) single() string {
	for _, j := range w.jobs {
		if !j.ended {
			return ui.Tr("repeat.one", "Repeating {{.Name}} · {{.N}} sent", map[string]any{"Name": j.name, "N": ui.Count(j.now().Asked)})
		}
	}
	return ""
}

// Close stops all and closes the window, when the program ends.
func (w *Window) Close() {
	w.StopAll()
	if w.win != nil {
		w.win.Close()
	}
}
