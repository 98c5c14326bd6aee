package past

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"sort"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
)

const (
	// maxListed and maxListedBytes bound what a list copies of a topic's history. All of it
	// stays in the index, and is exported from there.
	maxListed      = 50_000
	maxListedBytes = 64 << 20
)

// list is the messages of a topic that can be shown, oldest first, and in which of them the rows
// of the table are.
type list struct {
	entries []topics.Entry
	bytes   int64
	// count is how many messages the topic had had when it was read last, older tells that some
	// that are held are not listed.
	count uint64
	older bool

	// hits are the places of the messages that were searched for, in order; searched is how many
	// of entries were looked at. filtered shows no others, and hitsOnly asks for that.
	hits               []int
	searched           int
	hitsOnly, filtered bool
	// dropped is how many of the oldest were given up.
	dropped int
	// order has the place of each row where they are not simply the newest first.
	order []int
}

func (l *list) reset() { *l = list{hitsOnly: l.hitsOnly, filtered: l.filtered} }

// last is the number of the newest message, 0 if there is none.
func (l *list) last() uint64 {
	if n := len(l.entries); n > 0 {
		return l.entries[n-1].Seq
	}
	return 0
}

// add takes in messages as the index gives them, newest first, and returns how many are new.
func (l *list) add(newest []topics.Entry) (added int) {
	last := l.last()
	for i := len(newest) - 1; i >= 0; i-- {
		if newest[i].Seq > last {
			l.entries = append(l.entries, newest[i])
			l.bytes += int64(len(newest[i].Payload))
			added++
		}
	}
	l.trim()
	return added
}

// trim gives up the oldest beyond the bounds.
func (l *list) trim() {
	k := 0
	for n := len(l.entries); n-k > maxListed || l.bytes > maxListedBytes && k < n-1; k++ {
		l.bytes -= int64(len(l.entries[k].Payload))
	}
	if k == 0 {
		return
	}
	l.older = true
	l.dropped += k
	l.entries = l.entries[k:] // somebody may be searching what is before
	l.searched = max(0, l.searched-k)
	l.hits = moved(l.hits[sort.SearchInts(l.hits, k):], -k)
	if l.order != nil {
		l.setOrder(l.order, k)
	}
}

// setOrder puts the rows in an order that was made before the oldest were given up.
func (l *list) setOrder(order []int, gone int) {
	l.order = moved(slices.DeleteFunc(order, func(i int) bool { return i < gone }), -gone)
}

func moved(places []int, by int) []int {
	for i := range places {
		places[i] += by
	}
	return places
}

// rows is how many rows there are.
func (l *list) rows() int {
	switch {
	case l.order != nil:
		return len(l.order)
	case l.filtered:
		return len(l.hits)
	}
	return len(l.entries)
}

// place is where the message of a row stands.
func (l *list) place(row int) int {
	switch {
	case l.order != nil:
		return l.order[row]
	case l.filtered:
		return l.hits[len(l.hits)-1-row]
	}
	return len(l.entries) - 1 - row
}

// at is the message of a row; nil if there is none.
func (l *list) at(row int) *topics.Entry {
	if row < 0 || row >= l.rows() {
		return nil
	}
	return &l.entries[l.place(row)]
}

// rowOf is the row of a message, -1 if it has none.
func (l *list) rowOf(seq uint64) int {
	i, ok := slices.BinarySearchFunc(l.entries, seq, func(e topics.Entry, s uint64) int { return cmp.Compare(e.Seq, s) })
	if !ok {
		return -1
	}
	switch {
	case l.order != nil:
		return slices.Index(l.order, i)
	case l.filtered:
		if h, ok := slices.BinarySearch(l.hits, i); ok {
			return len(l.hits) - 1 - h
		}
		return -1
	}
	return len(l.entries) - 1 - i
}

// hit tells whether the message of a row was searched for.
func (l *list) hit(row int) bool {
	_, ok := slices.BinarySearch(l.hits, l.place(row))
	return ok
}

// inOrder copies the messages at some places, oldest first.
func (l *list) inOrder(places []int) []topics.Entry {
	places = slices.Sorted(slices.Values(places))
	entries := make([]topics.Entry, len(places))
	for i, p := range places {
		entries[i] = l.entries[p]
	}
	return entries
}

// hitNumber counts the hits from the first row to this one.
func (l *list) hitNumber(row int) int {
	if l.order == nil {
		h, _ := slices.BinarySearch(l.hits, l.place(row))
		return len(l.hits) - h
	}
	n := 0
	for i := range row + 1 {
		if l.hit(i) {
			n++
		}
	}
	return n
}

// step is the nearest row after from in a direction (1 or -1) whose message was searched for; it
// goes on at the other end, and is -1 if there is none.
func (l *list) step(from, direction int) int {
	n := l.rows()
	if from < 0 && direction < 0 {
		from = n
	}
	for i := range n {
		if row := ((from+direction*(i+1))%n + n) % n; l.hit(row) {
			return row
		}
	}
	return -1
}

// find returns which of entries have the query in their payload, letters of any case. It may run
// on any goroutine, and ends early with ctx.
func find(ctx context.Context, entries []topics.Entry, query string) []int {
	want := bytes.ToLower([]byte(query))
	var hits []int
	var folded []byte
	for i := range entries {
		if i%256 == 0 && ctx.Err() != nil {
			return nil
		}
		p := entries[i].Payload
		if ascii(p) {
			folded = appendLower(folded[:0], p)
		} else {
			folded = bytes.ToLower(p)
		}
		if bytes.Contains(folded, want) {
			hits = append(hits, i)
		}
	}
	return hits
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func appendLower(dst, b []byte) []byte {
	dst = append(dst, b...)
	for i, c := range dst {
		if 'A' <= c && c <= 'Z' {
			dst[i] = c | 0x20
		}
	}
	return dst
}

// reading is how the payloads of a topic are read. Any goroutine may use it.
type reading struct {
	set   *decode.Set
	topic string
}

// direct tells that nothing has to be decoded to read a message.
func (r reading) direct(e *topics.Entry) bool { return r.set.Direct(r.topic, e.Props, e.Payload) }

// short is the value of a message in one line, at most limit characters.
func (r reading) short(e *topics.Entry, limit int) string {
	if r.direct(e) {
		return payload.ShortPrefix(e.Payload, e.Size, nil, limit)
	}
	return r.set.Short(decode.Input{Topic: r.topic, Props: e.Props, Payload: e.Payload, Seq: e.Seq, Cut: e.Cut}, nil, limit)
}

// key is what the rows are in the order of.
type key int

const (
	byTime key = iota
	byValue
	bySize
)

// ordered returns the places in an order. Equal ones stay in the order of time. It may run on
// any goroutine.
func ordered(entries []topics.Entry, places []int, by key, descending bool, read reading) []int {
	keys := make([]sortKey, len(places))
	for i, p := range places {
		keys[i] = sortKeyOf(&entries[p], p, by, read)
	}
	slices.SortStableFunc(keys, func(a, b sortKey) int {
		if descending {
			a, b = b, a
		}
		return a.compare(&b)
	})
	out := make([]int, len(keys))
	for i := range keys {
		out[i] = keys[i].place
	}
	return out
}

// sortKey orders numbers before texts.
type sortKey struct {
	place  int
	number float64
	text   string
	isText bool
}

const maxSortText = 200

func sortKeyOf(e *topics.Entry, place int, by key, read reading) sortKey {
	k := sortKey{place: place}
	switch by {
	case byTime:
		k.number = float64(place)
	case bySize:
		k.number = float64(e.Size)
	case byValue:
		var ok bool
		if k.number, _, ok = read.set.Number(read.topic, e.Props, e.Payload, nil); !ok {
			k.text, k.isText = read.short(e, maxSortText), true
		}
	}
	return k
}

func (k *sortKey) compare(o *sortKey) int {
	switch {
	case k.isText != o.isText:
		if k.isText {
			return 1
		}
		return -1
	case k.isText:
		return cmp.Compare(k.text, o.text)
	}
	return cmp.Compare(k.number, o.number)
}
