package topics

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
)

// View says what the tree shows.
type View struct {
	// Open reports whether the branch of a path is open; nil means that none is.
	Open func(path string) bool
	// OpenAll opens every branch.
	OpenAll bool
	// Filter shows only topics that have it in their full path, whatever the case, and the
	// branches above them, all open. ASCII letters match those of either case; a filter with
	// other letters is compared by Unicode's lower case.
	Filter string
}

// Flat is the tree as a list, top to bottom. It is immutable.
type Flat struct {
	Rows []FlatRow
	// Topics is the number of all topics, Hits that of those that match the filter.
	Topics, Hits int
	// Shape is that of the index before it was read: if the index has another by now, nodes
	// were added or removed.
	Shape uint64
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

// Flatten lists what the tree shows, siblings in natural order. It may take long, so it belongs
// on a goroutine of its own; it takes no lock that Put or Rows need, and stops with ctx's error
// soon after ctx is cancelled. Calls at the same time wait for each other.
func (x *Index) Flatten(ctx context.Context, v View) (*Flat, error) {
	x.orders.mu.Lock()
	defer x.orders.mu.Unlock()
	shape := x.shape.Load()
	t := x.current.Load()
	x.orders.begin(t)
	w := &walk{ctx: ctx, tree: t, flat: &Flat{Topics: int(t.top.beneath.Load()), Shape: shape}}
	if v.Filter == "" {
		w.flat.Hits = w.flat.Topics
		w.kids = func(id NodeID, n *node) []NodeID { return x.orders.of(t, id, n) }
		w.open = v.Open
		if v.OpenAll {
			w.open = func(string) bool { return true }
			w.flat.Rows = make([]FlatRow, 0, t.end.Load()-uint32(t.base))
		}
	} else {
		hits, err := search(ctx, t, v.Filter)
		if err != nil {
			return nil, err
		}
		w.flat.Hits = hits.count
		w.hits = hits
		w.kids = hits.kids
		w.open = func(string) bool { return true }
	}
	if err := w.run(); err != nil {
		return nil, err
	}
	return w.flat, nil
}

// walk goes down the tree with a stack of its own: a topic may have thousands of levels.
type walk struct {
	ctx  context.Context
	tree *tree
	flat *Flat
	// kids returns the children to show, in order; open asks whether they are shown.
	kids func(NodeID, *node) []NodeID
	open func(path string) bool
	hits *hits
}

func (w *walk) run() error {
	stack := [][]NodeID{w.kids(0, &w.tree.top)}
	for polls := 0; len(stack) > 0; polls++ {
		if polls%pollEvery == 0 && w.ctx.Err() != nil {
			return w.ctx.Err()
		}
		top := len(stack) - 1
		if len(stack[top]) == 0 {
			stack = stack[:top]
			continue
		}
		id := stack[top][0]
		stack[top] = stack[top][1:]
		n := w.tree.node(id)
		if n == nil || n.dead.Load() != 0 {
			continue
		}
		if row := w.row(id, n); row.Open {
			stack = append(stack, w.kids(id, n))
		}
	}
	return w.ctx.Err()
}

func (w *walk) row(id NodeID, n *node) FlatRow {
	r := FlatRow{Node: id, Depth: n.depth(), Topic: n.slot.Load() != 0}
	if w.hits != nil {
		r.Hit = w.hits.matched.has(id - w.tree.base)
		r.Branch = len(w.hits.kids(id, n)) > 0
	} else {
		r.Branch = n.first.Load() != 0
	}
	r.Open = r.Branch && w.open != nil && w.open(n.path)
	w.flat.Rows = append(w.flat.Rows, r)
	return r
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
		o.tree, o.seen, o.sorted = t, removed, map[NodeID]order{}
	}
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
