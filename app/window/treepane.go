package window

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/filterbar"
	"streamscope/app/window/ui"
	"streamscope/widgets/topictree"
	"streamscope/widgets/virtual"
)

// treePane shows the watch list, the filter and the tree of all connections.
type treePane struct {
	app *app.App
	// on* tell the window what the user meant.
	onSelect func(ui.Selection)
	onMenu   func(ui.Selection, fyne.Position)
	onChart  func(ui.Selection)
	onPin    func(ui.Selection)
	onCopy   func(ui.Selection)
	// onDrag and onDrop take a topic's row to a chart.
	onDrag func(ui.Selection, fyne.Position)
	onDrop func()

	object fyne.CanvasObject
	watch  *watchList
	filter *filterbar.Bar
	sorter *ttwidget.Button
	tree   *topictree.Tree

	forest    *forest
	flattener *flattener
	// order and figure are how siblings stand and what stands beside branches; choices are the
	// items of the main menu that show them.
	order   topics.Order
	figure  figure
	choices choices
	// asked is when the rows were listed last, beginning the clock of what changes by itself.
	asked time.Time
	// filtered says that the next forest is that of another query.
	filtered bool
	// onView says that order or figure are others.
	onView func()
	// paused holds the rows as they are until the user changes them.
	paused bool
	// views holds the open branches of each connection, by profile ID: they outlive it.
	views map[string]*expansion
	// rootClosed holds the profile IDs whose root is closed.
	rootClosed map[string]bool
	// chosen holds the key that a JSON topic's row shows, by profile ID and topic.
	chosen   map[topicKey][]string
	trends   *trends
	readings *readings
	// flattened remembers the shapes that the forest was made of.
	flattened map[uint32]uint64
	selected  ui.Selection
	// awaited is the selected topic of the last run until it is heard of again.
	awaited topicKey
	// scrollTo is the key of a row to bring into view with the next forest; 0 for none. If it is
	// revealed, a filter that hides it goes.
	scrollTo  uint64
	revealing bool
	rowsBuf   []topics.Row
	idsBuf    []topics.NodeID
}

// topicKey names a topic of a profile, across restarts.
type topicKey struct{ profile, topic string }

// keyOf names what was selected, across restarts.
func keyOf(s ui.Selection) topicKey { return topicKey{s.Conn.Profile().ID, s.Topic} }

func newTreePane(a *app.App, do func(func())) *treePane {
	p := &treePane{
		app: a, views: map[string]*expansion{}, rootClosed: map[string]bool{},
		chosen: map[topicKey][]string{}, trends: newTrends(), readings: newReadings(), forest: newForest(nil, nil),
		flattened: map[uint32]uint64{},
	}
	p.flattener = newFlattener(do, p.apply)
	p.tree = topictree.New(treeSource{p})
	p.tree.OnSelect = func(_ int, k uint64) {
		p.watch.tree.ClearSelection()
		p.with(k, p.choose)
	}
	p.tree.OnToggle = func(_ int, k uint64, open bool) { p.with(k, func(s ui.Selection) { p.toggle(s, open) }) }
	p.tree.OnToggleAll = func(_ int, k uint64) { p.with(k, p.toggleAll) }
	p.tree.OnMenu = func(_ int, k uint64, at fyne.Position) { p.with(k, func(s ui.Selection) { p.onMenu(s, at) }) }
	p.tree.OnActivate = func(_ int, k uint64) { p.withTopic(k, p.onChart) }
	p.tree.OnPin = func(_ int, k uint64) { p.withTopic(k, p.onPin) }
	p.tree.OnCopy = func(_ int, k uint64) { p.withTopic(k, p.onCopy) }

	p.tree.OnDrag = func(k uint64, at fyne.Position) {
		p.withTopic(k, func(s ui.Selection) {
			if hasNumber(s) {
				p.onDrag(s, at)
			}
		})
	}
	p.tree.OnDrop = func() { p.onDrop() }

	p.sorter = ui.IconButton(ui.SortIcon, ui.Tr("tree.sort.tip", "Sort, and choose what stands beside branches"), p.openSortMenu)
	p.filter = filterbar.New(filterbar.Options{
		OnChanged: p.refiltered,
		OnLeave:   func() { fyne.CurrentApp().Driver().CanvasForObject(p.tree).Focus(p.tree) },
		Extra:     []fyne.CanvasObject{p.sorter},
	})
	p.watch = newWatchList(p)
	top := container.NewVBox(p.watch.object, p.filter.Object)
	p.object = container.NewBorder(top, nil, nil, nil, p.tree)
	return p
}

// with calls f for what a row's key names, if its connection is still there.
func (p *treePane) with(k uint64, f func(ui.Selection)) {
	for _, c := range p.app.Connections() {
		if uint64(c.Ordinal) != k>>32 {
			continue
		}
		s := ui.Selection{Conn: c, Node: topics.NodeID(k)}
		if s.Node != 0 {
			s.Topic = c.Index().Path(s.Node)
			s.Path = p.chosen[keyOf(s)]
		}
		f(s)
	}
}

// withTopic is with for topics alone: connections have nothing to chart or to pin.
func (p *treePane) withTopic(k uint64, f func(ui.Selection)) {
	if topics.NodeID(k) != 0 {
		p.with(k, f)
	}
}

func (p *treePane) choose(s ui.Selection) {
	p.selected = s
	p.awaited, p.scrollTo = topicKey{}, 0
	p.onSelect(s)
}

// view returns the expansion of a connection, making it if it is new.
func (p *treePane) view(c *app.Connection) *expansion {
	id := c.Profile().ID
	if p.views[id] == nil {
		p.views[id] = &expansion{}
	}
	return p.views[id]
}

func (p *treePane) toggle(s ui.Selection, open bool) {
	if s.Node == 0 {
		p.rootClosed[s.Conn.Profile().ID] = !open
	} else {
		p.view(s.Conn).Toggle(s.Topic, open)
	}
	p.changed()
}

// toggleAll opens a branch with all beneath, or closes it so if it is open.
func (p *treePane) toggleAll(s ui.Selection) {
	v := p.view(s.Conn)
	if s.Node == 0 {
		delete(p.rootClosed, s.Conn.Profile().ID)
		v.ToggleAll(everything, !v.all[everything])
	} else {
		v.ToggleAll(s.Topic, !v.Open(s.Topic))
	}
	p.changed()
}

// expandBeneath opens or closes a branch with all beneath.
func (p *treePane) expandBeneath(s ui.Selection, open bool) {
	path := s.Topic
	if s.Node == 0 && s.Topic == "" {
		path = everything
	}
	p.view(s.Conn).ToggleAll(path, open)
	p.changed()
}

// ExpandAll opens or closes every branch of every connection.
func (p *treePane) ExpandAll(open bool) {
	for _, c := range p.app.Connections() {
		if open {
			delete(p.rootClosed, c.Profile().ID)
		}
		p.view(c).ToggleAll(everything, open)
		if open {
			delete(p.rootClosed, c.Profile().ID)
		}
	}
	p.changed()
}

// changed asks for a new forest because the user did something to branches.
func (p *treePane) changed() { p.flattener.Now(p.plan()) }

// refiltered asks for a new forest because another is looked for.
func (p *treePane) refiltered() {
	p.filtered = true
	p.resorted()
}

// resorted asks for a new forest in which no row need stay where it was.
func (p *treePane) resorted() {
	pl := p.plan()
	pl.hold = false
	p.flattener.Now(pl)
	p.onView()
}

// plan holds rows in their places while somebody reads or points there.
func (p *treePane) plan() plan {
	p.asked = time.Now()
	pl := plan{query: p.filter.Query(), order: p.order, hold: p.tree.Interacting() || p.paused, keys: p.keysInView()}
	for _, c := range p.app.Connections() {
		p.flattened[c.Ordinal] = c.Index().Shape()
		pl.roots = append(pl.roots, planRoot{
			conn: c, open: !pl.query.IsZero() || !p.rootClosed[c.Profile().ID], view: p.view(c).clone(),
		})
	}
	return pl
}

// keysInView are the keys of the rows whose places [forest.index] will be asked for.
func (p *treePane) keysInView() []uint64 {
	first, n := p.tree.InView()
	keys := make([]uint64, 0, n+2)
	for i := range n {
		if r, row := p.forest.at(first + i); row != nil {
			keys = append(keys, key(r.conn, row.Node))
		} else if r != nil {
			keys = append(keys, key(r.conn, 0))
		}
	}
	if _, k, ok := p.tree.Selected(); ok {
		keys = append(keys, k)
	}
	if p.scrollTo != 0 {
		keys = append(keys, p.scrollTo)
	}
	return keys
}

// apply swaps the new forest in; the top visible row anchors the view, but what another query
// found is shown from its beginning.
func (p *treePane) apply(f *forest) {
	if f == nil {
		return
	}
	hits, all, partial := f.hits()
	p.forest = f
	p.tree.Reset(f.index)
	if query := p.filter.Query(); p.filtered {
		p.filtered = partial
		i, _, ok := p.tree.Selected()
		switch {
		case !query.IsZero():
			p.tree.SetTop(virtual.Position{})
		case ok && i >= 0:
			p.tree.ScrollTo(i)
		}
	}
	p.filter.SetHits(hits, all, partial)
	p.scroll(f, partial)
	p.trends.Turn()
	p.readings.Turn()
}

// scroll brings a row into view that was asked for.
func (p *treePane) scroll(f *forest, partial bool) {
	if p.scrollTo == 0 {
		return
	}
	if i, ok := f.index(p.scrollTo); ok {
		p.tree.SetSelected(i, p.scrollTo)
		p.tree.ScrollTo(i)
		p.scrollTo, p.revealing = 0, false
		return
	}
	if p.revealing && !partial {
		p.revealing = false
		p.filter.SetState(filterbar.State{})
	}
}

// refresh brings the rows in view up to date; called by the tick.
func (p *treePane) refresh(now time.Time) {
	p.meetAwaited()
	if p.stale() || p.due(now) {
		p.flattener.Soon(p.plan)
	}
	p.tree.Refresh()
	p.watch.refresh()
	p.trends.Turn()
	p.readings.Turn()
}

const (
	// askAgain is how often a search for the time since the last message is made again, askLive
	// how often one that looks at messages is, and how often rows are sorted by their figures.
	askAgain = time.Second
	askLive  = 2 * time.Second
)

// due reports whether the rows should be listed again although no topic came or went.
func (p *treePane) due(now time.Time) bool {
	query, since := p.filter.Query(), now.Sub(p.asked)
	switch {
	case p.paused:
		return false
	case query.Aged():
		return since >= askAgain
	case query.Live(), p.order.Live() && !p.tree.Interacting():
		return since >= askLive
	}
	return false
}

// setPaused freezes the rows, or goes back to the present with all that came meanwhile.
func (p *treePane) setPaused(on bool) {
	p.paused = on
	p.trends = newTrends()
}

// meetAwaited selects the topic of the last run as soon as it is heard of.
func (p *treePane) meetAwaited() {
	if p.awaited.topic == "" {
		return
	}
	for _, c := range p.app.Connections() {
		if id, ok := c.Index().Find(p.awaited.topic); ok && c.ID() == p.awaited.profile {
			s := ui.Selection{Conn: c, Node: id, Topic: p.awaited.topic}
			p.awaited = topicKey{}
			p.selected = s
			p.scrollTo = key(c, id)
			p.changed()
			return
		}
	}
}

// stale reports whether topics came or went since the forest was planned.
func (p *treePane) stale() bool {
	conns := p.app.Connections()
	if len(conns) != len(p.forest.roots) {
		return true
	}
	return slices.ContainsFunc(conns, func(c *app.Connection) bool {
		shape, ok := p.flattened[c.Ordinal]
		return !ok || !p.paused && shape != c.Index().Shape()
	})
}

// Reveal opens the branches above a topic, selects it, and scrolls to it.
func (p *treePane) Reveal(s ui.Selection) {
	v := p.view(s.Conn)
	delete(p.rootClosed, s.Conn.Profile().ID)
	for i := strings.IndexByte(s.Topic, '/'); i >= 0; {
		v.Toggle(s.Topic[:i], true)
		j := strings.IndexByte(s.Topic[i+1:], '/')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	p.selected = s
	p.tree.SetSelected(-1, key(s.Conn, s.Node))
	p.scrollTo, p.revealing = key(s.Conn, s.Node), true
	p.changed()
	p.onSelect(s)
}

// Choose sets the key of a JSON topic that its row shows; nil goes back to the rule.
func (p *treePane) Choose(s ui.Selection, path []string) {
	if path == nil {
		delete(p.chosen, keyOf(s))
	} else {
		p.chosen[keyOf(s)] = path
	}
	p.tree.Refresh()
}

// Forget drops a closed connection's rows.
func (p *treePane) Forget(c *app.Connection) {
	delete(p.flattened, c.Ordinal)
	if p.selected.Conn == c {
		p.selected = ui.Selection{}
	}
	p.changed()
}

func (p *treePane) Close() { p.flattener.Close() }
