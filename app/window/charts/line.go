package charts

import (
	"slices"

	"streamscope/app"
	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/series"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// line is one value on a chart, whether its connection is open or not.
type line struct {
	// spec is what is kept of it; Profile is always set.
	spec profile.ChartSeries
	// conn is nil while the connection is not open in the window.
	conn *app.Connection
	data *series.Series
	// release gives data back.
	release func()
	// owner is what the connection was called when it was open last.
	owner string
	unit  string
	// placed tells that its axis is settled, byHand that it was by the user, in this run or in one
	// before.
	placed, byHand bool
	// state tells that the values are words like ON and true.
	state bool
	// word is what the legend says of its connection; see [Board.Refresh].
	word string
	// outside tells that payloads tell times out of range; see [Board.Refresh].
	outside bool
}

func specOf(s ui.Selection) profile.ChartSeries {
	return profile.ChartSeries{Profile: s.Conn.Profile().ID, Topic: s.Topic, Path: slices.Clone(s.Path)}
}

// key names a value on its chart.
func key(s profile.ChartSeries) string {
	return s.Profile + "\x1e" + s.Topic + "\x1e" + ui.PathKey(s.Path)
}

// attach gives the line its samples, from what is held on.
func (l *line) attach(c *app.Connection) {
	l.detach()
	l.conn, l.owner = c, c.Name()
	l.data, l.release = c.Series(l.spec.Topic, l.spec.Path, times(l.spec.Clock))
	l.look()
}

// detach gives the samples back; the line stays, empty.
func (l *line) detach() {
	if l.release != nil {
		l.release()
	}
	l.conn, l.release, l.data = nil, nil, series.New(series.Options{})
}

// look learns from the latest message, if there is one yet, what kind of number it is.
func (l *line) look() {
	e, ok := l.latest()
	if !ok {
		return
	}
	decoders := l.conn.Decoders()
	v, unit, ok := decoders.Number(l.spec.Topic, e.Props, e.Payload, l.spec.Path)
	if !ok {
		return
	}
	if unit == "" {
		unit = l.named()
	}
	l.unit, l.state = unit, isState(decoders.Short(decode.Input{Topic: l.spec.Topic, Props: e.Props, Payload: e.Payload}, l.spec.Path, 16), v)
}

// named is the unit that the topic tells: by a topic of its own beneath, as Homie has it, or by its
// name.
func (l *line) named() string {
	if e, ok := l.newest(l.spec.Topic + "/$unit"); ok && len(l.spec.Path) == 0 {
		if unit := payload.Unit(e.Payload); unit != "" {
			return unit
		}
	}
	return payload.UnitNamed(l.spec.Topic, l.spec.Path)
}

// latest is the newest message of the line's topic.
func (l *line) latest() (topics.Entry, bool) { return l.newest(l.spec.Topic) }

func (l *line) newest(topic string) (topics.Entry, bool) {
	x := l.conn.Index()
	id, ok := x.Find(topic)
	if !ok {
		return topics.Entry{}, false
	}
	return x.Latest(id)
}

// isState tells a value that was written as a word from one that was written in figures.
func isState(text string, v float64) bool {
	if v != 0 && v != 1 || text == "" {
		return false
	}
	return !slices.ContainsFunc([]byte(text), func(b byte) bool { return b >= '0' && b <= '9' })
}

// title is what the line is called.
func (l *line) title(several bool) string {
	n := l.spec.Name
	if n == "" {
		n = ui.SeriesName(l.spec.Topic, l.spec.Path)
		if several && l.owner != "" {
			n = l.owner + ": " + n
		}
	}
	return n
}

// name is the title with what there is to say of the line at the moment, for the legend.
func (l *line) name(several bool) string {
	n := l.title(several)
	if l.word != "" {
		n += " · " + l.word
	}
	if l.outside {
		n += " · " + ui.Tr("charts.line.outside", "dates out of range")
	}
	return n
}

// style is how the line is drawn: as the user chose, else by steps where words are states.
func (l *line) style() chart.Style {
	switch l.spec.Style {
	case profile.StyleLine:
		return chart.Line
	case profile.StyleStep:
		return chart.Step
	case profile.StylePoints:
		return chart.Points
	case profile.StyleBand:
		return chart.Band
	}
	if l.state {
		return chart.Step
	}
	return chart.Line
}

func sideOf(right bool) chart.Side {
	if right {
		return chart.Right
	}
	return chart.Left
}
