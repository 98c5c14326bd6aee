package series

import (
	"math"
	"sort"
)

// Stats sums up a stretch of time.
type Stats struct {
	Count                               int // numbers, without gap marks
	Min, Max, Mean, StdDev, First, Last float64
	// Complete is false when a part of the stretch is held only as summaries, whose ends need
	// not be those asked for.
	Complete bool
}

// Span is the time of the first and of the last sample; ok is false for an empty series.
func (s *Series) Span() (from, to int64, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if n := len(s.chunks); n > 0 {
		return s.levels[0][0].from, s.levels[0][n-1].to, true
	}
	return 0, 0, false
}

// Last is the newest sample. v is NaN when that is a gap mark.
func (s *Series) Last() (t int64, v float64, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if n := len(s.chunks); n > 0 {
		end := &s.levels[0][n-1]
		return end.to, end.last, true
	}
	return 0, 0, false
}

// At is the last sample at or before t: what was known at that instant. v is NaN inside a gap.
// Where samples were given up it is the nearest earlier one that is still remembered.
func (s *Series) At(t int64) (at int64, v float64, ok bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	base := s.levels[0]
	i := sort.Search(len(base), func(i int) bool { return base[i].from > t }) - 1
	if i < 0 {
		return 0, 0, false
	}
	if base[i].to <= t {
		return base[i].to, base[i].last, true
	}
	c := &s.chunks[i]
	if !c.thinned() {
		k := upper(c.times, t) - 1
		return c.times[k], c.values[k], true
	}
	e := &base[i]
	if c.thin != nil {
		e = &c.thin[sort.Search(len(c.thin), func(b int) bool { return c.thin[b].from > t })-1]
	}
	if e.to <= t {
		return e.to, e.last, true
	}
	return e.from, e.first, true
}

// Samples copies the samples in [from, to), with the one before and the one after so that a
// line can reach the edges, and returns how many. It returns -1, and has copied nothing of use,
// when they do not fit in ts and vs or are no longer held one by one: Columns can still tell.
func (s *Series) Samples(from, to int64, ts []int64, vs []float64) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	room := min(len(ts), len(vs))
	n := s.before(from, ts[:room], vs[:room])
	cur := s.seek(from)
	for i, at := cur.chunk, cur.at; i < len(s.chunks); i, at = i+1, 0 {
		c := &s.chunks[i]
		if s.levels[0][i].from >= to && c.thinned() {
			return n
		}
		if c.thinned() {
			return -1
		}
		end := lower(c.times, to)
		last := end < len(c.times)
		if last {
			end++
		}
		if n+end-at > room {
			return -1
		}
		copy(ts[n:], c.times[at:end])
		n += copy(vs[n:], c.values[at:end])
		if last {
			return n
		}
	}
	return n
}

// before puts the last sample before t in front.
func (s *Series) before(t int64, ts []int64, vs []float64) int {
	if len(ts) == 0 {
		return 0
	}
	base := s.levels[0]
	i := sort.Search(len(base), func(i int) bool { return base[i].from >= t }) - 1
	if i < 0 {
		return 0
	}
	if c := &s.chunks[i]; !c.thinned() {
		k := lower(c.times, t) - 1
		ts[0], vs[0] = c.times[k], c.values[k]
	} else {
		ts[0], vs[0] = base[i].to, base[i].last
	}
	return 1
}

// Stats sums up [from, to) from the pyramid.
func (s *Series) Stats(from, to int64) Stats {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.stats(from, to)
}

func (s *Series) stats(from, to int64) Stats {
	var all summary
	cur := s.seek(from)
	cur.full = true
	for {
		p := cur.next(from, to)
		if p.none() {
			break
		}
		for _, v := range p.values {
			all.add(0, v)
		}
		for i := range p.summaries {
			all.merge(&p.summaries[i])
		}
		if p.torn && p.summaries[0].to >= to {
			break
		}
	}
	st := Stats{Count: int(all.n), Min: all.min, Max: all.max, Mean: all.mean, First: all.first, Last: all.last,
		Complete: !s.thinned || from > s.thinTo}
	if all.n == 0 {
		nan := math.NaN()
		st.Min, st.Max, st.Mean, st.StdDev, st.First, st.Last = nan, nan, nan, nan, nan, nan
		return st
	}
	if st.StdDev = math.Sqrt(all.m2 / float64(all.n)); math.IsInf(st.StdDev, 0) {
		st.StdDev = math.NaN()
	}
	return st
}
