package window

import (
	"image/color"
	"time"

	"streamscope/app/payload"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/widgets/topictree"
)

// shortRunes bounds the text of one value in a row; more never fits on a screen.
const shortRunes = 160

// rowContext is what a topic's row depends on beside the topic itself.
type rowContext struct {
	now int64
	// live tells whether the connection is open: nothing else looks live.
	live bool
	// path is the chosen key of a JSON topic; nil for the rule of payload.Short.
	path []string
	// value is the short form of the latest message; empty where that is the payload's own.
	value  string
	pinned bool
	trend  []float32
	// figure stands beside a branch; of a topic it is a note.
	figure figure
}

// renderTopic writes the cells of a topic's or branch's row. It is pure: equal arguments, equal
// row.
func renderTopic(out *topictree.Row, r *topics.Row, c rowContext) {
	out.Name = r.Name
	out.Topics = r.Topics
	out.Pinned = c.pinned
	out.Change = r.Seq
	out.Value, out.Age, out.Note, out.Figure = "", "", "", ""
	out.Retained, out.Cut, out.Stale = false, false, false
	out.Trend = nil
	if r.Topics > 0 {
		out.Figure = c.figure.beneath(r, c.now)
	} else {
		out.Note = c.figure.beneath(r, c.now)
	}
	if !r.HasValue {
		out.Stale = !c.live
		return
	}
	if out.Value = c.value; out.Value == "" {
		out.Value = shortValue(r.Payload, r.Size, c.path)
	}
	out.Retained = r.Retained
	out.Cut = r.Cut
	out.Trend = c.trend
	out.Stale = !c.live || r.Silent(c.now)
	if r.Retained {
		// The age of a retained message is unknown: the broker kept it for nobody knows how long.
		out.Age = ui.Tr("row.retained", "retained")
	} else {
		out.Age = ui.Age(time.Duration(c.now - r.Time))
	}
	if r.Cut {
		out.Note = ui.Tr("row.cut", "cut: {{.Held}} of {{.Size}}", map[string]any{
			"Held": ui.Size(min(r.Size, 64<<10)), "Size": ui.Size(r.Size)})
	}
}

// shortValue is the one-line form of a payload.
func shortValue(b []byte, whole int64, path []string) string {
	if whole == 0 {
		return ui.Tr("row.empty", "(empty)")
	}
	return payload.ShortPrefix(b, whole, path, shortRunes)
}

// connectionRow writes the row of a connection: the root of its topics.
func connectionRow(out *topictree.Row, name string, open, live bool, since string, n int, c color.Color) {
	*out = topictree.Row{
		Key: out.Key, Kind: topictree.Root, Name: name, Branch: true, Open: open,
		Topics: n, Colour: c, Stale: !live, Note: since,
	}
}
