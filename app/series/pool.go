package series

import (
	"slices"
	"sync"
)

// Pool shares one budget among series fairly: what gives way when it is full is the detail of the one
// that holds most, and not of the one that happens to grow. Give it to series as their Budget, Join
// them, and call Relieve now and then from outside of any series. Any goroutine may use it.
type Pool struct {
	budget Budget

	// mu guards what follows. No series is asked anything while it is held.
	mu      sync.Mutex
	members []*Series
	// granted is what the budget has given; lent is what the series hold above it, to be paid back by
	// Relieve. It is bounded by an eighth of the other and leastLent: beyond, a series that grows gives
	// up its own oldest detail at once.
	granted, lent int64
}

const leastLent = 64 << 10

// NewPool makes a pool in front of a budget.
func NewPool(b Budget) *Pool { return &Pool{budget: b} }

// Join lets a series give way for others; it has to have the pool as its budget.
func (p *Pool) Join(s *Series) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.members = append(p.members, s)
}

// Leave takes a series out. What it holds it has to give back by Close.
func (p *Pool) Leave(s *Series) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.members = slices.DeleteFunc(p.members, func(o *Series) bool { return o == s })
}

// Reserve implements Budget.
func (p *Pool) Reserve(n int64) bool {
	granted := p.budget.Reserve(n)
	p.mu.Lock()
	defer p.mu.Unlock()
	if granted {
		p.granted += n
		return true
	}
	if p.lent+n > max(p.granted/8, leastLent) || len(p.members) == 0 {
		return false
	}
	p.lent += n
	return true
}

// Release implements Budget. What was lent is paid back first.
func (p *Pool) Release(n int64) {
	p.mu.Lock()
	paid := min(n, p.lent)
	p.lent -= paid
	p.granted -= n - paid
	p.mu.Unlock()
	if n > paid {
		p.budget.Release(n - paid)
	}
}

// Relieve has the largest series give up detail for what was lent, and for what the budget says it is
// short of beside that. It returns the bytes that were freed.
func (p *Pool) Relieve(short int64) (freed int64) {
	p.mu.Lock()
	need := p.lent + max(short, 0)
	members := slices.Clone(p.members)
	p.mu.Unlock()
	if need == 0 {
		return 0
	}
	need += need / 8 // a little room, so that the next sample doesn't ask again
	for freed < need {
		largest, second := richest(members)
		if largest == nil {
			break
		}
		// Down to the next one at most, then both give way in turn; a chunk at least.
		step := min(need-freed, max(largest.Bytes()-second, chunkLen*sampleBytes))
		got := largest.Shrink(step)
		if freed += got; got == 0 {
			members = slices.DeleteFunc(members, func(o *Series) bool { return o == largest })
		}
	}
	return freed
}

// richest is the series that holds most, and how much the next one holds.
func richest(list []*Series) (largest *Series, second int64) {
	most := int64(0)
	for _, s := range list {
		switch n := s.Bytes(); {
		case n > most:
			largest, most, second = s, n, most
		case n > second:
			second = n
		}
	}
	return largest, second
}
