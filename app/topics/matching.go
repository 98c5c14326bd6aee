package topics

import (
	"strings"

	"streamscope/connections"
)

// matchingAtOnce bounds the nodes that are looked at while the lock is held.
const matchingAtOnce = 512

// Matching returns how many messages came on the topics that a filter matches (MQTT 3.1.1 §4.7),
// and how many topics these are, as of the last [Index.Housekeep]; what was cleared is not counted.
// It costs messages nothing: it follows the filter down the tree and asks the branches, which know
// what came beneath them. "plant/#" is one look, a + as many as there are names at that level, so a
// filter of many + belongs on a goroutine of its own.
func (x *Index) Matching(filter string) (messages uint64, topics int) {
	m := &matching{x: x, tree: x.current.Load()}
	m.slab = m.tree.slab()
	m.follow(&m.tree.top, connections.Unshared(filter))
	m.settle()
	return m.messages, m.topics
}

// matching is one walk of [Index.Matching]. The shape is read without the lock.
type matching struct {
	x        *Index
	tree     *tree
	slab     slab
	found    []match
	messages uint64
	topics   int
}

// match is a node whose own topic matches or, if deep, with all that lies beneath.
type match struct {
	n    *node
	deep bool
}

// follow takes the levels of filter down from n.
func (m *matching) follow(n *node, filter string) {
	level, rest, more := strings.Cut(filter, "/")
	top := n == &m.tree.top
	switch {
	case level == "#" && !top:
		m.add(n, true)
	case level == "#" || level == "+":
		for id := NodeID(n.first.Load()); id != 0; {
			child := m.slab.node(id)
			if child == nil {
				return
			}
			id = NodeID(child.next.Load())
			// A wildcard at the beginning matches no topic that begins with $ [MQTT-4.7.2-1].
			if child.dead.Load() != 0 || top && strings.HasPrefix(child.path, "$") {
				continue
			}
			m.descend(child, rest, more, level == "#")
		}
	default:
		if !top {
			level = n.path + "/" + level
		}
		if id, ok := m.x.Find(level); ok {
			if child := m.slab.node(id); child != nil {
				m.descend(child, rest, more, false)
			}
		}
	}
}

func (m *matching) descend(n *node, rest string, more, deep bool) {
	if more {
		m.follow(n, rest)
		return
	}
	m.add(n, deep)
}

func (m *matching) add(n *node, deep bool) {
	if m.found = append(m.found, match{n, deep}); len(m.found) == matchingAtOnce {
		m.settle()
	}
}

// settle adds up what was found.
func (m *matching) settle() {
	m.x.mu.Lock()
	defer m.x.mu.Unlock()
	if m.x.current.Load() == m.tree { // or all of it was cleared meanwhile
		for _, f := range m.found {
			m.count(f)
		}
	}
	m.found = m.found[:0]
}

func (m *matching) count(f match) {
	if s := m.tree.states.at(f.n.slot.Load()); s != nil {
		n, _ := m.x.changes.tallied(s)
		m.messages += n
		m.topics++
	}
	if !f.deep {
		return
	}
	if b := m.tree.branches.at(f.n.branch); b != nil {
		m.messages += b.messages
		m.topics += int(b.beneath)
	}
}
