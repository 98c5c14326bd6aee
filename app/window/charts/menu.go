package charts

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
	"streamscope/widgets/chart"
)

// AddItem is the item of a row's menu that puts its value on a chart.
func (b *Board) AddItem(s ui.Selection) *fyne.MenuItem {
	if len(b.panels) == 0 {
		return fyne.NewMenuItem(ui.Tr("charts.add.first", "Show on a chart"), func() { b.AddToNew(s) })
	}
	add := fyne.NewMenuItem(ui.Tr("charts.add", "Add to chart"), nil)
	add.ChildMenu = b.panelMenu(func(p *panel) {
		b.addTo(p, s)
	}, func(p *panel) bool { return p.find(key(specOf(s))) != nil }, func() { b.AddToNew(s) })
	return add
}

// panelMenu lists the charts, with those checked that has says, and a new one.
func (b *Board) panelMenu(chosen func(*panel), has func(*panel) bool, fresh func()) *fyne.Menu {
	m := fyne.NewMenu("")
	for _, p := range b.panels {
		item := fyne.NewMenuItem(p.name(), func() { chosen(p) })
		item.Checked = has(p)
		m.Items = append(m.Items, item)
	}
	m.Items = append(m.Items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(ui.Tr("charts.new", "New chart"), fresh))
	return m
}

// Menu is the menu of the main window for the chart that was used last.
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
	return fyne.NewMenu(ui.Tr("menu.chart.title", "Chart"),
		fyne.NewMenuItem(ui.Tr("charts.new", "New chart"), b.NewChart),
		fyne.NewMenuItemSeparator(),
		item(ui.Tr("charts.own", "Open in its own window"), ctrlShift(fyne.KeyO), (*panel).toggleOwn),
		item(ui.Tr("charts.full", "Full screen (F11)"), nil, (*panel).toggleFull),
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
func (p *panel) showMenu(k string, _ int64, at fyne.Position) {
	p.board.last = p
	m := p.chartMenu()
	if l := p.find(k); l != nil {
		m = p.lineMenu(l)
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
	return fyne.NewMenu("",
		fyne.NewMenuItem(own, p.toggleOwn),
		fyne.NewMenuItem(ui.Tr("charts.full", "Full screen (F11)"), p.toggleFull),
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
		sub(ui.Tr("charts.colour", "Colour"), p.colourMenu(l)),
		fyne.NewMenuItem(ui.Tr("charts.rename", "Rename…"), func() { p.rename(l) }),
		fyne.NewMenuItemSeparator(), moves, reveal, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem(ui.Tr("charts.off", "Take off the chart"), func() { p.remove(key(l.spec)) }))
}

func sub(label string, m *fyne.Menu) *fyne.MenuItem {
	i := fyne.NewMenuItem(label, nil)
	i.ChildMenu = m
	return i
}

// colourMenu offers the palette of the charts.
func (p *panel) colourMenu(l *line) *fyne.Menu {
	m := fyne.NewMenu("")
	names := []string{
		ui.Tr("colour.1", "Blue"), ui.Tr("colour.2", "Orange"), ui.Tr("colour.3", "Green"), ui.Tr("colour.4", "Pink"),
		ui.Tr("colour.5", "Light"), ui.Tr("colour.6", "Warm"), ui.Tr("colour.7", "Grey"), ui.Tr("colour.8", "Deep"),
	}
	for i, shade := range chart.Palette(p.board.o.Variant()) {
		item := fyne.NewMenuItem(names[i], func() { l.spec.Shade, l.spec.Colour = i, ""; p.redone() })
		item.Icon = dot(shade)
		item.Checked = l.spec.Colour == "" && l.spec.Shade%len(names) == i
		m.Items = append(m.Items, item)
	}
	return m
}

// dot is an icon in a colour of its own.
func dot(c color.NRGBA) fyne.Resource {
	hex := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
	svg := `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24"><circle fill="` + hex + `" cx="12" cy="12" r="8"/></svg>`
	return fyne.NewStaticResource("dot"+hex+".svg", []byte(svg))
}

// redone draws the chart after its series were changed by hand.
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
	moved.spec.Name, moved.spec.Style, moved.spec.Right = spec.Name, spec.Style, spec.Right
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
