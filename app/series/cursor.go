package series

import "sort"

// cursor walks a series in order of time and hands out its parts, the largest summaries that
// fit first. Its user holds the lock.
type cursor struct {
	s     *Series
	chunk int
	at    int  // the sample inside a chunk, or the block inside a thinned one
	full  bool // hands out no blocks: they tell less than what else there is
}

// part is a run of samples, blocks or summaries, one after the other in time.
type part struct {
	values    []float64
	blocks    []block // with the first and the last value under them
	ends      [2]float64
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
		if c.at == 0 && base.from >= from && base.to < to {
			return c.climb(to)
		}
		ch := &c.s.chunks[c.chunk]
		if ch.thinned() {
			if p := c.thin(ch, from, to); !p.none() {
				return p
			}
			if c.at > 0 && c.at < len(ch.thin) {
				return part{}
			}
		} else if c.at < len(ch.times) {
			return c.samples(ch, to)
		}
		c.chunk, c.at = c.chunk+1, 0
	}
	return part{}
}

// climb hands out whole chunks, or the highest summaries that end before to.
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
	for end < len(run) && end&(fan-1) != 0 && run[end].to < to {
		end++
	}
	c.chunk = end << (fanShift * level)
	return part{summaries: run[p:end]}
}

// samples hands out whole blocks, or the samples of a block that is needed in part.
func (c *cursor) samples(ch *chunk, to int64) part {
	if ch.times[c.at] >= to {
		return part{}
	}
	b := c.at >> blockShift
	if c.at&(blockLen-1) == 0 && ch.blocks[b].to < to && !c.full {
		end, first := b+1, ch.values[c.at]
		for end < len(ch.blocks) && ch.blocks[end].to < to {
			end++
		}
		c.at = min(end<<blockShift, len(ch.times))
		return part{blocks: ch.blocks[b:end], ends: [2]float64{first, ch.values[c.at-1]}}
	}
	start, end := c.at, min((b+1)<<blockShift, len(ch.times))
	for c.at < end && ch.times[c.at] < to {
		c.at++
	}
	return part{values: ch.values[start:c.at]}
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
	torn := run[0].from < from || run[0].to >= to
	if run[0].to < to {
		c.at++
	}
	return part{summaries: run, torn: torn}
}
