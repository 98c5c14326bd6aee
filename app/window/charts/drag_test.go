package charts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

func TestAValueIsDraggedOntoAChart(t *testing.T) {
	h := newHall(t)
	h.Win.SetContent(container.NewStack(container.NewVSplit(container.NewStack(), h.board.Object), h.board.Layer()))
	c := h.opens(h.profile("Plant").ID())
	h.hears(c, "a", "1")
	h.hears(c, "b", "1")
	dock := func() rect { return rectOf(h.board.Object) }
	middle := func(x float32) fyne.Position {
		d := dock()
		return d.at.AddXY(d.size.Width*x, d.size.Height/2)
	}
	h.board.Drag(of(c, "a"), fyne.NewPos(5, 5))
	if h.board.drag.where.Visible() || !h.board.Layer().Visible() {
		t.Error("letting go above the dock would do something")
	}
	h.board.Drop()
	if len(h.board.panels) != 0 || h.board.Layer().Visible() {
		t.Error("letting go above the dock did something")
	}
	h.board.Drag(of(c, "a"), middle(0.5))
	h.board.Drop()
	if len(h.board.panels) != 1 {
		t.Fatalf("%d charts", len(h.board.panels))
	}
	h.board.Drag(of(c, "b"), middle(0.5))
	if h.board.drag.where.Text != "Add it to the chart" {
		t.Errorf("it says %q", h.board.drag.where.Text)
	}
	h.board.Drag(of(c, "b"), middle(0.9))
	if h.board.drag.where.Text != "Add it on the right axis" {
		t.Errorf("it says %q", h.board.drag.where.Text)
	}
	h.board.Drop()
	if l := h.board.panels[0].lines; len(l) != 2 || !l[1].spec.Right || l[0].spec.Right {
		t.Errorf("%d lines", len(l))
	}
	d := dock()
	h.board.Drag(of(c, "b"), d.at.AddXY(50, d.size.Height-5))
	h.board.Drop()
	h.board.Drop() // of nothing
	if n := len(h.board.panels); n != 2 {
		t.Errorf("%d charts", n)
	}

	// While the dock is closed, the foot of the window stands for it.
	h.board.Object.Hide()
	size := h.Win.Canvas().Size()
	h.board.Drag(of(c, "a"), fyne.NewPos(100, size.Height-20))
	h.board.Drop()
	if l := h.board.panels[1].lines; len(l) != 2 {
		t.Errorf("%d lines", len(l))
	}
}
