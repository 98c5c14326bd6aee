package filterbar

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/ui"
)

// Entry is the field that is typed into; Down and Enter go on into the tree, Escape clears.
type Entry struct {
	widget.Entry
	onLeave func()
}

func newEntry(changed func(string), onLeave func()) *Entry {
	e := &Entry{onLeave: onLeave}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = placeholders()[0]
	e.OnChanged = changed
	e.OnSubmitted = func(string) { e.onLeave() }
	return e
}

// placeholders are what an empty field says, the most telling first.
func placeholders() []string {
	return []string{ui.Tr("filter.placeholder", "Filter: press   plant/+/temp   /regex/   -not"), ui.Tr("filter.placeholder.short", "Filter topics")}
}

// Resize is part of [fyne.CanvasObject]. Words that do not fit would get a scroll bar.
func (e *Entry) Resize(size fyne.Size) {
	room := size.Width - 4*theme.InnerPadding()
	for _, words := range placeholders() {
		if fyne.MeasureText(words, theme.TextSize(), e.TextStyle).Width <= room {
			if words != e.PlaceHolder {
				e.SetPlaceHolder(words)
			}
			break
		}
	}
	e.Entry.Resize(size)
}

// TypedKey is part of [fyne.Focusable].
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyDown:
		e.onLeave()
	case fyne.KeyEscape:
		e.SetText("")
	default:
		e.Entry.TypedKey(k)
	}
}
