package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// NewWrap lays objects out in rows, as many as their width asks for.
func NewWrap(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&wrap{width: 400}, objects...)
}

// NewHeaded puts a head above a body. The head is told its width before it is asked for its
// height, so that one that wraps has its rows from the first layout on.
func NewHeaded(head, body fyne.CanvasObject) *fyne.Container {
	return container.New(headed{}, head, body)
}

type headed struct{}

// Layout is part of [fyne.Layout].
func (headed) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, body := objects[0], objects[1]
	head.Move(fyne.Position{})
	head.Resize(fyne.NewSize(size.Width, head.MinSize().Height))
	head.Resize(fyne.NewSize(size.Width, head.MinSize().Height))
	top := head.Size().Height + theme.Padding()
	body.Move(fyne.NewPos(0, top))
	body.Resize(fyne.NewSize(size.Width, max(size.Height-top, 0)))
}

// MinSize is part of [fyne.Layout].
func (headed) MinSize(objects []fyne.CanvasObject) fyne.Size {
	head, body := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(max(head.Width, body.Width), head.Height+theme.Padding()+body.Height)
}

// wrap lays objects out in rows. Fyne's own asks for a row an object until it was laid out, so
// that a chip that comes makes everything below jump.
type wrap struct{ width float32 }

// Layout is part of [fyne.Layout].
func (w *wrap) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	w.width = size.Width
	w.walk(objects, func(o fyne.CanvasObject, at fyne.Position, size fyne.Size) {
		o.Move(at)
		o.Resize(size)
	})
}

// MinSize is that of the rows at the width of the last layout.
func (w *wrap) MinSize(objects []fyne.CanvasObject) (least fyne.Size) {
	w.walk(objects, func(_ fyne.CanvasObject, at fyne.Position, size fyne.Size) {
		least = least.Max(fyne.NewSize(size.Width, at.Y+size.Height))
	})
	return least
}

func (w *wrap) walk(objects []fyne.CanvasObject, place func(fyne.CanvasObject, fyne.Position, fyne.Size)) {
	at, pad := fyne.Position{}, theme.Padding()
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		size := o.MinSize()
		if at.X > 0 && at.X+size.Width > w.width {
			at = fyne.NewPos(0, at.Y+size.Height+pad)
		}
		place(o, at, size)
		at.X += size.Width + pad
	}
}
