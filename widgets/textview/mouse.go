package textview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
)

var (
	_ desktop.Mouseable      = (*pane)(nil)
	_ desktop.Cursorable     = (*pane)(nil)
	_ fyne.Draggable         = (*pane)(nil)
	_ fyne.DoubleTappable    = (*pane)(nil)
	_ fyne.SecondaryTappable = (*pane)(nil)
	_ fyne.Scrollable        = (*pane)(nil)
)

// Cursor is the text cursor.
func (p *pane) Cursor() desktop.Cursor { return desktop.TextCursor }

// MouseDown places the caret, extends the selection with Shift, or folds: from the gutter, and from
// what stands in the place of a folded part.
func (p *pane) MouseDown(ev *desktop.MouseEvent) {
	p.view.Focus()
	if ev.Button != desktop.MouseButtonPrimary {
		return
	}
	if ev.Position.X < p.gutterWidth() {
		p.tapGutter(ev.Position.Y)
		return
	}
	if p.tapFolded(ev.Position) {
		return
	}
	at := p.placeAt(ev.Position)
	if ev.Modifier&fyne.KeyModifierShift != 0 && p.sel.placed {
		p.sel.caret, p.sel.hasGoal = at, false
	} else {
		p.sel.collapse(at)
	}
	p.sel.dragged = true
	p.update()
}

// MouseUp ends a selection.
func (p *pane) MouseUp(*desktop.MouseEvent) { p.sel.dragged = false }

// Dragged extends the selection, and scrolls when the pointer is outside.
func (p *pane) Dragged(ev *fyne.DragEvent) {
	if !p.sel.dragged {
		return
	}
	if y := ev.Position.Y - inset; y < 0 {
		p.top = p.moved(p.top, y)
	} else if over := y - p.textHeight(); over > 0 {
		p.top = p.moved(p.top, over)
	}
	if x := ev.Position.X - p.gutterWidth(); !p.wrap && (x < 0 || x > p.textWidth()) {
		p.across = min(max(0, p.across+min(x, 0)+max(0, x-p.textWidth())), max(0, p.widest-p.textWidth()+p.face.cell))
	}
	p.clampTop()
	p.placeRows()
	p.sel.caret, p.sel.hasGoal = p.placeAt(ev.Position), false
	p.update()
}

// DragEnd ends a selection.
func (p *pane) DragEnd() { p.sel.dragged = false }

// DoubleTapped selects the word at the pointer.
func (p *pane) DoubleTapped(ev *fyne.PointEvent) {
	if ev.Position.X < p.gutterWidth() {
		return
	}
	r, ok := p.rowAt(ev.Position.Y)
	if !ok {
		return
	}
	x := ev.Position.X - p.gutterWidth() + p.across + r.shape.left(r.from)
	g := r.from
	for g < r.to-1 && r.shape.left(g+1) <= x {
		g++
	}
	p.selectWord(place{r.line, r.shape.source(g)})
}

func (p *pane) tapGutter(y float32) {
	if r, ok := p.rowAt(y); ok {
		p.toggleFold(r.line)
	}
}

// tapFolded unfolds a part by what stands in its place.
func (p *pane) tapFolded(at fyne.Position) bool {
	r, ok := p.rowAt(at.Y)
	if !ok {
		return false
	}
	x := at.X - p.gutterWidth() + p.across + r.shape.left(r.from)
	for g := r.to - 1; g >= r.from && r.shape.styles[g] == styleFold; g-- {
		if left := r.shape.left(g); left <= x && x < r.shape.left(g+1) {
			p.toggleFold(r.line)
			return true
		}
	}
	return false
}

func (p *pane) toggleFold(line int) {
	f, ok := p.doc.(Folder)
	if !ok {
		return
	}
	top := p.folds.line(p.top.ordinal)
	if end, folded := p.folds.foldedAt(line); folded {
		p.folds.unfold(line, end, f)
	} else if end, ok := f.Fold(line); ok {
		p.folds.fold(line, end)
	} else {
		return
	}
	p.top.ordinal = p.folds.ordinal(top)
	p.forget()
	p.update()
}

// foldAll folds every part but the outermost, or what the document says, or unfolds all.
func (p *pane) foldAll(fold bool) {
	f, ok := p.doc.(Folder)
	if !ok {
		return
	}
	top := p.folds.line(p.top.ordinal)
	p.unfolded = !fold
	var outline []Part
	if o, ok := p.doc.(Outliner); ok && fold {
		outline = o.Outline()
	}
	p.folds.reset(p.doc.Len(), outline)
	if fold && outline == nil {
		p.folds.closeWithin(0, p.doc.Len(), f)
		p.folds.arrange()
	}
	p.top = anchor{ordinal: p.folds.ordinal(top)}
	p.forget()
	p.update()
}

// Scrolled scrolls by wheel or trackpad; with Shift to the sides.
func (p *pane) Scrolled(ev *fyne.ScrollEvent) {
	if ev.Scrolled.DX != 0 {
		p.across = max(0, p.across-ev.Scrolled.DX)
		p.scrollAcross(p.across)
	}
	if ev.Scrolled.DY != 0 {
		p.scrollBy(-ev.Scrolled.DY)
	}
}

// TappedSecondary opens the menu.
func (p *pane) TappedSecondary(ev *fyne.PointEvent) {
	p.view.Focus()
	if c := fyne.CurrentApp().Driver().CanvasForObject(p); c != nil {
		widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", p.menu()...), c, ev.AbsolutePosition)
	}
}

func (p *pane) menu() []*fyne.MenuItem {
	copyItem := fyne.NewMenuItem(lang.X("text.copy", "Copy"), p.copySelected)
	copyItem.Disabled = p.sel.empty()
	wrap := fyne.NewMenuItem(lang.X("text.wrap", "Wrap lines"), func() { p.view.SetWrap(!p.wrap) })
	wrap.Checked = p.wrap
	numbers := fyne.NewMenuItem(lang.X("text.numbers", "Line numbers"), func() { p.view.SetLineNumbers(!p.numbers) })
	numbers.Checked = p.numbers
	items := []*fyne.MenuItem{
		copyItem,
		fyne.NewMenuItem(lang.X("text.copy_all", "Copy all"), p.copyAll),
		fyne.NewMenuItem(lang.X("text.select_all", "Select all"), p.selectAll),
		fyne.NewMenuItem(lang.X("text.find", "Find…"), p.view.ShowFind),
		fyne.NewMenuItemSeparator(), wrap, numbers,
	}
	if _, ok := p.doc.(Folder); ok {
		items = append(items, fyne.NewMenuItemSeparator(),
			fyne.NewMenuItem(lang.X("text.fold_all", "Fold all"), func() { p.foldAll(true) }),
			fyne.NewMenuItem(lang.X("text.unfold_all", "Unfold all"), func() { p.foldAll(false) }))
	}
	if p.view.Menu != nil {
		items = p.view.Menu(items)
	}
	return items
}
