package topictree

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"

	"streamscope/widgets/virtual"
)

// metrics is what the theme and the translation say about the sizes in a row.
type metrics struct {
	text, bold, small, glyph *virtual.Face

	rowHeight float32
	baseline  float32 // of the text in a row
	gap       float32 // between columns
	indent    float32 // of one level
	chevron   float32 // width of chevron and star
	mark      float32 // width of a root's mark
	age       float32
	marks     float32
	retained  string
}

func newMetrics(th fyne.Theme) *metrics {
	size, small := th.Size(theme.SizeNameText), th.Size(theme.SizeNameCaptionText)
	mono := fyne.TextStyle{Monospace: true}
	m := &metrics{
		text:     virtual.NewFace(size, fyne.TextStyle{}),
		bold:     virtual.NewFace(size, fyne.TextStyle{Bold: true}),
		small:    virtual.NewFace(small, fyne.TextStyle{}),
		glyph:    virtual.NewFace(size, mono),
		gap:      8,
		retained: lang.X("tree.retained", "retained"),
	}
	m.rowHeight = float32(int(m.text.Height()+0.5)) + 3
	m.baseline = m.text.BaselineIn(m.rowHeight)
	m.chevron = float32(int(size))
	m.mark = m.chevron - 3
	m.indent = m.chevron + 2
	m.age = max(m.small.Width("00 min"), m.small.Width(m.retained)) + 2
	m.marks = m.glyph.Width("00")
	return m
}

// columns is where things stand in a row of a certain width. A width of 0 means that there
// is no room.
type columns struct {
	name, value, trend, age, marks, pin column
}

type column struct{ x, width float32 }

func (c column) right() float32        { return c.x + c.width }
func (c column) holds(x float32) bool  { return x >= c.x && x < c.right() }
func (c column) but(n float32) column  { return column{c.x + n, max(0, c.width-n)} }
func (c column) upTo(x float32) column { return column{c.x, max(0, min(c.width, x-c.x))} }

const (
	nameShare  = 0.5
	minName    = 164
	minValue   = 64
	trendWidth = 64
	minTrended = 150 // a value beside a trend
)

// divide lays the columns out from both ends: what is fixed stands at the right, the name at
// the left, and the value between them. In a narrow tree the trend goes first, then marks,
// then age.
func (m *metrics) divide(width float32, flat bool) (c columns) {
	left, right := m.gap/2, width-m.gap/2
	if !flat {
		c.pin = column{right - m.chevron, m.chevron}
		right = c.pin.x - m.gap/2
	}
	take := func(w, needed float32) column {
		if right-w-m.gap-left < needed {
			return column{}
		}
		right -= w
		taken := column{right, w}
		right -= m.gap
		return taken
	}
	c.marks = take(m.marks, minName+minValue+m.age+m.gap)
	c.age = take(m.age, minName+minValue)
	c.trend = take(trendWidth, minName+minTrended)
	rest := max(0, right-left)
	c.name = column{left, max(min(minName, rest*0.62), rest*nameShare)}
	c.value = column{c.name.right() + m.gap, max(0, right-c.name.right()-m.gap)}
	return c
}

// at is the part of a row under x.
func (c columns) at(x float32) Part {
	switch {
	case c.pin.holds(x):
		return PartPin
	case c.marks.holds(x):
		return PartMarks
	case c.age.holds(x):
		return PartAge
	case c.trend.holds(x):
		return PartTrend
	case x >= c.value.x && c.value.width > 0:
		return PartValue
	}
	return PartName
}
