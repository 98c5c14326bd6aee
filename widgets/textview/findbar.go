package textview

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"
)

// findBar is the line above the text in which one types what to find.
type findBar struct {
	root  *fyne.Container
	entry *findEntry
	count *widget.Label
}

func newFindBar(v *View) *findBar {
	b := &findBar{entry: newFindEntry(v), count: widget.NewLabel("")}
	button := func(icon fyne.ThemeIconName, tip string, do func()) *ttwidget.Button {
		w := ttwidget.NewButtonWithIcon("", v.Theme().Icon(icon), do)
		w.Importance = widget.LowImportance
		w.SetToolTip(tip)
		return w
	}
	b.count.Alignment = fyne.TextAlignTrailing
	buttons := container.NewHBox(container.New(countLayout{}, b.count),
		button(theme.IconNameMoveUp, lang.X("text.previous", "Previous hit (Shift+Enter)"), v.FindPrevious),
		button(theme.IconNameMoveDown, lang.X("text.next", "Next hit (Enter)"), v.FindNext),
		button(theme.IconNameCancel, lang.X("text.close_find", "Close (Esc)"), v.hideFind))
	b.root = container.NewBorder(nil, nil, nil, buttons, b.entry)
	b.root.Hide()
	return b
}

// show tells how many hits there are and which is the current one.
func (b *findBar) show(s *search, running bool) {
	text := ""
	switch n := strconv.Itoa(len(s.hits)); {
	case s.query == "":
	case len(s.hits) == 0 && running:
		text = lang.X("text.searching", "searching…")
	case len(s.hits) == 0:
		text = lang.X("text.no_hits", "no hits")
	case s.more || running:
		text = strconv.Itoa(s.current+1) + "/" + n + "+"
	default:
		text = strconv.Itoa(s.current+1) + "/" + n
	}
	if b.count.Text != text {
		b.count.SetText(text)
	}
}

// countLayout keeps room for a large count, so that the buttons beside it stay where they are.
type countLayout struct{}

func (countLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	s := objects[0].MinSize()
	return fyne.NewSize(max(s.Width, 110), s.Height)
}

func (countLayout) Layout(objects []fyne.CanvasObject, size fyne.Size) { objects[0].Resize(size) }

// findEntry is an entry in which Enter goes on, Shift+Enter back, and Escape closes.
type findEntry struct {
	widget.Entry
	view  *View
	shift bool
}

func newFindEntry(v *View) *findEntry {
	e := &findEntry{view: v}
	e.Wrapping = fyne.TextWrapOff
	e.SetPlaceHolder(lang.X("text.find_what", "Find"))
	e.OnChanged = func(query string) { v.pane.find(query, true) }
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey is called by Fyne.
func (e *findEntry) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeyF3:
		e.view.step(!e.shift)
	case fyne.KeyDown:
		e.view.step(true)
	case fyne.KeyUp:
		e.view.step(false)
	case fyne.KeyEscape:
		e.view.hideFind()
	default:
		e.Entry.TypedKey(ev)
	}
}

// KeyDown is called by Fyne.
func (e *findEntry) KeyDown(ev *fyne.KeyEvent) {
	if ev.Name == desktop.KeyShiftLeft || ev.Name == desktop.KeyShiftRight {
		e.shift = true
	}
	e.Entry.KeyDown(ev)
}

// KeyUp is called by Fyne.
func (e *findEntry) KeyUp(ev *fyne.KeyEvent) {
	if ev.Name == desktop.KeyShiftLeft || ev.Name == desktop.KeyShiftRight {
		e.shift = false
	}
	e.Entry.KeyUp(ev)
}
