package charts

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

func fyneBox() *fyne.Container { return container.NewVBox() }

// tabsOf finds the tabs beneath an object.
func tabsOf(t *testing.T, o fyne.CanvasObject) *container.AppTabs {
	t.Helper()
	var found *container.AppTabs
	each(o, func(o fyne.CanvasObject) {
		if tabs, ok := o.(*container.AppTabs); ok {
			found = tabs
		}
	})
	if found == nil {
		t.Fatal("there are no tabs")
	}
	return found
}

// buttonOf finds a button by its label beneath an object.
func buttonOf(t *testing.T, o fyne.CanvasObject, label string) *widget.Button {
	t.Helper()
	var found *widget.Button
	each(o, func(o fyne.CanvasObject) {
		if b, ok := o.(*widget.Button); ok && b.Text == label {
			found = b
		}
	})
	if found == nil {
		t.Fatalf("there is no button %q", label)
	}
	return found
}

func entriesOf(o fyne.CanvasObject) (all []*widget.Entry) {
	each(o, func(o fyne.CanvasObject) {
		if e, ok := o.(*widget.Entry); ok {
			all = append(all, e)
		}
	})
	return all
}

// each visits an object and all beneath it.
func each(o fyne.CanvasObject, f func(fyne.CanvasObject)) {
	f(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			each(child, f)
		}
	case *widget.Entry:
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			each(child, f)
		}
	}
}
