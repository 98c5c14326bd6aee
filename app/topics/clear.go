package topics

const (
	// sweepAtOnce bounds the nodes that are swept while the lock is held, sweepAPut those that
	// one message sweeps on its way.
	sweepAtOnce = 4096
	sweepAPut   = 8
)

// Clear forgets a node and everything beneath; 0 stands for all. It answers at once and what it
// cleared is not shown any more; of a large branch the memory comes back, and its messages move
// from kept to cleared, with the next messages or the next [Index.Housekeep].
//
// A topic that is heard again begins anew. Seq goes on.
func (x *Index) Clear(id NodeID) {
	if id == 0 {
		// After the lock is given back: what the last search read would hold the old tree.
		defer x.extendLexicon()
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.current.Load()
	n := t.node(id)
	switch {
	case id == 0:
		x.clearAll(t)
	case n != nil && x.alive(t, n):
		x.debris = append(x.debris, x.detach(t, id, n))
		x.sweep(sweepAtOnce)
	}
}

func (x *Index) clearAll(t *tree) {
	x.cleared += x.kept
	x.kept = 0
	x.release(x.bytes)
	x.debris = nil
	x.graves = append(x.graves, t.heap)
	x.freeGraves(sweepAtOnce)
	if x.pause.on {
		x.pause.forget()
	}
	x.changes = changes{at: x.changes.at, busy: x.changes.busy}
	x.props = nil
	t = newTree(NodeID(t.end.Load()))
	x.current.Store(t)
	x.declare(t)
	x.shape.Add(1)
}

// detach takes a node out of the tree, with all that lies beneath, and the branches above it
// that nothing else lies beneath. It returns the highest that was taken.
func (x *Index) detach(t *tree, id NodeID, n *node) NodeID {
	gone := int32(0)
	if b := t.branches.at(n.branch); b != nil {
		gone = b.beneath
	}
	if n.slot.Load() != 0 {
		gone++
	}
	for n.parent != 0 {
		up := t.node(n.parent)
		if up.slot.Load() != 0 || t.branches.at(up.branch).beneath != gone {
			break
		}
		id, n = n.parent, up
	}
	n.dead.Store(1)
	t.unlink(n)
	x.removeFromBranches(t, n)
	x.orders.removed.Add(1)
	x.shape.Add(1)
	return id
}

// sweep frees up to max of the nodes that were cleared, and reports whether there are more.
func (x *Index) sweep(max int) (more bool) {
	t := x.current.Load()
	for ; max > 0 && len(x.debris) > 0; max-- {
		last := len(x.debris) - 1
		id := x.debris[last]
		x.debris = x.debris[:last]
		n := t.node(id)
		if n.dead.Load() == 0 {
			if next := n.next.Load(); next != 0 {
				x.debris = append(x.debris, NodeID(next))
			}
		}
		if first := n.first.Load(); first != 0 {
			x.debris = append(x.debris, NodeID(first))
		}
		x.bury(t, id, n)
	}
	if len(x.debris) == 0 {
		x.debris = nil
		return false
	}
	return true
}

// bury frees one node.
func (x *Index) bury(t *tree, id NodeID, n *node) {
	t.names.remove(x.hash(n.path), id)
	if slot := n.slot.Load(); slot != 0 {
		n.slot.Store(0)
		x.forget(t, slot)
	}
	if n.branch != 0 {
		t.branches.give(n.branch)
		n.branch = 0
	}
	n.dead.Store(1)
	t.free(id)
}

// forget counts the messages of a topic as cleared and frees them.
func (x *Index) forget(t *tree, slot uint32) {
	s := t.states.at(slot)
	gone := uint64(1)
	for s.history != nil {
		gone += uint64(x.dropOldest(t, s.history))
	}
	x.declare(t)
	x.forgetSaved(s)
	if s.flags&flagProps != 0 {
		delete(x.props, s)
	}
	x.kept -= gone
	x.cleared += gone
	t.states.give(slot)
}
