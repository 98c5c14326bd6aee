package topics

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// View says what the tree shows.
type View struct {
	// Open reports whether the branch of a path is open; nil means that none is.
	Open func(path string) bool
	// OpenAll opens every branch.
	OpenAll bool
	// Filter shows only topics that fit it, as [ParseQuery] reads it, and the branches above
	// them, all open. What cannot be read is looked for as it stands.
	Filter string
	// Query stands in place of Filter unless it is zero.
	Query Query
	// Order is that of siblings; by figures, it is as of now.
	Order Order
	// Hold leaves siblings in the places that the last Flatten by the same figures gave them, as
	// long as somebody reads there. Those that came since stand last.
	Hold bool
	// Progress, if not nil, is called from Flatten with what is known so far, if finding all
	// takes long: with the first rows, or with the hits up to here. It must not block.
	Progress func(*Flat)
}

func (v *View) query() Query {
	if !v.Query.IsZero() {
		return v.Query
	}
	q, err := ParseQuery(v.Filter)
	if err != nil {
		return Query{terms: []term{{text: strings.ToLower(v.Filter)}}}
	}
	return q
}

// Flat is the tree as a list, top to bottom. It is immutable.
type Flat struct {
	Rows []FlatRow
	// Topics is the number of all topics, Hits that of those that match the filter.
	Topics, Hits int
	// Shape is that of the index before it was read: if the index has another by now, nodes
	// were added or removed.
	Shape uint64
	// Partial marks one that Progress got: more rows follow. Hits counts those found so far.
	Partial bool
}

// FlatRow is one line of a [Flat].
type FlatRow struct {
	Node NodeID
	// Depth is the number of levels above.
	Depth uint16
	// Branch reports that there is something beneath that can be shown, Open that it is shown.
	Branch, Open bool
	// Topic reports that messages came on the node itself, Hit that it matches the filter.
	Topic, Hit bool
}

// pollEvery is the number of nodes between two looks at the context.
const pollEvery = 4096

// Flatten lists what the tree shows. It may take long, so it belongs on a goroutine of its own;
// it holds the lock that Put and Rows need only where a query asks for messages or an order for
// figures, to copy a few at a time, and stops with ctx's error soon after ctx is cancelled.
// Calls at the same time wait for each other.
func (x *Index) Flatten(ctx context.Context, v View) (*Flat, error) {
	x.orders.mu.Lock()
	defer x.orders.mu.Unlock()
	shape := x.shape.Load()
	t := x.current.Load()
	x.orders.begin(t)
	w := &walk{
		ctx: ctx, tree: t, open: v.Open, progress: v.Progress,
		flat: &Flat{Topics: int(t.topics.Load()), Shape: shape},
	}
	w.order = func(of func(NodeID, *node) []NodeID) func(NodeID, *node) []NodeID { return of }
	if v.Order.Live() {
		w.order = x.figures(t, v).kids
	}
	q := v.query()
	if !q.IsZero() {
		return x.flattenHits(w, q, !v.Order.Live())
	}
	w.flat.Hits = w.flat.Topics
	if v.OpenAll {
		w.open = func(string) bool { return true }
		w.flat.Rows = make([]FlatRow, 0, t.end.Load()-uint32(t.base))
	}
	return w.run(w.order(func(id NodeID, n *node) []NodeID { return x.orders.of(t, id, n) }))
}

// flattenHits lists what fits a query. natural tells that the first hits in natural order are the
// first rows.
func (x *Index) flattenHits(w *walk, q Query, natural bool) (*Flat, error) {
	x.lexicon.mu.Lock()
	defer x.lexicon.mu.Unlock()
	s, err := x.newSearch(w.ctx, w.tree, q)
	if err != nil {
		return nil, err
	}
	w.search = s
	if w.progress != nil && natural {
		if rows, hits, ok := s.glimpse(); ok {
			f := *w.flat
			f.Rows, f.Hits, f.Partial = rows, hits, true
			w.progress(&f)
		}
		if w.ctx.Err() != nil {
			return nil, w.ctx.Err()
		}
	}
	partial := func() { w.interim(s) }
	if w.progress == nil {
		partial = nil
	}
	if err := s.run(partial); err != nil {
		return nil, err
	}
	w.flat.Hits = s.count
	w.flat.Rows = make([]FlatRow, 0, s.shown.count())
	return w.run(w.order(s.kids))
}

// walk goes down the tree with a stack of its own: a topic may have thousands of levels.
type walk struct {
	ctx      context.Context
	tree     *tree
	flat     *Flat
	open     func(path string) bool
	progress func(*Flat)
	// order puts the children that a function returns in the order that is asked for.
	order func(of func(NodeID, *node) []NodeID) func(NodeID, *node) []NodeID
	// search is nil where nothing is looked for; then open asks what is shown.
	search *search
	// enough ends the walk after some rows; 0 means never.
	enough int
}

// level is a branch on the way down: what is still to be shown of it, and where the search's
// buffer ended before.
type level struct {
	kids []NodeID
	mark int
}

func (w *walk) run(kids func(NodeID, *node) []NodeID) (*Flat, error) {
	stack := []level{{kids: kids(0, &w.tree.top)}}
	for polls := 0; len(stack) > 0; polls++ {
		if polls%pollEvery == 0 && w.ctx.Err() != nil {
			return nil, w.ctx.Err()
		}
		top := &stack[len(stack)-1]
		if len(top.kids) == 0 || w.enough > 0 && len(w.flat.Rows) >= w.enough {
			if w.search != nil {
				w.search.buffer = w.search.buffer[:top.mark]
			}
			stack = stack[:len(stack)-1]
			continue
		}
		id := top.kids[0]
		top.kids = top.kids[1:]
		n := w.tree.node(id)
		if n == nil || n.dead.Load() != 0 {
			continue
		}
		open := w.row(id, n)
		if len(w.flat.Rows) == screen && w.progress != nil {
			w.first()
		}
		if !open {
			continue
		}
		next := level{}
		if w.search != nil {
			next.mark = len(w.search.buffer)
		}
		next.kids = kids(id, n)
		stack = append(stack, next)
	}
	return w.flat, w.ctx.Err()
}

// first passes on the first rows.
func (w *walk) first() {
	f := *w.flat
	f.Rows, f.Partial = slices.Clone(f.Rows), true
	w.progress(&f)
	w.progress = nil
}

// interim passes on the first rows of what a search has found so far.
func (w *walk) interim(s *search) {
	f := *w.flat
	f.Hits, f.Partial = s.count, true
	part := &walk{ctx: w.ctx, tree: w.tree, flat: &f, search: s, enough: screen}
	if made, err := part.run(w.order(s.kids)); err == nil && s.count > 0 {
		w.progress(made)
	}
}

// row adds a row and reports whether what lies beneath is shown.
func (w *walk) row(id NodeID, n *node) bool {
	r := FlatRow{Node: id, Depth: n.level, Topic: n.slot.Load() != 0}
	if w.search != nil {
		place := w.search.l.place(id)
		r.Hit = w.search.matched.has(place)
		r.Branch = w.search.open.has(place)
		r.Open = r.Branch
	} else {
		r.Branch = n.first.Load() != 0
		r.Open = r.Branch && w.open != nil && w.open(n.path)
	}
	w.flat.Rows = append(w.flat.Rows, r)
	return r.Open
}

// orders remembers the children of the branches that were shown, in natural order. Those that
// came since are merged in; a removal makes it forget everything.
type orders struct {
	// mu lets one Flatten at a time use what stands below.
	mu     sync.Mutex
	tree   *tree
	sorted map[NodeID]order
	seen   uint64
	buffer []named
	// held are the orders by figures that were shown last.
	held held

	// removed counts removals.
	removed atomic.Uint64
}

type order struct {
	// youngest is the child that was first in the list when this was made.
	youngest NodeID
	kids     []NodeID
}

type named struct {
	name string
	id   NodeID
}

func (o *orders) begin(t *tree) {
	if removed := o.removed.Load(); o.tree != t || o.seen != removed {
		if o.tree != t {
			o.held = held{}
		}
		o.tree, o.seen, o.sorted = t, removed, map[NodeID]order{}
	}
}

// known returns the children of a node if they were sorted before and none came since.
func (o *orders) known(id NodeID, n *node) ([]NodeID, bool) {
	k, ok := o.sorted[id]
	return k.kids, ok && k.youngest == NodeID(n.first.Load())
}

// sort puts nodes in order.
func (o *orders) sort(t *tree, list []NodeID) {
	if len(list) < 2 {
		return
	}
	o.buffer = o.buffer[:0]
	for _, id := range list {
		name := ""
		if n := t.node(id); n != nil {
			name = n.label()
		}
		o.buffer = append(o.buffer, named{name, id})
	}
	sortNamed(o.buffer)
	for i, n := range o.buffer {
		list[i] = n.id
	}
	clear(o.buffer)
}

// of returns the children of a node. The slice is not changed any more.
func (o *orders) of(t *tree, id NodeID, n *node) []NodeID {
	youngest := NodeID(n.first.Load())
	if youngest == 0 {
		return nil
	}
	known := o.sorted[id]
	if known.youngest == youngest {
		return known.kids
	}
	fresh := o.buffer[:0]
	for kid := youngest; kid != 0 && kid != known.youngest; {
		c := t.node(kid)
		if c == nil {
			break
		}
		if c.dead.Load() == 0 {
			fresh = append(fresh, named{c.label(), kid})
		}
		kid = NodeID(c.next.Load())
	}
	sortNamed(fresh)
	kids := merge(t, known.kids, fresh)
	clear(fresh)
	o.buffer = fresh[:0]
	o.sorted[id] = order{youngest, kids}
	return kids
}

func sortNamed(list []named) {
	slices.SortFunc(list, func(a, b named) int { return compareNatural(a.name, b.name) })
}

// merge puts the new ones in their places among those that are sorted.
func merge(t *tree, old []NodeID, fresh []named) []NodeID {
	kids := make([]NodeID, 0, len(old)+len(fresh))
	for _, f := range fresh {
		for len(old) > 0 {
			n := t.node(old[0])
			if n != nil && compareNatural(n.label(), f.name) > 0 {
				break
			}
			kids = append(kids, old[0])
			old = old[1:]
		}
		kids = append(kids, f.id)
	}
	return append(kids, old...)
}
