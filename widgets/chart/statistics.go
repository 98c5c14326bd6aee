package chart

import (
	"math"
	"strconv"
	"time"

	"fyne.io/fyne/v2/lang"
)

// table reads the cursors and sums up what is in view: a row for each series, under a row of
// headings. The name of the series comes first. Those that are hidden are left out or have a row
// of nothing.
func (c *Chart) table(hidden bool) [][]string {
	rows := [][]string{c.headings()}
	for i := range c.series {
		s := &c.series[i]
		switch {
		case !c.hidden[s.Key]:
			rows = append(rows, c.figures(s))
		case hidden:
			rows = append(rows, make([]string, len(rows[0])))
		}
	}
	return rows
}

func (c *Chart) headings() []string {
	row := []string{lang.X("chart.stat.series", "Series")}
	a, b := c.view.Cursors()
	if a != 0 {
		row = append(row, "A")
	}
	if b != 0 {
		row = append(row, "B")
	}
	if a != 0 && b != 0 {
		row = append(row, lang.X("chart.stat.difference", "B − A in {{.Time}}", map[string]any{"Time": formatSpan(b - a)}),
			lang.X("chart.stat.slope", "(B − A)/s"))
	}
	if c.statistics {
		row = append(row, lang.X("chart.stat.count", "Count"), lang.X("chart.stat.min", "Min"),
			lang.X("chart.stat.max", "Max"), lang.X("chart.stat.mean", "Mean"), lang.X("chart.stat.deviation", "Std dev"),
			lang.X("chart.stat.last", "Last"), lang.X("chart.stat.rate", "Change/s"))
	}
	return row
}

// figures are the cells of one series.
func (c *Chart) figures(s *Series) []string {
	row := []string{legendName(s)}
	a, b := c.view.Cursors()
	if a != 0 {
		row = append(row, formatValue(known(s, a), 7))
	}
	if b != 0 {
		row = append(row, formatValue(known(s, b), 7))
	}
	if a != 0 && b != 0 {
		d := known(s, b) - known(s, a)
		row = append(row, formatChange(d), formatChange(d/(float64(b-a)/1e9)))
	}
	if !c.statistics {
		return row
	}
	span := c.view.current()
	n, lo, hi, mean, deviation, last, rate := s.Source.Measure(span.from, max(min(span.to, c.view.clock()+1), span.from))
	row = append(row, strconv.Itoa(n))
	for _, v := range [...]float64{lo, hi, mean, deviation, last} {
		row = append(row, formatValue(v, 5))
	}
	return append(row, formatChange(rate))
}

// known is the value that was known at an instant; NaN if none was.
func known(s *Series, at int64) float64 {
	if _, v, ok := s.Source.At(at); ok {
		return v
	}
	return math.NaN()
}

// formatChange writes a difference with its sign.
func formatChange(v float64) string {
	s := formatValue(v, 5)
	if v > 0 && !math.IsInf(v, 0) {
		s = "+" + s
	}
	return s
}

// formatSpan writes a length of time as it is read out.
func formatSpan(ns int64) string {
	d := time.Duration(ns)
	switch {
	case d < 0:
		return "−" + formatSpan(-ns)
	case d < time.Millisecond:
		return d.String()
	case d < time.Minute:
		return strconv.FormatFloat(d.Round(time.Millisecond).Seconds(), 'f', 3, 64) + " s"
	case d < 24*time.Hour:
		return d.Round(time.Second / 10).String()
	}
	return strconv.FormatFloat(d.Hours()/24, 'f', 2, 64) + " d"
}
