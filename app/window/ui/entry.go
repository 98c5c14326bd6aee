package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Entry is the field of a dialog that is small enough to be left with Escape while one types;
// Fyne's own swallows that key. What was typed is gone then, so large forms do without.
type Entry struct{ widget.Entry }

// NewEntry makes an empty field.
func NewEntry() *Entry {
	e := &Entry{}
	e.ExtendBaseWidget(e)
	return e
}

// NewPasswordEntry makes a field that hides what is typed.
func NewPasswordEntry() *Entry {
	e := NewEntry()
	e.Password = true
	return e
}

// TypedKey is part of [fyne.Focusable].
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		if c := fyne.CurrentApp().Driver().CanvasForObject(e); c != nil && Dismiss(c) {
			return
		}
	}
	e.Entry.TypedKey(k)
}
