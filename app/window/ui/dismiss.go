package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Dismiss taps the button of the topmost dialog that leaves it without doing anything, as Escape
// is expected to. It returns false where no dialog is open, or none that can be left so.
func Dismiss(c fyne.Canvas) bool {
	frame := frameOf(c.Overlays().Top())
	if frame == nil {
		return false
	}
	for _, word := range []string{Tr("cancel", "Cancel"), Tr("close", "Close")} {
		if b := buttonIn(frame, word); b != nil && !b.Disabled() {
			b.OnTapped()
			return true
		}
	}
	return false
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

// buttonIn looks for a button among the frame of a dialog: its buttons stand in a container of
// their own, no deeper than two levels; what is deeper is the dialog's content.
func buttonIn(frame *fyne.Container, word string) *widget.Button {
	for _, o := range frame.Objects {
		row, ok := o.(*fyne.Container)
		if !ok {
			continue
		}
		for _, o := range flat(row) {
			if b, ok := o.(*widget.Button); ok && b.Text == word && b.OnTapped != nil {
				return b
			}
		}
	}
	return nil
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
