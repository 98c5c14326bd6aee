package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app/command"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// sentList shows the last messages sent, newest first; one click takes one back into the
// fields. It never sends.
type sentList struct {
	composer *composer
	object   fyne.CanvasObject
	table    *table.Table
	entries  []command.Entry
}

func newSentList(c *composer) *sentList {
	l := &sentList{composer: c}
	l.table = table.New(l,
		table.Column{Title: ui.Tr("sent.time", "Sent"), Width: 64},
		table.Column{Title: ui.Tr("sent.topic", "Topic"), Grow: true},
		table.Column{Title: ui.Tr("sent.payload", "Payload"), Width: 90},
		table.Column{Title: ui.Tr("sent.outcome", "Outcome"), Width: 96},
	)
	l.table.OnSelect = func(i, last int) {
		if i == last && i >= 0 && i < len(l.entries) {
			c.Load(l.entries[i].Draft)
		}
	}
	title := ui.NewFittingText()
	title.TextSize, title.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	title.SetText(ui.Tr("sent.title", "Last sent: click to take one back into the fields"))
	l.object = container.NewBorder(title, nil, nil, nil, l.table)
	l.refresh()
	return l
}

func (l *sentList) refresh() {
	l.entries = l.composer.app.Sent.Entries()
	l.table.Refresh()
}

// Len implements table.Source.
func (l *sentList) Len() int { return len(l.entries) }

// Row implements table.Source.
func (l *sentList) Row(i int, cells []string) {
	if i >= len(l.entries) {
		return
	}
	e := &l.entries[i]
	cells[0] = e.Time.Local().Format("15:04:05")
	cells[1], cells[2], cells[3] = e.Draft.Topic, e.Draft.Payload, e.Outcome
}
