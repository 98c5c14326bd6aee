package topics

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

const (
	unlimited = math.MaxInt64 / 4
	// evictAtOnce bounds the blocks that one message gives up. Only a limit that was lowered
	// makes it take more than one message to get under it.
	evictAtOnce = 1024
)

// Budget is a number of bytes that the histories of several indexes share, and the charts with
// them. What gives way is always the oldest block of the topic that has most, in whichever
// index it lies.
//
// No index ever takes the lock of another. The one that needs room evicts in place if the topic
// that has most is its own; otherwise it leaves the other a debt, which that one pays with its
// next message or its next [Index.Housekeep]. Debts are bounded by an eighth of the limit: so
// much may be used above it for a moment.
type Budget struct {
	limit, used, owed, outside atomic.Int64

	// arena is where the histories lie.
	arena *arena

	// mu guards the writing of shares.
	mu     sync.Mutex
	shares atomic.Pointer[[]*share]
}

// share is what the others see of an index.
type share struct {
	// top is the size of the history that is largest, held that of all together.
	top, held atomic.Int64
	// debt is how much the index has to give up for others.
	debt atomic.Int64
	gone atomic.Bool
}

// NewBudget makes a budget of limit bytes.
func NewBudget(limit int64) *Budget {
	b := &Budget{arena: new(arena)}
	runtime.AddCleanup(b, (*arena).unmap, b.arena)
	b.limit.Store(limit)
	b.shares.Store(new([]*share))
	return b
}

// Used is the number of bytes taken, by the capacity of what was allocated.
func (b *Budget) Used() int64 { return b.used.Load() }

// Limit is the number of bytes that may be taken.
func (b *Budget) Limit() int64 { return b.limit.Load() }

// SetLimit changes the limit. What is over it, every index gives up in proportion, with its next
// messages.
func (b *Budget) SetLimit(limit int64) {
	b.limit.Store(limit)
	over, held := b.over(), int64(0)
	shares := *b.shares.Load()
	for _, s := range shares {
		held += s.held.Load()
	}
	if over <= 0 || held == 0 {
		return
	}
	part := min(1, float64(over)/float64(held))
	for _, s := range shares {
		b.owe(s, int64(math.Ceil(part*float64(s.held.Load()))))
	}
}

// Reserve takes n bytes for something that is no index, a chart for instance, and makes
// histories give way for it. It takes nothing and reports false if they cannot, or if such
// things would hold more than half of the budget.
func (b *Budget) Reserve(n int64) bool {
	if b.outside.Add(n) <= b.limit.Load()/2 {
		b.used.Add(n)
		over := b.over()
		if over <= 0 || b.lend(b.richest(), over) {
			return true
		}
		b.used.Add(-n)
	}
	b.outside.Add(-n)
	return false
}

// Release gives back n bytes that were reserved.
func (b *Budget) Release(n int64) {
	b.outside.Add(-n)
	b.used.Add(-n)
}

// Short is how many bytes such things hold above their half: the limit was lowered.
func (b *Budget) Short() int64 { return max(b.outside.Load()-b.limit.Load()/2, 0) }

// over is how much too much is used, not counting what will be given back soon.
func (b *Budget) over() int64 { return b.used.Load() - b.owed.Load() - b.limit.Load() }

// lend makes the index of s give up n bytes soon; false if too much is owed already.
func (b *Budget) lend(s *share, n int64) bool {
	if s == nil || b.owed.Load()+n > b.limit.Load()/8 {
		return false
	}
	b.owe(s, n)
	return true
}

// owe makes a debt. One that left meanwhile gives up everything anyway.
func (b *Budget) owe(s *share, n int64) {
	b.owed.Add(n)
	s.debt.Add(n)
	if s.gone.Load() {
		b.owed.Add(-s.debt.Swap(0))
	}
}

// richest is the index whose largest history is the largest of all; nil if none has any.
func (b *Budget) richest() *share {
	var best *share
	var most int64
	for _, s := range *b.shares.Load() {
		if top := s.top.Load(); top > most {
			best, most = s, top
		}
	}
	return best
}

func (b *Budget) join(s *share) {
	b.mu.Lock()
	defer b.mu.Unlock()
	shares := append(slices.Clone(*b.shares.Load()), s)
	b.shares.Store(&shares)
}

// leave takes an index out that has given everything back. What it still owed is settled by
// that.
func (b *Budget) leave(s *share) {
	b.mu.Lock()
	shares := slices.DeleteFunc(slices.Clone(*b.shares.Load()), func(o *share) bool { return o == s })
	b.shares.Store(&shares)
	b.mu.Unlock()
	s.gone.Store(true)
	b.owed.Add(-s.debt.Swap(0))
}

// reserve takes n bytes of the budget, making room where most is held. It takes nothing and
// reports false if there is no room to make.
func (x *Index) reserve(n int64) bool {
	b := x.budget
	if n > b.limit.Load()/2 {
		return false
	}
	b.used.Add(n)
	x.bytes += n
	for range evictAtOnce {
		over := b.over()
		if over <= 0 {
			break
		}
		if s := b.richest(); s != x.share && b.lend(s, over) {
			break
		}
		if !x.evictOldest() {
			x.release(n)
			return false
		}
	}
	return true
}

// mostMapped is how much the arena may hold, for a limit: what lies free in it comes on top.
func mostMapped(limit int64) int64 {
	if limit >= unlimited {
		return unlimited
	}
	return limit + limit/16 + 4*slabBytes
}

func (x *Index) release(n int64) {
	x.budget.used.Add(-n)
	x.bytes -= n
}

// declare lets the others see what there is to give up.
func (x *Index) declare(t *tree) {
	x.share.top.Store(t.heap.most())
	x.share.held.Store(x.bytes)
}

// payDebt gives up what others need, a piece at a time, or all there is.
func (x *Index) payDebt() {
	debt, before := x.share.debt.Load(), x.bytes
	for range evictAtOnce {
		if before-x.bytes >= debt {
			break
		}
		if !x.evictOldest() {
			x.settle(debt)
			return
		}
	}
	x.settle(min(debt, before-x.bytes))
}

// settle counts n bytes of the debt as paid.
func (x *Index) settle(n int64) {
	x.share.debt.Add(-n)
	x.budget.owed.Add(-n)
}
