package floods

import (
	"cmp"
	"context"
	"slices"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// most is the number of rows: nobody reads further.
const most = 200

// question is what the user wants to see.
type question struct {
	branches bool
	by       topics.By
}

// flood is one row.
type flood struct {
	conn *app.Connection
	topics.Great
	// age is the time since the last message, in nanoseconds.
	age int64
	// share is the part of the connection's messages a second, from 0 to 1.
	share float64
}

// Selection is what the row points at.
func (f *flood) selection() ui.Selection {
	return ui.Selection{Conn: f.conn, Node: f.Node, Topic: f.Path}
}

func (f *flood) measure(by topics.By, branches bool) float64 {
	switch by {
	case topics.ByRate:
		return f.Rate
	case topics.ByByteRate:
		return f.ByteRate
	case topics.BySize:
		if branches {
			return float64(f.Bytes)
		}
		return float64(f.Size)
	default:
		return -float64(f.age)
	}
}

// total is what all connections receive together.
type total struct {
	rate   float64
	topics int
}

// rank finds the greatest of all connections, the greatest first.
func rank(ctx context.Context, conns []*app.Connection, q question) ([]flood, error) {
	var list []flood
	for _, c := range conns {
		top, err := c.Index().Top(ctx, most, q.by)
		if err != nil {
			return nil, err
		}
		found := top.Topics
		if q.branches {
			found = top.Branches
		}
		for _, g := range found {
			list = append(list, flood{conn: c, Great: g})
		}
	}
	age(list)
	slices.SortStableFunc(list, func(a, b flood) int {
		return cmp.Compare(b.measure(q.by, q.branches), a.measure(q.by, q.branches))
	})
	return list[:min(len(list), most)], nil
}

// measure renews the figures of rows and leaves them where they are. Those that were cleared, or
// whose connection was closed, go.
func measure(conns []*app.Connection, q question, list []flood) []flood {
	found := map[*app.Connection]map[topics.NodeID]topics.Great{}
	for _, c := range conns {
		var ids []topics.NodeID
		for i := range list {
			if list[i].conn == c {
				ids = append(ids, list[i].Node)
			}
		}
		found[c] = map[topics.NodeID]topics.Great{}
		for _, g := range c.Index().Measure(ids, q.branches) {
			found[c][g.Node] = g
		}
	}
	kept := make([]flood, 0, len(list))
	for _, f := range list {
		if g, ok := found[f.conn][f.Node]; ok {
			kept = append(kept, flood{conn: f.conn, Great: g})
		}
	}
	age(kept)
	return kept
}

// age fills in what depends on the row's connection.
func age(list []flood) {
	type whole struct {
		now  int64
		rate float64
	}
	known := map[*app.Connection]whole{}
	for i := range list {
		f := &list[i]
		w, ok := known[f.conn]
		if !ok {
			w = whole{f.conn.Now(), rootOf(f.conn).BeneathRate}
			known[f.conn] = w
		}
		f.age = max(0, w.now-f.Time)
		if w.rate > 0 {
			f.share = min(1, f.Rate/w.rate)
		}
	}
}

// rootOf is what is known of all topics of a connection.
func rootOf(c *app.Connection) topics.Row {
	return c.Index().Rows([]topics.NodeID{0}, nil)[0]
}

func totalOf(conns []*app.Connection) (t total) {
	for _, c := range conns {
		r := rootOf(c)
		t.rate += r.BeneathRate
		t.topics += r.Topics
	}
	return t
}
