package window

import (
	"streamscope/app"
	"streamscope/app/topics"
)

// forest is what the tree shows: one root for each connection, and beneath it the rows that
// its last flatten listed. It is immutable; a new one replaces it when structure, filter or
// expansion changed.
type forest struct {
	roots []root
	rows  int
	// places are those of the rows that were asked for, -1 for one that is not shown.
	places map[uint64]int
}

// root is one connection in a forest.
type root struct {
	conn *app.Connection
	open bool
	// flat is never nil; it is empty until the first flatten.
	flat *topics.Flat
	// first is the index of the root's own row; its topics follow.
	first int
}

// newForest also looks for the rows of some keys: the screen has no time to look through a million.
func newForest(roots []root, keys []uint64) *forest {
	f := &forest{roots: roots, places: make(map[uint64]int, len(keys))}
	for i := range roots {
		roots[i].first = f.rows
		f.rows += roots[i].len()
	}
	for _, k := range keys {
		f.places[k] = -1
	}
	for i := range roots {
		f.find(&roots[i])
	}
	return f
}

func (f *forest) find(r *root) {
	ids := map[topics.NodeID]bool{}
	for k := range f.places {
		if uint64(r.conn.Ordinal) == k>>32 {
			ids[topics.NodeID(k)] = true
		}
	}
	if ids[0] {
		f.places[key(r.conn, 0)] = r.first
		delete(ids, 0)
	}
	for j := 0; r.open && j < len(r.flat.Rows) && len(ids) > 0; j++ {
		if id := r.flat.Rows[j].Node; ids[id] {
			f.places[key(r.conn, id)] = r.first + 1 + j
			delete(ids, id)
		}
	}
}

func (r *root) len() int {
	if !r.open {
		return 1
	}
	return 1 + len(r.flat.Rows)
}

// Len returns the number of rows.
func (f *forest) Len() int { return f.rows }

// at returns the connection of row i, and its topic's row; nil for the connection's own row.
func (f *forest) at(i int) (*root, *topics.FlatRow) {
	for k := range f.roots {
		r := &f.roots[k]
		if n := r.len(); i >= r.first && i < r.first+n {
			if i == r.first {
				return r, nil
			}
			return r, &r.flat.Rows[i-r.first-1]
		}
	}
	return nil, nil
}

// key names a row for as long as its connection lives, whatever its index becomes.
func key(c *app.Connection, id topics.NodeID) uint64 {
	return uint64(c.Ordinal)<<32 | uint64(id)
}

// index finds the row of a key; false if it is not shown.
func (f *forest) index(k uint64) (int, bool) {
	if i, asked := f.places[k]; asked {
		return i, i >= 0
	}
	for i := range f.roots {
		r := &f.roots[i]
		if uint64(r.conn.Ordinal) != k>>32 {
			continue
		}
		id := topics.NodeID(k)
		if id == 0 {
			return r.first, true
		}
		if !r.open {
			return 0, false
		}
		for j := range r.flat.Rows {
			if r.flat.Rows[j].Node == id {
				return r.first + 1 + j, true
			}
		}
	}
	return 0, false
}

// hits counts the topics that the filter left, and all topics; partial tells that the search goes
// on.
func (f *forest) hits() (hits, all int, partial bool) {
	for i := range f.roots {
		hits += f.roots[i].flat.Hits
		all += f.roots[i].flat.Topics
		partial = partial || f.roots[i].flat.Partial
	}
	return hits, all, partial
}
