package window

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/widgets/topictree"
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
	filter *filterEntry
	hits   *ui.QuietText
	tree   *topictree.Tree

	forest    *forest
	flattener *flattener
	// paused holds the rows as they are until the user changes them.
	paused bool
	// views holds the open branches of each connection, by profile ID: they outlive it.
	views map[string]*expansion
	// rootClosed holds the profile IDs whose root is closed.
	rootClosed map[string]bool
	// chosen holds the key that a JSON topic's row shows, by profile ID and topic.
	chosen map[topicKey][]string
	trends *trends
	// flattened remembers the shapes that the forest was made of.
	flattened map[uint32]uint64
	selected  ui.Selection
	// awaited is the selected topic of the last run until it is heard of again.
	awaited topicKey
	// scrollTo is the key of a row to bring into view with the next forest; 0 for none.
	scrollTo uint64
	rowsBuf  []topics.Row
	idsBuf   []topics.NodeID
}

// topicKey names a topic of a profile, across restarts.
type topicKey struct{ profile, topic string }

// keyOf names what was selected, across restarts.
func keyOf(s ui.Selection) topicKey { return topicKey{s.Conn.Profile().ID, s.Topic} }

func newTreePane(a *app.App, do func(func())) *treePane {
	p := &treePane{
		app: a, views: map[string]*expansion{}, rootClosed: map[string]bool{},
		chosen: map[topicKey][]string{}, trends: newTrends(), forest: newForest(nil),
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

	p.filter = newFilterEntry(func(string) { p.changed() })
	p.filter.onLeave = func() { fyne.CurrentApp().Driver().CanvasForObject(p.tree).Focus(p.tree) }
	p.hits = ui.NewQuietText()
	p.watch = newWatchList(p)
	bar := container.NewBorder(nil, nil, nil, p.hits, p.filter)
	top := container.NewVBox(p.watch.object, bar)
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

// changed asks for a new forest because the user did something.
func (p *treePane) changed() { p.flattener.Now(p.plan()) }

func (p *treePane) plan() plan {
	pl := plan{filter: plainWord(p.filter.Text)}
	for _, c := range p.app.Connections() {
		p.flattened[c.Ordinal] = c.Index().Shape()
		pl.roots = append(pl.roots, planRoot{
			conn: c, open: p.filter.Text != "" || !p.rootClosed[c.Profile().ID], view: p.view(c).clone(),
		})
	}
	return pl
}

// apply swaps the new forest in; the top visible row anchors the view.
func (p *treePane) apply(f *forest) {
	if f == nil {
		return
	}
	p.forest = f
	p.tree.Reset(f.index)
	if p.scrollTo != 0 {
		if i, ok := f.index(p.scrollTo); ok {
			p.tree.SetSelected(i, p.scrollTo)
			p.tree.ScrollTo(i)
			p.scrollTo = 0
		}
	}
	p.showHits()
	p.trends.Turn()
}

func (p *treePane) showHits() {
	hits, all := p.forest.hits()
	if p.filter.Text == "" {
		p.hits.SetText(ui.Count(all))
		return
	}
	p.hits.SetText(ui.Count(hits) + "/" + ui.Count(all))
}

// refresh brings the rows in view up to date; called by the tick.
func (p *treePane) refresh(time.Time) {
	p.meetAwaited()
	if p.stale() {
		p.flattener.Soon(p.plan)
	}
	p.tree.Refresh()
	p.watch.refresh()
	p.trends.Turn()
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
	p.scrollTo = key(s.Conn, s.Node)
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

// treeSource gives the tree its rows.
type treeSource struct{ p *treePane }

func (s treeSource) Len() int { return s.p.forest.Len() }

// Fill copies what the rows in view show; one short visit to each index.
func (s treeSource) Fill(first int, out []topictree.Row) {
	for n := 0; n < len(out); {
		r, row := s.p.forest.at(first + n)
		if r == nil {
			return
		}
		if row == nil {
			s.fillRoot(r, &out[n])
			n++
			continue
		}
		from := first + n - r.first - 1
		upTo := min(len(r.flat.Rows), from+len(out)-n)
		s.fillTopics(r, r.flat.Rows[from:upTo], out[n:])
		n += upTo - from
	}
}

func (s treeSource) fillRoot(r *root, out *topictree.Row) {
	st := r.conn.Status()
	out.Key = key(r.conn, 0)
	live := st.State == connections.StateOpen
	note := ""
	if !live {
		note = stateSince(st.State, r.conn.LostSince())
	}
	connectionRow(out, r.conn.Name(), r.open, live, note, r.flat.Topics, ui.ColourOf(r.conn.Profile().Colour))
}

func (s treeSource) fillTopics(r *root, flat []topics.FlatRow, out []topictree.Row) {
	p := s.p
	p.idsBuf = p.idsBuf[:0]
	for i := range flat {
		p.idsBuf = append(p.idsBuf, flat[i].Node)
	}
	x := r.conn.Index()
	p.rowsBuf = x.Rows(p.idsBuf, p.rowsBuf)
	ctx := rowContext{now: r.conn.Now(), live: r.conn.Status().State == connections.StateOpen, filter: p.filter.Text}
	id := r.conn.Profile().ID
	for i := range flat {
		row, o := &p.rowsBuf[i], &out[i]
		*o = topictree.Row{
			Key: key(r.conn, flat[i].Node), Depth: int(flat[i].Depth) + 1, Kind: topictree.Topic,
			Branch: flat[i].Branch, Open: flat[i].Open,
		}
		if !flat[i].Topic {
			o.Kind = topictree.Branch
		}
		ctx.path = p.chosen[topicKey{id, row.Path}]
		ctx.pinned = p.watch.Has(id, row.Path)
		ctx.trend = p.trends.Of(o.Key, x, row, ctx.path)
		renderTopic(o, row, ctx)
		if ctx.filter != "" {
			o.HitStart, o.HitEnd = hitIn(row.Path, row.Name, ctx.filter)
			// What only lies beneath a hit needs no mark of its own: the hit above has one.
			o.Hit = o.HitEnd > 0
		}
	}
}

// plainWord is the first word of a query that stands in the topic as it is: what can be marked.
func plainWord(query string) string {
	for word := range strings.FieldsSeq(query) {
		if !strings.HasPrefix(word, "-") && !strings.ContainsAny(word, `+#"`) && !(strings.HasPrefix(word, "/") && strings.HasSuffix(word, "/")) {
			return word
		}
	}
	return ""
}

// hitIn finds the part of a name, as bytes from and to, in which the filter's text ends. The
// text may begin in a level above: "press/te" ends in the name "temp".
func hitIn(path, name, filter string) (from, to int) {
	before := len(path) - len(name)
	n := utf8.RuneCountInString(filter)
	for i := range path {
		end := i
		for range n {
			_, w := utf8.DecodeRuneInString(path[end:])
			end += w
		}
		if end > before && strings.EqualFold(path[i:end], filter) {
			from, to = max(i-before, 0), end-before
		}
	}
	return from, to
}

// filterEntry is the field above the tree; Down and Enter go on into the tree, Escape clears.
type filterEntry struct {
	widget.Entry
	onLeave func()
}

func newFilterEntry(changed func(string)) *filterEntry {
	e := &filterEntry{}
	e.ExtendBaseWidget(e)
	e.PlaceHolder = ui.Tr("filter.placeholder", "Filter: press   plant/+/temp   /regex/   -not")
	e.OnChanged = changed
	e.OnSubmitted = func(string) { e.onLeave() }
	return e
}

func (e *filterEntry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyDown:
		e.onLeave()
	case fyne.KeyEscape:
		e.SetText("")
	default:
		e.Entry.TypedKey(k)
	}
}
