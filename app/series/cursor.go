package series

import "sort"

// cursor walks a series in order of time and hands out its parts, the largest that fit first.
// Its user holds the lock.
//
// What lasts no longer than slack isn't split at the end of a stretch, but goes to the side where
// its middle lies. In a picture that is a fraction of a pixel, and it spares reading samples from
// all over the memory for the border of every column.
type cursor struct {
	s     *Series
	chunk int
	at    int // the sample inside a chunk, or the block inside a thinned one
	slack int64
	usual int  // how many samples the last column had
	full  bool // hands out no blocks: they tell less than what else there is
}

// fits tells whether a run from a to b goes whole into a stretch that ends at to.
func (c *cursor) fits(a, b, to int64) bool {
	return b < to || c.small(a, b) && a+(b-a)/2 < to
}

func (c *cursor) small(a, b int64) bool { return uint64(b)-uint64(a) <= uint64(c.slack) }

// part is a run of samples, blocks or summaries, one after the other in time.
type part struct {
	values    []float64
	blocks    []block
	summaries []summary
	// torn: the one summary here reaches beyond the stretch asked for, and its samples are gone.
	torn bool
}

func (p *part) none() bool { return p.values == nil && p.blocks == nil && p.summaries == nil }

// seek stands at the first sample at or after t.
func (s *Series) seek(t int64) cursor {
	if len(s.chunks) == 0 {
		return cursor{s: s}
	}
	base := s.levels[0]
	i := sort.Search(len(base), func(i int) bool { return base[i].to >= t })
	c := cursor{s: s, chunk: i}
	if i < len(base) && base[i].from < t {
		if ch := &s.chunks[i]; ch.thinned() {
			c.at = sort.Search(len(ch.thin), func(b int) bool { return ch.thin[b].to >= t })
		} else {
			c.at = lower(ch.times, t)
		}
	}
	return c
}

// next hands out the following part of [from, to), and none when there is no more. After a torn
// part the stretch is at its end.
func (c *cursor) next(from, to int64) part {
	for c.chunk < len(c.s.chunks) {
		base := &c.s.levels[0][c.chunk]
		if base.from >= to {
			return part{}
		}
		if c.at == 0 {
			if (base.from >= from || c.small(base.from, from)) && c.fits(base.from, base.to, to) {
				return c.climb(to)
			}
			if c.small(base.from, base.to) {
				return part{} // it goes whole into the next stretch
			}
		}
		ch := &c.s.chunks[c.chunk]
		if ch.thinned() {
			if p := c.thin(ch, from, to); !p.none() || c.at < max(len(ch.thin), 1) {
				return p
			}
		} else if c.at < len(ch.values) {
			return c.samples(ch, base.from, base.to, to)
		}
		c.chunk, c.at = c.chunk+1, 0
	}
	return part{}
}

// climb hands out whole chunks, or the highest summaries that fit.
func (c *cursor) climb(to int64) part {
	level, p := 0, c.chunk
	for p&(fan-1) == 0 && level+1 < len(c.s.levels) {
		above := c.s.levels[level+1]
		if p>>fanShift >= len(above) || above[p>>fanShift].to >= to {
			break
		}
		level, p = level+1, p>>fanShift
	}
	run, end := c.s.levels[level], p+1
	for end < len(run) && end&(fan-1) != 0 && c.fits(run[end].from, run[end].to, to) {
		end++
	}
	c.chunk = end << (fanShift * level)
	return part{summaries: run[p:end]}
}

// samples hands out whole blocks, the larger ones where they fit, or the samples of a block that is
// needed in part. The chunk begins at start and ends at last.
func (c *cursor) samples(ch *chunk, start, last, to int64) part {
	// Larger blocks that are too large for this picture are not even looked at: that costs the cache.
	large := c.slack > 0 && (uint64(last)-uint64(start))/(chunkLen/midLen) > uint64(2*c.slack)
	if !c.full && !large && c.at&(midLen-1) == 0 {
		p, done := c.whole(ch, ch.mids, blockShift+midShift, len(ch.mids), start, to)
		if done {
			return p
		}
	}
	if !c.full && c.at&(blockLen-1) == 0 {
		most := (c.at|(midLen-1))>>blockShift + 1
		if large {
			most = len(ch.blocks)
		}
		p, done := c.whole(ch, ch.blocks, blockShift, most, start, to)
		if done {
			return p
		}
	}
	first, end := c.at, min((c.at|(blockLen-1))+1, len(ch.times))
	for c.at < end && ch.times[c.at] < to {
		c.at++
	}
	if c.at == first {
		return part{}
	}
	return part{values: ch.values[first:c.at]}
}

// whole hands out those of the blocks of one size, up to number most, that fit. It is done, too, when
// the next one belongs to the next stretch as a whole.
func (c *cursor) whole(ch *chunk, blocks []block, shift, most int, start, to int64) (p part, done bool) {
	b := c.at >> shift
	if b > 0 {
		start = blocks[b-1].to
	}
	end, most := b, min(most, len(blocks))
	for end < most && c.fits(start, blocks[end].to, to) {
		start = blocks[end].to
		end++
	}
	if end == b {
		return part{}, start >= to || c.small(start, blocks[b].to)
	}
	c.at = min(end<<shift, len(ch.values))
	return part{blocks: blocks[b:end]}, true
}

// thin hands out the next block of a thinned chunk. A coarse chunk is its own only block.
func (c *cursor) thin(ch *chunk, from, to int64) part {
	blocks := ch.thin
	if blocks == nil {
		blocks = c.s.levels[0][c.chunk : c.chunk+1]
	}
	if c.at >= len(blocks) || blocks[c.at].from >= to {
		return part{}
	}
	run := blocks[c.at : c.at+1]
	fits := c.fits(run[0].from, run[0].to, to)
	if c.small(run[0].from, run[0].to) && !fits {
		return part{}
	}
	if fits {
		c.at++
	}
	return part{summaries: run, torn: !fits || run[0].from < from && !c.small(run[0].from, from)}
}
