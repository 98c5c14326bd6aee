package ui

import (
	"testing"

	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func TestEscapeLeavesTheTopmostDialog(t *testing.T) {
	test.NewTempApp(t)
	win := test.NewTempWindow(t, widget.NewLabel(""))
	if Dismiss(win.Canvas()) {
		t.Error("there was no dialog to leave")
	}
	var said []string
	sheet := dialog.NewCustom("Details", Tr("close", "Close"), widget.NewLabel(""), win)
	sheet.SetOnClosed(func() { said = append(said, "closed") })
	sheet.Show()
	question := dialog.NewCustomConfirm("Trust it?", "Trust", Tr("cancel", "Cancel"), widget.NewLabel(""), func(ok bool) {
		if ok {
			t.Error("Escape is no yes")
		}
		said = append(said, "no")
	}, win)
	question.Show()
	for range 2 {
		if !Dismiss(win.Canvas()) {
			t.Fatal("a dialog stayed")
		}
	}
	if win.Canvas().Overlays().Top() != nil || len(said) != 2 || said[0] != "no" {
		t.Errorf("%q", said)
	}
}
