package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

// Dismiss taps the button of the topmost dialog that leaves it without doing anything, as Escape
// is expected to. It returns false where no dialog is open, or none that can be left so.
func Dismiss(c fyne.Canvas) bool {
	frame := frameOf(c.Overlays().Top())
	if frame == nil {
		return false
	}
	buttons := buttonsIn(frame)
	for _, word := range []string{Tr("cancel", "Cancel"), Tr("close", "Close"), Tr("passphrase.skip", "Not now"), lang.L("No")} {
		for _, b := range buttons {
			if b.Text == word && !b.Disabled() {
				b.OnTapped()
				return true
			}
		}
	}
	if len(buttons) == 1 && buttons[0].Text == lang.L("OK") { // it only tells something
		buttons[0].OnTapped()
		return true
	}
	return false
}

// EscapeLeaves lets Escape leave the topmost dialog of a window of its own and, where none is open,
// do what leave does; nil does nothing.
func EscapeLeaves(win fyne.Window, leave func()) {
	win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) {
		if e.Name == fyne.KeyEscape && win.Canvas().Overlays().Top() == nil {
			if leave != nil {
				leave()
			}
		} else if e.Name == fyne.KeyEscape {
			Dismiss(win.Canvas())
		}
	})
}

// frameOf returns the frame of a dialog; nil if an overlay is none. Fyne shows a dialog in a widget
// that has no name outside of it: what it holds, its renderer lists.
func frameOf(overlay fyne.CanvasObject) *fyne.Container {
	wrapper, ok := overlay.(fyne.Widget)
	if !ok {
		return nil
	}
	for _, o := range wrapper.CreateRenderer().Objects() {
		if popUp, ok := o.(*widget.PopUp); ok {
			frame, _ := popUp.Content.(*fyne.Container)
			return frame
		}
	}
	return nil
}

// buttonsIn lists the buttons in the frame of a dialog: they stand in a container of their own, no
// deeper than two levels; what is deeper is the dialog's content.
func buttonsIn(frame *fyne.Container) (all []*widget.Button) {
	for _, o := range frame.Objects {
		row, ok := o.(*fyne.Container)
		if !ok {
			continue
		}
		for _, o := range flat(row) {
			if b, ok := o.(*widget.Button); ok && b.OnTapped != nil {
				all = append(all, b)
			}
		}
	}
	return all
}

// flat lists the objects of a container and of the containers in it.
func flat(row *fyne.Container) (all []fyne.CanvasObject) {
	for _, o := range row.Objects {
		all = append(all, o)
		if inner, ok := o.(*fyne.Container); ok {
			all = append(all, inner.Objects...)
		}
	}
	return all
}
