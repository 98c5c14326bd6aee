package topics

import (
	"bytes"
	"context"
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// separator stands between topics that are searched in one go. It occurs in no UTF-8 text, so
// no match reaches from one topic into the next.
const separator = 0xff

// scratchLimit is when the topics gathered so far are searched, in bytes.
const scratchLimit = 64 << 10

// matcher finds topics that contain a text, whatever the case. Topics without capitals are
// searched where they are; the others are gathered in a buffer, and lower-cased and searched
// together.
type matcher struct {
	needle  []byte
	text    string
	unicode bool
	buffer  []byte
	ends    []end
}

// end is where a topic ends in the buffer, and which one it is.
type end struct {
	at int
	id NodeID
}

func newMatcher(filter string) *matcher {
	m := &matcher{text: strings.ToLower(filter)}
	m.needle = []byte(m.text)
	for i := range len(filter) {
		m.unicode = m.unicode || filter[i] >= utf8.RuneSelf
	}
	return m
}

func (m *matcher) add(id NodeID, n *node, hit func(NodeID)) {
	switch {
	case m.unicode:
		if strings.Contains(strings.ToLower(n.path), m.text) {
			hit(id)
		}
	case n.isFolded():
		if strings.Contains(n.path, m.text) {
			hit(id)
		}
	default:
		m.buffer = append(append(m.buffer, n.path...), separator)
		m.ends = append(m.ends, end{len(m.buffer), id})
		if len(m.buffer) > scratchLimit {
			m.flush(hit)
		}
	}
}

func (m *matcher) flush(hit func(NodeID)) {
	lower(m.buffer)
	for from, k := 0, 0; ; {
		at := bytes.Index(m.buffer[from:], m.needle)
		if at < 0 {
			break
		}
		for at += from; m.ends[k].at <= at; k++ {
		}
		hit(m.ends[k].id)
		from = m.ends[k].at
	}
	m.buffer, m.ends = m.buffer[:0], m.ends[:0]
}

// lower turns the ASCII capitals of b into small letters, eight bytes at a time.
func lower(b []byte) {
	const high, ones = 0x8080808080808080, 0x0101010101010101
	for ; len(b) >= 8; b = b[8:] {
		v := binary.LittleEndian.Uint64(b)
		low := v &^ high
		isCapital := (low + (0x80-'A')*ones) &^ (low + (0x80-'Z'-1)*ones) &^ v & high
		binary.LittleEndian.PutUint64(b, v|isCapital>>2)
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c | 0x20
		}
	}
}

// hits is what a filter leaves of the tree: the topics that match, and the branches above them.
type hits struct {
	slab    slab
	count   int
	matched bitset
	shown   bitset
	// ranks holds, for each word of shown, the number of bits in the words before it.
	ranks []uint32
	// starts and list hold the children of the shown node of rank i:
	// list[starts[i]:starts[i+1]]; those of the root come last.
	starts []uint32
	list   []NodeID
	sorted bitset
	buffer []named
	// root is the rank of the root: the number of nodes that are shown.
	root uint32
}

// search looks at every topic once. It takes no lock: nodes below tree.end are complete.
func search(ctx context.Context, t *tree, filter string) (*hits, error) {
	end := NodeID(t.end.Load())
	size := int(end - t.base)
	h := &hits{slab: t.slab(), matched: newBitset(size), shown: newBitset(size)}
	m := newMatcher(filter)
	for k, c := range h.slab.chunks {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		first := t.base + NodeID(k)<<chunkBits
		if c == nil || first >= end {
			continue
		}
		for i := range c.nodes[:min(chunkSize, end-first)] {
			if n := &c.nodes[i]; n.slot.Load() != 0 && n.dead.Load() == 0 {
				m.add(first+NodeID(i), n, h.hit)
			}
		}
		m.flush(h.hit)
	}
	h.arrange()
	return h, ctx.Err()
}

// hit shows a topic and what is above it.
func (h *hits) hit(id NodeID) {
	for up := id; up != 0 && !h.shown.has(up-h.slab.base); {
		n := h.slab.node(up)
		if n == nil || n.dead.Load() != 0 {
			h.hide(id, up)
			return
		}
		h.shown.set(up - h.slab.base)
		up = n.parent
	}
	h.matched.set(id - h.slab.base)
	h.count++
}

// hide takes back what was shown from id up to a node that turned out to be cleared.
func (h *hits) hide(id, dead NodeID) {
	for id != dead {
		h.shown.unset(id - h.slab.base)
		id = h.slab.node(id).parent
	}
}

// arrange gathers the children of each shown node, by counting.
func (h *hits) arrange() {
	h.ranks = make([]uint32, len(h.shown))
	total := uint32(0)
	for i, w := range h.shown {
		h.ranks[i] = total
		total += uint32(bits.OnesCount64(w))
	}
	h.root = total
	h.starts = make([]uint32, total+3)
	h.shown.each(func(i NodeID) { h.starts[h.parentRank(i)+2]++ })
	for i := 1; i < len(h.starts); i++ {
		h.starts[i] += h.starts[i-1]
	}
	h.list = make([]NodeID, total)
	h.shown.each(func(i NodeID) {
		p := h.parentRank(i) + 1
		h.list[h.starts[p]] = i + h.slab.base
		h.starts[p]++
	})
	h.sorted = newBitset(int(total) + 1)
}

// rank is the place of a node among those that are shown.
func (h *hits) rank(i NodeID) uint32 {
	return h.ranks[i/64] + uint32(bits.OnesCount64(h.shown[i/64]&(1<<(i%64)-1)))
}

func (h *hits) parentRank(i NodeID) uint32 {
	if n := h.slab.node(i + h.slab.base); n != nil && n.parent != 0 {
		return h.rank(n.parent - h.slab.base)
	}
	return h.root
}

// kids returns the children of a node that are shown, sorted when they are asked for first.
func (h *hits) kids(id NodeID, _ *node) []NodeID {
	r := h.root
	if id != 0 {
		r = h.rank(id - h.slab.base)
	}
	list := h.list[h.starts[r]:h.starts[r+1]]
	if len(list) > 1 && !h.sorted.has(NodeID(r)) {
		h.sort(list)
		h.sorted.set(NodeID(r))
	}
	return list
}

func (h *hits) sort(list []NodeID) {
	h.buffer = h.buffer[:0]
	for _, id := range list {
		name := ""
		if n := h.slab.node(id); n != nil {
			name = n.label()
		}
		h.buffer = append(h.buffer, named{name, id})
	}
	sortNamed(h.buffer)
	for i, n := range h.buffer {
		list[i] = n.id
	}
}

type bitset []uint64

func newBitset(n int) bitset       { return make(bitset, (n+63)/64) }
func (b bitset) has(i NodeID) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bitset) set(i NodeID)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) unset(i NodeID)    { b[i/64] &^= 1 << (i % 64) }

func (b bitset) each(yield func(NodeID)) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			yield(NodeID(i*64 + bits.TrailingZeros64(w)))
		}
	}
}
