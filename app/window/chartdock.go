package window

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/app/payload"
	"streamscope/app/series"
	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// chartDock is the chart across the foot of the window, with the series that the user put on
// it. It opens with the first series and closes when asked.
type chartDock struct {
	app       *app.App
	onChanged func()
	onClose   func()

	object fyne.CanvasObject
	chart  *chart.Chart
	series []dockSeries
	// waiting holds the series of connections that are not open, to come back with them.
	waiting []profile.ChartSeries
}

type dockSeries struct {
	sel     selection
	data    *series.Series
	release func()
	unit    string
	colour  int
}

func newChartDock(a *app.App, do func(func())) *chartDock {
	d := &chartDock{app: a, chart: chart.New(chart.Options{Do: do})}
	closer := iconButton(theme.CancelIcon(), tr("chart.close", "Close the chart; its series stay"), func() { d.onClose() })
	d.object = container.NewBorder(nil, nil, nil, container.NewVBox(closer), d.chart)
	d.chart.OnRemove = d.Remove
	d.chart.OnChanged = func() { d.onChanged() }
	d.chart.SetWindow(time.Minute)
	return d
}

// Pause freezes the view, never the data.
func (d *chartDock) Pause(on bool) {
	d.chart.Pause(on)
}

// Has reports whether a value is on the chart.
func (d *chartDock) Has(s selection) bool { return d.find(s) >= 0 }

func (d *chartDock) find(s selection) int {
	return slices.IndexFunc(d.series, func(o dockSeries) bool {
		return o.sel.conn == s.conn && o.sel.topic == s.topic && slices.Equal(o.sel.path, s.path)
	})
}

// Add puts a value on the chart, filled with the history that is held.
func (d *chartDock) Add(s selection) {
	if d.Has(s) {
		return
	}
	data, release := s.conn.Series(s.topic, s.path)
	added := dockSeries{sel: s, data: data, release: release, colour: d.freeColour()}
	if id, ok := s.conn.Index().Find(s.topic); ok {
		if e, ok := s.conn.Index().Latest(id); ok {
			_, added.unit, _ = payload.Number(e.Payload, s.path)
		}
	}
	d.series = append(d.series, added)
	d.changed()
}

func (d *chartDock) freeColour() int {
	for c := 0; ; c++ {
		if !slices.ContainsFunc(d.series, func(s dockSeries) bool { return s.colour == c }) {
			return c
		}
	}
}

// Remove takes a series off the chart.
func (d *chartDock) Remove(key string) {
	i := slices.IndexFunc(d.series, func(s dockSeries) bool { return seriesKey(s.sel) == key })
	if i < 0 {
		return
	}
	d.series[i].release()
	d.series = slices.Delete(d.series, i, i+1)
	d.changed()
}

// Clear takes all series off.
func (d *chartDock) Clear() {
	for _, s := range d.series {
		s.release()
	}
	d.series, d.waiting = nil, nil
	d.changed()
}

// Forget sets the series of a closed connection aside until it is opened again.
func (d *chartDock) Forget(c *app.Connection) {
	d.series = slices.DeleteFunc(d.series, func(s dockSeries) bool {
		if s.sel.conn != c {
			return false
		}
		s.release()
		d.waiting = append(d.waiting, saved(s.sel))
		return true
	})
	d.changed()
}

// Opened brings back the series that wait for a connection.
func (d *chartDock) Opened(c *app.Connection) {
	id := c.Profile().ID
	waiting := d.waiting
	d.waiting = nil
	for _, w := range waiting {
		if w.Profile == id {
			d.Add(selection{conn: c, topic: w.Topic, path: w.Path})
		} else {
			d.waiting = append(d.waiting, w)
		}
	}
}

func saved(s selection) profile.ChartSeries {
	return profile.ChartSeries{Profile: s.conn.Profile().ID, Topic: s.topic, Path: s.path}
}

// Saved lists what is on the chart, and what waits for its connection.
func (d *chartDock) Saved() []profile.ChartSeries {
	list := make([]profile.ChartSeries, 0, len(d.series)+len(d.waiting))
	for _, s := range d.series {
		list = append(list, saved(s.sel))
	}
	return append(list, d.waiting...)
}

// seriesKey names a value on the chart.
func seriesKey(s selection) string {
	return s.conn.Profile().ID + "\x1f" + s.topic + "\x1f" + pathKey(s.path)
}

// changed gives the chart its series anew.
func (d *chartDock) changed() {
	list := make([]chart.Series, len(d.series))
	several := len(d.app.Connections()) > 1
	colours := chart.Palette(variantNow())
	for i, s := range d.series {
		name := seriesName(s.sel.topic, s.sel.path)
		if several {
			name = s.sel.conn.Name() + ": " + name
		}
		list[i] = chart.Series{Key: seriesKey(s.sel), Name: name, Unit: s.unit, Color: colours[s.colour%len(colours)], Source: s.data}
	}
	d.chart.SetSeries(list)
	d.onChanged()
}

// tick lets the chart move; it reports whether it has anything to move.
func (d *chartDock) tick(time.Time) bool {
	if !d.object.Visible() || len(d.series) == 0 {
		return false
	}
	d.chart.Tick(d.series[0].sel.conn.Now())
	return !d.chart.State().Paused
}
