package chart

import (
	"math"
	"strconv"

	"fyne.io/fyne/v2/lang"
)

// table sums up what is in view, a row for each series that is shown, under a row of headings.
func (c *Chart) table() [][]string {
	rows := [][]string{c.headings()}
	s := c.view.current()
	to := min(s.to, c.view.clock())
	for i := range c.series {
		if one := &c.series[i]; !c.hidden[one.Key] {
			rows = append(rows, statisticsRow(one, s.from, to))
		}
	}
	return rows
}

func (c *Chart) headings() []string {
	return []string{
		lang.X("chart.stat.series", "Series"), lang.X("chart.stat.count", "Count"), lang.X("chart.stat.min", "Min"),
		lang.X("chart.stat.max", "Max"), lang.X("chart.stat.mean", "Mean"), lang.X("chart.stat.deviation", "Std dev"),
		lang.X("chart.stat.last", "Last"), lang.X("chart.stat.rate", "Change/s"),
	}
}

func statisticsRow(s *Series, from, to int64) []string {
	n, lo, hi, mean, deviation, last, rate := s.Source.Measure(from, to)
	row := []string{legendName(s), strconv.Itoa(n)}
	for _, v := range [...]float64{lo, hi, mean, deviation, last} {
		row = append(row, formatValue(v, 5))
	}
	return append(row, formatChange(rate))
}

// formatChange writes a difference with its sign.
func formatChange(v float64) string {
	s := formatValue(v, 4)
	if v > 0 && !math.IsInf(v, 0) {
		s = "+" + s
	}
	return s
}
