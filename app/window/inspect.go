package window

import (
	"context"
	"slices"
	"sync"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app/window/compose"
	"streamscope/app/window/filterbar"
	"streamscope/app/window/ui"
	"streamscope/widgets/topictree"
)

// Scene is what stands on the screen, for those who drive the window from outside: a test, a
// screenshot tool. Positions are pixels of the window.
type Scene struct {
	// Idle reports that nothing is being prepared in the background.
	Idle    bool          `json:"idle"`
	Focus   string        `json:"focus"`
	Objects []SceneObject `json:"objects"`
	Rows    []SceneObject `json:"rows"`
}

// SceneObject is one thing that can be clicked or read.
type SceneObject struct {
	Name string  `json:"name"`
	Text string  `json:"text,omitempty"`
	X    float32 `json:"x"`
	Y    float32 `json:"y"`
	W    float32 `json:"w"`
	H    float32 `json:"h"`
}

// nameplates are the names by which the scene knows the window's objects.
type nameplates struct {
	mu    sync.Mutex // guards objects: Set runs on the UI goroutine, tests read the names
	order []string
	byKey map[string]fyne.CanvasObject
}

func newNameplates() *nameplates { return &nameplates{byKey: map[string]fyne.CanvasObject{}} }

// Set names an object; the last one that took the name has it.
func (n *nameplates) Set(name string, o fyne.CanvasObject) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, ok := n.byKey[name]; !ok {
		n.order = append(n.order, name)
	}
	n.byKey[name] = o
}

// Remove forgets a name.
func (n *nameplates) Remove(name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.byKey, name)
	n.order = slices.DeleteFunc(n.order, func(o string) bool { return o == name })
}

// name gives the window's lasting objects their names.
func (w *Window) name() {
	for name, o := range map[string]fyne.CanvasObject{
		"filter": w.tree.filter.Entry, "hits": w.tree.filter.Hits, "filter.menu": w.tree.filter.Menu,
		"filter.help": w.tree.filter.Help, "sort": w.tree.sorter, "tree": w.tree.tree, "watch": w.tree.watch.tree,
		"value": w.detail.value, "title": w.detail.title, "meta": w.detail.meta,
		"detail.pin": w.detail.pin, "detail.chart": w.detail.chart, "detail.publish": w.detail.publish,
		"pause": w.pauseBtn, "charts": w.chartBtn, "publish": w.sendBtn,
		"readonly": w.lockBtn,
		"status":   w.status.left, "status.right": w.status.right,
	} {
		w.names.Set(name, o)
	}
	for _, part := range w.detail.named() {
		for name, o := range part {
			w.names.Set(name, o)
		}
	}
}

// Scene describes the screen. It waits for the UI goroutine, so it is not for that one.
func (w *Window) Scene(ctx context.Context) (Scene, error) {
	answer := make(chan Scene, 1)
	w.do(func() { answer <- w.scene() })
	select {
	case s := <-answer:
		return s, nil
	case <-ctx.Done():
		return Scene{}, ctx.Err()
	}
}

func (w *Window) scene() Scene {
	s := Scene{Idle: w.tree.flattener.Idle() && !w.tree.stale()}
	w.composer.If(func(c *compose.Pane) { s.Idle = s.Idle && !c.Busy() })
	focused := w.win.Canvas().Focused()
	w.names.mu.Lock()
	defer w.names.mu.Unlock()
	for _, name := range w.names.order {
		o := w.names.byKey[name]
		if focused != nil && o == focused.(fyne.CanvasObject) {
			s.Focus = name
		}
		if at, ok := w.place(o); ok {
			at.Name, at.Text = name, textOf(o)
			s.Objects = append(s.Objects, at)
		}
	}
	s.Rows = append(w.rowsOf("", w.tree.tree, treeSource{w.tree}), w.rowsOf("watch:", w.tree.watch.tree, w.tree.watch)...)
	return s
}

// place returns where an object stands; false if it is not on the screen.
func (w *Window) place(o fyne.CanvasObject) (SceneObject, bool) {
	d := w.fyne.Driver()
	if !o.Visible() || o.Size().IsZero() || d.CanvasForObject(o) != w.win.Canvas() || !w.shown(o) {
		return SceneObject{}, false
	}
	at, size, scale := d.AbsolutePositionForObject(o), o.Size(), w.win.Canvas().Scale()
	return SceneObject{X: at.X * scale, Y: at.Y * scale, W: size.Width * scale, H: size.Height * scale}, true
}

// shown tells whether the pane that holds an object is open: hidden panes keep theirs.
func (w *Window) shown(o fyne.CanvasObject) bool {
	if tab, ok := w.detail.tabOf(o); ok {
		return len(w.app.Connections()) > 0 && w.detail.tabs.SelectedIndex() == tab
	}
	if shown, ours := w.charts.Shows(o); ours {
		return shown
	}
	composes := false
	w.composer.If(func(c *compose.Pane) { composes = c.Has(o) })
	if composes {
		return w.showComposer && len(w.app.Connections()) > 0
	}
	switch o {
	case w.tree.watch.tree:
		return w.tree.watch.object.Visible()
	case w.tree.filter.Entry, w.tree.filter.Hits, w.tree.filter.Menu, w.tree.filter.Help, w.tree.sorter, w.tree.tree, w.detail.value, w.detail.title, w.detail.meta, w.detail.pin, w.detail.chart, w.detail.publish:
		return len(w.app.Connections()) > 0
	}
	return true
}

// rowsOf lists the rows of a tree that are in view, by their topics.
func (w *Window) rowsOf(prefix string, t *topictree.Tree, source topictree.Source) []SceneObject {
	box, ok := w.place(t)
	if !ok {
		return nil
	}
	first, n := t.InView()
	rows := make([]topictree.Row, n)
	source.Fill(first, rows)
	scale, top := w.win.Canvas().Scale(), t.Top()
	var list []SceneObject
	for i, r := range rows {
		if r.Key == 0 {
			continue
		}
		y := box.Y + (float32(first+i-top.Row)-top.Fraction)*t.RowHeight()*scale
		list = append(list, SceneObject{
			Name: prefix + w.rowName(r, prefix != ""), Text: r.Value, X: box.X, Y: y, W: box.W, H: t.RowHeight() * scale,
		})
	}
	return list
}

// rowName is the topic of a row; a connection's is its name.
func (w *Window) rowName(r topictree.Row, watched bool) string {
	name := r.Name
	if !watched && r.Kind != topictree.Root {
		w.tree.with(r.Key, func(s ui.Selection) { name = s.Topic })
	}
	return name
}

// textOf reads what an object shows.
func textOf(o fyne.CanvasObject) string {
	switch t := o.(type) {
	case *ui.QuietText:
		return t.Full
	case *filterbar.Entry:
		return t.Text
	case interface{ Content() string }:
		return t.Content()
	case *widget.Entry:
		return t.Text
	case *ui.Entry:
		return t.Text
	case *widget.Label:
		return t.Text
	case *widget.Button:
		return t.Text
	case *ttwidget.Button:
		return t.Text
	case *widget.Select:
		return t.Selected
	default:
		return ""
	}
}
