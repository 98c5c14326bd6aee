package window

import (
	"fmt"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamscope/app/topics"
	"streamscope/app/window/edgenode"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/widgets/table"
)

// factsTab lists the figures of a topic.
type factsTab struct {
	object fyne.CanvasObject
	table  *table.Table
	edge   *edgenode.Bar
	facts  [][2]string
}

func newFactsTab(edge *edgenode.Bar) *factsTab {
	t := &factsTab{edge: edge}
	t.table = table.New(t,
		table.Column{Title: ui.Tr("facts.what", "What"), Width: 176},
		table.Column{Title: ui.Tr("facts.value", "Value"), Grow: true},
	)
	t.object = container.NewBorder(edge.Object, nil, nil, nil, t.table)
	return t
}

// Reset forgets the figures of the topic before.
func (t *factsTab) Reset() {
	t.facts = nil
	t.table.Refresh()
}

func (t *factsTab) refresh(s ui.Selection, r *topics.Row) {
	t.edge.Refresh(s.Conn, s.Topic)
	t.facts = factsOf(s, r)
	t.table.Refresh()
}

// factsOf writes the figures of a topic, in the order in which one asks for them.
func factsOf(s ui.Selection, r *topics.Row) [][2]string {
	facts := [][2]string{
		{ui.Tr("facts.topic", "Topic"), r.Path},
		{ui.Tr("facts.connection", "Connection"), s.Conn.Name()},
	}
	if r.Topics > 0 {
		facts = append(facts, [2]string{ui.Tr("facts.beneath", "Topics beneath"), ui.Count(r.Topics)})
	}
	facts = append(facts, edgenode.Facts(s.Conn, r.Path)...)
	if !r.HasValue {
		return facts
	}
	usual := ui.Tr("facts.unknown", "not known yet")
	if r.Interval > 0 {
		usual = ui.Span(r.Interval)
	}
	yesNo := map[bool]string{true: ui.Tr("yes", "yes"), false: ui.Tr("no", "no")}
	facts = append(facts,
		[2]string{ui.Tr("facts.count", "Messages"), ui.Count(r.Count)},
		[2]string{ui.Tr("facts.rate", "Rate"), ui.Rate(r.Rate(s.Conn.Now()))},
		[2]string{ui.Tr("facts.interval", "Usual interval"), usual},
		[2]string{ui.Tr("facts.first", "First received"), ui.FullTime(r.First)},
		[2]string{ui.Tr("facts.last", "Last received"), ui.FullTime(r.Time)},
		[2]string{ui.Tr("facts.size", "Size"), ui.Count(uint64(r.Size)) + " B"},
		[2]string{ui.Tr("facts.qos", "QoS"), string('0' + rune(r.QoS))},
		[2]string{ui.Tr("facts.retained", "Retained"), yesNo[r.Retained]},
		[2]string{ui.Tr("facts.number", "Number in this connection"), ui.Count(r.Seq)},
	)
	return append(facts, propertyFacts(r.Props)...)
}

// propertyFacts writes what MQTT 5 sent beside the latest payload (§3.3.2.3).
func propertyFacts(p *connections.Properties) (facts [][2]string) {
	if p == nil {
		return nil
	}
	add := func(what, value string) {
		if value != "" {
			facts = append(facts, [2]string{what, value})
		}
	}
	add(ui.Tr("facts.contenttype", "Content type"), p.ContentType)
	if p.Text {
		add(ui.Tr("facts.format", "Payload format"), ui.Tr("facts.format.text", "UTF-8 text, says the sender"))
	}
	if p.Expiry > 0 {
		add(ui.Tr("facts.expiry", "Expires"), ui.Tr("facts.expiry.value", "{{.Time}} after it was received",
			map[string]any{"Time": ui.Span(time.Duration(p.Expiry) * time.Second)}))
	}
	add(ui.Tr("facts.response", "Response topic"), p.ResponseTopic)
	add(ui.Tr("facts.correlation", "Correlation data"), correlationText(p.CorrelationData))
	for _, u := range p.User {
		facts = append(facts, [2]string{ui.Tr("facts.property", "Property {{.Name}}", map[string]any{"Name": connections.OneLine(u.Name)}), connections.OneLine(u.Value)})
	}
	return facts
}

// correlationText shows bytes as text where they are readable.
func correlationText(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if s := string(b); utf8.Valid(b) && s == connections.OneLine(s) {
		return s
	}
	return connections.OneLine(fmt.Sprintf("% x", b[:min(len(b), 64)]))
}

// Len implements table.Source.
func (t *factsTab) Len() int { return len(t.facts) }

// Row implements table.Source.
func (t *factsTab) Row(i int, cells []string) {
	if i < len(t.facts) {
		cells[0], cells[1] = t.facts[i][0], t.facts[i][1]
	}
}
