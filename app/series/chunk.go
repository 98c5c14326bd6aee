package series

import (
	"math"
	"slices"
)

const (
	blockShift = 5
	blockLen   = 1 << blockShift // samples under one block
	midShift   = 2
	midLen     = blockLen << midShift // samples under one middle block
	fanShift   = 3
	fan        = 1 << fanShift // summaries under one summary of the next level
	chunkLen   = 1024
	firstCap   = 16 // a series of a few samples stays small

	sampleBytes  = 16
	blockBytes   = 40
	summaryBytes = 80
	chunkBytes   = 120
)

// summary is what the pyramid remembers of a run of samples. Marks (NaN) are part of the run:
// they make first or last NaN when the run begins or ends in a gap, and count for nothing else.
type summary struct {
	from, to    int64
	min, max    float64 // +Inf, -Inf while n is 0
	first, last float64
	mean, m2    float64 // m2 is the sum of squared distances from the mean
	n, marks    int64
}

func (s *summary) empty() bool { return s.n+s.marks == 0 }

func (s *summary) add(t int64, v float64) {
	if s.empty() {
		*s = summary{from: t, min: math.Inf(1), max: math.Inf(-1), first: v}
	}
	s.to, s.last = t, v
	s.count(v)
}

// insert takes in a sample from anywhere in time.
func (s *summary) insert(t int64, v float64) {
	switch {
	case s.empty() || t >= s.to:
		s.add(t, v)
		return
	case t < s.from:
		s.from, s.first = t, v
	}
	s.count(v)
}

func (s *summary) count(v float64) {
	if v != v {
		s.marks++
		return
	}
	s.n++
	s.min, s.max = min(s.min, v), max(s.max, v)
	d, n := v-s.mean, float64(s.n)
	s.mean += v/n - s.mean/n // the difference itself may overflow
	s.m2 += d * (v - s.mean)
}

// merge appends a later run.
func (s *summary) merge(o *summary) {
	if o.empty() {
		return
	}
	if s.empty() {
		*s = *o
		return
	}
	s.to, s.last = max(s.to, o.to), o.last
	s.min, s.max = min(s.min, o.min), max(s.max, o.max)
	if n := s.n + o.n; n > 0 {
		d, part := o.mean-s.mean, float64(o.n)/float64(n)
		s.mean += o.mean*part - s.mean*part
		s.m2 += o.m2 + d*d*float64(s.n)*part
	}
	s.n += o.n
	s.marks += o.marks
}

func fold(run []summary) (all summary) {
	for i := range run {
		all.merge(&run[i])
	}
	return all
}

// block is what a picture needs of blockLen samples that are still there: little, because a
// picture of a long time reads very many, and all of it, because to read the samples, too, costs the
// processor's cache.
type block struct {
	to          int64
	min, max    float64 // +Inf, -Inf without a number
	first, last float64
}

func newBlock(v float64) block { return block{min: math.Inf(1), max: math.Inf(-1), first: v} }

func (b *block) add(t int64, v float64) {
	b.to, b.last = t, v
	if v < b.min {
		b.min = v
	}
	if v > b.max {
		b.max = v
	}
}

// chunk holds up to chunkLen samples in order of time. A thinned chunk has traded them for the
// summary of each block; a coarse one has lost those too and lives in its own summary alone.
type chunk struct {
	times  []int64
	values []float64
	blocks []block
	mids   []block // each sums up four blocks
	thin   []summary
}

func (c *chunk) thinned() bool { return c.times == nil }

func (c *chunk) bytes() int64 {
	return int64(cap(c.times))*sampleBytes + int64(cap(c.blocks)+cap(c.mids))*blockBytes + int64(cap(c.thin))*summaryBytes
}

func (c *chunk) append(t int64, v float64) {
	c.times = append(c.times, t)
	c.values = append(c.values, v)
	c.addBlock(len(c.times)-1, t, v)
}

func (c *chunk) addBlock(i int, t int64, v float64) {
	if i&(blockLen-1) == 0 {
		c.blocks = append(c.blocks, newBlock(v))
	}
	c.blocks[len(c.blocks)-1].add(t, v)
	if i&(midLen-1) == 0 {
		c.mids = append(c.mids, newBlock(v))
	}
	c.mids[len(c.mids)-1].add(t, v)
}

func (c *chunk) insert(at int, t int64, v float64) {
	c.times = slices.Insert(c.times, at, t)
	c.values = slices.Insert(c.values, at, v)
	c.rebuild(at >> blockShift)
}

// split moves the later half of a chunk into a new one.
func (c *chunk) split() chunk {
	half := len(c.times) / 2
	late := newChunk(chunkLen)
	late.times = append(late.times, c.times[half:]...)
	late.values = append(late.values, c.values[half:]...)
	late.rebuild(0)
	c.times, c.values = c.times[:half], c.values[:half]
	c.rebuild(0)
	return late
}

// rebuild makes the blocks anew from the given one on.
func (c *chunk) rebuild(from int) {
	from &^= 1<<midShift - 1
	c.blocks, c.mids = c.blocks[:from], c.mids[:from>>midShift]
	for i := from << blockShift; i < len(c.times); i++ {
		c.addBlock(i, c.times[i], c.values[i])
	}
}

// sum is the summary of the samples between two places.
func (c *chunk) sum(from, to int) (all summary) {
	for i := from; i < to; i++ {
		all.add(c.times[i], c.values[i])
	}
	return all
}

// thinOut trades the samples for a summary of each block.
func (c *chunk) thinOut() {
	n := len(c.times)
	thin := make([]summary, 0, (n+blockLen-1)/blockLen)
	for i := 0; i < n; i += blockLen {
		thin = append(thin, c.sum(i, min(i+blockLen, n)))
	}
	*c = chunk{thin: thin}
}

func newChunk(capacity int) chunk {
	return chunk{
		times:  make([]int64, 0, capacity),
		values: make([]float64, 0, capacity),
		blocks: make([]block, 0, (capacity+blockLen-1)/blockLen),
		mids:   make([]block, 0, (capacity+midLen-1)/midLen),
	}
}

// grown is the chunk in arrays twice as large.
func (c *chunk) grown() chunk {
	bigger := newChunk(min(2*cap(c.times), chunkLen))
	bigger.times = append(bigger.times, c.times...)
	bigger.values = append(bigger.values, c.values...)
	bigger.blocks = append(bigger.blocks, c.blocks...)
	bigger.mids = append(bigger.mids, c.mids...)
	return bigger
}
