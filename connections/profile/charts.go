package profile

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"
)

// Chart is a chart as the user put it together: which values it draws, and how. Samples are not
// part of it. A chart whose values all come from one saved profile is kept in that profile and
// leaves each [ChartSeries.Profile] empty, so that it goes along when the profile is copied,
// exported or imported; other charts are kept in the workspace, by the IDs of their profiles.
type Chart struct {
	// ID tells charts apart; see [NewChartID].
	ID string `json:"id"`
	// Title is the user's; empty for none.
	Title  string        `json:"title,omitempty"`
	Series []ChartSeries `json:"series"`
	// Window is the span of time shown.
	Window time.Duration `json:"window"`
	// Left and Right are the value axes.
	Left  ChartAxis `json:"left,omitzero"`
	Right ChartAxis `json:"right,omitzero"`
	// Marks are the thresholds and bands.
	Marks []ChartMark `json:"marks,omitempty"`
	// Stats tells whether the table of figures stands beneath the chart.
	Stats bool `json:"stats,omitempty"`
	// Unlinked tells that the chart doesn't share its time axis with the others.
	Unlinked bool `json:"unlinked,omitempty"`
	// Place is where the chart stands among the others of the dock, from 0.
	Place int `json:"place,omitempty"`
	// Own is the chart's own window; nil while it stands in the dock.
	Own *ChartWindow `json:"own,omitempty"`
}

// ChartSeries is one line of a chart.
type ChartSeries struct {
	// Profile is the ID of the value's profile; empty for the one in which the chart is kept.
	Profile string `json:"profile,omitempty"`
	Topic   string `json:"topic"`
	// Path is the list of keys that leads to the value; empty for the topic's usual one.
	Path []string `json:"path,omitempty"`
	// Name is the user's; empty for topic and path.
	Name string `json:"name,omitempty"`
	// Colour is "#rrggbb"; empty for the theme's colour of Shade.
	Colour string `json:"colour,omitempty"`
	// Shade is the number of the theme's colour.
	Shade int `json:"shade,omitempty"`
	// Style is one of the Style constants; empty lets the values decide.
	Style string `json:"style,omitempty"`
	// Right puts the line on the right axis.
	Right  bool `json:"right,omitempty"`
	Hidden bool `json:"hidden,omitempty"`
	// Clock is where the payload tells its own time; nil for the time of receipt.
	Clock *ChartClock `json:"clock,omitempty"`
}

// ChartClock is where and how payloads tell the time of their sample.
type ChartClock struct {
	// Path is the list of keys that leads to it; empty for the time that the mapping of a raw
	// WebSocket finds.
	Path []string `json:"path,omitempty"`
	// Format is "rfc3339", "s", "ms", "us" or "ns"; empty is "rfc3339".
	Format string `json:"format,omitempty"`
}

// Styles of a line.
const (
	StyleLine   = "line"
	StyleStep   = "step"
	StylePoints = "points"
	StyleBand   = "band"
)

// ChartAxis is one value axis.
type ChartAxis struct {
	// Low and High are the ends; both nil when the axis follows the values.
	Low  *float64 `json:"low,omitempty"`
	High *float64 `json:"high,omitempty"`
	Log  bool     `json:"log,omitempty"`
	// Unit is written at the axis; empty for what the values say.
	Unit string `json:"unit,omitempty"`
}

// ChartMark is a threshold, or with High above Low a band.
type ChartMark struct {
	Label string  `json:"label,omitempty"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	// Colour is "#rrggbb".
	Colour string `json:"colour,omitempty"`
	Right  bool   `json:"right,omitempty"`
}

// Band tells a band from a threshold.
func (m ChartMark) Band() bool { return m.High > m.Low }

// ChartWindow is the size of a chart's own window, in Fyne's units.
type ChartWindow struct {
	Width      float32 `json:"width"`
	Height     float32 `json:"height"`
	FullScreen bool    `json:"fullScreen,omitempty"`
}

// NewChartID returns an ID that no other chart has.
func NewChartID() string { return "c-" + strings.ToLower(rand.Text()[:16]) }

// Limits of what is kept of charts: far above use, and they keep a file small.
const (
	maxCharts      = 50
	maxChartSeries = 50
	maxMarks       = 50
	maxChartText   = 200 // of titles, names and labels, in bytes
)

// SaneCharts returns charts with everything in bounds, whoever wrote them: an edited file must
// not open a window of no size, and a figure that JSON has not must not keep a file from being
// saved. It shares nothing with its argument.
func SaneCharts(charts []Chart) []Chart {
	var sane []Chart
	for _, c := range charts[:min(len(charts), maxCharts)] {
		sane = append(sane, c.sane())
	}
	return sane
}

func (c Chart) sane() Chart {
	c = c.Clone()
	if c.ID == "" || len(c.ID) > maxChartText {
		c.ID = NewChartID()
	}
	c.Title = shortened(c.Title)
	c.Series = c.Series[:min(len(c.Series), maxChartSeries)]
	for i := range c.Series {
		c.Series[i].sane()
	}
	if c.Window < time.Second || c.Window > 31*24*time.Hour {
		c.Window = 5 * time.Minute
	}
	c.Left.sane()
	c.Right.sane()
	c.Marks = slices.DeleteFunc(c.Marks, func(m ChartMark) bool { return !(m.High-m.Low >= 0 && m.High-m.Low < 1e300) })
	c.Marks = c.Marks[:min(len(c.Marks), maxMarks)]
	for i := range c.Marks {
		m := &c.Marks[i]
		m.Label, m.Colour = shortened(m.Label), colourOrNone(m.Colour)
	}
	if w := c.Own; w != nil && !(w.Width >= 240 && w.Width <= 20000 && w.Height >= 160 && w.Height <= 20000) {
		w.Width, w.Height = 900, 520
	}
	return c
}

func (s *ChartSeries) sane() {
	s.Name, s.Colour = shortened(s.Name), colourOrNone(s.Colour)
	switch s.Style {
	case StyleLine, StyleStep, StylePoints, StyleBand:
	default:
		s.Style = ""
	}
	if c := s.Clock; c != nil && !slices.Contains([]string{"", "rfc3339", "s", "ms", "us", "ns"}, c.Format) {
		s.Clock = nil
	}
	s.Shade = max(s.Shade, 0)
}

func (a *ChartAxis) sane() {
	if a.Low == nil || a.High == nil || !(*a.High-*a.Low > 0 && *a.High-*a.Low < 1e300) {
		a.Low, a.High = nil, nil
	}
	a.Unit = shortened(a.Unit)
}

// shortened cuts a text without breaking a letter.
func shortened(s string) string {
	if len(s) <= maxChartText {
		return s
	}
	return strings.ToValidUTF8(s[:maxChartText], "")
}

func colourOrNone(c string) string {
	if CheckColour(c) != nil {
		return ""
	}
	return c
}

// Clone returns a copy that shares nothing with c.
func (c Chart) Clone() Chart {
	c.Series = slices.Clone(c.Series)
	for i := range c.Series {
		c.Series[i] = c.Series[i].Clone()
	}
	c.Marks = slices.Clone(c.Marks)
	c.Left, c.Right = c.Left.clone(), c.Right.clone()
	if c.Own != nil {
		own := *c.Own
		c.Own = &own
	}
	return c
}

// Clone returns a copy that shares nothing with s.
func (s ChartSeries) Clone() ChartSeries {
	s.Path = slices.Clone(s.Path)
	if s.Clock != nil {
		s.Clock = &ChartClock{Path: slices.Clone(s.Clock.Path), Format: s.Clock.Format}
	}
	return s
}

func (a ChartAxis) clone() ChartAxis {
	if a.Low != nil && a.High != nil {
		low, high := *a.Low, *a.High
		a.Low, a.High = &low, &high
	}
	return a
}

func cloneCharts(charts []Chart) []Chart {
	copies := slices.Clone(charts)
	for i := range copies {
		copies[i] = copies[i].Clone()
	}
	return copies
}
