package filterbar

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

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
		size := o.MinSize()
		if at.X > 0 && at.X+size.Width > w.width {
			at = fyne.NewPos(0, at.Y+size.Height+pad)
		}
		place(o, at, size)
		at.X += size.Width + pad
	}
}
