package topics

import (
	"cmp"
	"slices"
)

// Order says how siblings stand in the tree.
type Order uint8

const (
	// OrderName is natural order, as people sort names.
	OrderName Order = iota
	// OrderRate has those first with the most messages a second, on the topic and beneath;
	// OrderCount those with the most messages; OrderChange those that changed last. Retained
	// messages have no rate and no age. What is equal stands in natural order.
	OrderRate
	OrderCount
	OrderChange
)

// Live reports whether the order changes with what is received.
func (o Order) Live() bool { return o != OrderName }

// figures sorts siblings by what the index knows of them.
type figures struct {
	x     *Index
	tree  *tree
	order Order
	hold  bool
	list  []figured
}

// held are siblings by the branch above them, in the order in which they were shown last.
type held struct {
	order Order
	kids  map[NodeID][]NodeID
}

type figured struct {
	figure float64
	id     NodeID
}

// figures begins to sort for a view. The caller holds the lock of the orders.
func (x *Index) figures(t *tree, v View) *figures {
	h := &x.orders.held
	if h.kids == nil || h.order != v.Order || !v.Hold {
		*h = held{order: v.Order, kids: map[NodeID][]NodeID{}}
	}
	return &figures{x: x, tree: t, order: v.Order, hold: v.Hold}
}

// kids sorts, largest first, what of returns in natural order. It leaves that as it is.
func (f *figures) kids(of func(NodeID, *node) []NodeID) func(NodeID, *node) []NodeID {
	return func(id NodeID, n *node) []NodeID {
		list := of(id, n)
		if len(list) < 2 {
			return list
		}
		before, known := f.x.orders.held.kids[id]
		if f.hold && known {
			f.recall(list, before)
		} else {
			f.measure(list)
		}
		slices.SortStableFunc(f.list, func(a, b figured) int { return cmp.Compare(b.figure, a.figure) })
		sorted := make([]NodeID, len(list))
		for i := range f.list {
			sorted[i] = f.list[i].id
		}
		f.x.orders.held.kids[id] = sorted
		return sorted
	}
}

// recall takes the places of before for figures.
func (f *figures) recall(list, before []NodeID) {
	places := make(map[NodeID]int, len(before))
	for i, id := range before {
		places[id] = len(before) - i
	}
	f.list = f.list[:0]
	for _, id := range list {
		f.list = append(f.list, figured{float64(places[id]), id})
	}
}

// measure reads the figures of siblings. The lock is held for some hundred at a time.
func (f *figures) measure(list []NodeID) {
	f.list = slices.Grow(f.list[:0], len(list))
	for some := range slices.Chunk(list, tallyAtOnce) {
		f.x.mu.Lock()
		for _, id := range some {
			f.list = append(f.list, figured{f.of(f.tree.node(id)), id})
		}
		f.x.mu.Unlock()
	}
}

// of is the figure of one node, -1 for one that has none.
func (f *figures) of(n *node) float64 {
	if n == nil || n.dead.Load() != 0 {
		return -1
	}
	s, b := f.x.seen(f.tree.states.at(n.slot.Load())), f.tree.branches.at(n.branch)
	// A pause stops the tally, and with it the clock of the rates.
	at := f.x.changes.at
	var figure float64
	switch f.order {
	case OrderRate:
		if b != nil {
			figure, _ = b.rates(at)
		}
		if s != nil {
			figure += s.rate(at)
		}
	case OrderCount:
		if b != nil {
			figure = float64(b.messages)
		}
		if s != nil {
			figure += float64(s.count)
		}
	default:
		if b != nil {
			figure = float64(b.last)
		}
		if s != nil && s.flags&flagRetained == 0 {
			figure = max(figure, float64(s.time))
		}
	}
	return figure
}
