package topics

import (
	"context"
	"math/bits"
	"time"
)

// search is what a query finds in a tree. Places are the lexicon's.
type search struct {
	x   *Index
	ctx context.Context
	l   *lexicon
	now int64

	query Query
	// steppers are those of the terms that are looked for level by level; the others' are nil.
	steppers []*stepper
	// found holds, with Payloads, where each term was found in a topic.
	found []bitset

	// matched are the topics that fit, shown those and the branches above them, open these
	// branches.
	matched, shown, open bitset
	count                int
	buffer               []NodeID
}

// newSearch gets the lexicon ready. The caller holds its lock.
func (x *Index) newSearch(ctx context.Context, t *tree, q Query) (*search, error) {
	s := &search{x: x, ctx: ctx, l: &x.lexicon, query: q}
	if err := s.l.follow(ctx, t); err != nil {
		return nil, err
	}
	for i := range q.terms {
		step, _ := q.terms[i].stepper(s.l)
		s.steppers = append(s.steppers, step)
	}
	return s, ctx.Err()
}

// byName reports whether the names of the levels tell all.
func (s *search) byName() bool {
	for _, step := range s.steppers {
		if step == nil {
			return false
		}
	}
	return !s.query.asksMessages()
}

// run looks for all that fits. It calls partial now and then if it takes long; matched, shown
// and open then hold what was found so far.
func (s *search) run(partial func()) error {
	n := s.l.places()
	s.matched = newBitset(n)
	for i := range s.matched {
		s.matched[i] = ^uint64(0)
	}
	s.matched.unset(0)
	s.matched[len(s.matched)-1] &= 1<<((n-1)%64+1) - 1
	s.found = make([]bitset, len(s.steppers))
	for i, step := range s.steppers {
		if step == nil {
			continue
		}
		hits := s.walk(step, &s.query.terms[i])
		switch {
		case s.query.terms[i].exclude:
			for w := range s.matched {
				s.matched[w] &^= hits[w]
			}
		case !s.query.Payloads:
			for w := range s.matched {
				s.matched[w] &= hits[w]
			}
		}
		s.found[i] = hits
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
	}
	if s.byName() {
		s.keepTopics()
	} else if err := s.look(partial); err != nil {
		return err
	}
	s.spread()
	return s.ctx.Err()
}

// walk takes a term down the tree: nodes stand behind those above them.
func (s *search) walk(step *stepper, t *term) bitset {
	hits := newBitset(s.l.places())
	if !s.l.unruly && !step.mayFind() {
		return hits
	}
	states := make([]byte, s.l.places())
	states[0] = step.root
	for k, p := range s.l.parts {
		if s.ctx.Err() != nil {
			return hits
		}
		if p == nil {
			continue
		}
		row := states[k<<chunkBits+1:]
		row = row[:min(chunkSize, len(row))]
		for i := range row {
			above := states[p.above[i]]
			row[i] = step.step(above, p.word[i])
			if p.word[i] == 0 || above&unruly != 0 {
				row[i] = s.lookAt(uint32(k<<chunkBits+i+1), step, t)
			}
		}
	}
	hits.collect(states, bits.TrailingZeros8(step.found))
	hits.unset(0)
	return hits
}

// lookAt is the state of a node whose names are not all in the lexicon.
func (s *search) lookAt(place uint32, step *stepper, t *term) byte {
	if n := s.l.node(place); n != nil && t.fits(n.path) {
		return unruly | step.found
	}
	return unruly
}

// keepTopics leaves those of matched that are topics.
func (s *search) keepTopics() {
	slab := s.l.tree.slab()
	for w := range s.matched {
		for b := s.matched[w]; b != 0; b &= b - 1 {
			place := uint32(w*64 + bits.TrailingZeros64(b))
			n := slab.node(slab.base + NodeID(place) - 1)
			if n == nil || n.slot.Load() == 0 || n.dead.Load() != 0 {
				s.matched.unset(place)
			}
		}
	}
}

// spread shows what is above the topics that fit, and hides what was cleared.
func (s *search) spread() {
	s.shown, s.open = append(bitset(nil), s.matched...), newBitset(len(s.matched)*64)
	cleared := false
	mayBe := s.x.orders.removed.Load() != 0
	s.shown.down(func(place uint32) {
		if place == 0 {
			return
		}
		up := s.l.above(place)
		if s.open.has(up) {
			return
		}
		s.open.set(up)
		s.shown.set(up)
		if mayBe && up != 0 {
			n := s.l.node(up)
			cleared = cleared || n == nil || n.dead.Load() != 0
		}
	})
	if cleared {
		s.hideCleared()
	}
	s.count = s.matched.count()
}

func (s *search) hideCleared() {
	s.shown.set(0)
	for place := range s.shown.each {
		if place == 0 {
			continue
		}
		n := s.l.node(place)
		if n == nil || n.dead.Load() != 0 || !s.shown.has(s.l.above(place)) {
			s.shown.unset(place)
			s.matched.unset(place)
		}
	}
	s.open = newBitset(len(s.matched) * 64)
	s.shown.down(func(place uint32) {
		if place != 0 {
			s.open.set(s.l.above(place))
		}
	})
}

// kids returns the children of a branch that are shown, in order. They stand in the buffer: the
// caller gives them back by cutting it.
func (s *search) kids(id NodeID, n *node) []NodeID {
	from := len(s.buffer)
	if list, ok := s.x.orders.known(id, n); ok {
		for _, kid := range list {
			if s.isShown(kid) {
				s.buffer = append(s.buffer, kid)
			}
		}
		return s.buffer[from:]
	}
	all := 0
	for kid := NodeID(n.first.Load()); kid != 0; all++ {
		if s.isShown(kid) {
			s.buffer = append(s.buffer, kid)
		}
		c := s.l.tree.node(kid)
		if c == nil {
			break
		}
		kid = NodeID(c.next.Load())
	}
	if len(s.buffer)-from > all/4 {
		s.x.orders.of(s.l.tree, id, n)
		s.buffer = s.buffer[:from]
		return s.kids(id, n)
	}
	s.x.orders.sort(s.l.tree, s.buffer[from:])
	return s.buffer[from:]
}

// isShown: nodes that are younger than the search are not.
func (s *search) isShown(id NodeID) bool {
	return id < s.l.next && s.shown.has(s.l.place(id))
}

const (
	// screen is the number of rows that are shown before the others are known.
	screen = 256
	// glimpse bounds the nodes that are looked at for them.
	glimpse = 20_000
	// patience is how long a search may take before it shows what it found so far.
	patience = 30 * time.Millisecond
)
