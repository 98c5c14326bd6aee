package charts

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"streamscope/app/payload"
	"streamscope/app/session"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// windowLengths are the lengths of time to choose from.
func windowLengths() []time.Duration {
	const day = 24 * time.Hour
	return []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
		time.Hour, 6 * time.Hour, day, 7 * day, 30 * day}
}

func windowName(d time.Duration) string {
	n := func(unit time.Duration) map[string]any { return map[string]any{"N": strconv.Itoa(int(d / unit))} }
	switch {
	case d < time.Minute:
		return ui.Tr("charts.seconds", "{{.N}} s", n(time.Second))
	case d < time.Hour:
		return ui.Tr("charts.minutes", "{{.N}} min", n(time.Minute))
	case d < 48*time.Hour:
		return ui.Tr("charts.hours", "{{.N}} h", n(time.Hour))
	}
	return ui.Tr("charts.days", "{{.N}} days", n(24*time.Hour))
}

func (p *panel) setWindow(d time.Duration) {
	p.chart.View().SetWindow(d)
	p.board.changed()
}

func (p *panel) togglePause() { p.chart.View().Pause(!p.chart.View().Paused()) }

func (p *panel) goLive() { p.chart.View().SetLive() }

func (p *panel) toggleStats() {
	p.spec.Stats = !p.spec.Stats
	p.chart.ShowStatistics(p.spec.Stats)
	p.board.changed()
}

// clockMenu offers the times that a sample may stand at: that of its receipt, and those that its
// payload tells.
func (p *panel) clockMenu(l *line) *fyne.Menu {
	m := fyne.NewMenu("", checked(ui.Tr("charts.clock.receipt", "When it was received"), l.spec.Clock == nil, func() { p.setClock(l, nil) }))
	for _, c := range l.clocks() {
		m.Items = append(m.Items, checked(clockName(c), sameClock(l.spec.Clock, &c), func() { p.setClock(l, &c) }))
	}
	if len(m.Items) == 1 {
		none := fyne.NewMenuItem(ui.Tr("charts.clock.none", "The payload tells no time"), nil)
		none.Disabled = true
		m.Items = append(m.Items, none)
	}
	for _, words := range l.clockNotes() {
		note := fyne.NewMenuItem(words, nil)
		note.Disabled = true
		m.Items = append(m.Items, note)
	}
	return m
}

// clockNotes say which samples don't stand where their payloads say.
func (l *line) clockNotes() (notes []string) {
	if l.conn == nil || l.spec.Clock == nil {
		return nil
	}
	t, _ := l.conn.SeriesTimes(l.spec.Topic, l.spec.Path, times(l.spec.Clock))
	if t.Missing > 0 {
		notes = append(notes, ui.TrN(t.Missing, "charts.clock.missing", "{{.N}} tells no time: shown when received", "{{.N}} tell no time: shown when received", nil))
	}
	if t.Outside > 0 {
		notes = append(notes, ui.TrN(t.Outside, "charts.clock.outside", "{{.N}} is out of range (1678 to 2261): shown when received", "{{.N}} are out of range (1678 to 2261): shown when received", nil))
	}
	if t.Back > 0 {
		notes = append(notes, ui.TrN(t.Back, "charts.clock.back", "{{.N}} came late, and stands where it belongs", "{{.N}} came late, and stand where they belong", nil))
	}
	return notes
}

// tellsTimesOutside tells whether some payloads tell times out of range.
func (l *line) tellsTimesOutside() bool {
	if l.conn == nil || l.spec.Clock == nil {
		return false
	}
	t, _ := l.conn.SeriesTimes(l.spec.Topic, l.spec.Path, times(l.spec.Clock))
	return t.Outside > 0
}

// clocks are the times that the latest messages tell, the one in use among them.
func (l *line) clocks() (list []profile.ChartClock) {
	add := func(c profile.ChartClock) {
		if !slices.ContainsFunc(list, func(o profile.ChartClock) bool { return sameClock(&o, &c) }) {
			list = append(list, c)
		}
	}
	if l.conn != nil {
		const several = 8 // one alone may lack the time, or have it wrong
		decoders, x := l.conn.Decoders(), l.conn.Index()
		id, _ := x.Find(l.spec.Topic)
		for _, e := range x.History(id, 0, several) {
			for _, c := range payload.Clocks(decoders.Document(l.spec.Topic, e.Props, e.Payload)) {
				add(profile.ChartClock{Path: c.Path, Format: c.Format.String()})
			}
			if e.Own != 0 {
				add(profile.ChartClock{})
			}
		}
	}
	if l.spec.Clock != nil {
		add(*l.spec.Clock)
	}
	return list
}

func clockName(c profile.ChartClock) string {
	if len(c.Path) == 0 {
		return ui.Tr("charts.clock.mapped", "When the mapping says")
	}
	return ui.Tr("charts.clock.path", "When “{{.Path}}” says", map[string]any{"Path": ui.PathLabel(c.Path)})
}

func sameClock(a, b *profile.ChartClock) bool {
	if a == nil || b == nil {
		return a == b
	}
	return slices.Equal(a.Path, b.Path) && a.Format == b.Format
}

// setClock places the samples by another time; the line is filled anew.
func (p *panel) setClock(l *line, c *profile.ChartClock) {
	if sameClock(l.spec.Clock, c) {
		return
	}
	l.spec.Clock = c
	if l.conn != nil {
		l.attach(l.conn)
	}
	p.redone()
}

// times is what the session is asked for.
func times(c *profile.ChartClock) session.SeriesOptions {
	if c == nil {
		return session.SeriesOptions{}
	}
	format, err := payload.ParseTimeFormat(c.Format)
	if err != nil { // checked when it was read
		format = payload.TimeRFC3339
	}
	return session.SeriesOptions{Clock: &payload.Clock{Path: c.Path, Format: format}}
}
