package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"
)

// ClippedTab keeps Fyne from measuring the content of hidden tabs on every frame.
func ClippedTab(title string, o fyne.CanvasObject) *container.TabItem {
	return container.NewTabItem(title, container.NewClip(o))
}

// IconButton is a flat button of an icon alone, which its tip explains.
func IconButton(icon fyne.Resource, tip string, tapped func()) *ttwidget.Button {
	b := ttwidget.NewButtonWithIcon("", icon, tapped)
	b.Importance = widget.LowImportance
	b.SetToolTip(tip)
	return b
}

// SetEnabled enables or disables a button; no change costs nothing.
func SetEnabled(b *widget.Button, on bool) {
	if on == !b.Disabled() {
		return
	}
	if on {
		b.Enable()
	} else {
		b.Disable()
	}
}

// Highlight lets a button stand out as the one that is on; no change costs nothing.
func Highlight(b *widget.Button, on bool) {
	want := widget.MediumImportance
	if on {
		want = widget.HighImportance
	}
	if b.Importance != want {
		b.Importance = want
		b.Refresh()
	}
}

// NewHint is a sentence in the middle of a pane that has nothing to show.
func NewHint(sentence string) fyne.CanvasObject {
	l := widget.NewLabel(sentence)
	l.Wrapping = fyne.TextWrapWord
	l.Alignment = fyne.TextAlignCenter
	l.Importance = widget.LowImportance
	return container.NewBorder(canvas.NewRectangle(nil), nil, nil, nil, container.NewVBox(NewSpace(40), l))
}

// SetSentence makes a label say a sentence; an empty one hides it.
func SetSentence(l *widget.Label, s string) {
	if l.Text == s && l.Visible() == (s != "") {
		return
	}
	l.SetText(s)
	Show(l, s != "")
}

// NewSpace is an empty strip of a height.
func NewSpace(h float32) fyne.CanvasObject {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(0, h))
	return r
}

// Show shows or hides an object.
func Show(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
