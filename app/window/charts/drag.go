package charts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app/window/ui"
)

// dragging is a value on its way from a row to a chart. What it shows are canvas objects on a
// layer over the window: they take no mouse from anybody.
type dragging struct {
	layer *fyne.Container
	// ghost follows the pointer, frame marks where the value would go.
	ghost, frame *canvas.Rectangle
	name, where  *canvas.Text
	// plate lies under where: the words stand on lines and labels.
	plate *canvas.Rectangle
	on    bool
	sel   ui.Selection
	to    target
}

// target is where a dragged value would go; the zero value is nowhere.
type target struct {
	panel *panel // nil with fresh set: a new chart
	fresh bool
	right bool
}

func (d *dragging) make() {
	d.ghost = &canvas.Rectangle{CornerRadius: 4, StrokeWidth: 1}
	d.frame = &canvas.Rectangle{CornerRadius: 4, StrokeWidth: 2}
	d.plate = &canvas.Rectangle{CornerRadius: 4}
	d.name, d.where = &canvas.Text{}, &canvas.Text{}
	d.layer = container.NewWithoutLayout(d.frame, d.plate, d.where, d.ghost, d.name)
	d.layer.Hide()
}

// Layer shows what is dragged; it belongs on top of the window's content, over all of it.
func (b *Board) Layer() fyne.CanvasObject { return b.drag.layer }

// Drag says that a value is being dragged and where the pointer is, in the canvas of the main
// window.
func (b *Board) Drag(s ui.Selection, at fyne.Position) {
	d := &b.drag
	if !d.on {
		d.on, d.sel = true, s
		d.style()
		d.layer.Show()
	}
	to, area := b.targetAt(at)
	d.to = to
	d.show(b.wordFor(to), area, at)
}

// Drop puts the dragged value where it was let go, if a chart can be there.
func (b *Board) Drop() {
	d := &b.drag
	if !d.on {
		return
	}
	d.on = false
	d.layer.Hide()
	s, to := d.sel, d.to
	d.sel, d.to = ui.Selection{}, target{}
	switch {
	case to.panel != nil:
		k := key(specOf(s))
		was := to.panel.find(k) != nil
		b.addTo(to.panel, s)
		if to.right || was { // else its unit decides
			to.panel.setSide(k, to.right)
		}
	case to.fresh:
		b.AddToNew(s)
	}
}

type rect struct {
	at   fyne.Position
	size fyne.Size
}

func (r rect) holds(p fyne.Position) bool {
	return p.X >= r.at.X && p.Y >= r.at.Y && p.X < r.at.X+r.size.Width && p.Y < r.at.Y+r.size.Height
}

func rectOf(o fyne.CanvasObject) rect {
	return rect{fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()}
}

// newStrip is the height of the strip at the foot of the dock that takes a value to a new
// chart, and of the window while the dock is closed.
const newStrip = 28

// targetAt finds what a value that is let go there goes to, and the area to mark for it. The
// right quarter of a chart is for its right axis.
func (b *Board) targetAt(at fyne.Position) (target, rect) {
	cv := b.o.Window.Canvas()
	if !b.Object.Visible() || fyne.CurrentApp().Driver().CanvasForObject(b.Object) != cv {
		size := cv.Size()
		area := rect{fyne.NewPos(0, size.Height*0.72), fyne.NewSize(size.Width, size.Height*0.28)}
		if !area.holds(at) {
			return target{}, rect{}
		}
		if p := b.current(); p != nil && p.own == nil {
			return target{panel: p}, area
		}
		return target{fresh: true}, area
	}
	dock := rectOf(b.Object)
	if !dock.holds(at) {
		return target{}, rect{}
	}
	strip := rect{dock.at.AddXY(0, dock.size.Height-newStrip), fyne.NewSize(dock.size.Width, newStrip)}
	if strip.holds(at) {
		return target{fresh: true}, strip
	}
	for _, p := range b.panels {
		if p.own != nil {
			continue
		}
		if area := rectOf(p.chart); area.holds(at) {
			left := area.size.Width * 0.75
			if at.X > area.at.X+left {
				return target{panel: p, right: true}, rect{area.at.AddXY(left, 0), fyne.NewSize(area.size.Width-left, area.size.Height)}
			}
			return target{panel: p}, rect{area.at, fyne.NewSize(left, area.size.Height)}
		}
	}
	return target{fresh: true}, dock
}

// wordFor says what letting go would do.
func (b *Board) wordFor(to target) string {
	switch {
	case to.panel == nil && to.fresh:
		return ui.Tr("charts.drop.new", "Put it on a new chart")
	case to.panel == nil:
		return ""
	case to.right:
		return ui.Tr("charts.drop.right", "Add it on the right axis")
	default:
		return ui.Tr("charts.drop.add", "Add it to the chart")
	}
}

func (d *dragging) style() {
	for _, t := range []*canvas.Text{d.name, d.where} {
		t.Color, t.TextSize = theme.Color(theme.ColorNameForeground), theme.Size(theme.SizeNameText)
	}
	d.ghost.FillColor, d.ghost.StrokeColor = theme.Color(theme.ColorNameOverlayBackground), theme.Color(theme.ColorNamePrimary)
	d.frame.FillColor, d.frame.StrokeColor = theme.Color(theme.ColorNameSelection), theme.Color(theme.ColorNamePrimary)
	d.plate.FillColor = theme.Color(theme.ColorNameOverlayBackground)
	d.name.Text = ui.SeriesName(d.sel.Topic, d.sel.Path)
}

func (d *dragging) show(word string, area rect, at fyne.Position) {
	origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(d.layer)
	const pad = 6
	size := d.name.MinSize()
	place := at.Subtract(origin).AddXY(14, 10)
	place.X = max(min(place.X, d.layer.Size().Width-size.Width-2*pad), 0)
	place.Y = max(min(place.Y, d.layer.Size().Height-size.Height-2*pad), 0)
	d.ghost.Move(place)
	d.ghost.Resize(size.AddWidthHeight(2*pad, pad))
	d.name.Move(place.AddXY(pad, pad/2))
	d.name.Resize(size)
	on := word != ""
	ui.Show(d.frame, on)
	ui.Show(d.where, on)
	ui.Show(d.plate, on)
	if on {
		d.frame.Move(area.at.Subtract(origin))
		d.frame.Resize(area.size)
		d.where.Text = word
		w := d.where.MinSize()
		d.where.Resize(w)
		middle := area.at.Subtract(origin).AddXY((area.size.Width-w.Width)/2, (area.size.Height-w.Height)/2)
		d.where.Move(middle)
		d.plate.Move(middle.AddXY(-pad, -pad/2))
		d.plate.Resize(w.AddWidthHeight(2*pad, pad))
	}
	d.layer.Refresh()
}
