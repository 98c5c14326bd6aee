package topictree

import (
	"image/color"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"

	"streamscope/widgets/virtual"
)

const (
	glyphClosed   = "▸"
	glyphOpen     = "▾"
	glyphRoot     = "●"
	glyphPinned   = "★"
	glyphUnpinned = "☆"
	glyphRetained = "R"
	glyphCut      = "✂"
	glyphStale    = "◌"
)

// rowView is the widget of one row.
type rowView struct {
	widget.BaseWidget

	chevron, mark, name, count, value, note, age, marks, pin *virtual.Cell
	hit, changed, bar                                        *canvas.Rectangle
	objects                                                  []fyne.CanvasObject

	topics     int
	topicsText string
}

func newRowView() *rowView {
	r := &rowView{hit: canvas.NewRectangle(nil), changed: canvas.NewRectangle(nil), bar: canvas.NewRectangle(nil), topics: -1}
	r.hit.CornerRadius, r.changed.CornerRadius = 2, 3
	r.hit.Hide()
	r.changed.Hide()
	r.bar.Hide()
	r.objects = []fyne.CanvasObject{r.hit, r.changed, r.bar}
	cell := func(align fyne.TextAlign) *virtual.Cell {
		c := virtual.NewCell(align)
		r.objects = append(r.objects, c.Text)
		return c
	}
	r.chevron, r.mark = cell(fyne.TextAlignCenter), cell(fyne.TextAlignCenter)
	r.name, r.count = cell(fyne.TextAlignLeading), cell(fyne.TextAlignTrailing)
	r.value, r.note = cell(fyne.TextAlignLeading), cell(fyne.TextAlignLeading)
	r.age, r.marks = cell(fyne.TextAlignTrailing), cell(fyne.TextAlignLeading)
	r.pin = cell(fyne.TextAlignCenter)
	r.ExtendBaseWidget(r)
	return r
}

// look is what all rows have in common when they are shown.
type look struct {
	size  *metrics
	ink   palette
	at    columns
	width float32
	flat  bool // a watch list: no branches, and the star stands in front
}

// state is what the tree knows of a row beyond the source.
type state struct {
	hovered, changed bool
}

// show has the view show row and tells how many of its cells it had to touch.
func (r *rowView) show(row *Row, l *look, s state) (touched int) {
	return r.showName(row, l) +
		r.showValue(row, l, s.changed) +
		put(r.age, l, l.at.age, row.ageText(l), l.size.small, row.tint(l, l.ink.dim)) +
		put(r.marks, l, l.at.marks, row.marksText(l), l.size.glyph, row.tint(l, l.ink.dim)) +
		r.showPin(row, l, s.hovered)
}

// nameColumn is where a row's name starts after indentation, chevron and mark. Deep rows
// stop moving right while there is still room for some letters.
func (row *Row) nameColumn(l *look) (chevron, mark, name column) {
	indent := min(float32(row.Depth)*l.size.indent, l.at.name.width*0.6)
	chevron = column{l.at.name.x + indent, l.size.chevron}
	mark = column{chevron.right(), 0}
	if row.Kind == Root && !l.flat {
		mark.width = l.size.mark
	}
	start := mark.right() + l.size.gap/4
	return chevron, mark, column{start, max(0, l.at.name.right()-start)}
}

func (r *rowView) showName(row *Row, l *look) (touched int) {
	chevron, mark, name := row.nameColumn(l)
	touched += put(r.chevron, l, chevron, row.chevronText(l), l.size.glyph, row.chevronTint(l))
	touched += put(r.mark, l, mark, row.markText(l), l.size.glyph, row.rootTint(l))
	face := l.size.text
	if row.Kind == Root {
		face = l.size.bold
	}
	name, count, text := r.shareName(row, l, name, face)
	touched += put(r.count, l, count, text, l.size.small, row.tint(l, l.ink.dim))
	r.name.KeepEnd = l.flat
	touched += put(r.name, l, name, row.Name, face, row.tint(l, l.ink.text))
	r.showHit(row, l, name, face)
	return touched + r.showBar(row, l)
}

// barWidth is that of the bar of a topic's colour, at the edge of the row.
const barWidth = 3

// showBar shows the colour of a topic.
func (r *rowView) showBar(row *Row, l *look) (touched int) {
	shown := row.Kind == Topic && row.Colour != nil
	if shown && r.bar.FillColor != row.Colour {
		r.bar.FillColor = row.Colour
		canvas.Refresh(r.bar)
		touched++
	}
	if size := fyne.NewSize(barWidth, l.size.rowHeight-4); shown && r.bar.Size() != size {
		r.bar.Move(fyne.NewPos(0, 2))
		r.bar.Resize(size)
	}
	if shown != r.bar.Visible() {
		virtual.SetVisible(r.bar, shown)
		touched++
	}
	return touched
}

// shareName divides the name's column between name and count. Where no value stands beside
// them, they may run into its column.
func (r *rowView) shareName(row *Row, l *look, at column, face *virtual.Face) (name, count column, text string) {
	text = r.countText(row)
	if text == "" {
		return at, count, text
	}
	w := l.size.small.Width(text) + 1
	right := at.right()
	if row.Value == "" && row.Note == "" {
		needed := at.x + face.Width(virtual.OneLine(row.Name, virtual.MaxRunes)) + l.size.gap + w
		right = max(right, min(needed, l.at.value.right()))
	}
	count = column{max(at.x, right-w), min(w, right-at.x)}
	return column{at.x, max(0, count.x-l.size.gap-at.x)}, count, text
}

// showHit lays a band behind the letters that match the filter, or a bar before the name of
// a topic that matches as a whole but not within its name.
func (r *rowView) showHit(row *Row, l *look, name column, face *virtual.Face) {
	band := column{}
	start, end := row.HitStart, row.HitEnd
	switch {
	case start >= 0 && start < end && end <= len(row.Name):
		x := face.Width(virtual.OneLine(row.Name[:start], virtual.MaxRunes))
		w := face.Width(virtual.OneLine(row.Name[start:end], virtual.MaxRunes))
		band = column{name.x + x, w}.upTo(name.right())
	case row.Hit:
		band = column{name.x - 4, 2}
	}
	virtual.SetVisible(r.hit, band.width > 0)
	if r.hit.FillColor != l.ink.hit {
		r.hit.FillColor = l.ink.hit
		canvas.Refresh(r.hit)
	}
	r.hit.Move(fyne.NewPos(band.x, 2))
	r.hit.Resize(fyne.NewSize(band.width, l.size.rowHeight-4))
}

func (r *rowView) showValue(row *Row, l *look, changed bool) (touched int) {
	touched += put(r.value, l, l.at.value, row.Value, l.size.text, row.tint(l, l.ink.text))
	used := float32(0)
	if row.Value != "" {
		used = min(l.at.value.width, l.size.text.Width(r.value.Text.Text)) + l.size.gap
	}
	note := l.at.value.but(used)
	if note.width < l.size.indent*2 {
		note = column{}
	}
	touched += put(r.note, l, note, row.Note, l.size.small, row.tint(l, l.ink.dim))
	changed = changed && row.Value != "" && l.at.value.width > 0
	if changed {
		r.changed.FillColor = l.ink.changed
		r.changed.Move(fyne.NewPos(l.at.value.x-4, 1))
		r.changed.Resize(fyne.NewSize(used-l.size.gap+8, l.size.rowHeight-2))
	}
	if changed != r.changed.Visible() {
		virtual.SetVisible(r.changed, changed)
		touched++
	}
	return touched
}

func (r *rowView) showPin(row *Row, l *look, hovered bool) int {
	text, tint := "", l.ink.dim
	switch {
	case row.Pinned:
		text, tint = glyphPinned, l.ink.primary
	case hovered && row.Kind == Topic:
		text = glyphUnpinned
	}
	if l.flat {
		return 0
	}
	return put(r.pin, l, l.at.pin, text, l.size.glyph, tint)
}

// countText is the number of topics beneath, in groups of three, or what the owner has in its
// place.
func (r *rowView) countText(row *Row) string {
	switch {
	case !row.Branch:
		return ""
	case row.Figure != "":
		return row.Figure
	case row.Topics <= 0:
		return ""
	}
	if row.Topics != r.topics {
		r.topics, r.topicsText = row.Topics, grouped(row.Topics)
	}
	return r.topicsText
}

// grouped writes n with a thin space between thousands.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0; at -= 3 {
		digits = digits[:at] + "\u2009" + digits[at:]
	}
	return digits
}

func (row *Row) chevronText(l *look) string {
	switch {
	case l.flat && row.Pinned:
		return glyphPinned
	case l.flat && row.Kind == Topic:
		return glyphUnpinned
	case !row.Branch || l.flat:
		return ""
	case row.Open:
		return glyphOpen
	}
	return glyphClosed
}

func (row *Row) chevronTint(l *look) color.NRGBA {
	if l.flat && row.Pinned {
		return l.ink.primary
	}
	return l.ink.dim
}

func (row *Row) markText(l *look) string {
	if row.Kind == Root && !l.flat {
		return glyphRoot
	}
	return ""
}

func (row *Row) rootTint(l *look) color.NRGBA {
	if row.Colour == nil {
		return l.ink.primary
	}
	return color.NRGBAModel.Convert(row.Colour).(color.NRGBA)
}

// ageText: the age of a retained message is unknown, and the row says so.
func (row *Row) ageText(l *look) string {
	if row.Age == "" && row.Retained {
		return l.size.retained
	}
	return row.Age
}

// marksText never leaves a mark to colour alone: stale rows are grey and carry a sign.
func (row *Row) marksText(l *look) string {
	text := ""
	if row.Stale && row.Kind == Topic {
		text += glyphStale
	}
	if row.Retained && row.ageText(l) != l.size.retained { // else the age says so
		text += glyphRetained
	}
	if row.Cut {
		text += glyphCut
	}
	return text
}

// tint is the colour of a text that is usually c.
func (row *Row) tint(l *look, c color.NRGBA) color.NRGBA {
	if row.Stale {
		return l.ink.stale
	}
	return c
}

// put shows text in a column and counts 1 if that touched the cell.
func put(c *virtual.Cell, l *look, at column, text string, face *virtual.Face, tint color.NRGBA) int {
	if text == "" || at.width <= 0 {
		if c.Clear() {
			return 1
		}
		return 0
	}
	changed := c.Set(text, at.width, face, tint)
	if face == l.size.glyph {
		c.Place(at.x, 0, l.size.rowHeight)
	} else {
		c.PlaceOn(at.x, l.size.baseline)
	}
	if changed {
		return 1
	}
	return 0
}

// CreateRenderer is called by Fyne.
func (r *rowView) CreateRenderer() fyne.WidgetRenderer { return rowRenderer{r} }

type rowRenderer struct{ row *rowView }

func (r rowRenderer) Layout(fyne.Size)             {}
func (r rowRenderer) MinSize() fyne.Size           { return fyne.Size{} }
func (r rowRenderer) Objects() []fyne.CanvasObject { return r.row.objects }
func (r rowRenderer) Destroy()                     {}
func (r rowRenderer) Refresh()                     { canvas.Refresh(r.row) }
