package charts

import (
	"time"

	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// viewFor is the stretch of time that a chart shows: that of all linked charts, or its own.
func (b *Board) viewFor(c *profile.Chart) *chart.View {
	if c.Unlinked {
		return chart.NewView(c.Window, time.Now().UnixNano())
	}
	if b.view == nil {
		b.view = chart.NewView(c.Window, time.Now().UnixNano())
	}
	c.Window = b.view.State().Window
	return b.view
}

// setLinked has the chart share its time axis with the others, or keep its own, which begins
// where the shared one stands.
func (p *panel) setLinked(on bool) {
	if p.spec.Unlinked != on {
		return
	}
	st := p.chart.View().State()
	p.spec.Unlinked, p.spec.Window = !on, st.Window
	v := p.board.viewFor(&p.spec)
	if !on {
		v.Restore(st)
	}
	p.chart.SetView(v)
	p.board.changed()
}
