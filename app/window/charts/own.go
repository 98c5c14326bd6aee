package charts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamscope/app/window/ui"
	"streamscope/connections/profile"
)

// ownWindow is the window of one chart. Closing it brings the chart back into the dock.
type ownWindow struct {
	panel *panel
	win   fyne.Window
}

// toggleOwn moves the chart into a window of its own, or back into the dock.
func (p *panel) toggleOwn() {
	if p.own != nil {
		p.comeBack()
		return
	}
	p.openOwn(profile.ChartWindow{Width: 900, Height: 520})
	p.board.arrange()
	p.board.changed()
}

// openOwn puts the chart into a new window; the caller arranges the board.
func (p *panel) openOwn(as profile.ChartWindow) {
	b := p.board
	o := &ownWindow{panel: p, win: b.o.NewWindow(p.name())}
	p.own = o
	b.arrange() // an object stands in one window only
	ui.Furnish(o.win, container.NewPadded(p.object), p.comeBack)
	o.win.SetMainMenu(fyne.NewMainMenu(b.ownMenu(p)))
	o.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { p.typed(e) })
	o.win.Resize(fyne.NewSize(as.Width, as.Height))
	o.win.SetFullScreen(as.FullScreen)
	// The tip of the button that was pressed would come up in the new window, and stay.
	p.detach.MouseOut()
	o.win.Show()
	o.win.Canvas().Focus(p.chart)
}

// comeBack brings the chart back into the dock.
func (p *panel) comeBack() {
	if p.own == nil {
		return
	}
	p.closeOwn()
	p.board.arrange()
	p.board.changed()
	p.board.show(p)
}

// closeOwn closes the chart's window, if it has one; the chart stands nowhere then.
func (p *panel) closeOwn() {
	o := p.own
	if o == nil {
		return
	}
	p.own = nil
	ui.Discard(o.win)
}

// toggleFull shows the chart on the whole screen, in its own window, or ends that.
func (p *panel) toggleFull() {
	if p.own == nil {
		p.toggleOwn()
	} else if p.own.win.FullScreen() {
		p.own.win.SetFullScreen(false)
		p.board.changed()
		return
	}
	p.own.win.SetFullScreen(true)
	p.board.changed()
}

// typed takes the keys that the drawing has no use for.
func (p *panel) typed(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyF11:
		p.toggleFull()
	case e.Name == fyne.KeyEscape && p.own != nil && ui.Dismiss(p.own.win.Canvas()): // a dialog was left
	case e.Name == fyne.KeyEscape && p.own != nil && p.own.win.FullScreen():
		p.toggleFull()
	}
}

// Typed takes a key of the main window that no object has the focus for.
func (b *Board) Typed(e *fyne.KeyEvent) {
	if p := b.current(); p != nil && e.Name == fyne.KeyF11 {
		p.toggleFull()
	}
}

func (o *ownWindow) relabel() {
	if title := o.panel.name(); o.win.Title() != title {
		o.win.SetTitle(title)
	}
}

func (o *ownWindow) kept() *profile.ChartWindow {
	size := o.win.Canvas().Size()
	return &profile.ChartWindow{Width: size.Width, Height: size.Height, FullScreen: o.win.FullScreen()}
}

// ownMenu is the menu of a chart's own window.
func (b *Board) ownMenu(p *panel) *fyne.Menu {
	m := b.Menu()
	back := fyne.NewMenuItem(ui.Tr("charts.dock", "Back into the dock"), p.comeBack)
	// Fyne adds a Quit of its own to a menu without one.
	back.IsQuit = true
	m.Items = append(m.Items, fyne.NewMenuItemSeparator(), back)
	return m
}
