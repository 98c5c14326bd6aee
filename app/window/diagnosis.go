package window

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections/diagnose"
	"streamscope/connections/profile"
)

// diagnosis is the dialog that examines the way to a server, step by step.
type diagnosis struct {
	window *Window
	rows   *fyne.Container
	scroll *container.Scroll
	busy   *widget.ProgressBarInfinite
	result *widget.Label
	copy   *widget.Button
	report diagnose.Report
}

// diagnoseConnection examines the way of an open connection.
func (w *Window) diagnoseConnection(c *app.Connection) { w.diagnose(c.Profile(), c.Status().Err) }

// diagnose examines the way to a profile's server. Last is why the last attempt failed; nil if
// it did not.
func (w *Window) diagnose(p profile.Profile, last error) {
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		w.fail(wrong[0])
		return
	}
	w.withSecrets(p, func(secrets app.Secrets) {
		d := w.newDiagnosis(p.Name)
		ctx, cancel := context.WithCancel(w.background.Context)
		d.SetOnClosed(cancel)
		d.diagnosis.run(ctx, valid, secrets, last)
		d.Show()
	})
}

// diagnosisDialog is a diagnosis in its frame.
type diagnosisDialog struct {
	*dialog.CustomDialog
	diagnosis *diagnosis
}

func (w *Window) newDiagnosis(name string) diagnosisDialog {
	g := &diagnosis{window: w, rows: container.NewVBox(), busy: widget.NewProgressBarInfinite(), result: widget.NewLabel("")}
	g.result.Wrapping = fyne.TextWrapWord
	g.result.TextStyle.Bold = true
	g.result.Hide()
	g.scroll = container.NewVScroll(g.rows)
	g.copy = widget.NewButtonWithIcon(ui.Tr("diagnosis.copy", "Copy the report"), theme.ContentCopyIcon(), func() {
		w.fyne.Clipboard().SetContent(g.report.Text())
		w.status.Flash(ui.Tr("copied.report", "Report copied; it holds no password."))
	})
	g.copy.Disable()
	body := container.NewBorder(nil, container.NewVBox(g.busy, g.result), nil, nil, g.scroll)
	d := dialog.NewCustomWithoutButtons(ui.Tr("diagnosis.title", "Diagnosis of {{.Name}}", map[string]any{"Name": name}), body, w.win)
	d.SetButtons([]fyne.CanvasObject{g.copy, widget.NewButton(ui.Tr("close", "Close"), func() { d.Hide() })})
	d.Resize(fyne.NewSize(700, 520))
	return diagnosisDialog{d, g}
}

// run examines in the background; each step comes onto the screen as it is done.
func (g *diagnosis) run(ctx context.Context, p profile.Valid, secrets app.Secrets, last error) {
	w := g.window
	w.background.Go(func() func() {
		report := w.app.Diagnose(ctx, p, secrets, last, func(s diagnose.Step) {
			w.do(func() { g.add(s) })
		})
		return func() {
			g.report = report
			g.busy.Stop()
			g.busy.Hide()
			ui.SetSentence(g.result, report.Summary())
			g.result.Importance = stepImportance(report.Worst())
			g.result.Refresh()
			g.copy.Enable()
		}
	})
}

func (g *diagnosis) add(s diagnose.Step) {
	mark := widget.NewLabel(s.State.Mark())
	mark.Importance, mark.Alignment = stepImportance(s.State), fyne.TextAlignCenter
	mark.TextStyle.Bold = true
	name := widget.NewLabel(s.Name)
	name.TextStyle.Bold = true
	took := widget.NewLabel(s.Duration())
	took.Importance = widget.LowImportance
	texts := container.NewVBox()
	say := func(text string, importance widget.Importance) {
		if text == "" {
			return
		}
		l := widget.NewLabel(text)
		l.Wrapping, l.Importance = fyne.TextWrapWord, importance
		texts.Add(l)
	}
	if s.State == diagnose.Skipped {
		name.Importance = widget.LowImportance
		if s.Found == "" {
			say(ui.Tr("diagnosis.skipped", "not tried"), widget.LowImportance)
		}
	}
	say(s.Found, widget.MediumImportance)
	say(s.Cause, stepImportance(s.State))
	if s.Cure != "" {
		say(ui.Tr("diagnosis.try", "Try: {{.Cure}}", map[string]any{"Cure": s.Cure}), widget.MediumImportance)
	}
	left := container.NewHBox(container.NewGridWrap(fyne.NewSize(28, mark.MinSize().Height), mark), container.NewGridWrap(fyne.NewSize(96, name.MinSize().Height), name))
	g.rows.Add(container.NewBorder(nil, nil, container.NewVBox(left), container.NewVBox(took), texts))
	g.rows.Add(widget.NewSeparator())
	g.scroll.ScrollToBottom()
}

func stepImportance(s diagnose.State) widget.Importance {
	switch s {
	case diagnose.OK:
		return widget.SuccessImportance
	case diagnose.Warning:
		return widget.WarningImportance
	case diagnose.Failed:
		return widget.DangerImportance
	default:
		return widget.LowImportance
	}
}
