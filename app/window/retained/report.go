package retained

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command/retained"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/widgets/textview"
)

// report shows what became of a plan, and lists again what is there.
func (w *Window) report(what string, plan retained.Plan, r *retained.Report) {
	view := textview.New()
	view.SetLineNumbers(false)
	view.SetWrap(true)
	view.Open(textview.Text([]byte(words(plan, r))))
	d := dialog.NewCustom(what, ui.Tr("close", "Close"), container.NewClip(view), w.win)
	d.SetOnClosed(w.ask)
	d.Resize(fyne.NewSize(720, 460))
	d.Show()
}

// words tells what became of a plan, topic by topic.
func words(plan retained.Plan, r *retained.Report) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(s + "\n") }
	line(ui.Tr("retained.done", "Done: {{.N}} of {{.Total}}", map[string]any{"N": ui.Count(len(r.Done)), "Total": ui.Count(len(plan.Messages))}))
	if len(r.Changed) > 0 {
		line(ui.Tr("retained.changed", "Published anew by somebody else meanwhile: {{.N}}", map[string]any{"N": ui.Count(len(r.Changed))}))
	}
	if len(r.Not) > 0 {
		line(ui.Tr("retained.not", "Not done: {{.N}}", map[string]any{"N": ui.Count(len(r.Not))}))
	}
	switch {
	case r.Unsure != nil:
		line(ui.Tr("retained.unsure", "The broker could not be asked at the end ({{.Why}}): this is what it acknowledged.", map[string]any{"Why": connections.Explain(r.Unsure).What}))
	default:
		line(ui.Tr("retained.sure", "The broker was asked again at the end: this is what it says."))
	}
	if r.Run.Err != nil {
		line(ui.Tr("retained.early", "It ended early: {{.Why}}", map[string]any{"Why": connections.Explain(r.Run.Err).What}))
	}
	if len(r.Not) > 0 && len(r.Refused) == 0 && r.Run.Err == nil {
		line(ui.Tr("retained.acl", "The broker took the messages and kept what it had: with MQTT 3.1.1 that is how it says that this user may not write there."))
	}
	for _, topic := range slices.Sorted(maps.Keys(r.Refused)) {
		line(ui.Tr("retained.refusal", "Refused: {{.Topic}}: {{.Why}}", map[string]any{"Topic": topic, "Why": connections.Explain(r.Refused[topic]).What}))
	}
	if plan.Backup != "" {
		line("")
		line(ui.Tr("retained.kept", "What was there is kept in {{.File}}", map[string]any{"File": plan.Backup}))
	}
	for _, part := range []struct {
		title  string
		topics []string
	}{
		{ui.Tr("retained.list.not", "Not done"), r.Not},
		{ui.Tr("retained.list.changed", "Published anew"), r.Changed},
		{ui.Tr("retained.list.done", "Done"), r.Done},
	} {
		if len(part.topics) > 0 {
			line("")
			line(part.title + ":")
			for _, topic := range part.topics {
				line("  " + topic)
			}
		}
	}
	return b.String()
}

// refusal writes why a filter was refused.
func refusal(r connections.SubscribeResult) string {
	if r.Reason != "" {
		return fmt.Sprintf("%s (%s)", r.Filter, r.Reason)
	}
	return r.Filter
}

// chooseBackup asks for a file to put back on the chosen connection.
func (w *Window) chooseBackup() {
	c := w.chosen()
	if c == nil || w.working != nil {
		return
	}
	open := dialog.NewFileOpen(func(f fyne.URIReadCloser, err error) {
		if err != nil || f == nil {
			return
		}
		path := f.URI().Path()
		_ = f.Close()
		w.readBackup(c, path)
	}, w.win)
	if dir, err := storage.ListerForURI(storage.NewFileURI(w.o.App.RetainedFolder())); err == nil {
		open.SetLocation(dir)
	}
	open.SetFilter(storage.NewExtensionFileFilter([]string{".jsonl"}))
	open.Resize(fyne.NewSize(760, 520))
	open.Show()
}

// readBackup reads a file and asks whether to put it back.
func (w *Window) readBackup(c *app.Connection, path string) {
	w.o.Background.Go(func() func() {
		b, err := retained.ReadBackup(path)
		return func() {
			switch {
			case w.win == nil:
			case err != nil:
				w.fail(err)
			default:
				w.confirmBack(c, b)
			}
		}
	})
}

func (w *Window) confirmBack(c *app.Connection, b *retained.Backup) {
	topics := make([]string, 0, len(b.Messages))
	for i := range b.Messages {
		topics = append(topics, b.Messages[i].Topic)
	}
	plan := w.plan(c, []string{covering(topics)}, b.Messages)
	plan.Backup = ""
	plan.Confirm = ui.TrN(len(b.Messages), "retained.backquestion",
		"{{.N}} message is published on {{.Connection}} and retained there, as it was on {{.From}} at {{.At}}. Devices that listen get it.",
		"{{.N}} messages are published on {{.Connection}} and retained there, as they were on {{.From}} at {{.At}}. Devices that listen get them.", map[string]any{
			"Connection": c.Name(), "From": b.Connection, "At": b.At.Local().Format("2006-01-02 15:04:05"),
		})
	question := plan.Confirm
	if b.Torn {
		question += "\n" + ui.Tr("retained.torn", "The file ends in the middle: some messages are missing from it.")
	}
	text := widget.NewLabel(question)
	text.Wrapping = fyne.TextWrapWord
	text.Importance = widget.WarningImportance
	d := dialog.NewCustomConfirm(ui.Tr("retained.back.title", "What will be put back"), ui.Tr("retained.go", "Go on…"), ui.Tr("cancel", "Cancel"),
		container.NewBorder(text, nil, nil, nil, newTable(&rows{list: b.Messages})), func(yes bool) {
			if yes {
				w.run(ui.Tr("retained.restoring", "Putting back"), plan, retained.Plan.Restore)
			}
		}, w.win)
	d.Resize(fyne.NewSize(720, 460))
	d.Show()
}

// covering is a filter that matches all topics: what they have in common, and all beneath.
func covering(topics []string) string {
	if len(topics) == 0 {
		return "#"
	}
	common := strings.Split(topics[0], "/")
	if len(topics) == 1 {
		return topics[0]
	}
	for _, t := range topics[1:] {
		levels := strings.Split(t, "/")
		n := 0
		for n < len(common) && n < len(levels) && common[n] == levels[n] {
			n++
		}
		common = common[:n]
	}
	return strings.Join(append(common, "#"), "/")
}
