package session

import (
	"sync"
	"time"
)

// DefaultSendRate is how many messages a second may be sent one by one. Nobody presses a button
// as often; who means to send more makes a run.
const DefaultSendRate = 50

// limiter lets rate messages a second through, and twice as many at once after a rest. A rate
// below 1 lets all through.
type limiter struct {
	rate int

	mu   sync.Mutex // guards what follows
	full int64      // when it has rested, in nanoseconds
}

func newLimiter(rate int) *limiter {
	if rate == 0 {
		rate = DefaultSendRate
	}
	return &limiter{rate: rate}
}

// take reports whether a message may pass at now.
func (l *limiter) take(now int64) bool {
	if l.rate < 1 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	next := max(l.full, now) + int64(time.Second)/int64(l.rate)
	if next-now > 2*int64(time.Second) {
		return false
	}
	l.full = next
	return true
}
