package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
)

// ShowPicker shows a dialog of files, as large as its window has room for: Fyne's own size shows a
// dozen files.
func ShowPicker(d *dialog.FileDialog, parent fyne.Window) {
	d.Show() // it cannot be resized before
	room := parent.Canvas().Size()
	d.Resize(fyne.NewSize(min(860, room.Width*0.9), min(600, room.Height*0.9)))
}
