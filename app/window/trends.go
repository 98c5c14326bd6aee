package window

import (
	"math"

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
	values []float64
	// shape is values as they are drawn.
	shape []float32
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
		tr.seq, tr.shape = r.Seq, shape(nil, tr.values)
		t.byKey[tk] = tr
	}
	tr.turn = t.turn
	if r.Seq != tr.seq {
		tr.seq = r.Seq
		if v, _, ok := set.Number(r.Path, r.Props, r.Payload, path); ok && r.Whole {
			tr.push(v)
		}
	}
	if len(tr.values) < 2 {
		return nil
	}
	return tr.shape
}

func (t *trend) push(v float64) {
	if len(t.values) == trendLength {
		copy(t.values, t.values[1:])
		t.values = t.values[:trendLength-1]
	}
	t.values = append(t.values, v)
	t.shape = shape(t.shape[:0], t.values)
}

// shape makes of values what a float32 can tell apart: of those that it cannot, such as a counter of
// many digits or 1e308, only how they lie between the smallest and the largest.
func shape(dst []float32, values []float64) []float32 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	const digits = 1e-4 // of a float32, with enough left for a curve
	largest := max(math.Abs(lo), math.Abs(hi))
	half := hi/2 - lo/2 // the whole of it may overflow
	asTheyAre := largest < math.MaxFloat32 && half > largest*digits && half > 1e-30 || half == 0
	for _, v := range values {
		switch {
		case asTheyAre:
			v = min(max(v, -math.MaxFloat32), math.MaxFloat32)
		default:
			v = (v/2 - lo/2) / half
		}
		dst = append(dst, float32(v))
	}
	return dst
}

func backfill(x *topics.Index, r *topics.Row, path []string, set *decode.Set) []float64 {
	entries := x.History(r.Node, 0, trendLength)
	values := make([]float64, 0, trendLength)
	for i := len(entries) - 1; i >= 0; i-- {
		e := &entries[i]
		if len(e.Payload) > maxTrendBytes && !set.Direct(r.Path, e.Props, e.Payload) {
			continue
		}
		if v, _, ok := set.Number(r.Path, e.Props, e.Payload, path); ok {
			values = append(values, v)
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
