package topics

import (
	"math"
	"time"
)

const (
	// tallyAtOnce bounds the topics that are tallied while the lock is held.
	tallyAtOnce = 512
	// mostSpare is the longest list that is kept for the next time.
	mostSpare = 1 << 16
	// rateMemory is how far back the rate of a branch looks, roughly.
	rateMemory = 3 * time.Second
)

// branch is what is known of all topics beneath a node. Guarded by Index.mu; all but beneath is
// as of the last tally.
type branch struct {
	messages, bytes uint64
	last            int64
	at              int64
	// rate and byteRate are means that forget, a second, as of the tally at; weight is how much
	// of them is more than the nothing that they began with.
	rate, byteRate, weight float32
	// fresh and freshBytes are what this tally has found so far.
	fresh, freshBytes float32
	node              NodeID
	above             uint32 // the branch above, 0 at the root
	beneath           int32  // topics beneath, the node itself not counted
}

// changes are the topics that had a message since the last tally. A message to a topic that is
// among them costs a look at its state; the branches above are told once a second.
type changes struct {
	list, spare []change
	// taking is the list that is being tallied just now, from taken on.
	taking  []change
	taken   int
	touched []uint32 // branches
	busy    bool
	at      int64 // when the last tally was
}

// change is a topic as it was tallied last.
type change struct {
	node            NodeID
	messages, bytes uint64
	// retained and retainedBytes came since; rates leave them out.
	retained, retainedBytes uint64
}

// note puts a topic among those that change, before it does.
func (c *changes) note(s *state) {
	if s.changed == 0 {
		c.list = append(c.list, change{node: s.node, messages: s.count, bytes: s.bytes})
		s.changed = uint32(len(c.list))
	}
}

// of returns the entry of a topic that has changed.
func (c *changes) of(s *state) *change {
	i := int(s.changed) - 1
	if i < len(c.list) && c.list[i].node == s.node {
		return &c.list[i]
	}
	return &c.taking[i]
}

// tallied is what the branches above know of a topic.
func (c *changes) tallied(s *state) (messages, bytes uint64) {
	if s.changed != 0 {
		e := c.of(s)
		return e.messages, e.bytes
	}
	return s.count, s.bytes
}

// tally tells the branches what came since the last time. A pause keeps them as they are.
func (x *Index) tally(now int64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := &x.changes
	if x.pause.on || x.closed || c.busy {
		return
	}
	c.busy = true
	defer func() { c.busy = false }()
	c.taking, c.list, c.spare, c.taken = c.list, c.spare[:0], nil, 0
	since := c.at
	for c.taken < len(c.taking) {
		x.tallySome()
		x.mu.Unlock()
		x.mu.Lock()
	}
	if cap(c.taking) <= mostSpare {
		c.spare = c.taking[:0]
	}
	c.taking = nil
	for len(c.touched) != 0 {
		n := len(c.touched) - min(tallyAtOnce, len(c.touched))
		for _, i := range c.touched[n:] {
			x.current.Load().branches.at(i).settle(since, now)
		}
		c.touched = c.touched[:n]
		x.mu.Unlock()
		x.mu.Lock()
	}
	c.at = now
}

func (x *Index) tallySome() {
	c, t := &x.changes, x.current.Load()
	for range min(tallyAtOnce, len(c.taking)-c.taken) {
		e := &c.taking[c.taken]
		c.taken++
		n := x.find(t, e.node)
		if n == nil {
			continue
		}
		s := t.states.at(n.slot.Load())
		s.changed = 0
		messages, bytes := s.count-e.messages, s.bytes-e.bytes
		for i := t.node(n.parent).branch; i != 0; {
			b := t.branches.at(i)
			if b.fresh == 0 && b.freshBytes == 0 {
				c.touched = append(c.touched, i)
			}
			i = b.above
			b.messages += messages
			b.bytes += bytes
			b.fresh += float32(messages - e.retained)
			b.freshBytes += float32(bytes - e.retainedBytes)
			b.last = max(b.last, s.time)
		}
	}
}

// settle takes what came between two tallies into the rates.
func (b *branch) settle(since, now int64) {
	if b.at == 0 {
		b.at = since
	}
	took := max(now-since, 1)
	_, share := fades(took)
	kept, gone := fades(max(now-b.at, 1))
	perSecond := share * float32(time.Second) / float32(took)
	b.rate = b.rate*kept + b.fresh*perSecond
	b.byteRate = b.byteRate*kept + b.freshBytes*perSecond
	b.weight = b.weight*kept + gone
	b.fresh, b.freshBytes, b.at = 0, 0, now
}

// rates returns messages and bytes a second as of a tally that found nothing new, or the last
// that did.
func (b *branch) rates(at int64) (messages, bytes float64) {
	if b.weight == 0 {
		return 0, 0
	}
	kept, gone := fades(at - b.at)
	part := float64(kept / (b.weight*kept + gone))
	return float64(b.rate) * part, float64(b.byteRate) * part
}

// fades returns how much of a mean is left after a time, and how much is gone: where the time is
// short, their sum would swallow the latter.
func fades(d int64) (kept, gone float32) {
	change := math.Expm1(-float64(max(d, 0)) / float64(rateMemory))
	return float32(1 + change), float32(-change)
}

// removeFromBranches takes what was cleared from the branches above n.
func (x *Index) removeFromBranches(t *tree, n *node) {
	var messages, bytes uint64
	topics := int32(0)
	if b := t.branches.at(n.branch); b != nil {
		messages, bytes, topics = b.messages, b.bytes, b.beneath
	}
	if s := t.states.at(n.slot.Load()); s != nil {
		m, n := x.changes.tallied(s)
		messages, bytes, topics = messages+m, bytes+n, topics+1
	}
	for n != &t.top {
		n = t.node(n.parent)
		b := t.branches.at(n.branch)
		b.messages -= messages
		b.bytes -= bytes
		b.beneath -= topics
	}
	t.topics.Add(-topics)
}

// branches holds the branches of a tree in chunks that never move. Places are used again; place
// 0 stands for none.
type branches struct {
	chunks []*[chunkSize]branch
	spare  []uint32
	end    uint32
}

func (b *branches) at(i uint32) *branch {
	if i == 0 {
		return nil
	}
	return &b.chunks[i>>chunkBits][i%chunkSize]
}

func (b *branches) take(id NodeID) (uint32, *branch) {
	i := b.end + 1
	if n := len(b.spare); n > 0 {
		i = b.spare[n-1]
		b.spare = b.spare[:n-1]
	} else {
		b.end = i
	}
	if int(i>>chunkBits) == len(b.chunks) {
		b.chunks = append(b.chunks, new([chunkSize]branch))
	}
	*b.at(i) = branch{node: id}
	return i, b.at(i)
}

func (b *branches) give(i uint32) {
	*b.at(i) = branch{}
	b.spare = append(b.spare, i)
}
