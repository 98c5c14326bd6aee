package topics

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// NodeID names a node of the tree: a branch, a topic, or both. 0 is the invisible root. It is
// never given out twice in the life of an index.
type NodeID uint32

const (
	chunkBits = 10
	chunkSize = 1 << chunkBits

	// maxLevels bounds the nodes that one topic can make. Levels beyond it stay together in
	// the last name, slashes and all.
	maxLevels = 4096
)

// node is a level of the tree. Its atomic fields are written under Index.mu and read by
// [Index.Flatten] without it; path, parent, name and level never change once it is linked.
type node struct {
	path   string
	parent NodeID
	next   atomic.Uint32 // the sibling that was made before it
	first  atomic.Uint32 // its youngest child
	branch uint32        // what is known of the topics beneath; guarded by Index.mu
	slot   atomic.Uint32 // its topic's state; 0 for a mere branch
	prev   NodeID        // the sibling that was made after it; guarded by Index.mu
	dead   atomic.Uint32 // 1 once it was cleared; what lies beneath it need not know
	name   uint16        // where the last level begins in path
	level  uint16        // the number of levels above
}

func (n *node) label() string { return n.path[n.name:] }

type chunk struct {
	nodes [chunkSize]node
	live  int // guarded by Index.mu
}

// tree holds the nodes in chunks that never move. It only grows; branches that were cleared
// are unlinked, and a chunk goes when the last of its nodes has gone.
type tree struct {
	top    node
	topics atomic.Int32
	base   NodeID
	chunks atomic.Pointer[[]*chunk]
	// end is the first NodeID that was not given out yet: nodes below it are complete.
	end   atomic.Uint32
	names table
	// states and branches are guarded by Index.mu, and so is heap.
	states   states
	branches branches
	heap     heap
}

// newTree makes a tree whose nodes are numbered from first or a little above.
func newTree(first NodeID) *tree {
	t := &tree{base: first &^ (chunkSize - 1)}
	if first > 1 {
		t.base = (first + chunkSize - 1) &^ (chunkSize - 1)
		first = t.base
	}
	t.chunks.Store(new([]*chunk))
	t.end.Store(uint32(first))
	return t
}

// node returns nil for a node that is not, or no longer, in this tree.
func (t *tree) node(id NodeID) *node {
	if id == 0 {
		return &t.top
	}
	return t.slab().node(id)
}

// slab is the nodes of a tree as they stood at one moment. Those that are freed later are still
// in it.
func (t *tree) slab() slab { return slab{t.base, *t.chunks.Load()} }

type slab struct {
	base   NodeID
	chunks []*chunk
}

func (s slab) node(id NodeID) *node {
	if id < s.base {
		return nil
	}
	if i := int(id-s.base) >> chunkBits; i < len(s.chunks) && s.chunks[i] != nil {
		return &s.chunks[i].nodes[id%chunkSize]
	}
	return nil
}

// lookup returns the node of a path, nil if there is none.
func (x *Index) lookup(t *tree, hash uint64, path string) (NodeID, *node) {
	for p := t.names.probe(hash); ; p.next() {
		id := p.id()
		if id == 0 {
			return 0, nil
		}
		if !p.fits() {
			continue
		}
		if n := t.node(id); n.path == path {
			if len(x.debris) != 0 && !x.alive(t, n) {
				return 0, nil
			}
			return id, n
		}
	}
}

// alive reports whether neither the node nor one above it was cleared.
func (x *Index) alive(t *tree, n *node) bool {
	for ; n != nil; n = t.node(n.parent) {
		if n == &t.top {
			return true
		}
		if n.dead.Load() != 0 {
			return false
		}
	}
	return false
}

// intern makes the node of a topic that has none, and those above it that are missing. Paths
// are parts of one copy of the topic, and its prefixes are hashed in one go, so that a topic of
// thousands of levels costs no more than its nodes.
func (x *Index) intern(t *tree, topic string) (NodeID, *node) {
	topic = strings.Clone(topic)
	var prefix maphash.Hash
	prefix.SetSeed(x.seed)
	id, n := NodeID(0), &t.top
	for depth, from := 0, 0; ; depth++ {
		to := strings.IndexByte(topic[from:], '/')
		last := to < 0 || depth == maxLevels-1
		if to += from; last {
			to = len(topic)
		}
		prefix.WriteString(topic[max(from-1, 0):to])
		id, n = x.child(t, id, n, topic[:to], from, depth, prefix.Sum64())
		if last {
			return id, n
		}
		from = to + 1
	}
}

// child returns the node of path beneath its parent, made now if it is not there.
func (x *Index) child(t *tree, parent NodeID, above *node, path string, name, depth int, hash uint64) (NodeID, *node) {
	p := t.names.probe(hash)
	for ; p.id() != 0; p.next() {
		if !p.fits() {
			continue
		}
		if n := t.node(p.id()); n.path == path {
			if n.parent == parent && n.dead.Load() == 0 {
				return p.id(), n
			}
			break // cleared, and not swept yet: its place is taken over
		}
	}
	id, n := t.grow()
	n.path, n.parent, n.name, n.level = path, parent, uint16(min(name, 1<<16-1)), uint16(depth)
	if old := above.first.Load(); old != 0 {
		n.next.Store(old)
		t.node(NodeID(old)).prev = id
	}
	if p.id() != 0 {
		p.replace(id)
	} else {
		t.names.insert(hash, id)
	}
	t.end.Store(uint32(id) + 1)
	above.first.Store(uint32(id))
	x.shape.Add(1)
	return id, n
}

// grow returns the next node, all zero.
func (t *tree) grow() (NodeID, *node) {
	id := NodeID(t.end.Load())
	chunks := *t.chunks.Load()
	i := int(id-t.base) >> chunkBits
	if i == len(chunks) {
		chunks = append(chunks, new(chunk))
		t.chunks.Store(&chunks)
	}
	chunks[i].live++
	return id, &chunks[i].nodes[id%chunkSize]
}

// newTopic gives a node its first message's place.
func (x *Index) newTopic(t *tree, id NodeID, n *node) *state {
	slot, s := t.states.take()
	s.node = id
	s.taps = x.rules.mask(n.path)
	n.slot.Store(slot)
	below := (*branch)(nil)
	for up := n; up != &t.top; {
		parent := up.parent
		up = t.node(parent)
		b := t.branches.at(up.branch)
		if b == nil {
			up.branch, b = t.branches.take(parent)
		}
		if below != nil {
			below.above = up.branch
		}
		b.beneath++
		below = b
	}
	t.topics.Add(1)
	x.shape.Add(1)
	return s
}

// unlink takes a node out of its parent's list. The node itself keeps its links, for whoever is
// walking over it just now.
func (t *tree) unlink(n *node) {
	next := n.next.Load()
	if n.prev != 0 {
		t.node(n.prev).next.Store(next)
	} else {
		t.node(n.parent).first.Store(next)
	}
	if next != 0 {
		t.node(NodeID(next)).prev = n.prev
	}
}

// free gives back the place of a node that was swept.
func (t *tree) free(id NodeID) {
	chunks := *t.chunks.Load()
	i := int(id-t.base) >> chunkBits
	c := chunks[i]
	c.live--
	if c.live == 0 && uint32(i) < (t.end.Load()-uint32(t.base))>>chunkBits {
		chunks = append([]*chunk(nil), chunks...)
		chunks[i] = nil
		t.chunks.Store(&chunks)
	}
}
