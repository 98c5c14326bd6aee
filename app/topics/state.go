package topics

import (
	"math"
	"slices"
	"time"

	"streamscope/connections"
)

// flags of a message, as state and history keep them. The two lowest bits are its QoS.
const (
	flagQoS      byte = 3
	flagRetained byte = 1 << (iota + 1)
	flagDup
	flagCut
	// flagShared marks a payload that is the message's own array and is never written again.
	flagShared
	// flagOwn tells that the payload told its own time.
	flagOwn
	// flagProps tells that MQTT 5 sent something beside the payload.
	flagProps
	flagRecord = flagQoS | flagRetained | flagDup | flagCut | flagOwn | flagProps
)

const (
	// copyLimit is the longest payload that is copied; longer ones are kept by reference.
	copyLimit = 4096
	// memory is how many intervals the usual interval remembers, roughly.
	memory = 16
)

// state is the latest message of a topic and what is known of those before. Guarded by
// Index.mu.
type state struct {
	payload     []byte
	size        int64
	time, first int64
	own         int64 // the payload's own time; 0 if none
	seq, count  uint64
	bytes       uint64
	taps        uint64
	history     *history
	interval    float32 // seconds
	node        NodeID
	changed     uint32 // its place among the changes, from 1; 0 if it is not there
	flags       byte
	epoch       uint8
}

// set makes m the latest message.
func (s *state) set(m *connections.Message, at int64, seq uint64, epoch uint8) {
	flags := m.QoS & flagQoS
	if m.Retained {
		flags |= flagRetained
	}
	if m.Dup {
		flags |= flagDup
	}
	if m.Cut() {
		flags |= flagCut
	}
	if m.Own != 0 {
		flags |= flagOwn
	}
	if m.Props != nil {
		flags |= flagProps
	}
	if s.count == 0 {
		s.first = at
	} else if (s.flags|flags)&flagRetained == 0 && s.epoch == epoch {
		s.learn(at - s.time)
	}
	flags |= s.hold(m.Payload)
	s.size, s.time, s.seq, s.flags, s.epoch = max(m.Size, int64(len(m.Payload))), at, seq, flags, epoch
	s.own = m.Own
	s.count++
	s.bytes += uint64(s.size)
}

// learn takes one more interval into the usual one: a plain mean at first, then one that
// forgets.
func (s *state) learn(d int64) {
	seconds := float32(max(d, 1)) / float32(time.Second)
	if s.interval == 0 {
		s.interval = seconds
		return
	}
	s.interval += (seconds - s.interval) / float32(min(s.count, memory))
}

// usual is the interval that was learnt.
func (s *state) usual() time.Duration {
	return time.Duration(math.Round(float64(s.interval) * float64(time.Second)))
}

// hold keeps a payload, in the topic's own array when it is short.
func (s *state) hold(p []byte) byte {
	if len(p) > copyLimit {
		s.payload = p
		return flagShared
	}
	if s.flags&flagShared != 0 || cap(s.payload) > 512 && cap(s.payload) > 8*len(p) {
		s.payload = nil
	}
	s.payload = append(s.payload[:0], p...)
	return 0
}

// entry is the latest message; its payload is a copy unless it may be shared.
func (x *Index) entry(s *state) Entry {
	p := s.payload
	if s.flags&flagShared == 0 {
		p = slices.Clone(p)
	}
	e := makeEntry(s.seq, s.time, s.own, s.size, s.flags, p)
	e.Props = x.propsOf(s)
	return e
}

func makeEntry(seq uint64, at, own, size int64, flags byte, payload []byte) Entry {
	return Entry{
		Seq: seq, Time: at, Own: own, Size: size, Payload: payload, QoS: flags & flagQoS,
		Retained: flags&flagRetained != 0, Dup: flags&flagDup != 0, Cut: flags&flagCut != 0,
	}
}

// states holds the states of a tree's topics in chunks that never move. Places are used again;
// place 0 stands for none.
type states struct {
	chunks []*[chunkSize]state
	spare  []uint32
	end    uint32
}

func (s *states) at(slot uint32) *state {
	if slot == 0 {
		return nil
	}
	return &s.chunks[slot>>chunkBits][slot%chunkSize]
}

func (s *states) take() (uint32, *state) {
	if n := len(s.spare); n > 0 {
		slot := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return slot, s.at(slot)
	}
	s.end++
	if int(s.end>>chunkBits) == len(s.chunks) {
		s.chunks = append(s.chunks, new([chunkSize]state))
	}
	return s.end, s.at(s.end)
}

func (s *states) give(slot uint32) {
	*s.at(slot) = state{}
	s.spare = append(s.spare, slot)
}
