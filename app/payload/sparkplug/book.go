package sparkplug

import (
	"slices"
	"strconv"
	"sync"
)

const (
	// maxBirths is how many births of one node or device are remembered, for looking at what
	// came before the last one.
	maxBirths = 16
	// maxNames bounds the names of all births together; beyond it the oldest births go.
	maxNames = 2_000_000
	// maxEdges bounds the nodes and devices that are followed.
	maxEdges = 100_000
)

// Book knows the births of every node and device, and the sequence of their messages. It may be
// used from any goroutine.
type Book struct {
	mu    sync.Mutex // guards all
	edges map[string]*edge
	names int
}

// edge is an edge node.
type edge struct {
	births  births // of the node itself
	devices map[string]*births
	// next is the sequence number that its next message should have; -1 while unknown.
	next int
	// session is the birth's bdSeq, by which a death says which birth it ends; nil if unknown.
	session *uint64
	state   State
}

// births are those of one node or device, oldest first.
type births []*birth

// birth is what a birth certificate says.
type birth struct {
	seq     uint64
	metrics map[uint64]name
	byName  map[string]Type
}

type name struct {
	name string
	kind Type
}

// State is where an edge node stands.
type State struct {
	// Born tells whether a birth was seen, Alive whether no death came since.
	Born, Alive bool
	// Births is the number of births of the node itself.
	Births uint64
	// Gaps is the number of times that the sequence did not go on as it should, LastGap the
	// number (Seq) of the message at which it was seen last.
	Gaps    uint64
	LastGap uint64
	// Unnamed is the number of messages that came before any birth could name their metrics.
	Unnamed uint64
}

// NewBook makes an empty book.
func NewBook() *Book { return &Book{edges: map[string]*edge{}} }

// Note takes in a message; seq numbers the messages of the connection and grows. Only births
// are read whole; of others no more than the sequence number. Retained messages tell nothing
// of the sequence. It reports whether the topic is one of Sparkplug's.
func (b *Book) Note(topic string, seq uint64, retained bool, payload []byte) bool {
	t, ok := ParseTopic(topic)
	if !ok {
		return false
	}
	switch t.Kind {
	case NodeCommand, Command:
		return true
	}
	p := &Payload{}
	if t.Kind == NodeBirth || t.Kind == Birth || t.Kind == NodeDeath {
		if whole, err := Parse(payload); err == nil {
			p = whole
		}
	} else if number, ok := Sequence(payload); ok {
		p.Seq = &number
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.edge(t); e != nil {
		b.live(e, t, seq, p)
		if p.Seq != nil && !retained {
			e.follow(int(*p.Seq%256), seq)
		}
	}
	return true
}

// live takes in what a message means for the life of its node or device.
func (b *Book) live(e *edge, t Topic, seq uint64, p *Payload) {
	switch t.Kind {
	case NodeBirth:
		e.state.Born, e.state.Alive, e.session = true, true, p.session()
		e.state.Births++
		e.births = b.add(e.births, seq, p)
		e.next = -1 // a birth begins the sequence anew
	case NodeDeath:
		// A will that comes late ends no birth but its own (3.0.0 §6.4.21); it has no sequence
		// number.
		if of := p.session(); of == nil || e.session == nil || *of == *e.session {
			e.state.Alive, e.next = false, -1
		}
		p.Seq = nil
	case Birth:
		list := b.device(e, t.Device)
		*list = b.add(*list, seq, p)
	default:
		if !e.state.Born {
			e.state.Unnamed++
		}
	}
}

// follow checks that a sequence number is the one after the last.
func (e *edge) follow(number int, seq uint64) {
	if e.next >= 0 && number != e.next {
		e.state.Gaps++
		e.state.LastGap = seq
	}
	e.next = (number + 1) % 256
}

// session returns the bdSeq of a node's birth or death; nil if it has none.
func (p *Payload) session() *uint64 {
	for i := range p.Metrics {
		m := &p.Metrics[i]
		if m.Name == "bdSeq" && (m.value.in == intCarrier || m.value.in == longCarrier) {
			return &m.value.bits
		}
	}
	return nil
}

// State tells where the edge node of a topic stands.
func (b *Book) State(t Topic) State {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.edges[t.edge()]; e != nil {
		return e.state
	}
	return State{}
}

// Interrupted says that messages may have been missed: what comes next is no gap.
func (b *Book) Interrupted() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range b.edges {
		e.next = -1
	}
}

// Forget drops all that is known.
func (b *Book) Forget() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.edges, b.names = map[string]*edge{}, 0
}

func (b *Book) edge(t Topic) *edge {
	e := b.edges[t.edge()]
	if e == nil {
		if len(b.edges) >= maxEdges {
			return nil
		}
		e = &edge{next: -1, devices: map[string]*births{}}
		b.edges[t.edge()] = e
	}
	return e
}

func (b *Book) device(e *edge, device string) *births {
	list := e.devices[device]
	if list == nil {
		list = &births{}
		if len(e.devices) < maxEdges {
			e.devices[device] = list
		}
	}
	return list
}

// add puts a birth at the end of a list.
func (b *Book) add(list births, seq uint64, p *Payload) births {
	born := &birth{seq: seq, metrics: map[uint64]name{}, byName: map[string]Type{}}
	for i := range p.Metrics {
		m := &p.Metrics[i]
		if m.Name == "" || b.names >= maxNames {
			continue
		}
		b.names++
		born.byName[m.Name] = m.Type
		if m.Alias != nil {
			born.metrics[*m.Alias] = name{m.Name, m.Type}
		}
	}
	list = append(list, born)
	for len(list) > maxBirths || len(list) > 1 && b.names >= maxNames {
		b.names -= len(list[0].byName)
		list = slices.Delete(list, 0, 1)
	}
	return list
}

// before returns the last birth that came no later than message seq; nil if there was none. For
// 0, a message whose number is not known, it is the last one.
func (l births) before(seq uint64) *birth {
	for i := len(l) - 1; i >= 0; i-- {
		if l[i].seq <= seq || seq == 0 {
			return l[i]
		}
	}
	return nil
}

// Reading is a payload with the names of its metrics.
type Reading struct {
	*Payload
	Topic Topic
	// Unnamed is the number of metrics whose alias no birth explains.
	Unnamed int
	birth   *birth
}

// Read decodes a message by the births that were valid when it, number seq of the connection,
// came. An error comes with what could be read before it.
func (b *Book) Read(topic string, seq uint64, payload []byte) (*Reading, error) {
	t, _ := ParseTopic(topic)
	p, err := Parse(payload)
	r := &Reading{Payload: p, Topic: t, birth: b.valid(t, seq)}
	for i := range p.Metrics {
		if _, _, ok := r.Named(&p.Metrics[i]); !ok {
			r.Unnamed++
		}
	}
	return r, err
}

func (b *Book) valid(t Topic, seq uint64) *birth {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.edges[t.edge()]
	if e == nil {
		return nil
	}
	list := e.births
	if t.Device != "" {
		d := e.devices[t.Device]
		if d == nil {
			return nil
		}
		list = *d
	}
	return list.before(seq)
}

// Named returns the name and the type of a metric; ok is false where no birth explains its
// alias, and the name is then made of it.
func (r *Reading) Named(m *Metric) (string, Type, bool) {
	kind := m.Type
	if m.Name != "" {
		if kind == Unknown && r.birth != nil {
			kind = r.birth.byName[m.Name]
		}
		return m.Name, kind, true
	}
	if m.Alias == nil {
		return "", kind, false
	}
	if r.birth != nil {
		if n, ok := r.birth.metrics[*m.Alias]; ok {
			if kind == Unknown {
				kind = n.kind
			}
			return n.name, kind, true
		}
	}
	return m.label(), kind, false
}

// Document writes the reading as JSON: {"timestamp": …, "seq": …, "metrics": {name: value}}.
func (r *Reading) Document() []byte {
	o := object{}
	if r.Timestamp != nil {
		o.key("timestamp")
		o.dst = appendTime(o.dst, *r.Timestamp)
	}
	if r.Seq != nil {
		o.key("seq")
		o.dst = strconv.AppendUint(o.dst, *r.Seq, 10)
	}
	if r.UUID != "" {
		o.key("uuid")
		o.dst = appendText(o.dst, r.UUID)
	}
	o.key("metrics")
	inner := object{dst: o.dst}
	for i := range r.Metrics {
		m := &r.Metrics[i]
		name, kind, _ := r.Named(m)
		inner.key(name)
		inner.dst = m.appendTo(inner.dst, kind)
	}
	o.dst = inner.end()
	if len(r.Body) > 0 {
		o.key("body")
		o.dst = appendBytes(o.dst, Bytes, r.Body)
	}
	return o.end()
}

// Sequence returns the sequence number of a payload without reading its metrics; ok is false
// if there is none.
func Sequence(b []byte) (seq uint64, ok bool) {
	r := reader{}
	var found *uint64
	_ = r.fields(b, func(f field) error {
		if f.number == 3 {
			return f.toUint(&found)
		}
		return nil
	})
	if found == nil {
		return 0, false
	}
	return *found, true
}
