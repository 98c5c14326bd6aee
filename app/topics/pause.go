package topics

import "streamscope/connections"

// pause freezes what the readers see. Nothing is copied at first: the messages of then are all
// there, and one is saved when the first later one takes its place.
type pause struct {
	on bool
	// at is the number of the last message that shows.
	at    uint64
	saved map[*state]*state
	// props is what MQTT 5 sent beside those of saved that have any.
	props map[*state]*connections.Properties
	// bytes is what saved takes of the budget.
	bytes int64
}

// forget drops what was saved, in one go.
func (p *pause) forget() { p.saved, p.props, p.bytes = map[*state]*state{}, nil, 0 }

// savedOverhead is what a saved state takes beside its payload.
const savedOverhead = 160

// Pause makes Rows, Latest and History answer as of now, until Resume. Messages are stored and
// counted all the same. A second Pause changes nothing.
func (x *Index) Pause() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.pause.on {
		x.pause = pause{on: true, at: x.seq, saved: map[*state]*state{}}
	}
}

// Resume shows the present again. It answers at once, however much came meanwhile.
func (x *Index) Resume() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.release(x.pause.bytes)
	x.pause = pause{}
}

// Paused returns the number of the last message that shows, and whether the index is paused.
func (x *Index) Paused() (seq uint64, paused bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.pause.at, x.pause.on
}

// save keeps a state as it stands. The present must not be shown as the past, so it is kept
// even where histories have no more room to make for it.
func (x *Index) save(s *state) {
	old := *s
	old.history = nil
	old.payload = x.entry(s).Payload
	n := savedBytes(&old)
	if !x.reserve(n) {
		x.budget.used.Add(n)
		x.bytes += n
	}
	x.pause.bytes += n
	x.pause.saved[s] = &old
	if p := x.propsOf(s); p != nil {
		if x.pause.props == nil {
			x.pause.props = map[*state]*connections.Properties{}
		}
		x.pause.props[&old] = p
	}
}

func (x *Index) forgetSaved(s *state) {
	if old, ok := x.pause.saved[s]; ok {
		n := savedBytes(old)
		x.release(n)
		x.pause.bytes -= n
		delete(x.pause.props, old)
		delete(x.pause.saved, s)
	}
}

func savedBytes(s *state) int64 { return int64(cap(s.payload)) + savedOverhead }

// seen is the state that readers may see: nil if there is none.
func (x *Index) seen(s *state) *state {
	if s == nil || !x.pause.on || s.seq <= x.pause.at {
		return s
	}
	return x.pause.saved[s]
}
