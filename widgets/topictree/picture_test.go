package topictree

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func TestPictures(t *testing.T) {
	for name, th := range themes() {
		t.Run(name, func(t *testing.T) {
			test.NewTempApp(t)
			test.ApplyTheme(t, th)
			s := showIn(t, New(newPlant()), nil, 620, 396)
			s.Select(3)
			s.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(50, 100)}})
			test.AssertImageMatches(t, "tree_"+name+".png", s.window.Canvas().Capture())
		})
	}
}
