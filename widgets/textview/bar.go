package textview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

const minThumb = 24

// bar is a scroll bar. It thinks in shares of the whole, so that it works at any length.
type bar struct {
	widget.BaseWidget
	across bool
	// at is how far it is scrolled (0 to 1), page how much of the whole is in view.
	at, page float64
	// moved is called with the new share, turned with -1 or 1 for a page up or down.
	moved  func(at float64)
	turned func(pages int)

	thumb            *canvas.Rectangle
	hovered, dragged bool
	grab             float32
}

func newBar(across bool, moved func(float64), turned func(int)) *bar {
	b := &bar{across: across, moved: moved, turned: turned, thumb: canvas.NewRectangle(nil), page: 1}
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) set(at, page float64) {
	if at != b.at || page != b.page {
		b.at, b.page = at, page
		b.place()
	}
}

func (b *bar) needed() bool { return b.page < 1 }

func (b *bar) length() float32 {
	if b.across {
		return b.Size().Width
	}
	return b.Size().Height
}

func (b *bar) span() (from, size float32) {
	size = min(b.length(), max(minThumb, b.length()*float32(b.page)))
	return float32(b.at) * (b.length() - size), size
}

func (b *bar) place() {
	if !b.needed() {
		b.thumb.Hide()
		return
	}
	from, size := b.span()
	pos, extent := fyne.NewPos(1, from), fyne.NewSize(b.Size().Width-2, size)
	if b.across {
		pos, extent = fyne.NewPos(from, 1), fyne.NewSize(size, b.Size().Height-2)
	}
	if !b.hovered && !b.dragged {
		slim := min(extent.Width, extent.Height) / 4
		if b.across {
			pos.Y, extent.Height = pos.Y+slim, extent.Height-2*slim
		} else {
			pos.X, extent.Width = pos.X+slim, extent.Width-2*slim
		}
	}
	b.thumb.CornerRadius = min(extent.Width, extent.Height) / 2
	b.thumb.Move(pos)
	b.thumb.Resize(extent)
	b.thumb.Show()
}

func (b *bar) paint() {
	b.thumb.FillColor = b.Theme().Color(theme.ColorNameScrollBar, fyne.CurrentApp().Settings().ThemeVariant())
	b.thumb.Refresh()
}

func (b *bar) along(p fyne.Position) float32 {
	if b.across {
		return p.X
	}
	return p.Y
}

// MouseDown catches the thumb or turns a page.
func (b *bar) MouseDown(ev *desktop.MouseEvent) {
	from, size := b.span()
	switch at := b.along(ev.Position); {
	case !b.needed():
	case at < from:
		b.turned(-1)
	case at > from+size:
		b.turned(1)
	default:
		b.grab, b.dragged = at-from, true
	}
}

// MouseUp lets the thumb go.
func (b *bar) MouseUp(*desktop.MouseEvent) { b.DragEnd() }

// Dragged scrolls with the thumb.
func (b *bar) Dragged(ev *fyne.DragEvent) {
	_, size := b.span()
	if room := b.length() - size; b.dragged && room > 0 {
		b.moved(float64(min(max(b.along(ev.Position)-b.grab, 0), room) / room))
	}
}

// DragEnd lets the thumb go.
func (b *bar) DragEnd() {
	b.dragged = false
	b.place()
}

// MouseIn widens the thumb.
func (b *bar) MouseIn(*desktop.MouseEvent) {
	b.hovered = true
	b.place()
}

// MouseMoved is part of [desktop.Hoverable].
func (b *bar) MouseMoved(*desktop.MouseEvent) {}

// MouseOut makes the thumb slim again.
func (b *bar) MouseOut() {
	b.hovered = false
	b.place()
}

// CreateRenderer is called by Fyne.
func (b *bar) CreateRenderer() fyne.WidgetRenderer {
	b.paint()
	return &barRenderer{bar: b}
}

type barRenderer struct{ bar *bar }

func (r *barRenderer) Layout(fyne.Size)             { r.bar.place() }
func (r *barRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *barRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.bar.thumb} }
func (r *barRenderer) Destroy()                     {}
func (r *barRenderer) Refresh()                     { r.bar.paint() }
