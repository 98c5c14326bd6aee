package topictree

import "time"

// changes remembers the rows in view and when their values last changed. A row that comes
// into view is not marked: nobody saw its earlier value.
type changes struct {
	seen, spare map[uint64]change
	latest      time.Time // the last mark ends then
}

type change struct {
	value uint64
	until time.Time
}

func (c *changes) note(rows []Row, now time.Time) {
	if c.seen == nil {
		c.seen, c.spare = map[uint64]change{}, map[uint64]change{}
	}
	clear(c.spare)
	for i := range rows {
		row := &rows[i]
		was, known := c.seen[row.Key]
		if known && was.value != row.Change && !row.Stale {
			was.until = now.Add(markFor)
			c.latest = was.until
		}
		was.value = row.Change
		c.spare[row.Key] = was
	}
	c.seen, c.spare = c.spare, c.seen
}

func (c *changes) isMarked(key uint64, now time.Time) bool {
	return now.Before(c.seen[key].until)
}

// marked errs on the long side: it is true until the refresh that clears the last mark.
func (c *changes) marked(now time.Time) bool {
	return !c.latest.IsZero() && now.Before(c.latest.Add(markFor))
}
