package topics

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/connections"
)

// Options is what an [Index] needs.
type Options struct {
	// Budget bounds the history of all indexes that share it; nil means no limit.
	Budget *Budget
	// Now is the clock that stamps the messages, in nanoseconds since 1970; nil means the
	// system's.
	Now func() int64
}

// Index is the live index of one connection. Put is for one network goroutine; everything else
// may be called from any goroutine.
type Index struct {
	budget *Budget
	share  *share
	seed   maphash.Seed
	shape  atomic.Uint64
	// current is the tree as it stands; clearing everything puts an empty one in its place.
	// Written under mu, read with or without.
	current atomic.Pointer[tree]
	orders  orders
	lexicon lexicon
	now     func() int64

	// mu guards everything below, and what the comments in tree.go and state.go name.
	mu      sync.Mutex
	seq     uint64
	evicted uint64
	cleared uint64
	kept    uint64
	cut     uint64
	// bytes is what history and saved values take of the budget.
	bytes   int64
	epoch   uint8
	rules   rules
	changes changes
	pause   pause
	// debris are the nodes that were cleared and are still to be swept.
	debris []NodeID
	// graves are the histories of trees that were cleared as a whole, still to be freed.
	graves []heap
	// readers counts those who decode blocks without the lock, limbo holds the blocks that were
	// given up meanwhile.
	readers int
	limbo   []block
	// props is what MQTT 5 sent beside the latest messages, of those that have any.
	props  map[*state]*connections.Properties
	closed bool
}

// Stored says where a message went.
type Stored struct {
	// Seq numbers the messages of an index from 1, without gaps.
	Seq uint64
	// Topic is the node of the topic, Name its path: a string to keep in place of the message's.
	Topic NodeID
	Name  string
	// Taps has a bit for each tap that wants this topic.
	Taps uint64
}

// Counts adds up at any time: Received = Kept + Evicted + Cleared.
type Counts struct {
	// Received is the number of messages that were put.
	Received uint64
	// Kept is the number of those that are the latest of a topic or a record of its history.
	Kept uint64
	// Evicted is the number of those that gave way to the budget.
	Evicted uint64
	// Cleared is the number of those that the user cleared.
	Cleared uint64
	// Cut is the number of messages that came with a shortened payload.
	Cut uint64
	// Topics is the number of topics that have a message.
	Topics int
	// HistoryBytes is what this index takes of the budget.
	HistoryBytes int64
}

// New makes an empty index. Close gives its memory back to the budget.
func New(o Options) *Index {
	x := &Index{budget: o.Budget, share: new(share), seed: maphash.MakeSeed(), now: o.Now}
	if x.now == nil {
		x.now = func() int64 { return time.Now().UnixNano() }
	}
	if x.budget == nil {
		x.budget = NewBudget(unlimited)
	}
	x.budget.join(x.share)
	x.current.Store(newTree(1))
	x.changes.at = x.now()
	return x
}

// Close forgets everything and leaves the budget. A closed index stays empty.
func (x *Index) Close() {
	x.Clear(0)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.closed = true
	for x.freeGraves(sweepAtOnce) {
		continue
	}
	x.budget.leave(x.share)
}

// Put stores a message that came at the instant at (nanoseconds since 1970). It keeps m.Payload
// if that is longer than 4 KiB, and m.Props; nothing else of m. A closed index takes nothing.
func (x *Index) Put(m *connections.Message, at int64) Stored {
	hash := x.hash(m.Topic)
	x.mu.Lock()
	if x.closed {
		x.mu.Unlock()
		return Stored{}
	}
	if x.share.debt.Load() != 0 || len(x.debris) != 0 || len(x.graves) != 0 {
		x.sideWork()
	}
	t := x.current.Load()
	x.seq++
	id, n := x.lookup(t, hash, m.Topic)
	if n == nil {
		id, n = x.intern(t, m.Topic)
	}
	s := t.states.at(n.slot.Load())
	if s == nil {
		s = x.newTopic(t, id, n)
	} else {
		x.displace(t, s)
	}
	x.changes.note(s)
	had := s.flags
	s.set(m, at, x.seq, x.epoch)
	if (had|s.flags)&flagProps != 0 {
		x.keepProps(s, m.Props)
	}
	if s.flags&flagRetained != 0 {
		e := x.changes.of(s)
		e.retained++
		e.retainedBytes += uint64(s.size)
	}
	x.kept++
	if s.flags&flagCut != 0 {
		x.cut++
	}
	stored := Stored{Seq: x.seq, Topic: id, Name: n.path, Taps: s.taps}
	x.mu.Unlock()
	return stored
}

func (x *Index) hash(path string) uint64 { return maphash.String(x.seed, path) }

// Counts returns the counts as they stand.
func (x *Index) Counts() Counts {
	x.mu.Lock()
	defer x.mu.Unlock()
	return Counts{
		Received: x.seq, Kept: x.kept, Evicted: x.evicted, Cleared: x.cleared, Cut: x.cut,
		Topics: int(x.current.Load().topics.Load()), HistoryBytes: x.bytes,
	}
}

// Seq is the number of the last message, 0 before the first.
func (x *Index) Seq() uint64 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.seq
}

// Shape changes whenever nodes were added or removed.
func (x *Index) Shape() uint64 { return x.shape.Load() }

// Find returns the node of a path: of a topic, or of a branch that topics lie beneath.
func (x *Index) Find(path string) (NodeID, bool) {
	hash := x.hash(path)
	x.mu.Lock()
	defer x.mu.Unlock()
	id, n := x.lookup(x.current.Load(), hash, path)
	return id, n != nil
}

// Path returns the full topic of a node, "" if it was cleared.
func (x *Index) Path(id NodeID) string {
	if n := x.current.Load().node(id); n != nil && n.dead.Load() == 0 {
		return n.path
	}
	return ""
}

// Interrupted tells that messages may have been missed: the time from here to the next message
// of a topic says nothing about its usual interval.
func (x *Index) Interrupted() {
	x.mu.Lock()
	x.epoch++
	x.mu.Unlock()
}

// Housekeep tells the branches what came beneath them, and does what otherwise waits for the
// next Put or the next search: it gives memory that others need, sweeps what was cleared and
// reads new names. Call it about once a second; it costs nothing if there is nothing.
func (x *Index) Housekeep() {
	x.tally(x.now())
	defer x.extendLexicon()
	defer x.budget.arena.trim()
	for {
		x.mu.Lock()
		if !x.closed && x.share.debt.Load() != 0 {
			x.payDebt()
		}
		more := x.sweep(sweepAtOnce)
		more = x.freeGraves(sweepAtOnce) || more
		x.mu.Unlock()
		if !more {
			return
		}
	}
}

// extendLexicon gets ready for the next search what came since the last.
func (x *Index) extendLexicon() {
	if x.lexicon.mu.TryLock() {
		_ = x.lexicon.follow(context.Background(), x.current.Load())
		x.lexicon.mu.Unlock()
	}
}

// sideWork is what Put does beside its own work, a little each time.
func (x *Index) sideWork() {
	if x.share.debt.Load() != 0 {
		x.payDebt()
	}
	x.sweep(sweepAPut)
	x.freeGraves(sweepAPut)
}
