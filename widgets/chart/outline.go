package chart

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
)

// outline is a frame of four strips, a unit thick. A single rectangle with a stroke and no fill costs
// what a full one does: where the processor draws, as much as all that lies in it.
type outline [4]*canvas.Rectangle

func newOutline() outline {
	var o outline
	for i := range o {
		o[i] = &canvas.Rectangle{}
	}
	return o
}

// place lays the strips along the inner edges of an area.
func (o outline) place(at fyne.Position, size fyne.Size) {
	lay := func(i int, x, y, w, h float32) {
		o[i].Move(at.AddXY(x, y))
		o[i].Resize(fyne.NewSize(w, h))
	}
	lay(0, 0, 0, size.Width, 1)
	lay(1, 0, size.Height-1, size.Width, 1)
	lay(2, 0, 1, 1, size.Height-2)
	lay(3, size.Width-1, 1, 1, size.Height-2)
}

func (o outline) paint(c color.Color) {
	for _, strip := range o {
		strip.FillColor = c
	}
}

func (o outline) refresh() {
	for _, strip := range o {
		strip.Refresh()
	}
}
