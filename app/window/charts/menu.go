package charts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// AddItem is the item of a row's menu that puts its value on a chart.
func (b *Board) AddItem(s ui.Selection) *fyne.MenuItem {
	if len(b.panels) == 0 {
		return fyne.NewMenuItem(ui.Tr("charts.add.first", "Show on a chart"), func() { b.AddToNew(s) })
	}
	return sub(ui.Tr("charts.add", "Add to chart"), b.panelMenu(func(p *panel) { b.addTo(p, s) },
		func(p *panel) bool { return p.find(key(specOf(s))) != nil }, func() { b.AddToNew(s) }))
}

// panelMenu lists the charts, with those checked that has says, and a new one.
func (b *Board) panelMenu(chosen func(*panel), has func(*panel) bool, fresh func()) *fyne.Menu {
	m := fyne.NewMenu("")
	for _, p := range b.panels {
		m.Items = append(m.Items, checked(p.name(), has(p), func() { chosen(p) }))
	}
	m.Items = append(m.Items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(ui.Tr("charts.new", "New chart"), fresh))
	return m
}

// Menu is the menu of a window for the chart that was used last.
func (b *Board) Menu() *fyne.Menu {
	item := func(label string, s fyne.Shortcut, f func(*panel)) *fyne.MenuItem {
		i := fyne.NewMenuItem(label, func() {
			if p := b.current(); p != nil {
				f(p)
			} else {
				b.o.Flash(ui.Tr("charts.none", "There is no chart yet."))
			}
		})
		i.Shortcut = s
		return i
	}
	lengths := fyne.NewMenu("")
	for _, d := range windowLengths() {
		lengths.Items = append(lengths.Items, item(windowName(d), nil, func(p *panel) { p.setWindow(d) }))
	}
	return fyne.NewMenu(ui.Tr("menu.chart.title", "Chart"),
		fyne.NewMenuItem(ui.Tr("charts.new", "New chart"), b.NewChart),
		item(ui.Tr("charts.settings", "Chart settings…"), ctrlShift(fyne.KeyG), (*panel).showSettings),
		fyne.NewMenuItemSeparator(),
		sub(ui.Tr("charts.window", "Length of time"), lengths),
		item(ui.Tr("charts.pause", "Pause or resume"), nil, (*panel).togglePause),
		item(ui.Tr("charts.live", "Back to live"), ctrlShift(fyne.KeyB), (*panel).goLive),
		item(ui.Tr("charts.link", "Share the time axis, or not"), nil, func(p *panel) { p.setLinked(p.spec.Unlinked) }),
		item(ui.Tr("charts.stats", "Statistics"), nil, (*panel).toggleStats),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("charts.own", "Open in its own window"), ctrlShift(fyne.KeyO), (*panel).toggleOwn),
		item(ui.Tr("charts.full", "Full screen (F11)"), nil, (*panel).toggleFull),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("charts.picture", "Export a picture…"), ctrlShift(fyne.KeyP), (*panel).exportPicture),
		item(ui.Tr("charts.data", "Export the data…"), nil, (*panel).exportData),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("charts.remove", "Remove this chart"), nil, func(p *panel) { b.Remove(p.spec.ID) }),
		fyne.NewMenuItem(ui.Tr("charts.back", "Bring back the removed chart"), b.BringBack),
		fyne.NewMenuItem(ui.Tr("charts.clear", "Remove all charts"), b.Clear))
}

func ctrlShift(k fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: k, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

// popUp shows a menu beneath a button.
func (b *Board) popUp(m *fyne.Menu, under fyne.CanvasObject) {
	d := fyne.CurrentApp().Driver()
	if cv := d.CanvasForObject(under); cv != nil {
		widget.ShowPopUpMenuAtPosition(m, cv, d.AbsolutePositionForObject(under).AddXY(0, under.Size().Height))
	}
}

// showMenu is the menu of the legend's entry of that key or, without one, of the plot.
func (p *panel) showMenu(k string, instant int64, at fyne.Position) {
	p.board.last = p
	var m *fyne.Menu
	if l := p.find(k); l != nil {
		m = p.lineMenu(l)
	} else {
		m = fyne.NewMenu("", append(p.chart.Menu("", instant), fyne.NewMenuItemSeparator(),
			fyne.NewMenuItem(ui.Tr("charts.settings", "Chart settings…"), p.showSettings),
			sub(ui.Tr("charts.more", "More"), p.chartMenu()))...)
	}
	if cv := fyne.CurrentApp().Driver().CanvasForObject(p.chart); cv != nil {
		widget.ShowPopUpMenuAtPosition(m, cv, at)
	}
}

// chartMenu is what can be done with the chart.
func (p *panel) chartMenu() *fyne.Menu {
	own := ui.Tr("charts.own", "Open in its own window")
	if p.own != nil {
		own = ui.Tr("charts.dock", "Back into the dock")
	}
	lengths := fyne.NewMenu("")
	now := p.chart.State().Window
	for _, d := range windowLengths() {
		lengths.Items = append(lengths.Items, checked(windowName(d), d == now, func() { p.setWindow(d) }))
	}
	return fyne.NewMenu("",
		fyne.NewMenuItem(ui.Tr("charts.settings", "Chart settings…"), p.showSettings),
		sub(ui.Tr("charts.window", "Length of time"), lengths),
		checked(ui.Tr("charts.linked", "Share the time axis"), !p.spec.Unlinked, func() { p.setLinked(p.spec.Unlinked) }),
		checked(ui.Tr("charts.stats", "Statistics"), p.spec.Stats, p.toggleStats),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(own, p.toggleOwn),
		fyne.NewMenuItem(ui.Tr("charts.full", "Full screen (F11)"), p.toggleFull),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("charts.picture", "Export a picture…"), p.exportPicture),
		fyne.NewMenuItem(ui.Tr("charts.data", "Export the data…"), p.exportData),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("charts.new", "New chart"), p.board.NewChart),
		fyne.NewMenuItem(ui.Tr("charts.remove", "Remove this chart"), func() { p.board.Remove(p.spec.ID) }))
}

// lineMenu is what can be done with one value on the chart.
func (p *panel) lineMenu(l *line) *fyne.Menu {
	b := p.board
	moves := sub(ui.Tr("charts.move", "Move to"), b.panelMenu(func(to *panel) { p.move(l, to) },
		func(o *panel) bool { return o == p }, func() { p.move(l, b.open(b.newSpec())) }))
	reveal := fyne.NewMenuItem(ui.Tr("topic.reveal", "Show in the tree"), func() {
		b.o.OnReveal(ui.Selection{Conn: l.conn, Topic: l.spec.Topic, Path: l.spec.Path})
	})
	reveal.Disabled = l.conn == nil
	return fyne.NewMenu("",
		sub(ui.Tr("charts.style", "Style"), p.styleMenu(l)),
		sub(ui.Tr("charts.axis", "Axis"), fyne.NewMenu("",
			checked(ui.Tr("charts.left", "Left"), !l.spec.Right, func() { p.setSide(key(l.spec), false) }),
			checked(ui.Tr("charts.right", "Right"), l.spec.Right, func() { p.setSide(key(l.spec), true) }))),
		sub(ui.Tr("charts.colour", "Colour"), p.colourMenu(l, func() {})),
		sub(ui.Tr("charts.clock", "Time"), p.clockMenu(l)),
		checked(ui.Tr("charts.shown", "Shown"), !l.spec.Hidden, func() { l.spec.Hidden = !l.spec.Hidden; p.redone() }),
		fyne.NewMenuItem(ui.Tr("charts.rename", "Rename…"), func() { p.rename(l) }),
		fyne.NewMenuItemSeparator(), moves, reveal, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("charts.off", "Take off the chart"), func() { p.remove(key(l.spec)) }))
}

func sub(label string, m *fyne.Menu) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, nil)
	i.ChildMenu = m
	return i
}

func checked(label string, on bool, f func()) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, f)
	i.Checked = on
	return i
}

// styles are the styles to choose from, with their words.
func styles() (values, words []string) {
	return []string{"", profile.StyleLine, profile.StyleStep, profile.StylePoints, profile.StyleBand},
		[]string{
			ui.Tr("charts.style.auto", "Automatic"), ui.Tr("charts.style.line", "Line"), ui.Tr("charts.style.step", "Step"),
			ui.Tr("charts.style.points", "Points"), ui.Tr("charts.style.band", "Min/max band"),
		}
}

func (p *panel) styleMenu(l *line) *fyne.Menu {
	m := fyne.NewMenu("")
	values, words := styles()
	for i, v := range values {
		m.Items = append(m.Items, checked(words[i], l.spec.Style == v, func() { l.spec.Style = v; p.redone() }))
	}
	return m
}

// redone draws the chart after it was changed by hand.
func (p *panel) redone() {
	p.draw()
	p.board.changed()
}

// move takes a line to another chart.
func (p *panel) move(l *line, to *panel) {
	if p == to {
		return
	}
	spec := l.spec.Clone()
	moved := to.add(spec, l.conn)
	shade := moved.spec.Shade
	moved.spec = spec
	moved.spec.Shade, moved.spec.Hidden = shade, false
	if moved.placed, moved.byHand = l.byHand, l.byHand; !l.byHand {
		moved.spec.Right = false
		to.place(moved)
	}
	to.redone()
	p.remove(key(l.spec))
	p.board.last = to
}

// rename asks for the line's name.
func (p *panel) rename(l *line) {
	p.ask(ui.Tr("charts.rename.title", "Name of the line"), l.spec.Name, ui.SeriesName(l.spec.Topic, l.spec.Path), func(name string) {
		l.spec.Name = name
		p.redone()
	})
}
