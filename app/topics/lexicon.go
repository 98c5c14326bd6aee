package topics

import (
	"bytes"
	"context"
	"hash/maphash"
	"math"
	"strings"
	"sync"
)

// lexicon is what a search reads in place of the topics: the name of every level once, in small
// letters, and for each node, packed side by side, its name and the node above it. A plant of a
// million topics has some thousand names, so a search looks through kilobytes of text and then
// follows numbers.
//
// It grows behind the tree, with [Index.Housekeep] or the next search, and asks no lock of the
// index: nodes below tree.end are complete, and their names and parents never change.
type lexicon struct {
	// mu lets one at a time read or extend what stands below.
	mu   sync.Mutex
	seed maphash.Seed
	tree *tree
	// next is the first node that is not in. A part that is dropped leaves its names behind.
	next    NodeID
	parts   []*part
	dropped int
	// text is "/name/name/…/". Name w stands at starts[w], and a slash ends it. Name 0 stands
	// for those that are not in the text: their nodes are looked at themselves.
	text   []byte
	starts []uint32
	words  table
	// unruly reports that there are nodes of name 0.
	unruly bool
}

// part belongs to a chunk of the tree.
type part struct {
	word  [chunkSize]uint32
	above [chunkSize]uint32 // a place
}

// place numbers the nodes of a tree from 1; 0 is the root.
func (l *lexicon) place(id NodeID) uint32 { return uint32(id-l.tree.base) + 1 }

// places is the number of places, the root's included.
func (l *lexicon) places() int { return int(l.next-l.tree.base) + 1 }

func (l *lexicon) node(place uint32) *node { return l.tree.node(l.tree.base + NodeID(place) - 1) }

func (l *lexicon) above(place uint32) uint32 {
	if p := l.parts[(place-1)>>chunkBits]; p != nil {
		return p.above[(place-1)%chunkSize]
	}
	return 0
}

func (l *lexicon) reset(t *tree) {
	l.seed, l.tree, l.next = maphash.MakeSeed(), t, t.base
	l.parts, l.dropped = nil, 0
	l.text, l.starts, l.words = []byte{'/'}, []uint32{0, 1}, table{}
	l.unruly = false
}

// follow takes in the nodes that came since, and lets go of those that went.
func (l *lexicon) follow(ctx context.Context, t *tree) error {
	if l.tree != t || l.dropped > len(l.parts)/2 {
		l.reset(t)
	}
	end := NodeID(t.end.Load())
	slab := t.slab()
	for l.next < end && ctx.Err() == nil {
		k := int(l.next-t.base) >> chunkBits
		if k == len(slab.chunks) {
			break // node 0 alone, which stands for the root
		}
		if k == len(l.parts) {
			l.parts = append(l.parts, nil)
		}
		to := min(end, t.base+NodeID(k+1)<<chunkBits)
		if c := slab.chunks[k]; c != nil {
			if l.parts[k] == nil {
				l.parts[k] = new(part)
			}
			l.takeIn(l.parts[k], c, to)
		}
		l.next = to
	}
	for k, p := range l.parts {
		if p != nil && slab.chunks[k] == nil {
			l.parts[k] = nil
			l.dropped++
		}
	}
	return ctx.Err()
}

func (l *lexicon) takeIn(p *part, c *chunk, to NodeID) {
	for id := l.next; id < to; id++ {
		n := &c.nodes[id%chunkSize]
		if n.parent != 0 {
			p.above[id%chunkSize] = l.place(n.parent)
		}
		p.word[id%chunkSize] = l.word(n.label())
	}
}

// word is the number of a name, 0 for one that does not belong into the text: the last of a
// topic of too many levels holds slashes, and an offset has 32 bits.
func (l *lexicon) word(name string) uint32 {
	name = strings.ToLower(name)
	hash := maphash.String(l.seed, name)
	p := l.words.probe(hash)
	for ; p.id() != 0; p.next() {
		if w := uint32(p.id()); p.fits() && string(l.name(w)) == name {
			return w
		}
	}
	if strings.IndexByte(name, '/') >= 0 || len(l.text)+len(name) >= math.MaxUint32-1 {
		l.unruly = true
		return 0
	}
	w := uint32(len(l.starts) - 1)
	l.text = append(append(l.text, name...), '/')
	l.starts = append(l.starts, uint32(len(l.text)))
	l.words.insert(hash, NodeID(w))
	return w
}

func (l *lexicon) name(w uint32) []byte { return l.text[l.starts[w] : l.starts[w+1]-1] }

// find returns the number of a name, 0 if no level has it.
func (l *lexicon) find(name string) uint32 {
	for p := l.words.probe(maphash.String(l.seed, name)); p.id() != 0; p.next() {
		if w := uint32(p.id()); p.fits() && string(l.name(w)) == name {
			return w
		}
	}
	return 0
}

// mark sets a bit for every name that has the pattern in it; a slash in front or at the end of
// the pattern stands for the name's own beginning or end.
func (l *lexicon) mark(marks []byte, pattern string, bit byte) {
	needle := []byte(pattern)
	shift := 0
	if needle[0] == '/' {
		shift = 1
	}
	for w, from := 1, 0; ; {
		at := bytes.Index(l.text[from:], needle)
		if at < 0 || from+at+shift >= len(l.text) {
			return
		}
		at += from + shift
		for int(l.starts[w+1]) <= at {
			w++
		}
		marks[w] |= bit
		from = int(l.starts[w+1]) - 1
	}
}
