package window

import (
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/widgets/topictree"
)

// watchRows is the most rows of the watch list that push the tree down; more scroll.
const watchRows = 7

// watchList shows the pinned topics and key paths of the open connections, above the tree.
type watchList struct {
	pane   *treePane
	object fyne.CanvasObject
	tree   *topictree.Tree
	pins   []pinned
	// has answers Has without a search.
	has map[topicKey]bool
	row []topics.Row
}

// pinned is a pin of a connection that is open in the window.
type pinned struct {
	conn *app.Connection
	profile.Pin
}

func newWatchList(p *treePane) *watchList {
	w := &watchList{pane: p, has: map[topicKey]bool{}}
	w.tree = topictree.NewFlat(w)
	w.tree.OnSelect = func(_ int, k uint64) {
		p.tree.ClearSelection()
		w.with(k, p.choose)
	}
	w.tree.OnActivate = func(_ int, k uint64) { w.with(k, p.onChart) }
	w.tree.OnPin = func(_ int, k uint64) { w.with(k, p.onPin) }
	w.tree.OnCopy = func(_ int, k uint64) { w.with(k, p.onCopy) }
	w.tree.OnDrag = func(k uint64, at fyne.Position) {
		w.with(k, func(s ui.Selection) {
			if hasNumber(s) {
				p.onDrag(s, at)
			}
		})
	}
	w.tree.OnDrop = func() { p.onDrop() }
	w.tree.OnMenu = func(_ int, k uint64, at fyne.Position) { w.with(k, func(s ui.Selection) { p.onMenu(s, at) }) }
	w.object = container.New(&rowsLayout{list: w}, w.tree)
	w.object.Hide()
	return w
}

// rowsLayout gives the watch list the height of its rows.
type rowsLayout struct{ list *watchList }

func (l *rowsLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, float32(min(len(l.list.pins), watchRows))*l.list.tree.RowHeight())
}

func (l *rowsLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Resize(s)
	}
}

// Load takes the pins from the open connections' profiles.
func (w *watchList) Load() {
	w.pins = w.pins[:0]
	clear(w.has)
	for _, c := range w.pane.app.Connections() {
		prof := c.Profile()
		for _, p := range prof.Pins {
			w.pins = append(w.pins, pinned{c, p})
			w.has[topicKey{prof.ID, p.Topic}] = true
		}
	}
	if len(w.pins) == 0 {
		w.object.Hide()
	} else {
		w.object.Show()
	}
	w.tree.Reset(func(uint64) (int, bool) { return 0, false })
	w.object.Refresh()
	w.pane.object.Refresh()
}

// Has reports whether a topic, or a key of it, is pinned.
func (w *watchList) Has(profileID, topic string) bool { return w.has[topicKey{profileID, topic}] }

// with calls f for the pin of a key, which is its place in the list, from 1.
func (w *watchList) with(k uint64, f func(ui.Selection)) {
	if k < 1 || k > uint64(len(w.pins)) {
		return
	}
	p := w.pins[k-1]
	id, _ := p.conn.Index().Find(p.Topic)
	f(ui.Selection{Conn: p.conn, Node: id, Topic: p.Topic, Path: p.Path})
}

// Pinned reports whether this very value is pinned.
func (w *watchList) Pinned(s ui.Selection) bool {
	return slices.ContainsFunc(w.pins, func(p pinned) bool {
		return p.conn == s.Conn && p.Topic == s.Topic && slices.Equal(p.Path, s.Path)
	})
}

func (w *watchList) refresh() {
	if len(w.pins) > 0 {
		w.tree.Refresh()
	}
}

// Len implements topictree.Source.
func (w *watchList) Len() int { return len(w.pins) }

// Fill implements topictree.Source. A pin whose topic has not been heard of yet says so.
func (w *watchList) Fill(first int, out []topictree.Row) {
	for i := range out {
		if first+i >= len(w.pins) {
			return
		}
		w.fill(&out[i], first+i)
	}
}

func (w *watchList) fill(out *topictree.Row, i int) {
	p := w.pins[i]
	x := p.conn.Index()
	*out = topictree.Row{Key: uint64(i) + 1, Kind: topictree.Topic, Colour: ui.ColourOf(p.conn.Profile().Colour)}
	id, known := x.Find(p.Topic)
	if !known {
		out.Pinned, out.Stale = true, true
		out.Note = ui.Tr("watch.unheard", "not heard yet")
	} else {
		w.row = x.Rows([]topics.NodeID{id}, w.row)
		r := &w.row[0]
		renderTopic(out, r, rowContext{
			now: p.conn.Now(), live: p.conn.Status().State == connections.StateOpen, path: p.Path, pinned: true,
			trend: w.pane.trends.Of(key(p.conn, id), x, r, p.Path, p.conn.Decoders()),
			value: w.pane.readings.Of(key(p.conn, id), x, r, p.Path, p.conn.Decoders()),
		})
		out.Topics = 0
	}
	out.Name = ui.SeriesName(p.Topic, p.Path)
}

// Toggle pins or unpins a topic or a key of it, in the profile.
func (w *watchList) Toggle(s ui.Selection) error {
	pins := slices.Clone(s.Conn.Profile().Pins)
	same := func(p profile.Pin) bool { return p.Topic == s.Topic && slices.Equal(p.Path, s.Path) }
	if i := slices.IndexFunc(pins, same); i >= 0 {
		pins = slices.Delete(pins, i, i+1)
	} else {
		pins = append(pins, profile.Pin{Topic: s.Topic, Path: s.Path})
	}
	err := s.Conn.SetPins(pins)
	w.Load()
	return err
}

// stateSince says what a connection does instead of being open, and since when.
func stateSince(st connections.State, lost time.Time) string {
	if !lost.IsZero() {
		return ui.Tr("state.lost", "no data since {{.Time}}", map[string]any{"Time": lost.Format(time.TimeOnly)})
	}
	switch st {
	case connections.StateDialling, connections.StateHandshake, connections.StateSubscribing:
		return ui.Tr("state.connecting", "connecting…")
	default:
		return ui.Tr("state.idle", "not connected")
	}
}
