package window

import "fyne.io/fyne/v2"

// ReadFonts has Fyne read the fonts of plain and bold text, which takes longer than making all
// panes, and closes the channel that it returns: [Options] takes it. Until then nobody else may
// measure or draw text. Fyne's app must be there.
func ReadFonts() <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, style := range []fyne.TextStyle{{}, {Bold: true}} {
			fyne.MeasureText("M", 1, style)
		}
	}()
	return done
}
