package virtual

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// minThumb keeps the thumb of a long list large enough to be caught.
const minThumb = 24

// bar is the scroll bar of a list: drag the thumb, or click beside it to move by a page.
type bar struct {
	widget.BaseWidget
	list         *List
	track, thumb *canvas.Rectangle
	hovered      bool
	dragging     bool
	grab         float32 // from the thumb's upper edge to where it was caught
}

func newBar(l *List) *bar {
	b := &bar{list: l, track: canvas.NewRectangle(nil), thumb: canvas.NewRectangle(nil)}
	b.track.Hide()
	b.ExtendBaseWidget(b)
	return b
}

// span is the thumb's upper edge and length; the length is 0 when everything is in view.
func (b *bar) span() (y, length float32) {
	e := b.list.extent()
	height := b.Size().Height
	if e.rows == 0 || height <= 0 || float64(e.rows) <= e.viewRows() {
		return 0, 0
	}
	length = min(height, max(minThumb, height*float32(e.viewRows()/float64(e.rows))))
	return float32(e.share(b.list.top)) * (height - length), length
}

// follow moves the thumb to where the list is.
func (b *bar) follow() {
	y, length := b.span()
	active := b.hovered || b.dragging
	show(b.track, active && length > 0)
	show(b.thumb, length > 0)
	width := b.Size().Width
	b.track.Resize(b.Size())
	thumb := width - 2
	if !active {
		thumb = width / 2
	}
	b.thumb.Resize(fyne.NewSize(thumb, length))
	b.thumb.Move(fyne.NewPos((width-thumb)/2, y))
	b.thumb.CornerRadius = thumb / 2
}

// show does nothing, and so dirties nothing, when o is as wanted.
func show(o fyne.CanvasObject, visible bool) {
	switch {
	case o.Visible() == visible:
	case visible:
		o.Show()
	default:
		o.Hide()
	}
}

func (b *bar) paint() {
	th, variant := b.Theme(), fyne.CurrentApp().Settings().ThemeVariant()
	b.track.FillColor = th.Color(theme.ColorNameScrollBarBackground, variant)
	thumb := color.NRGBAModel.Convert(th.Color(theme.ColorNameScrollBar, variant)).(color.NRGBA)
	if !b.hovered && !b.dragging {
		thumb.A /= 2
	}
	b.thumb.FillColor = thumb
	canvas.Refresh(b)
}

func (b *bar) setActive(hovered, dragging bool) {
	if b.hovered == hovered && b.dragging == dragging {
		return
	}
	b.hovered, b.dragging = hovered, dragging
	b.follow()
	b.paint()
}

// MouseDown catches the thumb, or moves by a page towards the pointer.
func (b *bar) MouseDown(ev *desktop.MouseEvent) {
	if ev.Button != desktop.MouseButtonPrimary {
		return
	}
	y, length := b.span()
	switch at := ev.Position.Y; {
	case length == 0:
	case at < y:
		b.list.ScrollBy(-b.Size().Height + b.list.rowHeight)
	case at >= y+length:
		b.list.ScrollBy(b.Size().Height - b.list.rowHeight)
	default:
		b.grab = at - y
		b.setActive(b.hovered, true)
	}
}

// MouseUp lets the thumb go.
func (b *bar) MouseUp(*desktop.MouseEvent) { b.setActive(b.hovered, false) }

// Dragged moves the list with the thumb.
func (b *bar) Dragged(ev *fyne.DragEvent) {
	_, length := b.span()
	if room := b.Size().Height - length; b.dragging && room > 0 {
		share := float64(ev.Position.Y-b.grab) / float64(room)
		b.list.SetTop(b.list.extent().at(share))
	}
}

// DragEnd lets the thumb go.
func (b *bar) DragEnd() { b.setActive(b.hovered, false) }

// MouseIn widens the thumb.
func (b *bar) MouseIn(*desktop.MouseEvent) { b.setActive(true, b.dragging) }

// MouseMoved is part of [desktop.Hoverable].
func (b *bar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut makes the thumb slim again.
func (b *bar) MouseOut() { b.setActive(false, b.dragging) }

// CreateRenderer is called by Fyne.
func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	b.paint()
	return &barRenderer{bar: b, objects: []fyne.CanvasObject{b.track, b.thumb}}
}

type barRenderer struct {
	bar     *bar
	objects []fyne.CanvasObject
}

func (r *barRenderer) Layout(fyne.Size)             { r.bar.follow() }
func (r *barRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *barRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *barRenderer) Destroy()                     {}
func (r *barRenderer) Refresh() {
	r.bar.follow()
	r.bar.paint()
}
