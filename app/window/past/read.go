package past

import (
	"bytes"
	"strings"
	"time"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/widgets/textview"
)

// maxHex is how much of a payload of bytes is compared as a hex dump.
const maxHex = 64 << 10

// readAs reads a message as its topic's payloads are read. It may run on any goroutine.
func readAs(s ui.Selection, e *topics.Entry) decode.Result {
	limits := decode.Whole()
	limits.Pixels = 0 // pictures are not shown here
	return s.Conn.Decoders().Read(decode.Input{
		Topic: s.Topic, Props: e.Props, Payload: e.Payload, Seq: e.Seq, Cut: e.Cut, Limits: limits,
	})
}

// document is how a message is shown.
func document(r *decode.Result) textview.Document {
	switch {
	case r.Text != nil:
		return textview.Text(r.Text)
	case r.Document != nil:
		if pretty, err := payload.PrettyJSON(r.Document); err == nil {
			return textview.JSON(pretty)
		}
	}
	if shownAsBytes(r) {
		return payload.HexDump(r.Bytes)
	}
	return textview.Text(r.Bytes)
}

// shownAsBytes tells that a message is shown as a hex dump, for want of anything better.
func shownAsBytes(r *decode.Result) bool {
	return r.Text == nil && r.Document == nil && payload.Detect(r.Bytes) == payload.KindBinary
}

// text is what is shown of a message as plain text.
func text(r *decode.Result) []byte {
	switch {
	case r.Text != nil:
		return r.Text
	case r.Document != nil:
		if pretty, err := payload.PrettyJSON(r.Document); err == nil {
			return pretty
		}
	}
	if !shownAsBytes(r) {
		return r.Bytes
	}
	dump := payload.HexDump(r.Bytes[:min(len(r.Bytes), maxHex)])
	var b bytes.Buffer
	for i := range dump.Len() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(dump.Line(i))
	}
	return b.Bytes()
}

// clock writes instants, in local time or UTC.
type clock struct {
	utc bool
	// today is an instant of the day that needs no date.
	today int64
}

func (c clock) time(at int64) time.Time {
	t := time.Unix(0, at)
	if c.utc {
		return t.UTC()
	}
	return t
}

// short leaves the date out where it is today's.
func (c clock) short(at int64) string {
	t := c.time(at)
	if c.isToday(at) {
		return t.Format("15:04:05.000")
	}
	return t.Format("2006-01-02 15:04:05.000")
}

func (c clock) isToday(at int64) bool {
	y, m, d := c.time(at).Date()
	ty, tm, td := c.time(c.today).Date()
	return d == td && m == tm && y == ty
}

// full writes the date, and the zone.
func (c clock) full(at int64) string { return c.time(at).Format("2006-01-02 15:04:05.000 MST") }

// flags are the words for what is special about a message.
func flags(e *topics.Entry) string {
	var words []string
	if e.Retained {
		words = append(words, ui.Tr("history.flag.retained", "retained"))
	}
	if e.Dup {
		words = append(words, ui.Tr("history.flag.dup", "dup"))
	}
	if e.Cut {
		words = append(words, ui.Tr("history.flag.cut", "cut"))
	}
	return strings.Join(words, ", ")
}

// propsText writes properties on one line.
func propsText(p *connections.Properties) string {
	if p.Empty() {
		return ""
	}
	var parts []string
	if p.ContentType != "" {
		parts = append(parts, p.ContentType)
	}
	if p.Text {
		parts = append(parts, "UTF-8")
	}
	for _, u := range p.User {
		parts = append(parts, u.Name+"="+u.Value)
	}
	if p.Expiry > 0 {
		parts = append(parts, ui.Tr("history.expires", "expires after {{.Age}}", map[string]any{"Age": ui.Age(time.Duration(p.Expiry) * time.Second)}))
	}
	if p.ResponseTopic != "" {
		parts = append(parts, ui.Tr("history.answer", "answer on {{.Topic}}", map[string]any{"Topic": p.ResponseTopic}))
	}
	if len(p.CorrelationData) > 0 {
		parts = append(parts, ui.Tr("history.correlation", "correlation {{.N}} B", map[string]any{"N": len(p.CorrelationData)}))
	}
	return strings.Join(parts, " · ")
}
