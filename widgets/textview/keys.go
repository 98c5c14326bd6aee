package textview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

var (
	_ fyne.Focusable    = (*pane)(nil)
	_ fyne.Shortcutable = (*pane)(nil)
	_ desktop.Keyable   = (*pane)(nil)
)

// KeyDown watches Shift, which turns scrolling into selecting.
func (p *pane) KeyDown(ev *fyne.KeyEvent) {
	if ev.Name == desktop.KeyShiftLeft || ev.Name == desktop.KeyShiftRight {
		p.sel.shift = true
	}
}

// KeyUp watches Shift.
func (p *pane) KeyUp(ev *fyne.KeyEvent) {
	if ev.Name == desktop.KeyShiftLeft || ev.Name == desktop.KeyShiftRight {
		p.sel.shift = false
	}
}

// TypedRune unfolds with + and folds with -, all of the document.
func (p *pane) TypedRune(r rune) {
	if r == '+' || r == '-' {
		p.foldAll(r == '-')
	}
}

// TypedKey scrolls, or selects with Shift.
func (p *pane) TypedKey(ev *fyne.KeyEvent) {
	switch ev.Name {
	case fyne.KeyF3:
		p.view.step(!p.sel.shift)
		return
	case fyne.KeyEscape:
		p.view.hideFind()
		return
	}
	if p.sel.shift {
		p.selectKey(ev.Name)
		return
	}
	p.scrollKey(ev.Name)
}

func (p *pane) scrollKey(key fyne.KeyName) {
	switch key {
	case fyne.KeyUp:
		p.scrollBy(-p.rowHeight())
	case fyne.KeyDown:
		p.scrollBy(p.rowHeight())
	case fyne.KeyPageUp:
		p.scrollBy(-p.page())
	case fyne.KeyPageDown, fyne.KeySpace:
		p.scrollBy(p.page())
	case fyne.KeyLeft:
		p.scrollAcross(p.across - 4*p.face.cell)
	case fyne.KeyRight:
		p.scrollAcross(p.across + 4*p.face.cell)
	case fyne.KeyHome:
		p.top, p.across = anchor{}, 0
		p.update()
	case fyne.KeyEnd:
		p.top = p.lowest()
		p.update()
	}
}

func (p *pane) selectKey(key fyne.KeyName) {
	rows := max(1, int(p.page()/p.rowHeight()))
	switch key {
	case fyne.KeyUp:
		p.stepRows(-1)
	case fyne.KeyDown:
		p.stepRows(1)
	case fyne.KeyPageUp:
		p.stepRows(-rows)
	case fyne.KeyPageDown:
		p.stepRows(rows)
	case fyne.KeyLeft:
		p.stepCaret(-1)
	case fyne.KeyRight:
		p.stepCaret(1)
	case fyne.KeyHome:
		p.moveCaret(place{p.sel.caret.line, 0})
	case fyne.KeyEnd:
		p.moveCaret(place{p.sel.caret.line, p.lineEnd(p.sel.caret.line)})
	}
}

// TypedShortcut copies, selects all, finds, and jumps to both ends.
func (p *pane) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		p.copySelected()
	case *fyne.ShortcutSelectAll:
		p.selectAll()
	case *desktop.CustomShortcut:
		p.customShortcut(s)
	}
}

func (p *pane) customShortcut(s *desktop.CustomShortcut) {
	if s.Modifier&fyne.KeyModifierShortcutDefault == 0 {
		return
	}
	extend := s.Modifier&fyne.KeyModifierShift != 0
	switch s.KeyName {
	case fyne.KeyF:
		p.view.ShowFind()
	case fyne.KeyHome, fyne.KeyEnd:
		if !extend {
			p.scrollKey(s.KeyName)
			return
		}
		to := place{}
		if s.KeyName == fyne.KeyEnd {
			to = p.end()
		}
		p.moveCaret(to)
	}
}

func (p *pane) copySelected() {
	if s := p.selected(); s != "" {
		fyne.CurrentApp().Clipboard().SetContent(s)
	}
}

func (p *pane) copyAll() {
	fyne.CurrentApp().Clipboard().SetContent(extract(p.doc, place{}, p.end()))
}
