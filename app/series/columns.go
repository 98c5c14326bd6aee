package series

import "math"

// Columns divides [from, to) into len(lo) equal columns and says of each what was in it: the
// smallest, largest, first and last value. Where a column has no sample all four are NaN.
//
// Gaps: first is NaN when the column begins with a gap mark, and last when it ends with one.
// A column with nothing but a mark has lo = +Inf and hi = -Inf, so that a line ends there.
//
// Complete is false when samples in [from, to) were given up for want of memory and only their
// summaries remain; a summary wider than a column then fills all columns that it touches.
// A sample within an eighth of a column from a border may be counted on either side of it.
// Version changes with every change of the series; with no columns at all, that is all the call
// tells. The four slices have one length. It allocates nothing and its time depends on the
// number of columns, not of samples.
func (s *Series) Columns(from, to int64, lo, hi, first, last []float64) (complete bool, version uint64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.columns(from, to, max(to-from, 0)/int64(4*max(len(lo), 1)), lo, hi, first, last)
}

func (s *Series) columns(from, to, slack int64, lo, hi, first, last []float64) (complete bool, version uint64) {
	n := int64(len(lo))
	complete = !s.thinned || from > s.thinTo
	if n == 0 || to <= from {
		for i := range lo {
			lo[i], hi[i], first[i], last[i] = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		}
		return complete, s.version
	}
	cur := s.seek(from)
	cur.slack = slack
	edges := newEdges(from, to, n)
	for i := range lo {
		start, end := edges.next()
		col := emptyColumn()
		for start < end && !col.closed {
			if cur.few(&col, start, end) {
				break
			}
			p := cur.next(start, end)
			if p.none() {
				break
			}
			col.add(&p, start, end)
		}
		lo[i], hi[i], first[i], last[i] = col.result()
	}
	return complete, s.version
}

// few takes in the samples before to where a column holds so few that summaries save nothing. It is
// done when the samples of the chunk reach beyond to; else the walk goes on as usual.
func (c *cursor) few(col *column, from, to int64) (done bool) {
	if c.chunk >= len(c.s.chunks) {
		return true
	}
	base, ch := &c.s.levels[0][c.chunk], &c.s.chunks[c.chunk]
	if ch.thinned() || base.from >= to || uint64(base.to)-uint64(base.from) < 16*(uint64(to)-uint64(from)) {
		return false
	}
	end := c.reach(ch.times, to)
	if end == c.at {
		return end < len(ch.times)
	}
	run := ch.values[c.at:end]
	lo, hi := col.lo, col.hi
	for _, v := range run { // NaN fails both
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	if !col.begun {
		col.begun, col.first = true, run[0]
	}
	col.lo, col.hi, col.last = lo, hi, run[len(run)-1]
	c.usual, c.at = len(run), end
	if end == len(ch.times) {
		c.chunk, c.at = c.chunk+1, 0
		return false
	}
	return true
}

// reach is the index of the first time at or after to, beginning where it was for the last column:
// samples mostly come evenly.
func (c *cursor) reach(times []int64, to int64) int {
	i := min(c.at+c.usual, len(times))
	for i > c.at && times[i-1] >= to {
		i--
	}
	for i < len(times) && times[i] < to {
		i++
	}
	return i
}

// edges yields the bounds of equal columns in whole nanoseconds, without overflow however far
// apart the ends are.
type edges struct {
	at         int64
	step, rest uint64
	n, carry   uint64
}

func newEdges(from, to, n int64) edges {
	span := uint64(to) - uint64(from)
	return edges{at: from, step: span / uint64(n), rest: span % uint64(n), n: uint64(n)}
}

func (e *edges) next() (start, end int64) {
	start = e.at
	e.at += int64(e.step)
	if e.carry += e.rest; e.carry >= e.n {
		e.carry -= e.n
		e.at++
	}
	return start, e.at
}

// column gathers what lies between two edges.
type column struct {
	lo, hi, first, last float64
	begun, closed       bool
}

func emptyColumn() column { return column{lo: math.Inf(1), hi: math.Inf(-1)} }

func (c *column) add(p *part, from, to int64) {
	if p.torn {
		c.addTorn(&p.summaries[0], from, to)
		return
	}
	lo, hi := c.lo, c.hi
	first, last := p.ends()
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.min < lo {
			lo = b.min
		}
		if b.max > hi {
			hi = b.max
		}
	}
	for _, v := range p.values { // NaN fails both
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	for i := range p.summaries {
		s := &p.summaries[i]
		if s.min < lo {
			lo = s.min
		}
		if s.max > hi {
			hi = s.max
		}
	}
	if !c.begun {
		c.begun, c.first = true, first
	}
	c.lo, c.hi, c.last = lo, hi, last
}

// ends is the first and the last value.
func (p *part) ends() (first, last float64) {
	if n := len(p.values); n > 0 {
		return p.values[0], p.values[n-1]
	}
	if n := len(p.blocks); n > 0 {
		return p.blocks[0].first, p.blocks[n-1].last
	}
	return p.summaries[0].first, p.summaries[len(p.summaries)-1].last
}

// addTorn takes in a summary of which nobody knows what part lies in the column.
func (c *column) addTorn(s *summary, from, to int64) {
	first, last := s.first, s.last
	if s.from < from {
		first = s.mean
	}
	if s.to >= to {
		last, c.closed = s.mean, true
	}
	if s.n == 0 {
		first, last = s.first, s.last
	}
	if !c.begun {
		c.begun, c.first = true, first
	}
	c.lo, c.hi, c.last = min(c.lo, s.min), max(c.hi, s.max), last
}

func (c *column) result() (lo, hi, first, last float64) {
	if !c.begun {
		nan := math.NaN()
		return nan, nan, nan, nan
	}
	return c.lo, c.hi, c.first, c.last
}
