package saved

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Standing is how what a control asked for stands to what the device reports.
type Standing uint8

const (
	// NoState: the control has no state topic.
	NoState Standing = iota
	// Unheard: nothing was reported yet.
	Unheard
	// Silent: the last report is older than it should be, or the connection is not open: what the
	// device does now is not known.
	Silent
	// Reported: the device reports a value, and nothing else was asked for.
	Reported
	// Agrees: it reports what was asked for.
	Agrees
	// Pending: something else was asked for a moment ago, and no report has come since.
	Pending
	// Differs: it reports something else than was asked for.
	Differs
)

// Report is what a device says of itself.
type Report struct {
	// Text is the value as it reads; Heard tells whether there is one.
	Text  string
	Heard bool
	// At is when it came; zero for a retained message, whose age nobody knows.
	At time.Time
	// Received is when it was received, retained or not.
	Received time.Time
	// Stale tells that it is silent for longer than usual, or that the connection is not open.
	// Offline tells that it is because of the connection.
	Stale, Offline bool
}

// Asked is what a control asked for last.
type Asked struct {
	Value string
	At    time.Time
	// Any is false before the first time.
	Any bool
}

// settling is how long a device may take before a report that differs counts.
const settling = 3 * time.Second

// Judge compares what was asked with what is reported.
func (c *Control) Judge(asked Asked, r Report, now time.Time) Standing {
	switch {
	case c.State == nil:
		return NoState
	case !r.Heard:
		return Unheard
	case r.Stale:
		return Silent
	case !asked.Any:
		return Reported
	case c.same(asked.Value, r.Text):
		return Agrees
	case r.At.Before(asked.At) && now.Sub(asked.At) < settling:
		return Pending
	}
	return Differs
}

// same tells whether two texts are one value: numbers may be written in several ways.
func (c *Control) same(a, b string) bool {
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if strings.EqualFold(a, b) {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil {
		return false
	}
	tolerance := 1e-9 * max(math.Abs(x), math.Abs(y))
	if c.Step > 0 {
		tolerance = c.Step / 2
	}
	return math.Abs(x-y) <= tolerance
}

// Position is the toggle's side for a reported value; ok is false if it is neither.
func (c *Control) Position(reported string) (on, ok bool) {
	switch {
	case c.same(reported, c.On):
		return true, true
	case c.same(reported, c.Off):
		return false, true
	}
	return false, false
}
