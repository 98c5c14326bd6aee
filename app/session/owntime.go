package session

import (
	"math"
	"slices"
	"strings"
	"sync/atomic"

	"streamscope/app/payload"
)

// SeriesOptions say how a series is made.
type SeriesOptions struct {
	// Clock places the samples by the time that payloads tell; nil means by that of receipt. A
	// Clock without a path means the time that the mapping of a raw WebSocket found ([Record].Own).
	//
	// A sample whose payload tells no time, or one outside what fits, stands at its time of
	// receipt. Samples may come in any order: each is put where its time belongs. Two of one
	// instant are both kept, in the order of receipt. A retained message, whose time of receipt
	// says nothing, is left out unless it tells its own.
	Clock *payload.Clock
}

// SeriesTimes says how the samples of a series got their times.
type SeriesTimes struct {
	// Told is the number of samples at the time that their payloads tell; Missing and Outside
	// are those at the time of receipt, because there was none or it doesn't fit.
	Told, Missing, Outside uint64
	// Back is how many of all stood before a sample that had come earlier.
	Back uint64
}

// SeriesTimes returns the figures of a series that somebody holds; false if nobody does. For one
// by the time of receipt all are 0.
func (s *Session) SeriesTimes(topic string, path []string, o SeriesOptions) (SeriesTimes, bool) {
	c := &s.charts
	c.mu.Lock()
	defer c.mu.Unlock()
	f := c.feeds[feedKey(topic, path, o.Clock)]
	if f == nil {
		return SeriesTimes{}, false
	}
	p := &f.clock
	return SeriesTimes{
		Told: p.told[payload.ToldTime].Load(), Missing: p.told[payload.ToldNone].Load(),
		Outside: p.told[payload.ToldOutside].Load(), Back: p.back.Load(),
	}, true
}

func clockOf(o []SeriesOptions) *payload.Clock {
	if len(o) == 0 {
		return nil
	}
	return o[0].Clock
}

// feedKey tells feeds apart. Keys of a path may hold any byte, so their number and lengths
// count, too.
func feedKey(topic string, path []string, clock *payload.Clock) string {
	key := topic + "\x00\x00" + strings.Join(path, "\x00")
	if clock != nil {
		key += "\x00\x00\x00" + clock.Format.String() + "\x00" + strings.Join(clock.Path, "\x00")
	}
	return key
}

// placer finds the place of samples in time by what payloads tell. Only the feeder's goroutine
// uses it, but for the counts.
type placer struct {
	used  bool
	clock payload.Clock
	// last is the sample before, and newest the latest instant so far.
	last   sample
	newest int64
	begun  bool

	told [payload.ToldTime + 1]atomic.Uint64
	back atomic.Uint64
}

type sample struct {
	at int64
	v  float64
}

func (p *placer) init(c *payload.Clock) {
	if c != nil {
		p.used, p.clock = true, payload.Clock{Path: slices.Clone(c.Path), Format: c.Format}
	}
}

// place returns the instant of a sample that was received at received; false if it is none for
// the series.
func (p *placer) place(received, own int64, v float64, b []byte, retained bool) (at int64, ok bool) {
	at, told := own, payload.ToldTime
	if len(p.clock.Path) > 0 {
		at, told = p.clock.Time(b)
	} else if own == 0 {
		told = payload.ToldNone
	}
	if told != payload.ToldTime {
		if retained {
			return 0, false
		}
		at = received
	}
	now := sample{at, v}
	if retained && p.begun && now == p.last { // it was heard before, and came again on subscribing
		return 0, false
	}
	p.told[told].Add(1)
	if p.begun && at < p.newest {
		p.back.Add(1)
	}
	if !p.begun || at > p.newest {
		p.newest = at
	}
	p.begun, p.last = true, now
	return at, true
}

// after is the instant just after the sample that came last, where what is not known begins; 0
// if there is none. An instant of receipt cannot be found among those that payloads tell.
func (p *placer) after() int64 {
	if !p.begun || p.last.at == math.MaxInt64 {
		return 0
	}
	return p.last.at + 1
}
