package virtual

import (
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// List is the scroller. Make it with [New]. All methods are for Fyne's goroutine.
type List struct {
	widget.BaseWidget

	// Fill, if set, is called once before rows are updated, with all the rows in view, for
	// owners that fetch their data in one call. Every row in view is updated after it.
	Fill func(first, count int)
	// OnView, if set, is called after rows, size or position changed, so that the owner can
	// place what it draws under or over the rows.
	OnView func(View)

	create func() fyne.CanvasObject
	update func(i int, o fyne.CanvasObject)

	length    int
	rowHeight float32
	top       Position
	view      View

	// Row i is shown by slots[i % len(slots)], so it keeps its object while in view.
	slots []slot
	under []fyne.CanvasObject
	over  []fyne.CanvasObject
	body  *fyne.Container
	clip  *container.Clip
	bar   *bar
}

type slot struct {
	row    int // -1: none
	object fyne.CanvasObject
}

// View is what is in sight: Count rows from First on, the first of them at Y (zero or
// negative), each Width wide (the scroll bar's room is not in it) and RowHeight high, in
// Fyne's units relative to the list.
type View struct {
	First, Count     int
	Y                float32
	Width, RowHeight float32
}

// New makes a list without rows. create makes the object of one row; update has it show
// row i. A row's MinSize is not asked for: see [List.SetRowHeight].
func New(create func() fyne.CanvasObject, update func(i int, o fyne.CanvasObject)) *List {
	l := &List{create: create, update: update, rowHeight: 22}
	l.body = container.New(freeLayout{})
	l.clip = container.NewClip(l.body)
	l.bar = newBar(l)
	l.ExtendBaseWidget(l)
	return l
}

// Decorate sets objects that are drawn under and over the rows and clipped with them. The
// owner places them in OnView.
func (l *List) Decorate(under, over []fyne.CanvasObject) {
	l.under, l.over = under, over
	l.compose()
}

// SetRowHeight sets the height of every row; the default is 22.
func (l *List) SetRowHeight(h float32) {
	if h = max(1, h); h == l.rowHeight {
		return
	}
	l.rowHeight = h
	l.place(true)
}

// RowHeight is the height of every row.
func (l *List) RowHeight() float32 { return l.rowHeight }

// Len is the number of rows.
func (l *List) Len() int { return l.length }

// SetLen sets the number of rows and moves the view up if it would end below the last one.
// Rows that stay in view are not updated: call [List.Refresh] when they hold other data.
func (l *List) SetLen(n int) {
	l.length = max(0, n)
	l.place(false)
}

// Reset sets the number of rows and the position, and updates every row in view, all in one
// go.
func (l *List) Reset(n int, top Position) {
	l.length, l.top = max(0, n), top
	l.place(true)
}

// Refresh updates every row in view.
func (l *List) Refresh() { l.BaseWidget.Refresh() }

// Top is the position of the upper edge.
func (l *List) Top() Position { return l.top }

// SetTop scrolls so that p is at the upper edge, as far as there are rows.
func (l *List) SetTop(p Position) {
	l.top = p
	l.place(false)
}

// ScrollBy moves the view down by dy of Fyne's units, up when negative.
func (l *List) ScrollBy(dy float32) { l.SetTop(l.extent().add(l.top, dy)) }

// ScrollTo brings row i wholly into view, moving as little as possible.
func (l *List) ScrollTo(i int) {
	i = min(max(i, 0), l.length-1)
	if i < 0 {
		return
	}
	if (Position{Row: i}).before(l.top) {
		l.SetTop(Position{Row: i})
		return
	}
	atBottom := l.extent()
	atBottom.rows = i + 1
	if lowest := atBottom.last(); l.top.before(lowest) {
		l.SetTop(lowest)
	}
}

// InView is the first row in view and the number of rows that have at least a sliver there.
func (l *List) InView() (first, count int) { return l.extent().visible(l.top) }

// RowAt is the row at y, relative to the list, or -1.
func (l *List) RowAt(y float32) int {
	if y < 0 || y >= l.Size().Height {
		return -1
	}
	row := l.top.Row + int(math.Floor(float64((y-l.firstY())/l.rowHeight)))
	if row >= l.length {
		return -1
	}
	return row
}

// RowY is the upper edge of row i relative to the list, for rows in view or close to it.
func (l *List) RowY(i int) float32 { return l.firstY() + float32(i-l.top.Row)*l.rowHeight }

// Each calls f for every row in view that has been placed.
func (l *List) Each(f func(i int, o fyne.CanvasObject)) {
	for i := l.view.First; i < l.view.First+l.view.Count; i++ {
		f(i, l.slots[i%len(l.slots)].object)
	}
}

// Held tells whether the pointer is on the scroll bar or drags it.
func (l *List) Held() bool { return l.bar.hovered || l.bar.dragging }

// Step is the row that a navigation key (up, down, page up, page down, home, end) leads to
// from row at, which may be -1 for none; ok is false for other keys and in an empty list.
func (l *List) Step(at int, key fyne.KeyName) (to int, ok bool) {
	page := max(1, int(l.extent().viewRows())-1)
	switch key {
	case fyne.KeyUp:
		to = at - 1
	case fyne.KeyDown:
		to = at + 1
	case fyne.KeyPageUp:
		to = at - page
	case fyne.KeyPageDown:
		to = at + page
	case fyne.KeyHome:
		to = 0
	case fyne.KeyEnd:
		to = l.length - 1
	default:
		return at, false
	}
	if at < 0 && key != fyne.KeyEnd && key != fyne.KeyHome {
		to = l.top.Row
	}
	return min(max(to, 0), l.length-1), l.length > 0
}

// Scrolled scrolls by mouse wheel or trackpad.
func (l *List) Scrolled(ev *fyne.ScrollEvent) { l.ScrollBy(-ev.Scrolled.DY) }

// MinSize is one row and the scroll bar.
func (l *List) MinSize() fyne.Size {
	return fyne.NewSize(l.BarWidth()+l.rowHeight, l.rowHeight)
}

// BarWidth is the room kept for the scroll bar at the right.
func (l *List) BarWidth() float32 { return l.Theme().Size(theme.SizeNameScrollBar) }

func (l *List) extent() extent {
	return extent{rows: l.length, height: l.Size().Height, rowHeight: l.rowHeight}
}

// firstY is rounded: text on half pixels is blurred.
func (l *List) firstY() float32 {
	return -float32(math.Round(float64(l.top.Fraction * l.rowHeight)))
}

// place brings the slots in line with the position, and updates the rows that are new in
// view, or all of them.
func (l *List) place(all bool) {
	e := l.extent()
	l.top = e.clamp(l.top)
	first, count := e.visible(l.top)
	l.view = View{First: first, Count: count, Y: l.firstY(),
		Width: max(0, l.Size().Width-l.BarWidth()), RowHeight: l.rowHeight}
	l.grow(count)
	fresh := l.release(first, count)
	if (all || fresh) && l.Fill != nil && count > 0 {
		l.Fill(first, count)
		all = true
	}
	for i := first; i < first+count; i++ {
		l.showRow(i, all)
	}
	l.bar.follow()
	if l.OnView != nil {
		l.OnView(l.view)
	}
}

// release frees the slots whose rows are out of view and tells whether any row in view has
// no slot yet.
func (l *List) release(first, count int) (fresh bool) {
	kept := 0
	for k := range l.slots {
		s := &l.slots[k]
		if s.row >= first && s.row < first+count {
			kept++
			continue
		}
		s.row = -1
	}
	for k := range l.slots {
		s := &l.slots[k]
		if s.row < 0 && !takes(k, len(l.slots), first, count) {
			show(s.object, false)
		}
	}
	return kept < count
}

// takes tells whether slot k of n shows one of the rows from first on.
func takes(k, n, first, count int) bool {
	return ((k-first)%n+n)%n < count
}

func (l *List) showRow(i int, update bool) {
	s := &l.slots[i%len(l.slots)]
	s.object.Resize(fyne.NewSize(l.view.Width, l.rowHeight))
	s.object.Move(fyne.NewPos(0, l.RowY(i)))
	if update || s.row != i {
		s.row = i
		l.update(i, s.object)
	}
	show(s.object, true)
}

func (l *List) grow(count int) {
	if count <= len(l.slots) {
		return
	}
	for len(l.slots) < count {
		o := l.create()
		o.Hide()
		l.slots = append(l.slots, slot{object: o})
	}
	for k := range l.slots { // another length: other rows
		l.slots[k].row = -1
	}
	l.compose()
}

func (l *List) compose() {
	objects := make([]fyne.CanvasObject, 0, len(l.under)+len(l.slots)+len(l.over))
	objects = append(objects, l.under...)
	for _, s := range l.slots {
		objects = append(objects, s.object)
	}
	l.body.Objects = append(objects, l.over...)
	canvas.Refresh(l.body)
}

// CreateRenderer is called by Fyne.
func (l *List) CreateRenderer() fyne.WidgetRenderer {
	return &listRenderer{list: l, objects: []fyne.CanvasObject{l.clip, l.bar}}
}

type listRenderer struct {
	list    *List
	objects []fyne.CanvasObject
}

func (r *listRenderer) Layout(size fyne.Size) {
	r.divide(size)
	r.list.place(false)
}

func (r *listRenderer) divide(size fyne.Size) {
	bar := r.list.BarWidth()
	rest := max(0, size.Width-bar)
	r.list.clip.Resize(fyne.NewSize(rest, size.Height))
	r.list.body.Resize(fyne.NewSize(rest, size.Height))
	r.list.bar.Move(fyne.NewPos(rest, 0))
	r.list.bar.Resize(fyne.NewSize(bar, size.Height))
}

func (r *listRenderer) MinSize() fyne.Size           { return r.list.MinSize() }
func (r *listRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *listRenderer) Destroy()                     {}
func (r *listRenderer) Refresh() {
	r.divide(r.list.Size())
	r.list.place(true)
	r.list.bar.Refresh()
}

// freeLayout leaves objects where they are, and asks for nothing.
type freeLayout struct{}

func (freeLayout) Layout([]fyne.CanvasObject, fyne.Size)     {}
func (freeLayout) MinSize([]fyne.CanvasObject) (s fyne.Size) { return s }
