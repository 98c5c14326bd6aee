package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestAHeadWrapsFromItsFirstLayoutOn(t *testing.T) {
	test.NewTempApp(t)
	box := func() fyne.CanvasObject {
		r := canvas.NewRectangle(nil)
		r.SetMinSize(fyne.NewSize(100, 20))
		return r
	}
	hidden := box()
	hidden.Hide()
	body := box()
	headed := NewHeaded(NewWrap(box(), hidden, box(), box()), body)
	pad := theme.Padding()
	for _, tt := range []struct {
		width float32
		rows  float32
	}{{1000, 1}, {210, 2}, {100, 3}, {90, 3}, {310, 1}} {
		headed.Resize(fyne.NewSize(tt.width, 400))
		want := tt.rows * (20 + pad)
		if got := body.Position().Y; got != want || body.Size() != fyne.NewSize(tt.width, 400-want) {
			t.Errorf("%v wide, the body is at %v, %v high; want it at %v", tt.width, got, body.Size(), want)
		}
	}
	if got := headed.MinSize().Width; got != 100 {
		t.Errorf("it is at least %v wide, want 100", got)
	}
}
