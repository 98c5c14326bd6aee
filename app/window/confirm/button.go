package confirm

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Arming is how long the button that says yes is dead after it appeared: longer than any double
// click. Whoever presses it meanwhile makes it dead for as long again.
const Arming = 800 * time.Millisecond

// steps is how often the screen has to be alive while the button is dead: a time that passed while
// it hung counts once only, for the clicks of that time come all at once when it is back.
const steps = 4

// yes is the button that says yes. It belongs to the UI goroutine.
type yes struct {
	widget.Button
	armed bool
	// touched tells that it was pressed while it was dead.
	touched bool
	// pressed is the key, or "mouse", that went down while it was armed.
	pressed fyne.KeyName
	escape  func()
}

const mouse fyne.KeyName = "mouse"

func newYes(label string, tapped, escape func()) *yes {
	b := &yes{escape: escape}
	b.Text, b.OnTapped, b.Importance = label, tapped, widget.DangerImportance
	b.ExtendBaseWidget(b)
	b.Disable()
	return b
}

// arm brings it to life.
func (b *yes) arm() {
	b.armed = true
	b.Enable()
}

// MouseDown is for Fyne.
func (b *yes) MouseDown(*desktop.MouseEvent) {
	if b.armed {
		b.pressed = mouse
	} else {
		b.touched = true
	}
}

// MouseUp is for Fyne.
func (b *yes) MouseUp(*desktop.MouseEvent) {}

// Tapped counts only if the press came while it was armed.
func (b *yes) Tapped(e *fyne.PointEvent) {
	if b.armed && b.pressed == mouse {
		b.pressed = ""
		b.Button.Tapped(e)
	}
}

// KeyDown is for Fyne: unlike TypedKey it does not come again while a key is held.
func (b *yes) KeyDown(e *fyne.KeyEvent) {
	switch {
	case !says(e.Name):
	case b.armed:
		b.pressed = e.Name
	default:
		b.touched = true
	}
}

// KeyUp says yes if the key went down here.
func (b *yes) KeyUp(e *fyne.KeyEvent) {
	if b.armed && b.pressed == e.Name && says(e.Name) {
		b.pressed = ""
		b.OnTapped()
	}
}

// TypedKey takes the repeats of a held key, which never say yes.
func (b *yes) TypedKey(e *fyne.KeyEvent) {
	switch {
	case e.Name == fyne.KeyEscape:
		b.escape()
	case says(e.Name) && !b.armed:
		b.touched = true
	}
}

// FocusLost forgets a key that went down here.
func (b *yes) FocusLost() {
	b.pressed = ""
	b.Button.FocusLost()
}

func says(k fyne.KeyName) bool {
	return k == fyne.KeyReturn || k == fyne.KeyEnter || k == fyne.KeySpace
}

// no is the button that says no; it has the focus first.
type no struct {
	widget.Button
}

func newNo(label string, tapped func()) *no {
	b := &no{}
	b.Text, b.OnTapped = label, tapped
	b.ExtendBaseWidget(b)
	return b
}

// TypedKey lets Escape say no, too.
func (b *no) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyEscape:
		b.OnTapped()
	default:
		b.Button.TypedKey(e)
	}
}
