package repeating

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/command/repeat"
	"streamscope/app/session"
	"streamscope/app/window/ui"
)

// job is one repetition, running or ended. But for what mu guards it belongs to the UI goroutine.
type job struct {
	plan   repeat.Plan
	name   string
	stop   context.CancelFunc
	ended  bool
	report session.RunReport
	err    error

	object fyne.CanvasObject
	title  *ui.QuietText
	line   *ui.QuietText
	bar    *widget.ProgressBar
	button *widget.Button

	mu       sync.Mutex // guards progress
	progress repeat.Progress
}

func newJob(plan repeat.Plan, name string, stop context.CancelFunc) *job {
	j := &job{plan: plan, name: name, stop: stop, title: ui.NewFittingText(), line: ui.NewFittingText(), bar: widget.NewProgressBar()}
	j.title.Line.TextStyle.Bold = true
	j.title.SetText(name)
	j.line.TextSize = theme.SizeNameCaptionText
	j.button = widget.NewButtonWithIcon(ui.Tr("repeat.stop", "Stop"), theme.MediaStopIcon(), stop)
	j.bar.Max = float64(max(plan.Times, 1))
	ui.Show(j.bar, plan.Times > 0)
	j.object = container.NewVBox(container.NewBorder(nil, nil, nil, j.button, container.NewVBox(j.title, j.line)), j.bar, widget.NewSeparator())
	return j
}

// set takes how far it is, from the goroutine that sends.
func (j *job) set(p repeat.Progress) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.progress = p
}

func (j *job) now() repeat.Progress {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.progress
}

// end shows what became of it.
func (j *job) end(report session.RunReport, p repeat.Progress, err error) {
	j.set(p)
	j.ended, j.report, j.err = true, report, err
	j.button.Disable()
	j.refresh()
}

func (j *job) refresh() {
	p := j.now()
	j.bar.SetValue(float64(p.Asked))
	text, colour := counts(p), theme.ColorNamePlaceHolder
	if p.Asked == 0 && !j.ended {
		text = ui.Tr("repeat.asks", "Waiting for your yes, and for the first outcome")
	}
	if j.ended {
		word, c := j.verdict()
		text, colour = word+" · "+text, c
	}
	j.line.SetText(text)
	j.line.SetColour(colour)
}

// verdict says why it ended.
func (j *job) verdict() (string, fyne.ThemeColorName) {
	err := j.err
	if err == nil {
		err = j.report.Err
	}
	switch {
	case err == nil:
		return ui.Tr("repeat.done", "All went"), theme.ColorNameSuccess
	case errors.Is(err, context.Canceled), errors.Is(err, session.ErrStopped):
		return ui.Tr("repeat.stopped", "Stopped"), theme.ColorNameForeground
	default:
		return ui.Tr("repeat.ended", "Ended: {{.Why}}", map[string]any{"Why": err.Error()}), theme.ColorNameError
	}
}

// counts says how far it is; only what happened is named.
func counts(p repeat.Progress) string {
	parts := []string{ui.Tr("repeat.asked", "{{.N}} sent", map[string]any{"N": ui.Count(p.Asked)})}
	add := func(n uint64, text string) {
		if n > 0 {
			parts = append(parts, text)
		}
	}
	add(p.Acknowledged, ui.Tr("repeat.acknowledged", "{{.N}} acknowledged", map[string]any{"N": ui.Count(p.Acknowledged)}))
	add(p.NoSubscriber, ui.Tr("repeat.nobody", "{{.N}} of them to nobody", map[string]any{"N": ui.Count(p.NoSubscriber)}))
	add(p.Refused, ui.Tr("repeat.refused", "{{.N}} refused", map[string]any{"N": ui.Count(p.Refused)}))
	add(p.Unknown, ui.Tr("repeat.unknown", "{{.N}} unknown", map[string]any{"N": ui.Count(p.Unknown)}))
	add(p.Late, ui.Tr("repeat.late", "{{.N}} left out: too slow", map[string]any{"N": ui.Count(p.Late)}))
	if p.Last != "" {
		parts = append(parts, ui.Tr("repeat.last", "last {{.Value}}", map[string]any{"Value": p.Last}))
	}
	return strings.Join(parts, " · ")
}

// describe names a plan in a line.
func describe(p repeat.Plan, connection string) string {
	topic := p.Draft.Topic
	if topic == "" {
		topic = connection
	}
	every := strconv.FormatFloat(float64(p.Every)/float64(time.Millisecond), 'f', -1, 64) + " ms"
	if p.Times == 0 {
		return ui.Tr("repeat.name.endless", "{{.Topic}} every {{.Every}}, until it is stopped", map[string]any{"Topic": topic, "Every": every})
	}
	return ui.TrN(p.Times, "repeat.name", "{{.Topic}} every {{.Every}}, once", "{{.Topic}} every {{.Every}}, {{.N}} times", map[string]any{"Topic": topic, "Every": every})
}
