package series

import (
	"math"
	"sort"
)

// Record is a sample as it was appended or, where samples gave way, what is remembered of a run
// of them.
type Record struct {
	// From and To are the instants of the first and the last sample; equal for a single one.
	From, To int64
	// Count is the number of samples: 1 for a single one, 0 for the mark of a gap.
	Count int64
	// Value is the sample or the mean; NaN for the mark of a gap.
	Value    float64
	Min, Max float64
}

// Reader reads out what a series holds between two instants, in order of time, a batch at a
// time: the series is locked for a batch only and goes on meanwhile. A run that gives way while
// it is being read may be told again, summed up. A Reader is for one goroutine.
type Reader struct {
	s      *Series
	at, to int64
	// given counts the records that end at the instant at and were given out.
	given int
}

// Reader begins to read [from, to).
func (s *Series) Reader(from, to int64) *Reader { return &Reader{s: s, at: from, to: to} }

// Next fills dst with the records that follow and returns how many; 0 is the end.
func (r *Reader) Next(dst []Record) (n int) {
	s := r.s
	s.mu.RLock()
	defer s.mu.RUnlock()
	base := s.levels[0]
	skip := r.given
	i := sort.Search(len(base), func(i int) bool { return base[i].to >= r.at })
	for ; i < len(base) && n < len(dst) && base[i].from < r.to; i++ {
		n += r.chunk(&s.chunks[i], &base[i], dst[n:], &skip)
	}
	return n
}

// chunk reads out of one chunk what comes after what was given out.
func (r *Reader) chunk(c *chunk, whole *summary, dst []Record, skip *int) (n int) {
	if !c.thinned() {
		for k := lower(c.times, r.at); k < len(c.times) && n < len(dst) && c.times[k] < r.to; k++ {
			n += r.give(dst[n:], recordOf(c.times[k], c.values[k]), skip)
		}
		return n
	}
	runs := c.thin
	if runs == nil {
		return r.give(dst, summed(whole), skip)
	}
	for k := sort.Search(len(runs), func(k int) bool { return runs[k].to >= r.at }); k < len(runs) && n < len(dst) && runs[k].from < r.to; k++ {
		n += r.give(dst[n:], summed(&runs[k]), skip)
	}
	return n
}

// give puts a record into dst unless it was given out before.
func (r *Reader) give(dst []Record, rec Record, skip *int) int {
	if rec.To == r.at && *skip > 0 {
		*skip--
		return 0
	}
	*skip = 0
	if rec.To != r.at {
		r.at, r.given = rec.To, 0
	}
	r.given++
	dst[0] = rec
	return 1
}

func recordOf(t int64, v float64) Record {
	r := Record{From: t, To: t, Count: 1, Value: v, Min: v, Max: v}
	if v != v {
		r.Count = 0
	}
	return r
}

func summed(s *summary) Record {
	if s.n == 0 {
		nan := math.NaN()
		return Record{From: s.from, To: s.to, Value: nan, Min: nan, Max: nan}
	}
	return Record{From: s.from, To: s.to, Count: s.n, Value: s.mean, Min: s.min, Max: s.max}
}
