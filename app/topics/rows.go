package topics

import (
	"bytes"
	"slices"
	"time"

	"streamscope/connections"
)

// prefixLimit is how much of a payload a [Row] carries, in bytes.
const prefixLimit = 4096

// Row is what the screen shows of one node. It is a copy: the index never touches it again.
type Row struct {
	Node NodeID
	// Name is the last level of Path.
	Name, Path string
	// Topics is the number of topics beneath, the node itself not counted.
	Topics int
	// Messages is the number of messages that came on those, BeneathRate how many a second,
	// retained ones not counted; both are as of the last [Index.Housekeep].
	Messages    uint64
	BeneathRate float64
	// HasValue reports that a message came on this very topic; what follows is zero if not.
	HasValue bool
	// Payload holds the first 4 KiB. Rows reuses its array for the next call.
	Payload []byte
	// Size is the number of payload bytes on the wire.
	Size int64
	// Whole reports that Payload is all that was sent.
	Whole bool
	// Time and First are when the latest and the first message came, in nanoseconds since 1970.
	Time, First int64
	// Seq is the number of the latest message in its session, Count that of all on this topic.
	Seq, Count uint64
	QoS        byte
	Retained   bool
	// Cut reports that the guard shortened the payload on its way in.
	Cut bool
	// Interval is the usual time between two messages; 0 while it is not known.
	Interval time.Duration
	// Props is what MQTT 5 sent beside the latest payload; nil if nothing. It is never written
	// again.
	Props *connections.Properties
}

// Rate is the number of messages a second that the topic makes at the instant now. Retained
// messages, whose age nobody knows, do not count. It sinks while the topic is silent.
func (r *Row) Rate(now int64) float64 {
	if r.Interval <= 0 {
		return 0
	}
	return float64(time.Second) / float64(max(r.Interval, time.Duration(now-r.Time)))
}

// Silent reports that nothing came for more than three times the usual interval.
func (r *Row) Silent(now int64) bool {
	return r.Interval > 0 && now-r.Time > 3*int64(r.Interval)
}

// Entry is one message of a topic.
type Entry struct {
	Seq  uint64
	Time int64
	// Own is the time that the payload tells itself, where a mapping found it; 0 if none.
	Own     int64
	Payload []byte
	// Size is the number of payload bytes on the wire, more than len(Payload) if Cut.
	Size     int64
	QoS      byte
	Retained bool
	Dup      bool
	Cut      bool
	// Props is what MQTT 5 sent beside the payload; nil if nothing. It is never written again.
	Props *connections.Properties
}

// Rows copies what there is to show of some nodes, one row for each of ids, into dst, whose
// arrays it uses again. Of a node that was cleared only Node is set.
func (x *Index) Rows(ids []NodeID, dst []Row) []Row {
	dst = slices.Grow(dst[:0], len(ids))[:len(ids)]
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.current.Load()
	for i, id := range ids {
		x.row(t, id, &dst[i])
	}
	return dst
}

func (x *Index) row(t *tree, id NodeID, r *Row) {
	*r = Row{Node: id, Payload: r.Payload[:0]}
	n := x.find(t, id)
	if n == nil {
		return
	}
	r.Name, r.Path = n.label(), n.path
	if b := t.branches.at(n.branch); b != nil {
		r.Topics, r.Messages = int(b.beneath), b.messages
		r.BeneathRate, _ = b.rates(x.changes.at)
	}
	s := x.seen(t.states.at(n.slot.Load()))
	if s == nil {
		return
	}
	r.HasValue = true
	r.Payload = append(r.Payload, s.payload[:min(len(s.payload), prefixLimit)]...)
	r.Size, r.Whole = s.size, int64(len(r.Payload)) == s.size
	r.Time, r.First, r.Seq, r.Count = s.time, s.first, s.seq, s.count
	r.QoS, r.Retained, r.Cut = s.flags&flagQoS, s.flags&flagRetained != 0, s.flags&flagCut != 0
	r.Interval = s.usual()
	r.Props = x.propsOf(s)
}

// find returns a node that is there and was not cleared.
func (x *Index) find(t *tree, id NodeID) *node {
	n := t.node(id)
	if n == nil || n.dead.Load() != 0 || len(x.debris) != 0 && !x.alive(t, n) {
		return nil
	}
	return n
}

// Latest returns the latest message of a topic, whole.
func (x *Index) Latest(id NodeID) (Entry, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.current.Load()
	if n := x.find(t, id); n != nil {
		if s := x.seen(t.states.at(n.slot.Load())); s != nil {
			return x.entry(s), true
		}
	}
	return Entry{}, false
}

// History returns the messages of a topic that are held, newest first, the latest included: at
// most max of them (0 for all), none with a Seq above upTo (0 for no such bound). Payloads may
// share memory that is never written again: do not change them.
func (x *Index) History(id NodeID, upTo uint64, max int) []Entry {
	x.mu.Lock()
	if x.pause.on && (upTo == 0 || upTo > x.pause.at) {
		upTo = x.pause.at
	}
	latest, blocks := x.held(id, true)
	paused := x.pause.on
	x.pin()
	x.mu.Unlock()
	defer x.unpin()
	if upTo == 0 && !paused {
		upTo = ^uint64(0)
	}

	var list []Entry
	if latest != nil && latest.Seq <= upTo {
		list = append(list, *latest)
	}
	var run []Entry
	for i := len(blocks) - 1; i >= 0 && (max <= 0 || len(list) < max); i-- {
		run = run[:0]
		blocks[i].each(func(e Entry) bool {
			if latest == nil || e.Seq < latest.Seq {
				run = append(run, e)
			}
			return e.Seq < upTo
		})
		for k := len(run) - 1; k >= 0; k-- {
			if run[k].Seq <= upTo {
				e := run[k]
				if blocks[i].large == nil {
					e.Payload = bytes.Clone(e.Payload)
				}
				list = append(list, e)
			}
		}
	}
	if max > 0 && len(list) > max {
		list = list[:max]
	}
	return list
}

// Replay calls yield for the messages of a topic that are held, oldest first, the latest
// included, none with a Seq above upTo, until it returns false. A pause does not touch it.
// Payloads are only valid during the call.
func (x *Index) Replay(id NodeID, upTo uint64, yield func(Entry) bool) {
	x.mu.Lock()
	latest, blocks := x.held(id, false)
	x.pin()
	x.mu.Unlock()
	defer x.unpin()
	for i := range blocks {
		more := blocks[i].each(func(e Entry) bool { return e.Seq <= upTo && yield(e) })
		if !more {
			return
		}
	}
	if latest != nil && latest.Seq <= upTo {
		yield(*latest)
	}
}

// held takes along what there is of a topic, for decoding without the lock.
func (x *Index) held(id NodeID, paused bool) (latest *Entry, blocks []block) {
	t := x.current.Load()
	n := x.find(t, id)
	if n == nil {
		return nil, nil
	}
	s := t.states.at(n.slot.Load())
	if s == nil {
		return nil, nil
	}
	seen := s
	if paused {
		seen = x.seen(s)
	}
	if seen != nil {
		e := x.entry(seen)
		latest = &e
	}
	return latest, s.history.blocks()
}
