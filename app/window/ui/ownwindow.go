package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynetooltip "github.com/dweymouth/fyne-tooltip"
)

// Furnish puts content into a window beside the main one, with a place for tooltips. onClose is
// called when the user closes it, and calls [Discard] to do so.
func Furnish(w fyne.Window, content fyne.CanvasObject, onClose func()) {
	w.SetContent(fynetooltip.AddWindowToolTipLayer(content, w.Canvas()))
	w.SetCloseIntercept(onClose)
}

// Discard closes a window that was furnished. Its content is free for another window, and nothing
// holds on to either: the list of the tooltips' places would.
func Discard(w fyne.Window) {
	fynetooltip.DestroyWindowToolTipLayer(w.Canvas())
	w.SetCloseIntercept(nil)
	w.SetContent(container.NewStack())
	w.Close()
}
