package table

import "fyne.io/fyne/v2"

// Column is how one column looks.
type Column struct {
	Title string
	// Width is in Fyne's units. The column that grows takes what the others leave.
	Width     float32
	Grow      bool // one column at most; the last, if none is marked
	Align     fyne.TextAlign
	Monospace bool
	// Sorts has a click on the title call [Table.OnSort].
	Sorts bool
	// Hidden leaves the column out, see [Table.ShowColumn].
	Hidden bool
}

const (
	gap      = 8  // between cells
	minWidth = 28 // that dragging leaves of a column
	grip     = 5  // how close to an edge the pointer catches it
)

// grid is where columns stand.
type grid struct {
	columns []Column
	grows   int
	x, w    []float32 // of each column, for the width given last
	width   float32
}

func newGrid(columns []Column) grid {
	g := grid{columns: columns, grows: len(columns) - 1,
		x: make([]float32, len(columns)), w: make([]float32, len(columns))}
	for k, c := range columns {
		if c.Grow {
			g.grows = k
		}
	}
	return g
}

// divide lays the columns out in width.
func (g *grid) divide(width float32) {
	g.width = width
	rest := width - gap
	for k, c := range g.columns {
		if k != g.grows && !c.Hidden {
			rest -= c.Width + gap
		}
	}
	x := float32(gap) / 2
	for k, c := range g.columns {
		if c.Hidden {
			g.x[k], g.w[k] = x, 0
			continue
		}
		g.x[k], g.w[k] = x, c.Width
		if k == g.grows {
			g.w[k] = max(minWidth, rest)
		}
		g.w[k] = max(0, min(g.w[k], width-gap/2-x)) // what doesn't fit is cut at the right
		x += g.w[k] + gap
	}
}

// at is the column under x, or -1.
func (g *grid) at(x float32) int {
	for k, c := range g.columns {
		if !c.Hidden && x >= g.x[k]-gap/2 && x < g.x[k]+g.w[k]+gap/2 {
			return k
		}
	}
	return -1
}

// edge is the column whose right edge is close to x, or -1. The last has none.
func (g *grid) edge(x float32) int {
	for k, c := range g.columns {
		if c.Hidden || g.after(k) < 0 {
			continue
		}
		right := g.x[k] + g.w[k] + gap/2
		if x >= right-grip && x < right+grip {
			return k
		}
	}
	return -1
}

// pull moves the right edge of column k to x. Edges before the growing column belong to the
// column at their left, those after it to the one at their right.
func (g *grid) pull(k int, x float32) {
	right := g.x[k] + g.w[k] + gap/2
	if k < g.grows {
		g.resize(k, x-right)
	} else {
		g.resize(g.after(k), right-x)
	}
	g.divide(g.width)
}

// after is the next column that shows, or -1.
func (g *grid) after(k int) int {
	for k++; k < len(g.columns); k++ {
		if !g.columns[k].Hidden {
			return k
		}
	}
	return -1
}

// resize leaves the growing column its least width.
func (g *grid) resize(k int, by float32) {
	c := &g.columns[k]
	c.Width = max(minWidth, c.Width+min(by, g.w[g.grows]-minWidth))
}
