package topics

import (
	"encoding/binary"

	"streamscope/connections"
)

const (
	smallestBlock = 128
	largestBlock  = 64 << 10
	// blockOverhead and historyOverhead are what the structures below take themselves; the
	// budget counts them, for with small blocks they are not small.
	blockOverhead   = 40
	historyOverhead = 128
	// longestHeader is that of a record: instant, number, flags, own time, length, full size.
	longestHeader = 5*binary.MaxVarintLen64 + 1
)

// history holds the messages that later ones of the topic displaced, oldest first, in blocks
// without pointers. A new block takes a quarter of what the topic holds already, so blocks grow
// with the topic, and what gives way at once is never a great part of it. Guarded by Index.mu;
// bytes that were written to a block never change.
type history struct {
	owner *state
	// tail is the block that is being written; it stands here, for it is needed with each
	// message. older are those before it.
	tail  block
	older []block
	bytes int64
	// lastTime and lastSeq are those of the last record in tail.
	lastTime int64
	lastSeq  uint64
	// pos is the place in the heap, -1 if it is in none.
	pos int
}

// block is a run of records, or one record whose payload is kept by reference.
//
// A record is: instant and number as differences to the record before (to zero in the first),
// flags, the payload's own time as a difference to the instant if it has one, length of the
// payload, number of bytes on the wire if that is more, properties if it has any, payload.
type block struct {
	data    []byte
	records int32
	place   uint32 // in the arena; 0 if it lies on the heap
	large   *Entry
}

func (b *block) bytes() int64 {
	if b.large != nil {
		return int64(cap(b.large.Payload)) + blockOverhead + 64 + b.large.Props.Bytes()
	}
	return int64(cap(b.data)) + blockOverhead
}

// displace moves the latest message of a topic into its history, for the next one to take its
// place.
func (x *Index) displace(t *tree, s *state) {
	if x.pause.on && s.seq <= x.pause.at {
		x.save(s)
	}
	if !x.remember(t, s) {
		x.kept--
		x.evicted++
	}
}

// remember reports false if the budget has no room for the record.
func (x *Index) remember(t *tree, s *state) bool {
	props := x.propsOf(s)
	if s.flags&flagShared != 0 || props.Bytes() > copyLimit {
		e := x.entry(s)
		b := block{records: 1, large: &e}
		if !x.reserve(b.bytes() + historyOverhead) {
			return false
		}
		x.addBlock(t, s, b)
		return true
	}
	var header [longestHeader]byte
	if h := s.history; h != nil {
		b := &h.tail
		n := s.header(header[:0], h.lastTime, h.lastSeq, props)
		if b.large == nil && len(b.data)+len(n)+len(s.payload) <= cap(b.data) {
			b.data = append(append(b.data, n...), s.payload...)
			b.records++
			h.lastTime, h.lastSeq = s.time, s.seq
			return true
		}
	}
	n := s.header(header[:0], 0, 0, props)
	want := max(2*(len(n)+len(s.payload)), smallestBlock)
	if h := s.history; h != nil {
		want = max(want, min(int(h.bytes/4), largestBlock))
	}
	b, ok := x.newBlock(len(n)+len(s.payload), want)
	if !ok {
		return false
	}
	b.data = append(append(b.data, n...), s.payload...)
	x.addBlock(t, s, b)
	return true
}

// newBlock returns an empty block of about want bytes, at least of least, once the budget has
// room for it and for the history that it may begin. Making room may take away any history.
func (x *Index) newBlock(least, want int) (block, bool) {
	size := int64(1)<<(sizeOf(want)+unitBits) + blockOverhead + historyOverhead
	if !x.reserve(size) {
		return block{}, false
	}
	b := block{records: 1}
	b.data, b.place = x.budget.arena.take(least, want, mostMapped(x.budget.limit.Load()))
	if b.place == 0 {
		b.data = make([]byte, 0, want)
	}
	x.release(size - b.bytes() - historyOverhead)
	return b, true
}

// header appends all of a record but its payload.
func (s *state) header(dst []byte, lastTime int64, lastSeq uint64, props *connections.Properties) []byte {
	dst = binary.AppendVarint(dst, s.time-lastTime)
	dst = binary.AppendUvarint(dst, s.seq-lastSeq)
	dst = append(dst, s.flags&flagRecord)
	if s.flags&flagOwn != 0 {
		dst = binary.AppendVarint(dst, s.own-s.time)
	}
	dst = binary.AppendUvarint(dst, uint64(len(s.payload)))
	if s.flags&flagCut != 0 {
		dst = binary.AppendUvarint(dst, uint64(s.size))
	}
	if props != nil {
		dst = appendProps(dst, props)
	}
	return dst
}

// addBlock puts a block, for which and for a history room was made, at the end of the topic's
// history.
func (x *Index) addBlock(t *tree, s *state, b block) {
	h := s.history
	if h == nil {
		h = &history{owner: s, pos: -1}
		s.history = h
	} else {
		x.release(historyOverhead)
		h.older = append(h.older, h.tail)
	}
	h.tail = b
	h.bytes += b.bytes()
	h.lastTime, h.lastSeq = s.time, s.seq
	t.heap.rise(h)
	x.declare(t)
}

// dropOldest takes the oldest block of a history away and returns the number of its records.
func (x *Index) dropOldest(t *tree, h *history) int {
	b := h.tail
	if len(h.older) > 0 {
		b = h.older[0]
		h.older[0] = block{}
		h.older = h.older[1:]
		h.bytes -= b.bytes()
		t.heap.sink(h)
	} else {
		h.owner.history = nil
		t.heap.remove(h)
		x.release(historyOverhead)
	}
	x.release(b.bytes())
	x.giveBack(b)
	return int(b.records)
}

// giveBack lets the block be used again, as soon as nobody reads what was there.
func (x *Index) giveBack(b block) {
	switch {
	case b.place == 0:
	case x.readers > 0:
		x.limbo = append(x.limbo, b)
	default:
		x.budget.arena.give(b.place, cap(b.data))
	}
}

// pin keeps blocks as they are until unpin. The caller holds the lock.
func (x *Index) pin() { x.readers++ }

func (x *Index) unpin() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.readers--
	if x.readers == 0 {
		for _, b := range x.limbo {
			x.budget.arena.give(b.place, cap(b.data))
		}
		x.limbo = nil
	}
}

// freeGraves frees up to max histories of trees that were cleared as a whole, and reports whether there
// are more.
func (x *Index) freeGraves(max int) (more bool) {
	for ; max > 0 && len(x.graves) > 0; max-- {
		last := len(x.graves) - 1
		g := x.graves[last]
		if len(g) == 0 {
			x.graves = x.graves[:last]
			continue
		}
		h := g[len(g)-1]
		g[len(g)-1] = nil
		x.graves[last] = g[:len(g)-1]
		for _, b := range h.blocks() {
			x.giveBack(b)
		}
	}
	if len(x.graves) == 0 {
		x.graves = nil
		return false
	}
	return true
}

// evictOldest gives up the oldest block of the topic that has most, and reports false if no
// topic has any.
func (x *Index) evictOldest() bool {
	t := x.current.Load()
	if len(t.heap) == 0 {
		return false
	}
	n := uint64(x.dropOldest(t, t.heap[0]))
	x.declare(t)
	x.kept -= n
	x.evicted += n
	return true
}

// blocks is what a reader takes along to decode without the lock: the blocks are shared, but
// what was written to them stays.
func (h *history) blocks() []block {
	if h == nil {
		return nil
	}
	list := make([]block, 0, len(h.older)+1)
	return append(append(list, h.older...), h.tail)
}

// each calls yield for the records of a block, oldest first. Payloads point into the block.
func (b *block) each(yield func(Entry) bool) bool {
	if b.large != nil {
		return yield(*b.large)
	}
	var at int64
	var seq uint64
	for d := (decoder{b.data}); len(d.data) > 0; {
		at += d.varint()
		seq += d.uvarint()
		flags := d.bytes(1)[0]
		own := int64(0)
		if flags&flagOwn != 0 {
			own = at + d.varint()
		}
		n := int(d.uvarint())
		size := int64(n)
		if flags&flagCut != 0 {
			size = int64(d.uvarint())
		}
		var props *connections.Properties
		if flags&flagProps != 0 {
			props = d.readProps()
		}
		e := makeEntry(seq, at, own, size, flags, d.bytes(n))
		e.Props = props
		if !yield(e) {
			return false
		}
	}
	return true
}

// decoder reads what header wrote; it trusts it.
type decoder struct{ data []byte }

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.data)
	d.data = d.data[n:]
	return v
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.data)
	d.data = d.data[n:]
	return v
}

func (d *decoder) bytes(n int) []byte {
	b := d.data[:n:n]
	d.data = d.data[n:]
	return b
}
