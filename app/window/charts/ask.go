package charts

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
)

// ask asks for a line of text; hint is what an empty one stands for.
func (p *panel) ask(title, text, hint string, done func(string)) {
	entry := widget.NewEntry()
	entry.SetText(text)
	entry.PlaceHolder = hint
	var d *dialog.CustomDialog
	take := func() { d.Hide(); done(entry.Text) }
	entry.OnSubmitted = func(string) { take() }
	ok := widget.NewButton(ui.Tr("ok", "OK"), take)
	ok.Importance = widget.HighImportance
	d = dialog.NewCustomWithoutButtons(title, entry, p.window())
	d.SetButtons([]fyne.CanvasObject{widget.NewButton(ui.Tr("cancel", "Cancel"), func() { d.Hide() }), ok})
	d.Resize(fyne.NewSize(440, 0))
	d.Show()
	p.window().Canvas().Focus(entry)
}
