package topictree

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/widgets/virtual"
)

const (
	// markFor is how long a changed value stays marked, at least; the mark goes with the
	// first Refresh after it.
	markFor = 600 * time.Millisecond
	// keysFor is how long after the last key the keyboard counts as being in the tree.
	keysFor = 10 * time.Second
)

// Tree shows topics. Make it with [New] or [NewFlat], then set the callbacks; nil ones are
// left out. Every callback names a row by its index and by its key: the index is of the
// moment, the key stays. All methods are for Fyne's goroutine.
type Tree struct {
	widget.BaseWidget

	// OnSelect says that the user moved the selection.
	OnSelect func(i int, key uint64)
	// OnToggle asks to open or close a branch.
	OnToggle func(i int, key uint64, open bool)
	// OnToggleAll asks to open a branch and all beneath, or to close it if it is open.
	OnToggleAll func(i int, key uint64)
	// OnActivate says that a leaf was double-clicked or that Enter was hit on it.
	OnActivate func(i int, key uint64)
	// OnMenu asks for the menu of a row at an absolute position of the canvas. The row is
	// the one that was under the pointer at the press, whatever moved meanwhile; i is -1 if
	// it is no longer in view.
	OnMenu func(i int, key uint64, at fyne.Position)
	// OnPin asks to put a topic on the watch list, or to take it off.
	OnPin func(i int, key uint64)
	// OnCopy asks to copy the selected row (Ctrl+C).
	OnCopy func(i int, key uint64)
	// OnDrag says that a row, pressed with the primary button, is dragged along at an absolute
	// position of the canvas; OnDrop that it was let go where OnDrag was called last.
	OnDrag func(key uint64, at fyne.Position)
	OnDrop func()
	// OnTip is asked for the tooltip of a part of a row, "" for none. Without it, or when it
	// answers "", a name or value that was cut shows in full, and marks are explained.
	OnTip func(i int, key uint64, part Part) string

	source Source
	list   *virtual.List
	look   look
	style  virtual.Style
	now    func() time.Time

	rows    []Row // as filled last, from first on
	first   int
	changes changes
	bands   bands
	sparks  sparks
	touched int // cells changed so far, for tests

	selection selection
	pointer   pointer
	tip       ttwidget.ToolTipWidgetExtend
	focused   bool
	shift     bool
	lastKey   time.Time
}

// selection is the selected row; index is -1 while it isn't among the rows shown.
type selection struct {
	set   bool
	key   uint64
	index int
}

// New makes a tree over source.
func New(source Source) *Tree { return newTree(source, false) }

// NewFlat makes a watch list over source: rows have neither indentation nor chevrons, and the
// star that pins stands before the name.
func NewFlat(source Source) *Tree { return newTree(source, true) }

func newTree(source Source, flat bool) *Tree {
	t := &Tree{source: source, now: time.Now}
	t.look.flat = flat
	t.pointer.row = -1
	t.selection.index = -1
	t.list = virtual.New(func() fyne.CanvasObject { return newRowView() }, t.update)
	t.list.Fill, t.list.OnView = t.fill, t.viewed
	t.bands = newBands()
	t.sparks.raster = canvas.NewRaster(t.sparks.paintFor(t))
	t.list.Decorate(t.bands.under(), []fyne.CanvasObject{t.sparks.raster, t.bands.ring})
	t.ExtendBaseWidget(t)
	t.tip.ExtendToolTipWidget(t)
	return t
}

// Refresh shows data that moved. Texts that are as before aren't touched, so the owner may
// call it on every tick; marks of changed values fade with it.
func (t *Tree) Refresh() { t.BaseWidget.Refresh() }

// Reset shows a new structure. anchor says where a row is now; by it the first row in view
// that still exists stays where it is on the screen, and the selection stays on its row. It
// may be nil.
func (t *Tree) Reset(anchor func(key uint64) (index int, ok bool)) {
	top := t.list.Top()
	if anchor != nil {
		top.Row = t.anchored(anchor, top.Row)
		if t.selection.set {
			t.selection.index = -1
			if i, ok := anchor(t.selection.key); ok {
				t.selection.index = i
			}
		}
	}
	t.restyle()
	t.list.Reset(t.source.Len(), top)
}

func (t *Tree) anchored(anchor func(uint64) (int, bool), top int) int {
	for k, row := range t.rows {
		if i, ok := anchor(row.Key); ok && t.first+k >= top {
			return max(0, i-(t.first+k-top))
		}
	}
	return top
}

// InView is the first row in view and how many there are.
func (t *Tree) InView() (first, n int) { return t.list.InView() }

// Top and SetTop are the scroll position, to be restored later.
func (t *Tree) Top() virtual.Position { return t.list.Top() }

// SetTop scrolls.
func (t *Tree) SetTop(p virtual.Position) { t.list.SetTop(p) }

// ScrollTo brings row i into view, moving as little as possible.
func (t *Tree) ScrollTo(i int) { t.list.ScrollTo(i) }

// RowHeight is the height of a row, which depends on the theme's text size.
func (t *Tree) RowHeight() float32 {
	t.restyle()
	return t.look.size.rowHeight
}

// Selected is the selected row; i is -1 while the row isn't shown (its branch is closed).
func (t *Tree) Selected() (i int, key uint64, ok bool) {
	return t.selection.index, t.selection.key, t.selection.set
}

// SetSelected selects a row without telling OnSelect; i is -1 if the row isn't shown.
func (t *Tree) SetSelected(i int, key uint64) {
	t.selection = selection{set: true, key: key, index: i}
	t.placeBands()
}

// ClearSelection selects nothing.
func (t *Tree) ClearSelection() {
	t.selection = selection{index: -1}
	t.placeBands()
}

// Interacting tells whether pointer, menu or keys are in the tree: rows shouldn't be sorted
// anew under the user's hand.
func (t *Tree) Interacting() bool {
	return t.pointer.inside || t.list.Held() || t.menuOpen() ||
		t.focused && t.now().Sub(t.lastKey) < keysFor
}

// Marked tells whether a changed value is still marked, so that an owner who otherwise
// refreshes only on news knows to do it once more.
func (t *Tree) Marked() bool { return t.changes.marked(t.now()) }

// MinSize is three rows, and wide enough for a short name and value.
func (t *Tree) MinSize() fyne.Size { return fyne.NewSize(minName+minValue, 3*t.RowHeight()) }

// AccessibilityLabel is part of [fyne.Accessible].
func (t *Tree) AccessibilityLabel() string {
	if i := t.selection.index; i >= 0 {
		return virtual.OneLine(t.rowAt(i).Name, virtual.MaxRunes)
	}
	return lang.X("tree.label", "Topics")
}

// AccessibilityRole is part of [fyne.Accessible].
func (t *Tree) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleContainer }

// rowAt is a copy of row i, from what is in view or from the source.
func (t *Tree) rowAt(i int) Row {
	if k := i - t.first; k >= 0 && k < len(t.rows) {
		return t.rows[k]
	}
	var row [1]Row
	t.source.Fill(i, row[:])
	return row[0]
}

// indexOf is where the row with a key is in view, or -1.
func (t *Tree) indexOf(key uint64) int {
	for k := range t.rows {
		if t.rows[k].Key == key {
			return t.first + k
		}
	}
	return -1
}

// fill fetches the rows in view before they are shown.
func (t *Tree) fill(first, count int) {
	if cap(t.rows) < count {
		t.rows = append(t.rows[:cap(t.rows)], make([]Row, count-cap(t.rows))...)
	}
	t.first, t.rows = first, t.rows[:count]
	t.source.Fill(first, t.rows)
	t.changes.note(t.rows, t.now())
}

func (t *Tree) update(i int, o fyne.CanvasObject) {
	row := &t.rows[i-t.first]
	t.touched += o.(*rowView).show(row, &t.look, state{
		hovered: i == t.pointer.row,
		changed: t.changes.isMarked(row.Key, t.now()),
	})
}

// viewed follows the list after it scrolled, was resized or refilled.
func (t *Tree) viewed(v virtual.View) {
	if v.Width != t.look.width {
		t.look.width = v.Width
		t.look.at = t.look.size.divide(v.Width, t.look.flat)
		t.list.Each(t.update)
	}
	t.movePointer()
	t.placeBands()
	t.sparks.follow(t, v)
}

// restyle follows the theme.
func (t *Tree) restyle() {
	now := virtual.StyleOf(t.Theme())
	if now == t.style && t.look.size != nil {
		return
	}
	t.style = now
	t.look.size, t.look.ink = newMetrics(t.Theme()), newPalette(t.Theme())
	t.look.at = t.look.size.divide(t.look.width, t.look.flat)
	t.bands.paint(t.look.ink)
	t.list.SetRowHeight(t.look.size.rowHeight)
}

// CreateRenderer is called by Fyne.
func (t *Tree) CreateRenderer() fyne.WidgetRenderer {
	t.restyle()
	t.list.Reset(t.source.Len(), t.list.Top())
	return treeRenderer{t, []fyne.CanvasObject{t.list}}
}

type treeRenderer struct {
	tree    *Tree
	objects []fyne.CanvasObject
}

func (r treeRenderer) Layout(size fyne.Size)        { r.tree.list.Resize(size) }
func (r treeRenderer) MinSize() fyne.Size           { return r.tree.MinSize() }
func (r treeRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r treeRenderer) Destroy()                     {}
func (r treeRenderer) Refresh() {
	r.tree.restyle()
	r.tree.list.Reset(r.tree.source.Len(), r.tree.list.Top())
}
