package table

import (
	"image/color"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/widgets/virtual"
)

// Source is what a table shows. It is called on Fyne's goroutine and must answer at once.
type Source interface {
	// Len is the number of rows.
	Len() int
	// Row writes the texts of row i into cells, one for each column. They may come from
	// outside as they are: the table makes them fit for one line.
	Row(i int, cells []string)
}

// FullSource is what a Source implements if its cells hold shortened texts: copied rows are
// taken from here.
type FullSource interface {
	FullRow(i int, cells []string)
}

// MarkSource is what a Source implements if some of its rows are marked, as those that were
// searched for.
type MarkSource interface {
	Marked(i int) bool
}

// Table is the widget. Make it with [New], then set the callbacks; nil ones are left out.
// All methods are for Fyne's goroutine.
type Table struct {
	widget.BaseWidget

	// OnSelect says that the user selected the rows first to last.
	OnSelect func(first, last int)
	// OnActivate says that a row was double-clicked or that Enter was hit on it.
	OnActivate func(i int)
	// OnMenu asks for a menu at an absolute position of the canvas; row i is selected then.
	OnMenu func(i int, at fyne.Position)
	// OnSort says that the user clicked the title of a column that sorts. The owner puts its rows
	// in order and calls [Table.SetSorted].
	OnSort func(column int)
	// OnEscape says that Escape was hit.
	OnEscape func()
	// Several lets the user select rows that don't stand together: Ctrl (Command) and a click put a
	// row to the others or take it out. [Table.SelectedRows] tells all of them, all else the range
	// that was selected last.
	Several bool
	// Empty stands in the middle of a table without rows.
	Empty string

	source   Source
	grid     grid
	faces    []*virtual.Face // by column
	title    *virtual.Face
	baseline float32 // of the text in a row
	ink      palette
	style    virtual.Style

	list     *virtual.List
	header   *header
	cells    []string
	selected selection
	others   spans
	sorted   sorted
	pointer  pointer
	tip      ttwidget.ToolTipWidgetExtend
	focused  bool
	shift    bool
	lastKey  time.Time
	now      func() time.Time

	band, hover, ring *canvas.Rectangle
	bands             *fyne.Container // on the others
	empty             *virtual.Cell
	touched           int // cells changed so far, for tests
}

// sorted is the column that the rows are in the order of; none if column is 0.
type sorted struct {
	column     int // from 1
	descending bool
}

func (s sorted) mark(k int) string {
	switch {
	case s.column != k+1:
		return ""
	case s.descending:
		return "▾ "
	}
	return "▴ "
}

// selection is a range of rows: from where it began to where it was extended. Both are -1
// when nothing is selected.
type selection struct{ anchor, cursor int }

func (s selection) bounds() (first, last int) {
	return min(s.anchor, s.cursor), max(s.anchor, s.cursor)
}

// New makes a table over source.
func New(source Source, columns ...Column) *Table {
	t := &Table{
		source: source, grid: newGrid(slices.Clone(columns)), cells: make([]string, len(columns)),
		selected: selection{-1, -1}, pointer: pointer{row: -1, column: -1}, now: time.Now,
		band: canvas.NewRectangle(nil), hover: canvas.NewRectangle(nil),
		bands: container.NewWithoutLayout(), ring: canvas.NewRectangle(color.Transparent), empty: virtual.NewCell(fyne.TextAlignCenter),
	}
	t.ring.StrokeWidth = 1
	t.bands.Hide()
	for _, r := range []*canvas.Rectangle{t.band, t.hover, t.ring} {
		r.CornerRadius = 3
		r.Hide()
	}
	t.list = virtual.New(func() fyne.CanvasObject { return newRowView(t) }, t.update)
	t.list.OnView = t.viewed
	t.list.Decorate([]fyne.CanvasObject{t.bands, t.band, t.hover}, []fyne.CanvasObject{t.ring, t.empty.Text})
	t.header = newHeader(t)
	t.ExtendBaseWidget(t)
	t.tip.ExtendToolTipWidget(t)
	return t
}

// SetSource shows another source from its first row on, with nothing selected.
func (t *Table) SetSource(source Source) {
	t.source = source
	t.selected, t.others = selection{-1, -1}, nil
	t.restyle()
	t.list.Reset(source.Len(), virtual.Position{})
}

// Refresh shows what changed in the source. Texts that are as before aren't touched.
func (t *Table) Refresh() { t.BaseWidget.Refresh() }

// Prepended is Refresh after n rows were put before the first one. Who reads further down
// or has selected rows keeps them where they are; a table at its top shows the new rows.
func (t *Table) Prepended(n int) {
	top := t.list.Top()
	if top != (virtual.Position{}) {
		top.Row += n
	}
	if t.selected.cursor >= 0 {
		t.selected.anchor += n
		t.selected.cursor += n
		t.others = t.others.moved(n)
	}
	t.restyle()
	t.show(top)
}

// show brings the list in line with the source's length, and the selection with it.
func (t *Table) show(top virtual.Position) {
	n := t.source.Len()
	t.others = t.others.within(n)
	if first, _ := t.selected.bounds(); first >= n {
		t.selected = selection{-1, -1}
		if k := t.others.nearest(n); k >= 0 {
			t.selected = selection{t.others[k].first, t.others[k].last}
			t.others = slices.Delete(t.others, k, k+1)
		}
	}
	t.selected = selection{min(t.selected.anchor, n-1), min(t.selected.cursor, n-1)}
	t.list.Reset(n, top)
}

// Selected is the selected range of rows; both are -1 if there is none. Of several it is the last
// one that was selected.
func (t *Table) Selected() (first, last int) { return t.selected.bounds() }

// SetSorted shows in the header which column the rows are in the order of; -1 for none.
func (t *Table) SetSorted(column int, descending bool) {
	if now := (sorted{column + 1, descending}); now != t.sorted {
		t.sorted = now
		if t.title != nil {
			t.header.show()
		}
	}
}

// ShowColumn shows a column or leaves it out.
func (t *Table) ShowColumn(k int, on bool) {
	if t.grid.columns[k].Hidden == on {
		t.grid.columns[k].Hidden = !on
		t.relayout()
	}
}

// SetTitle gives a column another title.
func (t *Table) SetTitle(k int, title string) {
	if t.grid.columns[k].Title != title {
		t.grid.columns[k].Title = title
		t.relayout()
	}
}

// Select selects the rows between anchor and cursor, brings the cursor into view and tells
// OnSelect. A negative cursor selects nothing.
func (t *Table) Select(anchor, cursor int) {
	n := t.list.Len()
	now := selection{min(anchor, n-1), min(cursor, n-1)}
	if now.anchor < 0 || now.cursor < 0 {
		now = selection{-1, -1}
	}
	moved := now != t.selected
	t.selected, t.others = now, nil
	if now.cursor >= 0 {
		t.list.ScrollTo(now.cursor)
	}
	t.placeBands()
	if moved && now.cursor >= 0 && t.OnSelect != nil {
		t.OnSelect(now.bounds())
	}
}

// Moved is Refresh after rows changed places. The selection goes to the rows between anchor and
// cursor, -1 for none, without a word to OnSelect; the view stays where it is.
func (t *Table) Moved(anchor, cursor int) {
	t.selected, t.others = selection{anchor, cursor}, nil
	if anchor < 0 || cursor < 0 {
		t.selected = selection{-1, -1}
	}
	t.restyle()
	t.show(t.list.Top())
}

// ScrollTo brings row i into view, moving as little as possible.
func (t *Table) ScrollTo(i int) { t.list.ScrollTo(i) }

// InView is the first row in view and how many there are.
func (t *Table) InView() (first, n int) { return t.list.InView() }

// Widths is how wide the columns are, to be kept; that of the growing one has no meaning.
func (t *Table) Widths() []float32 {
	widths := make([]float32, len(t.grid.columns))
	for k, c := range t.grid.columns {
		widths[k] = c.Width
	}
	return widths
}

// SetWidths sets what Widths gave.
func (t *Table) SetWidths(widths []float32) {
	for k := range min(len(widths), len(t.grid.columns)) {
		if k != t.grid.grows {
			t.grid.columns[k].Width = max(minWidth, widths[k])
		}
	}
	t.relayout()
}

// MinSize is the header and two rows.
func (t *Table) MinSize() fyne.Size {
	t.restyle()
	return fyne.NewSize(4*minWidth, 3*t.list.RowHeight())
}

// AccessibilityLabel is part of [fyne.Accessible].
func (t *Table) AccessibilityLabel() string { return lang.X("table.label", "Table") }

// AccessibilityRole is part of [fyne.Accessible].
func (t *Table) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

func (t *Table) update(i int, o fyne.CanvasObject) {
	clear(t.cells)
	t.source.Row(i, t.cells)
	m, ok := t.source.(MarkSource)
	t.touched += o.(*rowView).show(t.cells, ok && m.Marked(i))
}

// viewed follows the list after it scrolled, was resized or refilled.
func (t *Table) viewed(v virtual.View) {
	if v.Width != t.grid.width {
		t.grid.divide(v.Width)
		t.list.Each(t.update)
		t.header.show()
	}
	t.movePointer()
	t.placeBands()
	if t.list.Len() > 0 || v.Width <= 0 || t.title == nil {
		t.empty.Clear()
		return
	}
	t.empty.Set(t.Empty, v.Width, t.title, t.ink.dim)
	t.empty.Place(0, 0, t.list.Size().Height)
}

// relayout follows columns that were resized.
func (t *Table) relayout() {
	if t.title == nil {
		return
	}
	t.grid.divide(t.grid.width)
	t.list.Each(t.update)
	t.header.show()
}

// placeBands lays selection, hover and focus on their rows.
func (t *Table) placeBands() {
	first, last := t.selected.bounds()
	t.placeBand(t.band, first, last)
	t.placeOthers()
	t.placeBand(t.hover, t.pointer.row, t.pointer.row)
	cursor := -1
	if t.focused {
		cursor = t.selected.cursor
	}
	t.placeBand(t.ring, cursor, cursor)
	if t.focused && cursor < 0 {
		t.ring.Move(fyne.Position{})
		t.ring.Resize(fyne.NewSize(t.grid.width, t.list.Size().Height))
		virtual.SetVisible(t.ring, true)
	}
}

// placeBand lays a band on as much of the rows first to last as is in view.
func (t *Table) placeBand(band *canvas.Rectangle, first, last int) {
	top, count := t.list.InView()
	last = min(last, top+count-1)
	inView := first >= 0 && last >= top && last >= first
	first = max(first, top)
	if inView {
		band.Move(fyne.NewPos(0, t.list.RowY(first)))
		band.Resize(fyne.NewSize(t.grid.width, float32(last-first+1)*t.list.RowHeight()))
	}
	virtual.SetVisible(band, inView)
}

// restyle follows the theme.
func (t *Table) restyle() {
	th := t.Theme()
	now := virtual.StyleOf(th)
	if now == t.style && t.title != nil {
		return
	}
	t.style, t.ink = now, newPalette(th)
	size := th.Size(theme.SizeNameText)
	text := virtual.NewFace(size, fyne.TextStyle{})
	mono := virtual.NewFace(size, fyne.TextStyle{Monospace: true})
	t.title = virtual.NewFace(th.Size(theme.SizeNameCaptionText), fyne.TextStyle{Bold: true})
	t.faces = t.faces[:0]
	for _, c := range t.grid.columns {
		if c.Monospace {
			t.faces = append(t.faces, mono)
		} else {
			t.faces = append(t.faces, text)
		}
	}
	t.band.FillColor, t.hover.FillColor, t.ring.StrokeColor = t.ink.selection, t.ink.hover, t.ink.primary
	for _, r := range []*canvas.Rectangle{t.band, t.hover, t.ring} {
		canvas.Refresh(r)
	}
	height := float32(int(text.Height()+0.5)) + 3
	t.baseline = text.BaselineIn(height)
	t.list.SetRowHeight(height)
	t.header.show()
}

// CreateRenderer is called by Fyne.
func (t *Table) CreateRenderer() fyne.WidgetRenderer {
	t.restyle()
	t.show(t.list.Top())
	return tableRenderer{t, []fyne.CanvasObject{t.header, t.list}}
}

type tableRenderer struct {
	table   *Table
	objects []fyne.CanvasObject
}

func (r tableRenderer) Layout(size fyne.Size) {
	t := r.table
	height := t.list.RowHeight()
	t.header.Resize(fyne.NewSize(size.Width, height))
	t.list.Move(fyne.NewPos(0, height))
	t.list.Resize(fyne.NewSize(size.Width, max(0, size.Height-height)))
}

func (r tableRenderer) MinSize() fyne.Size           { return r.table.MinSize() }
func (r tableRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r tableRenderer) Destroy()                     {}
func (r tableRenderer) Refresh() {
	r.table.restyle()
	r.Layout(r.table.Size())
	r.table.show(r.table.list.Top())
}
