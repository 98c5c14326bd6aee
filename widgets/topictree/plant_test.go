package topictree

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// plant is a source of rows in memory that counts what it is asked.
type plant struct {
	rows  []Row
	fills int
}

func (p *plant) Len() int { return len(p.rows) }

func (p *plant) Fill(first int, rows []Row) {
	p.fills++
	clear(rows)
	copy(rows, p.rows[min(first, len(p.rows)):])
}

// add appends a row with a key of its own and returns it for more.
func (p *plant) add(depth int, name, value string) *Row {
	p.rows = append(p.rows, Row{Key: uint64(len(p.rows) + 1), Depth: depth, Name: name, Value: value})
	return &p.rows[len(p.rows)-1]
}

func (p *plant) index(key uint64) (int, bool) {
	i := slices.IndexFunc(p.rows, func(r Row) bool { return r.Key == key })
	return i, i >= 0
}

func branch(r *Row, topics int, open bool) *Row {
	r.Kind, r.Branch, r.Open, r.Topics = Branch, true, open, topics
	return r
}

func wave(n int, phase float64) []float32 {
	values := make([]float32, n)
	for i := range values {
		values[i] = float32(math.Sin(float64(i)/5+phase) + 0.3*math.Sin(float64(i)*1.7+phase))
	}
	return values
}

// newPlant has a row of every sort.
func newPlant() *plant {
	p := &plant{}
	root := branch(p.add(0, "Plant A", ""), 12034, true)
	root.Kind, root.Colour = Root, color.NRGBA{0x2e, 0xa0, 0x43, 0xff}
	branch(p.add(1, "line4", ""), 86, true)
	branch(p.add(2, "press", ""), 14, true)
	r := p.add(3, "temperature", "22.4 °C")
	r.Trend, r.Age, r.Pinned, r.HitStart, r.HitEnd = wave(40, 0), "0 s", true, 0, 4
	r = p.add(3, "pressure", "4.031 bar")
	r.Trend, r.Age = wave(40, 2), "0 s"
	r.Trend[20], r.Hit = float32(math.NaN()), true
	r = p.add(3, "state", "run")
	r.Age = "14 s"
	r = branch(p.add(3, "motor", "on"), 3, false)
	r.Kind, r.Age = Topic, "3 s"
	r = p.add(3, "recipe", `{"id": 4711, "name": "door panel left", "steps": [1, 2, 3, 4, 5, 6, 7, 8]}`)
	r.Retained = true
	r = p.add(3, "image", "JFIF · 64 KiB")
	r.Cut, r.Age, r.Note = true, "2 min", "cut: 64 KiB of 212 MB"
	r = p.add(3, "a-very-long-topic-name-that-does-not-fit-into-its-column", "-0.00012345")
	r.Age, r.Trend = "59 min", []float32{5, 5, 5, 5}
	r = p.add(3, "silent", "18.02")
	r.Stale, r.Age, r.Trend = true, "3 h", wave(12, 1)
	branch(p.add(2, "conveyor", ""), 72, false)
	branch(p.add(1, "line5", ""), 11948, false)
	root = branch(p.add(0, "Bench WS", ""), 4, true)
	root.Kind, root.Colour, root.Stale, root.Note = Root, color.NRGBA{0xd1, 0x6d, 0x00, 0xff}, true, "lost since 14:02:10"
	r = p.add(1, "new\nline\x00 \u202eevil", "a\tb\nc")
	r.Stale = true
	r = p.add(1, "Zähler/β", "1\u2009204")
	r.Stale, r.Retained, r.Cut = true, true, true
	return p
}

// shown is a tree in a window, driven by hand, with a clock that stands still.
type shown struct {
	*Tree
	plant  *plant
	window fyne.Window
	clock  time.Time
}

func showTree(t testing.TB, p *plant, width, height float32) *shown {
	test.NewTempApp(t)
	return showIn(t, New(p), p, width, height)
}

func showIn(t testing.TB, tree *Tree, p *plant, width, height float32) *shown {
	s := &shown{Tree: tree, plant: p, clock: time.Unix(0, 0)}
	s.now = func() time.Time { return s.clock }
	s.window = test.NewTempWindow(t, tree)
	s.window.SetPadded(false)
	s.window.Resize(fyne.NewSize(width, height))
	return s
}

// variant is the default theme, always light or always dark.
type variant struct {
	fyne.Theme
	is fyne.ThemeVariant
}

func (v variant) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	return v.Theme.Color(name, v.is)
}

func themes() map[string]fyne.Theme {
	return map[string]fyne.Theme{
		"light": variant{theme.DefaultTheme(), theme.VariantLight},
		"dark":  variant{theme.DefaultTheme(), theme.VariantDark},
	}
}

func sameImage(a, b image.Image) bool {
	x, y := a.(*image.NRGBA), b.(*image.NRGBA)
	return x.Rect == y.Rect && bytes.Equal(x.Pix, y.Pix)
}

// countDirt counts how often anything asks for its canvas to be drawn again.
func countDirt(t *testing.T) *int {
	n := new(int)
	app := fyne.CurrentApp()
	fyne.SetCurrentApp(dirtApp{app, dirtDriver{app.Driver(), n}})
	t.Cleanup(func() { fyne.SetCurrentApp(app) })
	return n
}

type dirtApp struct {
	fyne.App
	driver fyne.Driver
}

func (a dirtApp) Driver() fyne.Driver { return a.driver }

type dirtDriver struct {
	fyne.Driver
	n *int
}

func (d dirtDriver) CanvasForObject(o fyne.CanvasObject) fyne.Canvas {
	return dirtCanvas{d.Driver.CanvasForObject(o), d.n}
}

type dirtCanvas struct {
	fyne.Canvas
	n *int
}

func (c dirtCanvas) Refresh(fyne.CanvasObject) { *c.n++ }
func (c dirtCanvas) SetDirty()                 { *c.n++ }
