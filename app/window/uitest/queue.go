package uitest

import (
	"sync"
	"time"
)

// Queue stands in for Fyne's own: functions of any goroutine run on the test's, in order, when
// the test asks.
type Queue struct {
	mu    sync.Mutex // guards funcs
	funcs []func()
	more  chan struct{}
}

// NewQueue makes an empty one.
func NewQueue() *Queue { return &Queue{more: make(chan struct{}, 1)} }

// Do puts f into the queue. It may be called from any goroutine.
func (q *Queue) Do(f func()) {
	q.mu.Lock()
	q.funcs = append(q.funcs, f)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// Take empties the queue and returns what was in it, for who runs it in a way of its own.
func (q *Queue) Take() []func() {
	q.mu.Lock()
	defer q.mu.Unlock()
	funcs := q.funcs
	q.funcs = nil
	return funcs
}

// Drain runs what waits, and what comes meanwhile.
func (q *Queue) Drain() {
	for funcs := q.Take(); len(funcs) > 0; funcs = q.Take() {
		for _, f := range funcs {
			f()
		}
	}
}

// Nap waits for something to run, but only for a moment: a state may also come without.
func (q *Queue) Nap() {
	select {
	case <-q.more:
	case <-time.After(2 * time.Millisecond):
	}
}
