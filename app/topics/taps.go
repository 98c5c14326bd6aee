package topics

// Taps is the number of taps that an index can tell apart.
const Taps = 64

// rules say which topics each tap wants. They are asked when a topic is heard for the first
// time; the answer stands in the topic's state, so that a message costs one load.
type rules [Taps]*rule

type rule struct {
	topics map[string]struct{}
	match  func(topic string) bool
}

func (r *rule) wants(topic string) bool {
	if r.match != nil {
		return r.match(topic)
	}
	_, ok := r.topics[topic]
	return ok
}

func (r *rules) mask(topic string) (mask uint64) {
	for bit, rule := range r {
		if rule != nil && rule.wants(topic) {
			mask |= 1 << bit
		}
	}
	return mask
}

// TapFilter gives a bit to a tap that wants the topics that match says yes to. From the message
// after Seq since on, Put reports the bit for each of them; before, it may or may not. match is
// called under the index's lock. One goroutine at a time may change taps.
func (x *Index) TapFilter(bit int, match func(topic string) bool) (since uint64) {
	return x.tap(bit, &rule{match: match})
}

// TapTopics gives a bit to a tap that wants certain topics, heard or not. See [Index.TapFilter].
func (x *Index) TapTopics(bit int, topics []string) (since uint64) {
	r := &rule{topics: make(map[string]struct{}, len(topics))}
	for _, topic := range topics {
		r.topics[topic] = struct{}{}
	}
	return x.tap(bit, r)
}

func (x *Index) tap(bit int, r *rule) (since uint64) {
	x.mu.Lock()
	x.rules[bit] = r
	x.mu.Unlock()
	return x.mark(bit)
}

// TapTopic adds a topic to the tap that TapTopics made.
func (x *Index) TapTopic(bit int, topic string) (since uint64) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.rules[bit].topics[topic] = struct{}{}
	if s := x.topic(topic); s != nil {
		s.taps |= 1 << bit
	}
	return x.seq
}

// UntapTopic takes a topic from the tap that TapTopics made.
func (x *Index) UntapTopic(bit int, topic string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	delete(x.rules[bit].topics, topic)
	if s := x.topic(topic); s != nil {
		s.taps &^= 1 << bit
	}
}

// Untap takes a bit back. Put does not report it again until it is given to another tap.
func (x *Index) Untap(bit int) {
	x.mu.Lock()
	x.rules[bit] = nil
	x.mu.Unlock()
	x.mark(bit)
}

// mark makes the states of all topics say what the rule of a bit says, in short pieces. Topics
// that are heard meanwhile know the rule already.
func (x *Index) mark(bit int) (seq uint64) {
	t := x.current.Load()
	for from, more := uint32(1), true; more; from += chunkSize {
		x.mu.Lock()
		more = from+chunkSize <= t.states.end
		rule := x.rules[bit]
		for slot := from; slot < from+chunkSize && slot <= t.states.end; slot++ {
			s := t.states.at(slot)
			s.taps &^= 1 << bit
			if n := t.node(s.node); rule != nil && s.count != 0 && rule.wants(n.path) {
				s.taps |= 1 << bit
			}
		}
		seq = x.seq
		x.mu.Unlock()
	}
	return seq
}

func (x *Index) topic(path string) *state {
	t := x.current.Load()
	_, n := x.lookup(t, x.hash(path), path)
	if n == nil {
		return nil
	}
	return t.states.at(n.slot.Load())
}
