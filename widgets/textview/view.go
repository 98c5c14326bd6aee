package textview

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// View shows one document at a time. Make it with [New]; all methods are for Fyne's
// goroutine.
//
// Keys scroll; with Shift they select, as dragging does. Ctrl+C copies the true text, Ctrl+A
// selects all, Ctrl+F opens the find bar, F3 and Shift+F3 go to the next hit and back; + unfolds and
// - folds all.
type View struct {
	widget.BaseWidget

	// Menu, if set, is given the items of the context menu each time before it opens, and
	// returns those to show.
	Menu func(items []*fyne.MenuItem) []*fyne.MenuItem
	// Changed, if set, is called after the user has switched wrapping or line numbers in the
	// menu, so that the choice can be remembered.
	Changed func()

	pane *pane
	bar  *findBar
	// now and later are time.Now and fyne.Do but in tests.
	now   func() time.Time
	later func(func())
}

// New makes a view of nothing, with line numbers and without wrapping.
func New() *View {
	v := &View{now: time.Now, later: fyne.Do}
	v.ExtendBaseWidget(v)
	v.pane = newPane(v)
	v.bar = newFindBar(v)
	return v
}

// Open shows another document from its beginning, a long one folded as it says itself; see
// [Outliner]. The find bar stays and searches it.
func (v *View) Open(d Document) {
	v.pane.top, v.pane.across, v.pane.sel = anchor{}, 0, selection{shift: v.pane.sel.shift}
	v.pane.folds, v.pane.unfolded = folds{hidden: v.pane.folds.hidden}, false
	v.pane.search.current = -1
	v.SetDocument(d)
}

// SetDocument shows a newer version of what is shown: the place where one reads, the
// selection, folds and the search stay as far as the new document has them.
func (v *View) SetDocument(d Document) {
	if d == nil {
		d = Text(nil)
	}
	v.pane.setDocument(d)
	if v.pane.search.query != "" {
		v.pane.find(v.pane.search.query, false)
	}
}

// Document is what is shown.
func (v *View) Document() Document { return v.pane.doc }

// SetEmpty sets the words that stand in place of a document without lines.
func (v *View) SetEmpty(words string) {
	v.pane.empty = words
	v.pane.update()
}

// SetWrap sets whether long lines go on in the next row, or beyond the edge.
func (v *View) SetWrap(wrap bool) {
	if wrap == v.pane.wrap {
		return
	}
	v.pane.wrap, v.pane.across, v.pane.top.y = wrap, 0, 0
	v.pane.forget()
	v.pane.update()
	v.changed()
}

// Wrap tells whether long lines are wrapped.
func (v *View) Wrap() bool { return v.pane.wrap }

// SetLineNumbers sets whether lines are numbered.
func (v *View) SetLineNumbers(numbers bool) {
	if numbers == v.pane.numbers {
		return
	}
	v.pane.numbers = numbers
	v.pane.forget()
	v.pane.update()
	v.changed()
}

// LineNumbers tells whether lines are numbered.
func (v *View) LineNumbers() bool { return v.pane.numbers }

func (v *View) changed() {
	if v.Changed != nil {
		v.Changed()
	}
}

// ShowLine scrolls to a line of the document, from 0, and unfolds it.
func (v *View) ShowLine(line int) { v.pane.show(place{line: line}) }

// Selected is the selected text as it was received, or empty.
func (v *View) Selected() string { return v.pane.selected() }

// SelectAll selects the whole document.
func (v *View) SelectAll() { v.pane.selectAll() }

// Copy puts the selected text on the clipboard; without a selection it does nothing.
func (v *View) Copy() { v.pane.copySelected() }

// CopyAll puts the whole text on the clipboard.
func (v *View) CopyAll() { v.pane.copyAll() }

// FoldAll folds every part but the outermost, in a long document as [Outliner] says, or unfolds all.
func (v *View) FoldAll(fold bool) { v.pane.foldAll(fold) }

// Folds tells whether anything in the document can be folded, and whether something is.
func (v *View) Folds() (can, folded bool) {
	_, can = v.pane.doc.(Folder)
	return can, len(v.pane.folds.hidden) > 0
}

// Find searches for query without regard to case, marks the hits and goes to the first from
// where one reads. An empty query ends the search.
func (v *View) Find(query string) {
	if v.bar.entry.Text != query {
		v.bar.entry.SetText(query) // its OnChanged starts the search
		return
	}
	v.pane.find(query, true)
}

// Hits tells how many hits there are and which one is the current, from 1; done is false
// while the search is still on its way.
func (v *View) Hits() (current, count int, done bool) {
	s := &v.pane.search
	return s.current + 1, len(s.hits), !s.running(v.pane.doc)
}

// FindNext goes to the next hit, after the last to the first.
func (v *View) FindNext() { v.step(true) }

// FindPrevious goes to the hit before.
func (v *View) FindPrevious() { v.step(false) }

func (v *View) step(forward bool) { v.pane.step(forward) }

// ShowFind opens the find bar and puts the keyboard into it. A selection within one line is
// taken as the query.
func (v *View) ShowFind() {
	v.bar.root.Show()
	v.Refresh()
	if s := v.Selected(); s != "" && len(s) <= 200 && !strings.ContainsRune(s, '\n') {
		v.Find(s)
	}
	if c := v.canvas(); c != nil {
		c.Focus(v.bar.entry)
		v.bar.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
	}
}

// hideFind closes the find bar, ends the search and gives the keyboard back to the text.
func (v *View) hideFind() {
	if !v.bar.root.Visible() && v.pane.search.query == "" {
		return
	}
	v.Find("")
	v.bar.root.Hide()
	v.Refresh()
	v.Focus()
}

func (v *View) findChanged() {
	v.bar.show(&v.pane.search, v.pane.search.running(v.pane.doc))
}

// Focus puts the keyboard into the text.
func (v *View) Focus() {
	if c := v.canvas(); c != nil && c.Focused() != v.pane {
		c.Focus(v.pane)
	}
}

func (v *View) canvas() fyne.Canvas { return fyne.CurrentApp().Driver().CanvasForObject(v) }

// CreateRenderer is called by Fyne.
func (v *View) CreateRenderer() fyne.WidgetRenderer {
	return &viewRenderer{view: v, objects: []fyne.CanvasObject{v.bar.root, v.pane}}
}

type viewRenderer struct {
	view    *View
	objects []fyne.CanvasObject
}

func (r *viewRenderer) Layout(size fyne.Size) {
	top := float32(0)
	if r.view.bar.root.Visible() {
		top = r.view.bar.root.MinSize().Height
		r.view.bar.root.Resize(fyne.NewSize(size.Width, top))
	}
	r.view.pane.Move(fyne.NewPos(0, top))
	r.view.pane.Resize(fyne.NewSize(size.Width, max(0, size.Height-top)))
}

func (r *viewRenderer) MinSize() fyne.Size {
	m := r.view.pane.MinSize()
	if r.view.bar.root.Visible() {
		m.Height += r.view.bar.root.MinSize().Height
	}
	return m
}

func (r *viewRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *viewRenderer) Destroy()                     {}

func (r *viewRenderer) Refresh() {
	r.Layout(r.view.Size())
	r.view.pane.Refresh()
	r.view.bar.root.Refresh()
}
