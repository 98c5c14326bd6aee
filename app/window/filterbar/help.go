package filterbar

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
)

// language lists what can be typed, and what it finds.
func language() [][2]string {
	return [][2]string{
		{"press", ui.Tr("filter.help.word", "topics that hold the word; of several words, all")},
		{`"line 4"`, ui.Tr("filter.help.quoted", "the same with a space; nothing means anything else in quotes")},
		{"plant/+/temp", ui.Tr("filter.help.wildcard", "topics that an MQTT filter matches")},
		{"/temp[0-9]+$/", ui.Tr("filter.help.regex", "topics with a match of a regular expression (RE2); \\s stands for a space")},
		{"-debug", ui.Tr("filter.help.not", "not those; goes with each of the above")},
	}
}

// ShowHelp opens a sheet beside the bar that tells what can be typed; a click elsewhere closes
// it, and so does its button.
func (b *Bar) ShowHelp() {
	rows := container.New(layout.NewFormLayout())
	for _, l := range language() {
		word := widget.NewLabel(l[0])
		word.TextStyle.Monospace = true
		rows.Add(word)
		rows.Add(widget.NewLabel(l[1]))
	}
	notes := widget.NewLabel(ui.Tr("filter.help.notes", "Capitals do not matter. -… only hides: what is hidden is still received. To receive less,\nchoose “Watch only this branch” in the tree's menu, or change the subscriptions."))
	driver := fyne.CurrentApp().Driver()
	canvas := driver.CanvasForObject(b.Entry)
	closer := widget.NewButton(ui.Tr("close", "Close"), nil)
	sheet := widget.NewPopUp(container.NewVBox(rows, widget.NewSeparator(), notes, container.NewHBox(layout.NewSpacer(), closer)), canvas)
	closer.OnTapped = sheet.Hide
	sheet.ShowAtPosition(driver.AbsolutePositionForObject(b.Entry).AddXY(0, b.Entry.Size().Height))
	canvas.Focus(closer)
}
