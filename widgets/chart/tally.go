package chart

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
)

// tally is the legend as a table: a row for each series, with its chip in front and what the
// cursors read and the stretch in view sums up to behind.
type tally struct {
	heads  []*canvas.Text
	cells  [][]*canvas.Text
	widths []float32 // of the columns behind the chip; they only grow, so the table rests
	at     int64     // when the figures were last brought up to date
	rows   int       // that have room
}

// figuresEvery is how often the figures of the table change on their own, in nanoseconds. Each new
// text costs the screen a texture.
const figuresEvery = 500_000_000

// tabled tells whether the legend is a table.
func (c *Chart) tabled() bool {
	a, b := c.view.Cursors()
	return len(c.series) > 0 && (c.statistics || a != 0 || b != 0)
}

func (t *tally) objects(all []fyne.CanvasObject) []fyne.CanvasObject {
	for _, h := range t.heads {
		all = append(all, h)
	}
	for _, row := range t.cells {
		for _, cell := range row {
			all = append(all, cell)
		}
	}
	return all
}

// updateTally writes the figures; layout puts them in place.
func (c *Chart) updateTally() {
	t := &c.tally
	var table [][]string
	if c.tabled() {
		table = c.table(true)
		t.at = c.view.now
	}
	columns := 0
	if len(table) > 0 {
		columns = len(table[0]) - 1
	}
	grew := t.size(max(len(table)-1, 0), columns)
	if grew {
		c.styleTally()
	}
	if len(t.widths) != columns {
		t.widths, grew = make([]float32, columns), true
	}
	for i, row := range table {
		texts := t.heads
		if i > 0 {
			texts = t.cells[i-1]
		}
		for k, s := range row[1:] {
			setText(texts[k], s)
			if w := texts[k].MinSize().Width; w > t.widths[k] {
				t.widths[k], grew = w+4, true
			}
		}
	}
	if grew {
		c.layout()
		canvas.Refresh(c)
	} else {
		c.placeTally(c.chipColumn())
	}
}

// size has so many rows and columns of texts; it tells whether that is new.
func (t *tally) size(rows, columns int) (changed bool) {
	if len(t.cells) == rows && len(t.heads) == columns {
		return false
	}
	t.heads = make([]*canvas.Text, columns)
	t.cells = make([][]*canvas.Text, rows)
	for k := range t.heads {
		t.heads[k] = &canvas.Text{}
	}
	for i := range t.cells {
		t.cells[i] = make([]*canvas.Text, columns)
		for k := range t.cells[i] {
			t.cells[i][k] = &canvas.Text{}
		}
	}
	return true
}

func (c *Chart) styleTally() {
	t := &c.tally
	for _, h := range t.heads {
		h.Color, h.TextSize = c.themeColor(theme.ColorNamePlaceHolder), c.textSize()
	}
	for _, row := range t.cells {
		for _, cell := range row {
			cell.Color, cell.TextSize = c.themeColor(theme.ColorNameForeground), c.textSize()
		}
	}
}

// chipColumn is how wide the chips of the table are: what the figures leave, up to the widest.
func (c *Chart) chipColumn() float32 {
	room := c.Size().Width
	for _, w := range c.tally.widths {
		room -= w + columnGap
	}
	widest := float32(0)
	for _, l := range c.legend {
		widest = max(widest, l.MinSize().Width)
	}
	return min(widest, max(room, 150))
}

const columnGap = 14

// layTable lays the chips below each other, under the headings, which share a row with the controls
// where they fit, and returns where they end.
func (c *Chart) layTable(row float32, size fyne.Size) float32 {
	wide := c.chipColumn()
	top := c.headRow(wide, row) + row
	c.tally.rows = max(int((size.Height*0.6-top)/row), 1)
	for i, l := range c.legend {
		l.Hidden = i >= c.tally.rows
		l.Resize(fyne.NewSize(wide, row))
		l.Move(fyne.NewPos(0, top+float32(i)*row))
	}
	c.placeTally(wide)
	return top + float32(min(len(c.legend), c.tally.rows))*row
}

func (c *Chart) headRow(wide, row float32) float32 {
	for _, w := range c.tally.widths {
		wide += w + columnGap
	}
	if wide > c.windows.Position().X-columnGap {
		return row
	}
	return 0
}

// placeTally puts the texts into their columns, right-aligned. A column without room is left out.
func (c *Chart) placeTally(wide float32) {
	t, row := &c.tally, c.live.MinSize().Height
	top, x := c.headRow(wide, row), wide
	for k := range t.heads {
		x += columnGap + t.widths[k]
		place := func(o *canvas.Text, y float32, hidden bool) {
			m := o.MinSize()
			o.Hidden = hidden || x > c.Size().Width
			o.Resize(m)
			o.Move(fyne.NewPos(x-m.Width, y+(row-m.Height)/2))
		}
		place(t.heads[k], top, false)
		for i := range t.cells {
			place(t.cells[i][k], top+float32(i+1)*row, i >= t.rows)
		}
	}
}

// moreText tells how many entries of the legend have no room.
func moreText(n int) string {
	if n == 0 {
		return ""
	}
	return lang.X("chart.more", "+{{.N}} more: make the chart higher", map[string]any{"N": n})
}
