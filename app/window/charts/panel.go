package charts

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections/profile"
	"streamscope/widgets/chart"
)

// panel is one chart of the board: the drawing, its title and its buttons.
type panel struct {
	board *Board
	// spec is the chart but for its series, which are lines.
	spec  profile.Chart
	lines []*line

	chart  *chart.Chart
	title  *ui.QuietText
	menu   *ttwidget.Button
	detach *ttwidget.Button
	object fyne.CanvasObject
	// own is the chart's window; nil while it stands in the dock.
	own *ownWindow
}

func newPanel(b *Board, spec profile.Chart) *panel {
	p := &panel{board: b, spec: spec, title: ui.NewFittingText()}
	for _, s := range spec.Series {
		l := &line{spec: s, placed: true, byHand: true}
		l.detach()
		p.lines = append(p.lines, l)
	}
	p.spec.Series = nil
	p.chart = chart.New(chart.Options{Do: b.o.Do, View: b.viewFor(&p.spec)})
	p.lay()
	p.chart.OnRemove = func(key string) { p.remove(key) }
	p.chart.OnChanged = p.moved
	p.chart.OnMenu = p.showMenu
	p.chart.OnKey = p.typed
	p.title.Line.TextStyle.Bold = true
	p.menu = ui.IconButton(theme.MoreVerticalIcon(), ui.Tr("charts.menu", "What can be done with this chart"), func() {
		b.popUp(p.chartMenu(), p.menu)
	})
	p.detach = ui.IconButton(theme.ViewFullScreenIcon(), "", p.toggleOwn)
	remove := ui.IconButton(theme.CancelIcon(), ui.Tr("charts.remove", "Remove this chart"), func() { b.Remove(p.spec.ID) })
	column := container.NewVBox(p.menu, p.detach, remove)
	p.object = container.NewBorder(p.title, nil, nil, column, p.chart)
	p.relabel()
	return p
}

// moved follows what the user did within the drawing.
func (p *panel) moved() {
	st := p.chart.State()
	p.spec.Window, p.spec.Stats = st.Window, st.Statistics
	p.spec.Left.Log, p.spec.Right.Log = st.Left.Log, st.Right.Log
	for _, l := range p.lines {
		l.spec.Hidden = slices.Contains(st.Hidden, key(l.spec))
	}
	p.board.changed()
}

// lay hands the drawing everything of the chart but its series.
func (p *panel) lay() {
	p.chart.SetAxis(chart.Left, axisOf(p.spec.Left))
	p.chart.SetAxis(chart.Right, axisOf(p.spec.Right))
	marks := make([]chart.Mark, len(p.spec.Marks))
	for i, m := range p.spec.Marks {
		marks[i] = chart.Mark{Label: m.Label, From: m.Low, To: m.High, Side: sideOf(m.Right)}
		if m.Colour != "" {
			marks[i].Color = ui.ColourOf(m.Colour)
		}
	}
	p.chart.SetMarks(marks)
	p.chart.ShowStatistics(p.spec.Stats)
}

func axisOf(a profile.ChartAxis) chart.Axis {
	c := chart.Axis{Log: a.Log}
	if a.Low != nil && a.High != nil {
		c.From, c.To = *a.Low, *a.High
	}
	return c
}

// find is the line of that key, or nil.
func (p *panel) find(k string) *line {
	for _, l := range p.lines {
		if key(l.spec) == k {
			return l
		}
	}
	return nil
}

// add puts a value on the chart, unless it is there.
func (p *panel) add(spec profile.ChartSeries, c *app.Connection) *line {
	if l := p.find(key(spec)); l != nil {
		return l
	}
	l := &line{spec: spec}
	l.spec.Shade = p.freeShade()
	l.detach()
	if c != nil {
		l.attach(c)
	}
	p.lines = append(p.lines, l)
	p.place(l)
	p.draw()
	return l
}

func (p *panel) freeShade() int {
	for n := 0; ; n++ {
		if !slices.ContainsFunc(p.lines, func(l *line) bool { return l.spec.Colour == "" && l.spec.Shade == n }) {
			return n
		}
	}
}

// remove takes a value off the chart.
func (p *panel) remove(k string) {
	i := slices.IndexFunc(p.lines, func(l *line) bool { return key(l.spec) == k })
	if i < 0 {
		return
	}
	p.lines[i].detach()
	p.lines = slices.Delete(p.lines, i, i+1)
	p.draw()
	p.board.changed()
}

// release gives back everything that the chart holds.
func (p *panel) release() {
	for _, l := range p.lines {
		l.detach()
	}
	p.draw()
	p.chart.Close()
}

// draw gives the drawing its series anew.
func (p *panel) draw() {
	several := p.several()
	list := make([]chart.Series, len(p.lines))
	for i, l := range p.lines {
		list[i] = chart.Series{Key: key(l.spec), Name: l.name(several), Unit: p.unit(l), Color: p.board.colour(l), Slot: l.spec.Shade + 1,
			Style: l.style(), Side: sideOf(l.spec.Right), Source: l.data}
	}
	p.chart.SetSeries(list)
	p.chart.SetHidden(p.hidden()...)
	p.relabel()
}

// hidden lists the keys of the lines that are switched off.
func (p *panel) hidden() (keys []string) {
	for _, l := range p.lines {
		if l.spec.Hidden {
			keys = append(keys, key(l.spec))
		}
	}
	return keys
}

// unit is what the user says of the line's axis, else what the values say.
func (p *panel) unit(l *line) string {
	a := &p.spec.Left
	if l.spec.Right {
		a = &p.spec.Right
	}
	if a.Unit != "" {
		return a.Unit
	}
	return l.unit
}

// several tells that names need the connection's before them.
func (p *panel) several() bool { return len(p.profiles()) > 1 }

// profiles are the IDs of the profiles whose values are on the chart, each once.
func (p *panel) profiles() []string {
	var ids []string
	for _, l := range p.lines {
		if !slices.Contains(ids, l.spec.Profile) {
			ids = append(ids, l.spec.Profile)
		}
	}
	return ids
}

// asleep tells that none of the chart's connections is open.
func (p *panel) asleep() bool {
	return !slices.ContainsFunc(p.lines, func(l *line) bool { return l.conn != nil })
}

// short is the chart's number and, if it has one, title.
func (p *panel) short() string {
	name := ui.Tr("charts.number", "Chart {{.N}}", map[string]any{"N": slices.Index(p.board.panels, p) + 1})
	if p.spec.Title != "" {
		name += ": " + p.spec.Title
	}
	return name
}

// name is what menus call the chart.
func (p *panel) name() string {
	if about := p.about(); p.spec.Title == "" && about != "" {
		return p.short() + ": " + about
	}
	return p.short()
}

// about is the title, or the last levels of what is on the chart.
func (p *panel) about() string {
	if p.spec.Title != "" {
		return p.spec.Title
	}
	const most = 3
	var names []string
	for _, l := range p.lines[:min(len(p.lines), most)] {
		name := l.spec.Name
		if name == "" {
			name = ui.SeriesName(l.spec.Topic[strings.LastIndexByte(l.spec.Topic, '/')+1:], l.spec.Path)
		}
		names = append(names, name)
	}
	if len(p.lines) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// relabel follows title and window.
func (p *panel) relabel() {
	p.title.SetText(p.spec.Title)
	ui.Show(p.title, p.spec.Title != "")
	if p.own == nil {
		p.detach.SetIcon(theme.ViewFullScreenIcon())
		p.detach.SetToolTip(ui.Tr("charts.own", "Open in its own window"))
	} else {
		p.detach.SetIcon(theme.ViewRestoreIcon())
		p.detach.SetToolTip(ui.Tr("charts.dock", "Back into the dock"))
		p.own.relabel()
	}
}

// kept is what brings the chart back.
func (p *panel) kept() profile.Chart {
	c := p.spec.Clone()
	c.Window = p.chart.State().Window
	for _, l := range p.lines {
		c.Series = append(c.Series, l.spec)
	}
	if p.own != nil {
		c.Own = p.own.kept()
	} else {
		c.Own = nil
	}
	return c
}

// window is where the chart stands.
func (p *panel) window() fyne.Window {
	if p.own != nil {
		return p.own.win
	}
	return p.board.o.Window
}
