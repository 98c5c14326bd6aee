package retained

import (
	"context"
	"strings"
	"sync/atomic"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command/retained"
	"streamscope/app/window/confirm"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// working is one thing that runs in the background, with its way to be stopped.
type working struct {
	stop context.CancelFunc
	// telling lets one note of progress at a time onto the UI goroutine's queue.
	telling atomic.Bool
}

// begin shows that something runs; run is called off the UI goroutine, and what it returns on
// it, unless the window was closed meanwhile.
func (w *Window) begin(what string, run func(context.Context, *working) func()) {
	ctx, cancel := context.WithCancel(w.o.Background.Context)
	work := &working{stop: cancel}
	w.working, w.said = work, ""
	w.bar.SetValue(0)
	w.bar.Hide()
	w.progressText.SetText(what)
	w.refresh()
	w.o.Background.Go(func() func() {
		then := run(ctx, work)
		return func() {
			defer cancel() // not before: then asks whether it was stopped
			if w.working == work {
				w.working = nil
			}
			if w.win != nil {
				then()
				w.refresh()
			}
		}
	})
}

// tell brings progress onto the screen, unless one is on its way there already.
func (w *Window) tell(work *working, f func()) {
	if work.telling.CompareAndSwap(false, true) {
		w.o.Background.Do(func() {
			work.telling.Store(false)
			if w.working == work && w.win != nil {
				f()
			}
		})
	}
}

// ask lists what the broker retains.
func (w *Window) ask() {
	c, filter := w.chosen(), strings.TrimSpace(w.filter.Text)
	if w.win == nil || c == nil || filter == "" || w.working != nil {
		return
	}
	source, id := c.Retained()
	w.begin(ui.Tr("retained.asking", "Asking {{.Name}} as {{.ID}}…", map[string]any{"Name": c.Name(), "ID": id}), func(ctx context.Context, work *working) func() {
		source.Progress = func(n int) {
			w.tell(work, func() {
				w.progressText.SetText(ui.TrN(n, "retained.came", "{{.N}} retained message so far…", "{{.N}} retained messages so far…", nil))
			})
		}
		l, err := source.Read(ctx, []string{filter})
		return func() {
			if err != nil {
				if ctx.Err() == nil {
					w.fail(err)
				}
				return
			}
			w.asked, w.clientID, w.filters, w.listing = c, id, []string{filter}, l
			w.table.Select(-1, -1)
			w.sift()
		}
	})
}

// fail shows an error in this window.
func (w *Window) fail(err error) {
	if w.win != nil {
		dialog.ShowError(err, w.win)
	}
}

// plan is how messages are cleared or put back on a connection.
func (w *Window) plan(c *app.Connection, filters []string, messages []retained.Message) retained.Plan {
	source, _ := c.Retained()
	return retained.Plan{
		Session: c.Session, Source: source, Filters: filters, Messages: messages,
		Backup: w.o.App.RetainedBackup(c, w.o.Now()),
	}
}

// confirm asks before messages are cleared: it shows all of them, where they go from, and what
// it means for the plant.
func (w *Window) confirm(messages []retained.Message) {
	if len(messages) == 0 || w.working != nil || w.asked == nil {
		return
	}
	c, filters := w.asked, w.filters
	plan := w.plan(c, filters, append([]retained.Message(nil), messages...))
	plan.Confirm = ui.TrN(len(messages), "retained.question",
		"{{.N}} message is cleared from what {{.Connection}} retains under {{.Filter}}. The broker forgets it, and every device that listens gets an empty message on its topic. It is kept in a file first, and can be put back.",
		"{{.N}} messages are cleared from what {{.Connection}} retains under {{.Filter}}. The broker forgets them, and every device that listens gets an empty message on each of these topics. They are kept in a file first, and can be put back.", map[string]any{
			"Filter": strings.Join(filters, ", "), "Connection": c.Name(),
		})
	shown := newTable(&rows{list: plan.Messages})
	shown.ShowColumn(columnProps, false)
	text := widget.NewLabel(plan.Confirm)
	if n := cutOf(plan.Messages); n > 0 {
		text.Text += "\n" + ui.TrN(n, "retained.cut", "{{.N}} of them was too big to be held whole: it cannot be put back.", "{{.N}} of them were too big to be held whole: those cannot be put back.", nil)
	}
	text.Wrapping = fyne.TextWrapWord
	text.Importance = widget.WarningImportance
	body := container.NewBorder(text, nil, nil, nil, shown)
	d := dialog.NewCustomConfirm(ui.Tr("retained.confirm", "What will be cleared"),
		ui.Tr("retained.go", "Go on…"), ui.Tr("cancel", "Cancel"), body, func(yes bool) {
			if yes {
				w.run(ui.Tr("retained.clearing", "Clearing"), plan, retained.Plan.Clear)
			}
		}, w.win)
	d.Resize(fyne.NewSize(720, 460))
	d.Show()
}

// cutOf counts the messages that are not held whole.
func cutOf(messages []retained.Message) (n int) {
	for i := range messages {
		if messages[i].Cut() {
			n++
		}
	}
	return n
}

// run carries a plan out, and shows its report.
func (w *Window) run(what string, plan retained.Plan, how func(retained.Plan, context.Context) (*retained.Report, error)) {
	win := w.win
	w.begin(what, func(ctx context.Context, work *working) func() {
		plan.Progress = func(p retained.Progress) {
			w.tell(work, func() {
				ui.Show(w.bar, !p.Reading)
				w.bar.SetValue(float64(p.Done) / float64(max(p.Total, 1)))
				words := ui.Tr("retained.progress", "{{.What}}: {{.Done}} of {{.Total}}", map[string]any{
					"What": what, "Done": ui.Count(p.Done), "Total": ui.Count(p.Total)})
				if p.Reading {
					words = ui.Tr("retained.reading", "Asking the broker what it retains now…")
				}
				w.progressText.SetText(words)
			})
		}
		r, err := how(plan, confirm.In(ctx, win))
		return func() {
			switch {
			case connections.KindOf(err) == connections.FailureNotConfirmed, err != nil && ctx.Err() != nil:
				w.said = ui.Tr("retained.nothing", "nothing was sent")
				return
			case err != nil:
				w.fail(err)
				return
			}
			w.report(what, plan, r)
		}
	})
}
