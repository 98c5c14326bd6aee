package controls

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// plate is the ground on which a card stands. Its edge warns where the device does not do what
// was asked.
type plate struct {
	widget.BaseWidget
	ground *canvas.Rectangle
	warns  bool
}

func newPlate() *plate {
	p := &plate{ground: canvas.NewRectangle(color.Transparent)}
	p.ground.CornerRadius = 6
	p.ground.StrokeWidth = 1
	p.ExtendBaseWidget(p)
	return p
}

// Warn puts the warning on, or takes it away; no change costs nothing.
func (p *plate) Warn(on bool) {
	if on != p.warns {
		p.warns = on
		p.Refresh()
	}
}

// CreateRenderer is for Fyne.
func (p *plate) CreateRenderer() fyne.WidgetRenderer {
	r := &plateRenderer{p}
	r.paint()
	return r
}

type plateRenderer struct{ p *plate }

func (r *plateRenderer) paint() {
	edge := theme.ColorNameSeparator
	if r.p.warns {
		edge = theme.ColorNameWarning
	}
	r.p.ground.StrokeColor = theme.Color(edge) // the ground itself is left: a slider's track is as pale as any
}

func (r *plateRenderer) Layout(s fyne.Size)           { r.p.ground.Resize(s) }
func (r *plateRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r *plateRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.p.ground} }
func (r *plateRenderer) Destroy()                     {}

func (r *plateRenderer) Refresh() {
	r.paint()
	r.p.ground.Refresh()
}
