package topics

import (
	"bytes"
	"encoding/binary"
	"time"
	"unicode/utf8"

	"streamscope/app/payload"
)

const (
	// batchTopics and batchBytes bound what is copied while the lock is held.
	batchTopics = 256
	batchBytes  = 64 << 10
)

// candidate is a topic whose message is to be looked at.
type candidate struct {
	place   uint32
	n       *node
	payload []byte
	keep    bool
}

// look leaves those of matched that are topics and whose messages, and whole names, fit. The
// lock is held to copy some messages; they are searched without.
func (s *search) look(partial func()) error {
	s.now = s.x.now()
	all := s.matched
	s.matched = newBitset(len(all) * 64)
	slab := s.l.tree.slab()
	batch := make([]candidate, 0, batchTopics)
	due, wait := time.Now().Add(patience), patience
	var scratch []byte
	work := func() {
		scratch = s.consider(batch, scratch[:0])
		batch = batch[:0]
		if now := time.Now(); now.After(due) && partial != nil {
			s.spread()
			partial()
			wait *= 2
			due = time.Now().Add(wait)
		}
	}
	for place := range all.each {
		n := slab.node(slab.base + NodeID(place) - 1)
		if n == nil || n.slot.Load() == 0 || n.dead.Load() != 0 {
			continue
		}
		if batch = append(batch, candidate{place: place, n: n}); len(batch) == batchTopics {
			work()
			if s.ctx.Err() != nil {
				return s.ctx.Err()
			}
		}
	}
	work()
	return s.ctx.Err()
}

// consider matches the candidates that fit.
func (s *search) consider(batch []candidate, scratch []byte) []byte {
	if s.query.asksMessages() {
		for rest := batch; len(rest) > 0; {
			var done int
			done, scratch = s.copyMessages(rest, scratch[:0])
			s.judge(rest[:done])
			rest = rest[done:]
		}
		return scratch
	}
	for i := range batch {
		batch[i].keep = true
	}
	s.judge(batch)
	return scratch
}

func (s *search) judge(batch []candidate) {
	for i := range batch {
		c := &batch[i]
		if !c.keep {
			continue
		}
		if s.query.Numbers {
			if _, _, is := payload.Number(c.payload, nil); !is {
				continue
			}
		}
		if s.fits(c) {
			s.matched.set(c.place)
		}
	}
}

// copyMessages notes which topics fit by the time and the flags of their latest message, and
// copies its payload if that is to be looked at. It stops when it has copied much.
func (s *search) copyMessages(batch []candidate, scratch []byte) (done int, _ []byte) {
	wanted := s.query.Numbers || s.query.Payloads
	s.x.mu.Lock()
	defer s.x.mu.Unlock()
	t := s.l.tree
	for i := range batch {
		if len(scratch) > batchBytes {
			return i, scratch
		}
		c := &batch[i]
		state := s.x.seen(t.states.at(c.n.slot.Load()))
		if state == nil || !s.fitsTime(state) {
			continue
		}
		c.keep = true
		switch {
		case !wanted:
		case state.flags&flagShared != 0:
			c.payload = state.payload
		default:
			from := len(scratch)
			scratch = append(scratch, state.payload...)
			c.payload = scratch[from:len(scratch):len(scratch)]
		}
	}
	return len(batch), scratch
}

func (s *search) fitsTime(state *state) bool {
	age, retained := time.Duration(s.now-state.time), state.flags&flagRetained != 0
	switch {
	case s.query.Retained && !retained:
		return false
	case s.query.ChangedWithin > 0 && (retained || age > s.query.ChangedWithin):
		return false
	case s.query.SilentFor > 0 && age <= s.query.SilentFor:
		return false
	}
	return true
}

// fits reports whether every term is found in the topic or, if asked for, in the payload.
func (s *search) fits(c *candidate) bool {
	var folded []byte
	for i := range s.query.terms {
		t := &s.query.terms[i]
		hit := false
		if s.found[i] != nil {
			hit = s.found[i].has(c.place)
		} else {
			hit = t.fits(c.n.path)
		}
		if !hit && s.query.Payloads && !t.wild {
			if folded == nil && t.expression == nil {
				folded = fold(c.payload)
			}
			hit = t.fitsPayload(c.payload, folded)
		}
		if hit == t.exclude {
			return false
		}
	}
	return true
}

func (t *term) fitsPayload(p, folded []byte) bool {
	if t.expression != nil {
		return t.expression.Match(p)
	}
	return bytes.Contains(folded, []byte(t.text))
}

// fold returns a copy of p in small letters.
func fold(p []byte) []byte {
	for _, c := range p {
		if c >= utf8.RuneSelf {
			return bytes.ToLower(p)
		}
	}
	folded := bytes.Clone(p)
	lower(folded)
	return folded
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
