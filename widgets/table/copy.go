package table

import (
	"strings"

	"fyne.io/fyne/v2"
)

// TypedShortcut copies the selected rows, and selects all.
func (t *Table) TypedShortcut(s fyne.Shortcut) {
	switch s := s.(type) {
	case *fyne.ShortcutCopy:
		if t.selected.cursor >= 0 && s.Clipboard != nil {
			s.Clipboard.SetContent(t.SelectedText())
		}
	case *fyne.ShortcutSelectAll:
		t.selectAll()
	}
}

// selectAll leaves the view where it is.
func (t *Table) selectAll() {
	n := t.list.Len()
	if n == 0 {
		return
	}
	t.selected, t.others = selection{0, n - 1}, nil
	t.placeBands()
	if t.OnSelect != nil {
		t.OnSelect(0, n-1)
	}
}

// SelectedText is the selected rows as tab-separated text, a line each, without the header.
// A cell with a tab or a line break, or that begins with a quotation mark, stands in quotes,
// as spreadsheets have it.
func (t *Table) SelectedText() string {
	row := t.source.Row
	if full, ok := t.source.(FullSource); ok {
		row = full.FullRow
	}
	var b strings.Builder
	cells := make([]string, len(t.grid.columns))
	for i := range t.SelectedRows() {
		clear(cells)
		row(i, cells)
		for k, cell := range cells {
			if k > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(quoted(cell))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func quoted(cell string) string {
	if !strings.ContainsAny(cell, "\t\r\n") && !strings.HasPrefix(cell, `"`) {
		return cell
	}
	return `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
}
