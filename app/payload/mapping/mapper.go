package mapping

import (
	"fmt"
	"slices"

	"streamscope/app/payload"
	"streamscope/connections"
	"streamscope/connections/profile"
)

const (
	// Unmapped is the topic of frames that don't fit the rule.
	Unmapped = "unmapped"
	// DefaultTopic is the topic of a rule that names none.
	DefaultTopic = "frames"
	// MaxMessages is how many messages one frame can become. A frame that holds more goes on
	// whole under Unmapped, after the first MaxMessages.
	MaxMessages = 10_000
	// MaxTopic is the longest topic that is made of values, in bytes.
	MaxTopic = 1024
	// maxPath is how many keys a path can have, and how many paths a topic: each may cost a walk
	// through the frame.
	maxPath = 16
	// maxText is the longest raw JSON string that can be a topic: an escape has six bytes.
	maxText = 6*MaxTopic + 2
	// keepFrame is the longest frame that a mapper may hold on to until the next one.
	keepFrame = 64 << 10
	// maxInterned is how many bytes of topics are remembered before it starts anew.
	maxInterned = 4 << 20
)

// Emit takes one message. The payload is part of the frame unless an escape in it had to be
// undone; at is the payload's own time in nanoseconds since 1970, 0 if it has none.
type Emit = func(topic string, payload []byte, at int64)

// Mapper applies one rule. It belongs to one goroutine at a time.
type Mapper struct {
	kind   string
	topic  pattern
	fixed  string // the topic, if nothing has to be looked up for it
	each   []string
	fan    bool // each is meant
	value  []string
	time   []string
	format payload.TimeFormat
	walk   walk
	known  map[string]string
	bytes  int // in known
}

// Compile makes a mapper, or says what is wrong with the rule.
func Compile(rule profile.Mapping) (*Mapper, error) {
	m := &Mapper{
		kind: rule.Kind, each: slices.Clone(rule.Each), fan: rule.Each != nil, value: slices.Clone(rule.Value),
		time: slices.Clone(rule.Time), known: map[string]string{},
	}
	for _, path := range [][]string{m.each, m.value, m.time} {
		if len(path) > maxPath {
			return nil, fmt.Errorf("a key path of more than %d keys", maxPath)
		}
	}
	var err error
	if m.format, err = payload.ParseTimeFormat(rule.TimeFormat); err != nil {
		return nil, err
	}
	topic := rule.Topic
	switch rule.Kind {
	case profile.MapFixed:
		if topic == "" {
			topic = DefaultTopic
		}
		m.fixed = topic
		return m, connections.ValidTopic(topic)
	case profile.MapKeys, profile.MapLeaves:
	default:
		return nil, fmt.Errorf("there is no mapping %q", rule.Kind)
	}
	if topic == "" && rule.Kind == profile.MapKeys {
		return nil, fmt.Errorf("the topic is empty: write key paths in braces, such as {device}/{sensor}")
	}
	if m.topic, err = parsePattern(topic); err != nil {
		return nil, err
	}
	if len(m.topic) > maxPath {
		return nil, fmt.Errorf("a topic of more than %d parts", maxPath)
	}
	for _, p := range m.topic {
		if p.path == nil {
			if err := connections.ValidTopic(p.text); err != nil {
				return nil, err
			}
		}
	}
	if literal, ok := m.topic.literal(); ok && rule.Kind == profile.MapKeys {
		m.fixed = literal
	}
	return m, nil
}

// Map hands the messages that a frame becomes to emit, in order. It reports whether all of the
// frame fits the rule; what doesn't is emitted under Unmapped. The frame must not change as
// long as the payloads are in use.
func (m *Mapper) Map(frame []byte, emit Emit) (fits bool) {
	if m.kind == profile.MapFixed && !m.fan && len(m.value) == 0 && len(m.time) == 0 {
		emit(m.fixed, frame, 0)
		return true
	}
	doc := trim(frame)
	if payload.CheckJSON(doc) != nil {
		emit(Unmapped, frame, 0)
		return false
	}
	w := &m.walk
	*w = walk{m: m, emit: emit, fits: true, scopes: w.scopes[:0], topic: w.topic[:0]}
	w.enter(doc)
	if m.fan {
		w.each(doc, m.each)
	} else {
		w.message(doc)
	}
	w.emit = nil
	if len(frame) > keepFrame {
		w.scopes = nil // they hold on to it
	}
	if w.count == 0 || w.count > MaxMessages {
		emit(Unmapped, frame, 0)
		return false
	}
	return w.fits
}

// walk is the way through one frame.
type walk struct {
	m     *Mapper
	emit  Emit
	count int
	fits  bool
	// scopes are the document and the elements that enclose the one at hand, which is the last.
	scopes []scope
	topic  []byte
	at     int64
}

// scope is where keys are looked for, with what was found there: what encloses a thousand
// elements is searched once.
type scope struct {
	value []byte
	found [maxPath + 1]finding
}

type finding struct {
	value []byte
	known bool
}

// place of the time among the findings; the others are the topic's parts.
const timePlace = maxPath

func (w *walk) enter(value []byte) {
	if len(w.scopes) == cap(w.scopes) {
		w.scopes = append(w.scopes, scope{value: value})
		return
	}
	w.scopes = w.scopes[:len(w.scopes)+1]
	w.scopes[len(w.scopes)-1] = scope{value: value}
}

func (w *walk) leave() { w.scopes = w.scopes[:len(w.scopes)-1] }

// each goes down path and makes messages of the elements of what it leads to.
func (w *walk) each(value []byte, path []string) {
	if value[0] == '[' && (len(path) == 0 || payload.ArrayIndex(path[0]) < 0) {
		w.elements(value, path)
		return
	}
	if len(path) == 0 {
		// What is usually an array may be a lone element.
		w.enter(value)
		w.message(value)
		w.leave()
		return
	}
	if member, ok := lookup(value, path[:1]); ok {
		w.each(member, path[1:])
		return
	}
	w.misfit(value)
}

// elements goes through an array on the way down path, or at its end.
func (w *walk) elements(array []byte, path []string) {
	if len(w.scopes) > maxPath {
		w.misfit(array)
		return
	}
	for c := open(array); w.count <= MaxMessages; {
		_, element, ok := c.next()
		if !ok {
			break
		}
		w.enter(element)
		if len(path) == 0 {
			w.message(element)
		} else {
			w.each(element, path)
		}
		w.leave()
	}
}

// message makes a message, or one for each leaf, of an element or the whole document.
func (w *walk) message(element []byte) {
	value, ok := lookup(element, w.m.value)
	if !ok || !w.makeTopic() {
		w.misfit(element)
		return
	}
	w.at = w.ownTime()
	if w.m.kind == profile.MapLeaves {
		l := leaves{w, value}
		l.value(0)
		return
	}
	if w.count++; w.count > MaxMessages {
		return
	}
	topic := w.m.fixed
	if topic == "" {
		topic = w.m.intern(w.topic)
	}
	w.emit(topic, text(value), w.at)
}

// misfit keeps what the rule can make nothing of.
func (w *walk) misfit(b []byte) {
	w.fits = false
	if w.count++; w.count <= MaxMessages {
		w.emit(Unmapped, b, 0)
	}
}

// makeTopic fills the pattern in.
func (w *walk) makeTopic() (ok bool) {
	b := w.topic[:0]
	for i, p := range w.m.topic {
		if p.path == nil {
			b = append(b, p.text...)
			continue
		}
		value := w.find(p.path, i)
		if value == nil || value[0] == '{' || value[0] == '[' || string(value) == "null" || len(value) > maxText {
			return false
		}
		if b = appendLevels(b, text(value), p.levels); len(b) > MaxTopic {
			return false
		}
	}
	w.topic = b
	return w.m.fixed != "" || w.m.kind == profile.MapLeaves || validTopic(b)
}

// validTopic checks what sanitised values cannot do wrong alone.
func validTopic(b []byte) bool { return 0 < len(b) && len(b) <= MaxTopic }

// find looks for a path in the element at hand, then in what encloses it; nil if it is
// nowhere. place is where the scopes remember the answer.
func (w *walk) find(path []string, place int) []byte {
	for i := len(w.scopes) - 1; i >= 0; i-- {
		s := &w.scopes[i]
		f := &s.found[place]
		if !f.known {
			f.known = true
			f.value, _ = lookup(s.value, path)
		}
		if f.value != nil {
			return f.value
		}
	}
	return nil
}

func (w *walk) ownTime() int64 {
	if len(w.m.time) == 0 {
		return 0
	}
	value := w.find(w.m.time, timePlace)
	if value == nil || len(value) > maxTime {
		return 0
	}
	return readTime(w.m.format, text(value))
}

// intern returns the one string for a topic.
func (m *Mapper) intern(topic []byte) string {
	if s, ok := m.known[string(topic)]; ok {
		return s
	}
	if m.bytes += len(topic) + 64; m.bytes > maxInterned {
		clear(m.known)
		m.bytes = len(topic) + 64
	}
	s := string(topic)
	m.known[s] = s
	return s
}
