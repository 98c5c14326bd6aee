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
	"streamscope/app/window/ui"
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
	sel     ui.Selection
	data    *series.Series
	release func()
	unit    string
	colour  int
}

func newChartDock(a *app.App, do func(func())) *chartDock {
	d := &chartDock{app: a, chart: chart.New(chart.Options{Do: do})}
	closer := ui.IconButton(theme.CancelIcon(), ui.Tr("chart.close", "Close the chart; its series stay"), func() { d.onClose() })
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
func (d *chartDock) Has(s ui.Selection) bool { return d.find(s) >= 0 }

func (d *chartDock) find(s ui.Selection) int {
	return slices.IndexFunc(d.series, func(o dockSeries) bool {
		return o.sel.Conn == s.Conn && o.sel.Topic == s.Topic && slices.Equal(o.sel.Path, s.Path)
	})
}

// Add puts a value on the chart, filled with the history that is held.
func (d *chartDock) Add(s ui.Selection) {
	if d.Has(s) {
		return
	}
	data, release := s.Conn.Series(s.Topic, s.Path)
	added := dockSeries{sel: s, data: data, release: release, colour: d.freeColour()}
	if id, ok := s.Conn.Index().Find(s.Topic); ok {
		if e, ok := s.Conn.Index().Latest(id); ok {
			_, added.unit, _ = payload.Number(e.Payload, s.Path)
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
		if s.sel.Conn != c {
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
			d.Add(ui.Selection{Conn: c, Topic: w.Topic, Path: w.Path})
		} else {
			d.waiting = append(d.waiting, w)
		}
	}
}

func saved(s ui.Selection) profile.ChartSeries {
	return profile.ChartSeries{Profile: s.Conn.Profile().ID, Topic: s.Topic, Path: s.Path}
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
func seriesKey(s ui.Selection) string {
	return s.Conn.Profile().ID + "\x1f" + s.Topic + "\x1f" + ui.PathKey(s.Path)
}

// changed gives the chart its series anew.
func (d *chartDock) changed() {
	list := make([]chart.Series, len(d.series))
	several := len(d.app.Connections()) > 1
	colours := chart.Palette(variantNow())
	for i, s := range d.series {
		name := ui.SeriesName(s.sel.Topic, s.sel.Path)
		if several {
			name = s.sel.Conn.Name() + ": " + name
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
	d.chart.Tick(d.series[0].sel.Conn.Now())
	return !d.chart.State().Paused
}
