package window

import (
	"streamscope/app/payload/decode"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// readings remembers the short forms of the messages in view that have to be decoded first, so
// that each is decoded once however often its row is drawn. It is used on the UI goroutine
// alone.
type readings struct {
	byKey map[trendKey]*reading
	// turn counts refreshes; a reading that was not asked for during the last ones is dropped.
	turn uint64
}

type reading struct {
	set       *decode.Set
	seq, turn uint64
	text      string
}

func newReadings() *readings { return &readings{byKey: map[trendKey]*reading{}} }

// Of returns the short form of a row's latest message as set reads it.
func (t *readings) Of(k uint64, x *topics.Index, r *topics.Row, path []string, set *decode.Set) string {
	if !r.HasValue || r.Size == 0 || set.Direct(r.Path, r.Props, r.Payload) {
		return shortValue(r.Payload, r.Size, path)
	}
	rk := trendKey{k, ui.PathKey(path)}
	known := t.byKey[rk]
	if known == nil {
		known = &reading{}
		t.byKey[rk] = known
	}
	known.turn = t.turn
	if known.seq == r.Seq && known.set == set {
		return known.text
	}
	known.seq, known.set = r.Seq, set
	in := decode.Input{Topic: r.Path, Props: r.Props, Payload: r.Payload, Seq: r.Seq, Cut: r.Cut}
	if !r.Whole {
		if e, ok := x.Latest(r.Node); ok {
			in.Payload, in.Seq, in.Props = e.Payload, e.Seq, e.Props
		}
	}
	known.text = set.Short(in, path, shortRunes)
	return known.text
}

// Turn ends one refresh of the rows in view, and forgets the rows that left it a while ago.
func (t *readings) Turn() {
	t.turn++
	if t.turn%64 != 0 {
		return
	}
	for k, r := range t.byKey {
		if r.turn+64 < t.turn {
			delete(t.byKey, k)
		}
	}
}
