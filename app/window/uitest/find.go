package uitest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// Names are the objects that a pane gave a name.
type Names map[string]fyne.CanvasObject

// Put is what a pane calls.
func (n Names) Put(name string, o fyne.CanvasObject) { n[name] = o }

// Top finds in the dialog on top of a window what is visible and pleases ok: of several the last,
// which is drawn above the others.
func Top[T fyne.CanvasObject](w fyne.Window, ok func(T) bool) (found T, yes bool) {
	top := w.Canvas().Overlays().Top()
	if top == nil {
		return found, false
	}
	for _, o := range test.LaidOutObjects(top) {
		if x, is := o.(T); is && o.Visible() && ok(x) {
			found, yes = x, true
		}
	}
	return found, yes
}

// Presses taps the button of that label in the dialog on top of a window, once it stands there and
// isn't grey.
func (b *Bench) Presses(w fyne.Window, label string) {
	b.Helper()
	b.Await("a button "+label, func() bool {
		button, ok := Top(w, func(o *widget.Button) bool { return o.Text == label && !o.Disabled() })
		if ok {
			test.Tap(button)
		}
		return ok
	})
}
