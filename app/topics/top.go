package topics

import (
	"cmp"
	"context"
	"slices"
)

// By says what makes a topic or a branch great.
type By int

const (
	// ByRate is messages a second, retained ones not counted.
	ByRate By = iota
	// ByByteRate is payload bytes a second.
	ByByteRate
	// BySize is the size of the latest payload of a topic; of a branch, all payload bytes that
	// came beneath.
	BySize
	// ByChange puts the one first that changed last.
	ByChange
)

// Great is one line of the table of those that flood.
type Great struct {
	Node NodeID
	Path string
	// Topics is the number of topics beneath a branch; 0 in the list of topics.
	Topics int
	// Messages and Bytes are all that came: on the topic, or beneath the branch.
	Messages, Bytes uint64
	// Rate and ByteRate are messages and payload bytes a second. Those of a topic are what its
	// row says now, those of a branch a mean over some seconds.
	Rate, ByteRate float64
	// Size is that of the topic's latest payload, in bytes.
	Size int64
	// Time is when the latest message came, in nanoseconds since 1970.
	Time int64
}

// Top holds the greatest topics and branches, the greatest first.
type Top struct{ Topics, Branches []Great }

// Top finds the n greatest topics and the n greatest branches. The figures of branches are
// renewed by [Index.Housekeep]. A pause does not touch what topics say, for it is about the
// load now; branches stay as they were. It takes milliseconds for a million topics, so it
// belongs on a goroutine of its own, and holds the lock only in short pieces.
func (x *Index) Top(ctx context.Context, n int, by By) (Top, error) {
	now := x.now()
	topics, branches := ranking{n: n}, ranking{n: n}
	t := x.current.Load()
	for from, more := uint32(1), n > 0; more; from += chunkSize {
		x.mu.Lock()
		more = from+chunkSize <= max(t.states.end, t.branches.end)
		for i := from; i < from+chunkSize && i <= t.states.end; i++ {
			if s := t.states.at(i); s.count != 0 {
				topics.offer(s.measure(by, now), i)
			}
		}
		for i := from; i < from+chunkSize && i <= t.branches.end; i++ {
			if b := t.branches.at(i); b.beneath > 0 && b.node != 0 {
				branches.offer(b.measure(by, x.changes.at), i)
			}
		}
		x.mu.Unlock()
		if ctx.Err() != nil {
			return Top{}, ctx.Err()
		}
	}
	topics.cut()
	branches.cut()
	x.mu.Lock()
	defer x.mu.Unlock()
	var top Top
	for _, r := range topics.list {
		s := t.states.at(r.slot)
		if node := x.find(t, s.node); node != nil && s.count != 0 {
			top.Topics = append(top.Topics, s.great(node, now))
		}
	}
	for _, r := range branches.list {
		b := t.branches.at(r.slot)
		if node := x.find(t, b.node); node != nil && b.beneath > 0 {
			top.Branches = append(top.Branches, b.great(node, x.changes.at))
		}
	}
	return top, ctx.Err()
}

// Measure tells the figures of nodes that Top found, as topics or as branches, as they are now. A
// node that is no such thing, or not any more, is left out.
func (x *Index) Measure(ids []NodeID, branches bool) []Great {
	now := x.now()
	list := make([]Great, 0, len(ids))
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.current.Load()
	for _, id := range ids {
		n := x.find(t, id)
		if n == nil {
			continue
		}
		s, b := t.states.at(n.slot.Load()), t.branches.at(n.branch)
		switch {
		case branches && b != nil && b.beneath > 0 && id != 0:
			list = append(list, b.great(n, x.changes.at))
		case !branches && s != nil:
			list = append(list, s.great(n, now))
		}
	}
	return list
}

func (s *state) rate(now int64) float64 {
	r := Row{Time: s.time, Interval: s.usual()}
	return r.Rate(now)
}

func (s *state) measure(by By, now int64) float64 {
	switch by {
	case ByRate:
		return s.rate(now)
	case ByByteRate:
		return s.rate(now) * float64(s.bytes) / float64(s.count)
	case BySize:
		return float64(s.size)
	default:
		return float64(s.time)
	}
}

func (s *state) great(n *node, now int64) Great {
	return Great{
		Node: s.node, Path: n.path, Messages: s.count, Bytes: s.bytes, Size: s.size, Time: s.time,
		Rate: s.rate(now), ByteRate: s.measure(ByByteRate, now),
	}
}

func (b *branch) measure(by By, at int64) float64 {
	rate, byteRate := b.rates(at)
	switch by {
	case ByRate:
		return rate
	case ByByteRate:
		return byteRate
	case BySize:
		return float64(b.bytes)
	default:
		return float64(b.last)
	}
}

func (b *branch) great(n *node, at int64) Great {
	g := Great{Node: b.node, Path: n.path, Topics: int(b.beneath), Messages: b.messages, Bytes: b.bytes, Time: b.last}
	g.Rate, g.ByteRate = b.rates(at)
	return g
}

// ranking keeps the n greatest, and some more until the next cut.
type ranking struct {
	n    int
	list []ranked
	// least is the smallest of the n at the last cut, if there were so many.
	least float64
	full  bool
}

type ranked struct {
	measure float64
	slot    uint32
}

func (r *ranking) offer(measure float64, slot uint32) {
	if r.full && measure <= r.least {
		return
	}
	r.list = append(r.list, ranked{measure, slot})
	if len(r.list) >= 4*r.n+1024 {
		r.cut()
	}
}

func (r *ranking) cut() {
	slices.SortFunc(r.list, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.measure, a.measure), cmp.Compare(a.slot, b.slot))
	})
	if r.n > 0 && len(r.list) >= r.n {
		r.list = r.list[:r.n]
		r.full, r.least = true, r.list[r.n-1].measure
	}
}
