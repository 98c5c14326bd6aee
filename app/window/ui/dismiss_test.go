package ui

import (
	"errors"
	"testing"

	"fyne.io/fyne/v2"
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
	dialog.ShowConfirm("Clear it?", "", func(ok bool) {
		if ok {
			t.Error("Escape is no yes")
		}
	}, win)
	dialog.ShowError(errors.New("it broke"), win)
	for range 4 {
		if !Dismiss(win.Canvas()) {
			t.Fatal("a dialog stayed")
		}
	}
	if win.Canvas().Overlays().Top() != nil || len(said) != 2 || said[0] != "no" {
		t.Errorf("%q", said)
	}
}

func TestEscapeLeavesADialogWhileOneTypes(t *testing.T) {
	test.NewTempApp(t)
	win := test.NewTempWindow(t, widget.NewLabel(""))
	entry := NewPasswordEntry()
	dialog.ShowCustom("Password", Tr("close", "Close"), entry, win)
	win.Canvas().Focus(entry)
	test.Type(entry, "secret")
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	if entry.Text != "secre" || win.Canvas().Overlays().Top() == nil {
		t.Fatalf("%q", entry.Text)
	}
	entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if win.Canvas().Overlays().Top() != nil {
		t.Error("the dialog stayed")
	}
}

func TestEscapeLeavesAWindowOfItsOwnLast(t *testing.T) {
	test.NewTempApp(t)
	win := test.NewTempWindow(t, widget.NewLabel(""))
	left := false
	EscapeLeaves(win, func() { left = true })
	dialog.ShowError(errors.New("it broke"), win)
	escape := func() { win.Canvas().OnTypedKey()(&fyne.KeyEvent{Name: fyne.KeyEscape}) }
	escape()
	if left || win.Canvas().Overlays().Top() != nil {
		t.Errorf("the window was left: %v; open: %v", left, win.Canvas().Overlays().Top())
	}
	if escape(); !left {
		t.Error("the window stayed")
	}
}
