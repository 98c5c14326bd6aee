package filterbar

import (
	"fyne.io/fyne/v2"
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
	e.PlaceHolder = ui.Tr("filter.placeholder", "Filter: press   plant/+/temp   /regex/   -not")
	e.OnChanged = changed
	e.OnSubmitted = func(string) { e.onLeave() }
	return e
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
