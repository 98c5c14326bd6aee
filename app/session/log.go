package session

import (
	"math/bits"
	"sync"

	"streamscope/app/topics"
	"streamscope/connections"
)

const (
	// chunkRecords is the number of records in a chunk of the log; bounds are kept to within one.
	chunkRecords = 512
	// recordBytes is what a record takes beside its payload, for the taps' bounds.
	recordBytes = 112
	// arenaBytes is the size of the arrays that short payloads are copied into, copyLimit the
	// length of the longest that is.
	arenaBytes = 32 << 10
	copyLimit  = 4 << 10
)

// Record is one message as a tap gets it. Its payload is never written again.
type Record struct {
	// Seq numbers the messages of a session; taps see them in this order.
	Seq   uint64
	Topic string
	Node  topics.NodeID
	// Time is when it was received, in nanoseconds since 1970.
	Time    int64
	Payload []byte
	// Size is the number of payload bytes on the wire, more than len(Payload) if it was cut.
	Size          int64
	QoS           byte
	Retained, Dup bool
	// Own is the time that the payload tells itself, in nanoseconds since 1970; 0 if none.
	Own int64
	// Props is what MQTT 5 sent beside the payload; nil if nothing. It is never written again.
	Props *connections.Properties
}

// batchLog holds what the taps have not taken yet, in the order of receipt. It is a list of
// chunks that are filled once: each tap points at its place in it, and what all of them have
// passed is garbage. Nobody else points at the first chunk, so nothing has to be counted.
type batchLog struct {
	clock *Clock

	// mu guards everything below, and what stands in chunks and taps. Records, once appended,
	// are read without it.
	mu     sync.Mutex
	last   *chunk
	arena  []byte
	total  int64
	active uint64
	taps   [topics.Taps]*Tap
	closed bool
}

// chunk is a run of records; masks say which taps each is for, counts how many are for each.
type chunk struct {
	records []Record
	masks   []uint64
	counts  [topics.Taps]uint32
	// start is the number of bytes in the log before this chunk.
	start int64
	next  *chunk
}

func newChunk(start int64) *chunk {
	return &chunk{start: start, records: make([]Record, 0, chunkRecords), masks: make([]uint64, 0, chunkRecords)}
}

func (l *batchLog) init(c *Clock) {
	l.clock = c
	l.last = newChunk(0)
}

// append adds a message for the taps that want it. The network goroutine calls it, in order.
func (l *batchLog) append(m *connections.Message, s topics.Stored, at int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	mask := s.Taps & l.active
	for b := mask; b != 0; b &= b - 1 {
		if bit := bits.TrailingZeros64(b); s.Seq <= l.taps[bit].since {
			mask &^= 1 << bit
		}
	}
	if mask == 0 {
		return
	}
	if len(l.last.records) == chunkRecords {
		l.roll()
	}
	c := l.last
	c.records = append(c.records, Record{
		Seq: s.Seq, Topic: s.Name, Node: s.Topic, Time: at, Payload: l.hold(m.Payload),
		Size: max(m.Size, int64(len(m.Payload))), QoS: m.QoS, Retained: m.Retained, Dup: m.Dup, Own: m.Own, Props: m.Props,
	})
	c.masks = append(c.masks, mask)
	l.total += recordBytes + int64(len(m.Payload)) + m.Props.Bytes()
	for ; mask != 0; mask &= mask - 1 {
		bit := bits.TrailingZeros64(mask)
		c.counts[bit]++
		l.taps[bit].arrived()
	}
}

// hold copies a short payload, so that the packet that brought it can go.
func (l *batchLog) hold(p []byte) []byte {
	if len(p) > copyLimit {
		return p
	}
	if len(l.arena)+len(p) > cap(l.arena) {
		l.arena = make([]byte, 0, arenaBytes)
	}
	from := len(l.arena)
	l.arena = append(l.arena, p...)
	return l.arena[from:len(l.arena):len(l.arena)]
}

// roll begins a new chunk, and makes taps that are too far behind give up their oldest.
func (l *batchLog) roll() {
	c := newChunk(l.total)
	l.last.next = c
	l.last = c
	for b := l.active; b != 0; b &= b - 1 {
		l.taps[bits.TrailingZeros64(b)].bound()
	}
}

func (l *batchLog) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for b := l.active; b != 0; b &= b - 1 {
		l.taps[bits.TrailingZeros64(b)].end()
	}
}
