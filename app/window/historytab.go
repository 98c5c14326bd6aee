package window

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app/payload"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/table"
)

// historyRows bounds the messages that the table shows; all of them stay in the index.
const historyRows = 1000

// historyTab lists the messages of a topic, newest first.
type historyTab struct {
	object  fyne.CanvasObject
	table   *table.Table
	note    *ui.QuietText
	entries []topics.Entry
	seq     uint64
}

func newHistoryTab() *historyTab {
	t := &historyTab{note: ui.NewFittingText()}
	t.note.TextSize, t.note.Colour = theme.SizeNameCaptionText, theme.ColorNamePlaceHolder
	t.table = table.New(t,
		table.Column{Title: ui.Tr("history.time", "Time"), Width: 104, Monospace: true},
		table.Column{Title: ui.Tr("history.value", "Value"), Grow: true},
		table.Column{Title: ui.Tr("history.size", "Size"), Width: 64, Align: fyne.TextAlignTrailing},
		table.Column{Title: ui.Tr("history.qos", "QoS"), Width: 40, Align: fyne.TextAlignCenter},
		table.Column{Title: ui.Tr("history.retained", "Retained"), Width: 66, Align: fyne.TextAlignCenter},
	)
	t.object = container.NewBorder(nil, t.note, nil, nil, t.table)
	return t
}

// Reset forgets the messages of the topic before.
func (t *historyTab) Reset() {
	t.seq, t.entries = 0, nil
	t.table.Select(-1, -1)
	t.table.Refresh()
}

func (t *historyTab) refresh(x *topics.Index, r *topics.Row) {
	if r.Seq == t.seq {
		return
	}
	before := t.seq
	t.seq = r.Seq
	t.entries = x.History(r.Node, 0, historyRows)
	fresh := slices.IndexFunc(t.entries, func(e topics.Entry) bool { return e.Seq <= before })
	if len(t.entries) == historyRows {
		t.note.SetText(ui.Tr("history.newest", "The newest {{.N}} messages", map[string]any{"N": ui.Count(historyRows)}))
	} else {
		t.note.SetText(ui.Tr("history.all", "{{.N}} messages held, {{.Total}} received",
			map[string]any{"N": ui.Count(len(t.entries)), "Total": ui.Count(r.Count)}))
	}
	if fresh < 0 {
		fresh = len(t.entries)
	}
	t.table.Prepended(fresh)
}

// Len implements table.Source.
func (t *historyTab) Len() int { return len(t.entries) }

// Row implements table.Source.
func (t *historyTab) Row(i int, cells []string) {
	if i >= len(t.entries) {
		return
	}
	e := &t.entries[i]
	cells[0] = ui.ClockTime(e.Time)
	cells[1] = payload.ShortPrefix(e.Payload, e.Size, nil, shortRunes)
	cells[2] = ui.Size(e.Size)
	cells[3] = string('0' + rune(e.QoS))
	cells[4] = ""
	if e.Retained {
		cells[4] = ui.Tr("yes", "yes")
	}
}

// FullRow implements table.FullSource: what is copied is the payload whole, and the date.
func (t *historyTab) FullRow(i int, cells []string) {
	t.Row(i, cells)
	if i < len(t.entries) {
		cells[0] = ui.FullTime(t.entries[i].Time)
		cells[1] = string(t.entries[i].Payload)
	}
}
