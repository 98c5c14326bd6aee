package window

import (
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// trendLength is the number of values in a row's sparkline.
const trendLength = 32

// maxTrendBytes is the largest payload that is decoded for a sparkline: all of them are at once.
const maxTrendBytes = 16 << 10

// trends remembers the last numbers of the topics that have been in view, so that a tick
// decodes only what is new. It is used on the UI goroutine alone.
type trends struct {
	byKey map[trendKey]*trend
	// turn counts refreshes; a trend that was not asked for during the last ones is dropped.
	turn uint64
}

type trendKey struct {
	row  uint64
	path string
}

type trend struct {
	seq    uint64
	turn   uint64
	values []float32
}

func newTrends() *trends { return &trends{byKey: make(map[trendKey]*trend)} }

// Of returns the values of a row, oldest first, or nil if the topic has none. The slice is
// valid until the next call for the same row.
func (t *trends) Of(k uint64, x *topics.Index, r *topics.Row, path []string, set *decode.Set) []float32 {
	if !r.HasValue {
		return nil
	}
	tk := trendKey{k, ui.PathKey(path)}
	tr := t.byKey[tk]
	if tr == nil {
		tr = &trend{values: backfill(x, r, path, set)}
		tr.seq = r.Seq
		t.byKey[tk] = tr
	}
	tr.turn = t.turn
	if r.Seq != tr.seq {
		tr.seq = r.Seq
		if v, _, ok := set.Number(r.Path, r.Props, r.Payload, path); ok && r.Whole {
			tr.push(float32(v))
		}
	}
	if len(tr.values) < 2 {
		return nil
	}
	return tr.values
}

func (t *trend) push(v float32) {
	if len(t.values) == trendLength {
		copy(t.values, t.values[1:])
		t.values = t.values[:trendLength-1]
	}
	t.values = append(t.values, v)
}

func backfill(x *topics.Index, r *topics.Row, path []string, set *decode.Set) []float32 {
	entries := x.History(r.Node, 0, trendLength)
	values := make([]float32, 0, trendLength)
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		if len(e.Payload) > maxTrendBytes && !set.Direct(r.Path, e.Props, e.Payload) {
			continue
		}
		if v, _, ok := set.Number(r.Path, e.Props, e.Payload, path); ok {
			values = append(values, float32(v))
		}
	}
	return values
}

// Turn ends one refresh of the rows in view, and forgets the rows that left it a while ago.
func (t *trends) Turn() {
	t.turn++
	if t.turn%64 != 0 {
		return
	}
	for k, tr := range t.byKey {
		if tr.turn+64 < t.turn {
			delete(t.byKey, k)
		}
	}
}
