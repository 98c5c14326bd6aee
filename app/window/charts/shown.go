package charts

import (
	"streamscope/app/series"
	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// Shown is a chart as it stands on the board.
type Shown struct {
	ID, Name string
	// Own tells that it stands in a window of its own.
	Own   bool
	Chart *chart.Chart
	Lines []ShownLine
}

// ShownLine is one value on a chart.
type ShownLine struct {
	Spec profile.ChartSeries
	// Key names it in the drawing.
	Key string
	// Name is what the legend says, Word what of it is about the connection.
	Name, Word string
	Data       *series.Series
}

// Charts describes the charts of the board, in their order.
func (b *Board) Charts() []Shown {
	var all []Shown
	for _, p := range b.panels {
		s := Shown{ID: p.spec.ID, Name: p.name(), Own: p.own != nil, Chart: p.chart}
		for _, l := range p.lines {
			s.Lines = append(s.Lines, ShownLine{Spec: l.spec.Clone(), Key: key(l.spec), Name: l.name(p.several()), Word: l.word, Data: l.data})
		}
		all = append(all, s)
	}
	return all
}
