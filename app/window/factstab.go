package window

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamscope/app/topics"
	"streamscope/widgets/table"
)

// factsTab lists the figures of a topic.
type factsTab struct {
	object fyne.CanvasObject
	table  *table.Table
	facts  [][2]string
}

func newFactsTab() *factsTab {
	t := &factsTab{}
	t.table = table.New(t,
		table.Column{Title: tr("facts.what", "What"), Width: 140},
		table.Column{Title: tr("facts.value", "Value"), Grow: true},
	)
	t.object = container.NewStack(t.table)
	return t
}

// Reset forgets the figures of the topic before.
func (t *factsTab) Reset() {
	t.facts = nil
	t.table.Refresh()
}

func (t *factsTab) refresh(s selection, r *topics.Row) {
	t.facts = factsOf(s, r)
	t.table.Refresh()
}

// factsOf writes the figures of a topic, in the order in which one asks for them.
func factsOf(s selection, r *topics.Row) [][2]string {
	facts := [][2]string{
		{tr("facts.topic", "Topic"), r.Path},
		{tr("facts.connection", "Connection"), s.conn.Name()},
	}
	if r.Topics > 0 {
		facts = append(facts, [2]string{tr("facts.beneath", "Topics beneath"), count(r.Topics)})
	}
	if !r.HasValue {
		return facts
	}
	usual := tr("facts.unknown", "not known yet")
	if r.Interval > 0 {
		usual = r.Interval.Round(time.Millisecond).String()
	}
	yesNo := map[bool]string{true: tr("yes", "yes"), false: tr("no", "no")}
	return append(facts,
		[2]string{tr("facts.count", "Messages"), count(r.Count)},
		[2]string{tr("facts.rate", "Rate"), rate(r.Rate(s.conn.Now()))},
		[2]string{tr("facts.interval", "Usual interval"), usual},
		[2]string{tr("facts.first", "First received"), fullTime(r.First)},
		[2]string{tr("facts.last", "Last received"), fullTime(r.Time)},
		[2]string{tr("facts.size", "Size"), count(uint64(r.Size)) + " B"},
		[2]string{tr("facts.qos", "QoS"), string('0' + rune(r.QoS))},
		[2]string{tr("facts.retained", "Retained"), yesNo[r.Retained]},
		[2]string{tr("facts.number", "Number in this connection"), count(r.Seq)},
	)
}

// Len implements table.Source.
func (t *factsTab) Len() int { return len(t.facts) }

// Row implements table.Source.
func (t *factsTab) Row(i int, cells []string) {
	if i < len(t.facts) {
		cells[0], cells[1] = t.facts[i][0], t.facts[i][1]
	}
}
