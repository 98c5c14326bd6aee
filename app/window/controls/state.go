package controls

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/app/command/saved"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// refresh shows what the device reports.
func (k *card) refresh(now time.Time) {
	k.lock(k.panel.locked(&k.command))
	c := &k.command.Control
	if c.State == nil {
		return
	}
	r := k.report()
	asked := k.panel.asked[k.key()]
	standing := c.Judge(asked, r, now)
	k.state.SetText(k.describeState(standing, asked, r, now))
	colour := theme.ColorNamePlaceHolder
	switch standing {
	case saved.Agrees:
		colour = theme.ColorNameSuccess
	case saved.Differs:
		colour = theme.ColorNameWarning
	case saved.Silent:
		colour = theme.ColorNameDisabled
	default:
	}
	k.state.SetColour(colour)
	k.plate.Warn(standing == saved.Differs)
	switch {
	case !r.Heard || r.Stale:
		if k.lose != nil {
			k.lose()
		}
	case k.follow != nil && !(standing == saved.Pending && c.Kind == saved.Slider):
		k.follow(r.Text)
	}
}

// longAgo is from when on the age of a report is told.
const longAgo = 10 * time.Second

// describeState says in a line what is known, and nothing more.
func (k *card) describeState(s saved.Standing, asked saved.Asked, r saved.Report, now time.Time) string {
	u := unit(k.command.Control.Unit)
	value := map[string]any{"Reported": r.Text + u, "Asked": asked.Value + u}
	switch s {
	case saved.Unheard:
		if k.panel.connection(&k.command) == nil {
			return ui.Tr("controls.state.nowhere", "State unknown: {{.Why}}", map[string]any{"Why": k.panel.missing(&k.command)})
		}
		return ui.Tr("controls.state.unheard", "State not reported yet")
	case saved.Silent:
		if r.Offline {
			return ui.Tr("controls.state.offline", "State unknown: not connected · was {{.Reported}}", value)
		}
		value["Age"] = ui.Age(now.Sub(r.Received))
		return ui.Tr("controls.state.silent", "State unknown: silent for {{.Age}} · was {{.Reported}}", value)
	case saved.Pending:
		return ui.Tr("controls.state.pending", "… asked for {{.Asked}} · still {{.Reported}}", value)
	case saved.Differs:
		return ui.Tr("controls.state.differs", "≠ asked for {{.Asked}} · reported {{.Reported}}", value)
	default:
	}
	text := ui.Tr("controls.state.reported", "Reported {{.Reported}}", value)
	if s == saved.Agrees {
		text = ui.Tr("controls.state.agrees", "Reported {{.Reported}}, as asked", value)
	}
	if age := now.Sub(r.At); !r.At.IsZero() && age > longAgo {
		text += " · " + ui.Tr("controls.state.age", "{{.Age}} ago", map[string]any{"Age": ui.Age(age)})
	}
	return text
}

// report reads the state from the index.
func (k *card) report() saved.Report {
	conn := k.panel.connection(&k.command)
	if conn == nil {
		return saved.Report{}
	}
	state := k.command.Control.State
	id, ok := conn.Index().Find(state.Topic)
	if !ok {
		return saved.Report{}
	}
	e, ok := conn.Index().Latest(id)
	if !ok {
		return saved.Report{}
	}
	rows := conn.Index().Rows([]topics.NodeID{id}, nil)
	r := saved.Report{
		Text:  k.reading(conn, state, e),
		Heard: true, Offline: conn.Status().State != connections.StateOpen,
	}
	r.Stale = r.Offline || silent(&rows[0], conn.Now(), k.command.Control.State.Within)
	r.Received = time.Unix(0, e.Time)
	if !e.Retained {
		r.At = r.Received
	}
	return r
}

// reading is the reported value without its unit: the command has its own, and what is asked for
// has none.
func (k *card) reading(conn *app.Connection, state *saved.State, e topics.Entry) string {
	d := conn.Decoders()
	text := d.Short(decode.Input{Topic: state.Topic, Props: e.Props, Payload: e.Payload, Seq: e.Seq}, state.Path, shortRunes)
	v, unit, ok := d.Number(state.Topic, e.Props, e.Payload, state.Path)
	if kind := k.command.Control.Kind; ok && (kind == saved.Slider || kind == saved.Number) {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	if ok && unit != "" {
		text = strings.TrimSpace(strings.TrimSuffix(text, unit))
	}
	return text
}

// How rare a report must have become before a device counts as silent, if the command does not say
// after what time: many report only when something changes, and those are not silent.
const (
	rhythmOf   = 20 // messages make a rhythm
	rhythms    = 10
	leastQuiet = time.Minute
)

// silent tells whether a state has not been reported for too long; within is in seconds, 0 where
// only the topic's own rhythm can tell.
func silent(r *topics.Row, now int64, within int) bool {
	quiet := time.Duration(now - r.Time)
	if within > 0 {
		return quiet > time.Duration(within)*time.Second
	}
	return r.Count >= rhythmOf && r.Interval > 0 && quiet > max(leastQuiet, rhythms*r.Interval)
}
