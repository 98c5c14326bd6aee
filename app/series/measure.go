package series

import (
	"math"
	"sort"
)

// Measure sums up the numbers in [from, to): how many, the smallest and the largest, mean and
// standard deviation (of a whole population), the last one, and the rate of change: how much the
// last differs from the first for each second between them. What can't be told is NaN. Like
// [Series.Stats] it reads a few summaries and the samples at both ends.
func (s *Series) Measure(from, to int64) (count int, lo, hi, mean, deviation, last, rate float64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	st := s.stats(from, to)
	if st.Count == 0 {
		nan := math.NaN()
		return 0, nan, nan, nan, nan, nan, nan
	}
	t0, first, ok0 := s.firstNumber(from)
	t1, last, ok1 := s.lastNumber(to)
	rate = math.NaN()
	if ok0 && ok1 && t1 > t0 {
		rate = (last - first) / (float64(t1)/1e9 - float64(t0)/1e9)
		if t1-t0 > 0 { // no overflow: count exactly
			rate = (last - first) / (float64(t1-t0) / 1e9)
		}
	}
	return st.Count, st.Min, st.Max, st.Mean, st.StdDev, last, rate
}

// firstNumber is the first number at or after t. Of what was given up it is the one that is still
// remembered.
func (s *Series) firstNumber(t int64) (at int64, v float64, ok bool) {
	base := s.levels[0]
	for i := sort.Search(len(base), func(i int) bool { return base[i].to >= t }); i < len(base); i++ {
		if base[i].n == 0 {
			continue
		}
		c := &s.chunks[i]
		if c.thinned() {
			return remembered(c.thin, &base[i], t)
		}
		for k := lower(c.times, t); k < len(c.times); k++ {
			if v := c.values[k]; v == v {
				return c.times[k], v, true
			}
		}
	}
	return 0, 0, false
}

// lastNumber is the last number before t.
func (s *Series) lastNumber(t int64) (at int64, v float64, ok bool) {
	base := s.levels[0]
	for i := sort.Search(len(base), func(i int) bool { return base[i].from >= t }) - 1; i >= 0; i-- {
		if base[i].n == 0 {
			continue
		}
		c := &s.chunks[i]
		if c.thinned() {
			if e := &base[i]; e.last == e.last {
				return e.to, e.last, true
			}
			return base[i].to, base[i].mean, true
		}
		for k := lower(c.times, t) - 1; k >= 0; k-- {
			if v := c.values[k]; v == v {
				return c.times[k], v, true
			}
		}
	}
	return 0, 0, false
}

// remembered is the first number of a thinned chunk at or after t.
func remembered(thin []summary, whole *summary, t int64) (at int64, v float64, ok bool) {
	for i := range thin {
		if e := &thin[i]; e.to >= t && e.n > 0 {
			whole = e
			break
		}
	}
	if whole.first == whole.first {
		return whole.from, whole.first, true
	}
	return whole.from, whole.mean, true
}
