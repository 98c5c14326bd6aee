package session

import "time"

// Clock tells the time of one session: the wall clock as it stood at the start, moved on by the
// monotonic clock, so that setting the computer's clock neither reorders nor ages messages.
type Clock struct{ start time.Time }

// NewClock starts a clock at the present time.
func NewClock() *Clock { return &Clock{time.Now()} }

// Now is the present in nanoseconds since 1970 UTC. Any goroutine may ask.
func (c *Clock) Now() int64 { return c.start.UnixNano() + int64(time.Since(c.start)) }

// at moves an instant of the wall clock onto this clock.
func (c *Clock) at(t time.Time) int64 { return c.start.UnixNano() + int64(t.Sub(c.start)) }
