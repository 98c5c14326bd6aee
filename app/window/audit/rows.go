package audit

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"streamscope/app/command"
	"streamscope/app/command/audit"
	"streamscope/app/export"
	"streamscope/app/window/ui"
)

// narrowing is what the user wants to see; an empty text means all.
type narrowing struct {
	words, connection, origin, outcome string
}

// rows are what the table shows.
type rows struct {
	all, shown []audit.Entry
}

// narrow shows what fits.
func (r *rows) narrow(n narrowing) {
	words := strings.Fields(strings.ToLower(n.words))
	r.shown = make([]audit.Entry, 0, len(r.all))
	for _, e := range r.all {
		if (n.connection == "" || e.Connection == n.connection) && (n.origin == "" || string(e.Origin) == n.origin) &&
			(n.outcome == "" || outcome(&e) == n.outcome) && holds(&e, words) {
			r.shown = append(r.shown, e)
		}
	}
}

// holds reports whether an entry holds every word.
func holds(e *audit.Entry, words []string) bool {
	if len(words) == 0 {
		return true
	}
	text := strings.ToLower(strings.Join([]string{
		e.Topic, e.Connection, e.Name, string(e.Origin), outcome(e), e.Reason, e.SHA256, e.ID, string(e.Payload), e.Time.Local().Format(time.DateTime),
	}, "\n"))
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// outcome is what became of an entry, honestly named.
func outcome(e *audit.Entry) string {
	switch {
	case e.Outcome == "" && e.Run:
		return ui.Tr("audit.running", "runs, or was killed")
	case e.Outcome == "":
		return ui.Tr("audit.noresult", "no result")
	case e.Outcome == "acknowledged" && e.Code == 0x10:
		return string(command.VerdictNoSubscriber)
	}
	return e.Outcome
}

// values lists what the entries have, sorted.
func (r *rows) values(of func(*audit.Entry) string) []string {
	var all []string
	for i := range r.all {
		if v := of(&r.all[i]); v != "" && !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return all
}

// Len implements table.Source.
func (r *rows) Len() int { return len(r.shown) }

// Row implements table.Source.
func (r *rows) Row(i int, cells []string) {
	if i >= len(r.shown) {
		return
	}
	e := &r.shown[i]
	cells[0] = e.Time.Local().Format("2006-01-02 15:04:05")
	cells[1], cells[2], cells[3] = e.Connection, string(e.Origin), e.Topic
	if e.Name != "" {
		cells[2] += ": " + e.Name
	}
	cells[4] = payloadOf(e, 80)
	cells[5] = outcome(e)
	if e.Reason != "" {
		cells[5] += ": " + e.Reason
	}
	cells[6] = ""
	if e.Took > 0 {
		cells[6] = tookText(e.Took)
	}
}

// payloadOf is what is known of what was sent.
func payloadOf(e *audit.Entry, limit int) string {
	switch {
	case e.Run:
		n := ui.Count(e.Counts.Asked)
		if e.Total > 0 {
			n += " / " + ui.Count(e.Total)
		}
		return ui.TrN(max(e.Total, e.Counts.Asked), "audit.messages", "{{.N}} message, {{.Size}}", "{{.N}} messages, {{.Size}}",
			map[string]any{"N": n, "Size": ui.Size(e.Size)})
	case e.Payload != nil:
		return command.Excerpt(e.Payload, limit)
	case e.Size == 0:
		return ui.Tr("audit.empty", "(empty)")
	}
	return ui.Size(e.Size) + " · " + e.SHA256[:min(12, len(e.SHA256))] + "…"
}

// details tells all of an entry, a line each.
func details(e *audit.Entry) string {
	lines := []string{fmt.Sprintf("%s  %s", e.Time.Local().Format("2006-01-02 15:04:05.000"), e.ID)}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+": "+value)
		}
	}
	how := fmt.Sprintf("QoS %d", e.QoS)
	if e.Retain {
		how += ", " + ui.Tr("audit.retain", "retained")
	}
	if e.Confirmed {
		how += ", " + ui.Tr("audit.confirmed", "confirmed by the user")
	}
	if e.Run {
		how = ui.Tr("audit.counts", "{{.Asked}} asked, {{.Sent}} sent, {{.Ack}} acknowledged, {{.No}} refused, {{.Un}} unknown", map[string]any{
			"Asked": e.Counts.Asked, "Sent": e.Counts.Sent, "Ack": e.Counts.Acknowledged, "No": e.Counts.Refused, "Un": e.Counts.Unknown})
	}
	add(ui.Tr("audit.where", "Where"), e.Connection+"  "+e.Topic)
	add(ui.Tr("audit.how", "How"), how)
	add(ui.Tr("audit.result", "Result"), strings.TrimSpace(outcome(e)+"  "+e.Reason))
	add(ui.Tr("audit.what", "What"), payloadOf(e, 300))
	add("SHA-256", e.SHA256)
	return strings.Join(lines, "\n")
}

// columns are those of an exported table.
func columns() []string {
	return []string{"time", "id", "profile", "connection", "origin", "name", "topic", "qos", "retain", "confirmed", "size", "sha256",
		"payload", "outcome", "code", "took_ms", "reason", "run", "asked", "sent", "acknowledged", "refused", "unknown"}
}

// writeCSV writes entries as a table.
func writeCSV(w io.Writer, list []audit.Entry) error {
	c := export.NewCSV(w, columns()...)
	for _, e := range list {
		if err := c.Write(export.Instant(e.Time.UnixNano()), e.ID, e.Profile, e.Connection, string(e.Origin), e.Name, e.Topic, int(e.QoS), e.Retain, e.Confirmed,
			e.Size, e.SHA256, e.Payload, outcome(&e), int(e.Code), float64(e.Took)/1e6, e.Reason, e.Run,
			e.Counts.Asked, e.Counts.Sent, e.Counts.Acknowledged, e.Counts.Refused, e.Counts.Unknown); err != nil {
			return err
		}
	}
	return c.Flush()
}

// writeLines writes entries as JSON Lines.
func writeLines(w io.Writer, list []audit.Entry) error {
	l := export.NewLines(w)
	for _, e := range list {
		if err := l.Write(e); err != nil {
			return err
		}
	}
	return l.Flush()
}

// tookText writes a time to the millisecond; shorter ones are no zero.
func tookText(d time.Duration) string {
	if d < time.Millisecond {
		return "< 1 ms"
	}
	return ui.Span(d)
}
