package chart

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
)

// pin is one of the two cursors on the plot: an upright line with its letter on a flag.
type pin struct {
	line *canvas.Line
	flag *canvas.Rectangle
	name *canvas.Text
}

func (p *pin) make(name string) {
	p.line, p.flag = &canvas.Line{StrokeWidth: 1}, &canvas.Rectangle{CornerRadius: 3}
	p.name = &canvas.Text{Text: name, TextStyle: fyne.TextStyle{Bold: true}}
	p.hide(true)
}

func (p *pin) hide(on bool) { p.line.Hidden, p.flag.Hidden, p.name.Hidden = on, on, on }

func (c *Chart) stylePins() {
	for i := range c.pins {
		p := &c.pins[i]
		p.line.StrokeColor, p.flag.FillColor = c.themeColor(theme.ColorNamePrimary), c.themeColor(theme.ColorNamePrimary)
		p.name.Color, p.name.TextSize = c.themeColor(theme.ColorNameForegroundOnPrimary), c.textSize()
	}
}

// placePins puts the cursors where the shown frame has their instants.
func (c *Chart) placePins() {
	f, origin, plot := c.front, c.area.origin, c.area.plot
	for i, at := range c.view.cursors {
		p := &c.pins[i]
		x := c.across(at)
		p.hide(at == 0 || f.picture == nil || x < 0 || x > plot.Width)
		if p.line.Hidden {
			continue
		}
		p.line.Position1 = origin.AddXY(x, 0)
		p.line.Position2 = origin.AddXY(x, plot.Height)
		size := p.name.MinSize()
		at := origin.AddXY(min(x, plot.Width-size.Width-8), 0)
		p.flag.Move(at)
		p.flag.Resize(size.AddWidthHeight(8, 0))
		p.name.Move(at.AddXY(4, 0))
		p.name.Resize(size)
	}
}

// across is how far from the left edge of the plot an instant lies.
func (c *Chart) across(at int64) float32 {
	return float32(c.front.x(at)) * c.area.plot.Width / float32(max(c.front.width, 1))
}

// pinNear is the number of the cursor under the pointer, or -1.
func (c *Chart) pinNear(at fyne.Position) int {
	for i := range c.pins {
		if p := &c.pins[i]; !p.line.Hidden {
			if d := at.X - c.area.origin.X - c.across(c.view.cursors[i]); d > -5 && d < 5 {
				return i
			}
		}
	}
	return -1
}

// pinAt places a cursor.
func (c *Chart) pinAt(i int, at int64) {
	c.view.active = i
	c.view.cursors[i] = at
	c.view.pinned()
}

// pinned has all charts show where the cursors are now. It paints nothing anew.
func (v *View) pinned() {
	for _, c := range v.charts {
		c.updateTally()
		c.placePins()
	}
}

// pinHere places a cursor where the pointer is, or in the middle when it isn't on the plot.
func (c *Chart) pinHere(i int) {
	at, inside := c.instant(c.mouse.at)
	if !inside || !c.mouse.over {
		s := c.view.current()
		at = s.from + s.length()/2
	}
	c.pinAt(i, at)
	c.told()
}

// movePin moves the cursor that was placed last by so many columns.
func (c *Chart) movePin(columns int64) {
	i := c.view.active
	if c.view.cursors[i] == 0 {
		c.pinHere(i)
		return
	}
	s := c.view.current()
	c.pinAt(i, c.view.cursors[i]+columns*max(s.length()/int64(max(c.width, 1)), 1))
	c.told()
}

func (c *Chart) removePins() {
	c.view.cursors, c.view.active = [2]int64{}, 0
	c.view.pinned()
	c.told()
}

func (c *Chart) told() {
	if c.OnChanged != nil {
		c.OnChanged()
	}
}

// Menu is what can be done at an instant of the plot, or with the series of a key. Owners put it into
// their menus; without an OnMenu the chart shows it itself.
func (c *Chart) Menu(key string, instant int64) []*fyne.MenuItem {
	for i := range c.series {
		if c.series[i].Key == key && key != "" {
			return c.seriesMenu(&c.series[i])
		}
	}
	checked := func(item *fyne.MenuItem, on bool) *fyne.MenuItem {
		item.Checked = on
		return item
	}
	items := []*fyne.MenuItem{
		fyne.NewMenuItem(lang.X("chart.menu.cursorA", "Cursor A here"), func() { c.pinAt(0, instant); c.told() }),
		fyne.NewMenuItem(lang.X("chart.menu.cursorB", "Cursor B here"), func() { c.pinAt(1, instant); c.told() }),
	}
	if c.view.cursors != [2]int64{} {
		items = append(items, fyne.NewMenuItem(lang.X("chart.menu.noCursors", "Remove the cursors"), c.removePins))
	}
	items = append(items, fyne.NewMenuItemSeparator(),
		checked(fyne.NewMenuItem(lang.X("chart.statistics", "Statistics"), c.toggleStatistics), c.statistics))
	for side, name := range [...]string{lang.X("chart.menu.logLeft", "Logarithmic axis"), lang.X("chart.menu.logRight", "Logarithmic axis, right")} {
		if side == int(Right) && !c.front.axes[Right].used {
			continue
		}
		items = append(items, checked(fyne.NewMenuItem(name, func() { c.toggleLog(Side(side)) }), c.axes[side].Log))
	}
	return append(items, fyne.NewMenuItemSeparator(),
		checked(fyne.NewMenuItem(lang.X("chart.pause", "Pause"), c.togglePause), c.view.paused),
		checked(fyne.NewMenuItem(lang.X("chart.backToLive", "Back to live"), c.goLive), c.view.live && !c.view.paused))
}

func (c *Chart) toggleLog(side Side) {
	c.axes[side].Log = !c.axes[side].Log
	c.changedByUser()
}

func (c *Chart) seriesMenu(s *Series) []*fyne.MenuItem {
	styles, sides := fyne.NewMenu(""), fyne.NewMenu("")
	restyle := func(m *fyne.Menu, name string, style Style, side Side, on bool) {
		item := fyne.NewMenuItem(name, func() {
			if c.OnRestyle != nil {
				c.OnRestyle(s.Key, style, side)
			}
		})
		item.Checked = on
		m.Items = append(m.Items, item)
	}
	for style, name := range [...]string{lang.X("chart.style.line", "Line"), lang.X("chart.style.step", "Steps"),
		lang.X("chart.style.points", "Points"), lang.X("chart.style.band", "Band from min to max")} {
		restyle(styles, name, Style(style), s.Side, s.Style == Style(style))
	}
	for side, name := range [...]string{lang.X("chart.side.left", "Left"), lang.X("chart.side.right", "Right")} {
		restyle(sides, name, s.Style, Side(side), s.Side == Side(side))
	}
	style := fyne.NewMenuItem(lang.X("chart.menu.style", "Draw as"), nil)
	style.ChildMenu = styles
	side := fyne.NewMenuItem(lang.X("chart.menu.side", "Axis"), nil)
	side.ChildMenu = sides
	shown := fyne.NewMenuItem(lang.X("chart.menu.shown", "Shown"), func() { c.toggle(s.Key) })
	shown.Checked = !c.hidden[s.Key]
	return []*fyne.MenuItem{style, side, shown, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(lang.X("chart.menu.remove", "Remove from the chart"), func() {
			if c.OnRemove != nil {
				c.OnRemove(s.Key)
			}
		})}
}
