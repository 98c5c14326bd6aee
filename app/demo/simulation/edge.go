package simulation

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"time"

	"google.golang.org/protobuf/encoding/protowire"

	"streamscope/app/payload/sparkplug"
)

// The edge node of the packing hall and its only device.
const (
	edgeGroup  = "packing"
	edgeName   = "edge1"
	edgeDevice = "palletizer"
	edgeEvery  = time.Second
)

// rebirth is the metric by which a node is asked to be born again (3.0.0 §6.4.22).
const rebirth = "Node Control/Rebirth"

// Edge is an edge node that speaks Sparkplug B: its births name the metrics, its data has only
// their aliases, and its last will is its death. It is for one goroutine.
type Edge struct {
	now     time.Time
	life    *life
	left    time.Duration
	metrics []edgeMetric
	// session is the bdSeq of the connection, seq the number of the next message.
	session, seq uint64
	began        bool
}

// edgeMetric is one value of the device.
type edgeMetric struct {
	name  string
	alias uint64
	kind  sparkplug.Type
	next  signal
	v     float64
	sent  float64
}

// NewEdge returns the node at an instant.
func NewEdge(seed uint64, now time.Time) *Edge {
	r := rand.New(rand.NewPCG(seed, 0x5b))
	e := &Edge{now: now, life: &life{r: r, alive: true, left: 2*time.Minute + time.Duration(r.Float64()*float64(time.Minute))}}
	add := func(name string, kind sparkplug.Type, next signal) {
		e.metrics = append(e.metrics, edgeMetric{name: name, alias: uint64(10 + len(e.metrics)), kind: kind, next: next, v: next(0)})
	}
	add("Axis/Speed", sparkplug.Double, atLeast(0, wander(r, 1.4, 0.3, 8, 0.02)))
	add("Axis/Torque", sparkplug.Float, atLeast(0, spiky(r, wander(r, 42, 5, 12, 0.5), 30, 25)))
	add("Drive/Temperature", sparkplug.Float, wander(r, 58, 3, 240, 0.1))
	add("Layers/Count", sparkplug.Int32, batch(r, 0, 8, 90, 3, 0))
	add("Gripper/Closed", sparkplug.Boolean, cycle(r, 0, 1, 6, 1, 0))
	return e
}

// Alive tells whether the node is there.
func (e *Edge) Alive() bool { return e.life.alive }

// CommandTopic is where the node is told something.
func (e *Edge) CommandTopic() string { return edgeTopic(sparkplug.NodeCommand).CommandTopic() }

// Step lets time pass. It returns what the device says meanwhile, nothing while the node is dead,
// and whether it died or came back.
func (e *Edge) Step(dt time.Duration) (messages []Message, changed bool) {
	e.now = e.now.Add(dt)
	changed = e.life.step(dt)
	for i := range e.metrics {
		e.metrics[i].v = e.metrics[i].next(dt.Seconds())
	}
	if e.left -= dt; e.left > 0 || !e.life.alive {
		return nil, changed
	}
	e.left = edgeEvery
	p := e.payload(true)
	for i := range e.metrics {
		// Data is sent by exception: what has not changed is left out.
		if m := &e.metrics[i]; m.shown() != m.sent {
			p.message(2, m.encode(e.stamp(), false))
			m.sent = m.shown()
		}
	}
	return []Message{{Topic: sparkplugTopic(sparkplug.Data, edgeDevice), Payload: p.b}}, changed
}

// Will is the death of a connection that is about to begin.
func (e *Edge) Will() Message {
	if e.began {
		e.session = (e.session + 1) % 256
	}
	e.began = true
	return e.Death()
}

// Death is what the broker says, or the node itself when it goes in peace: it names the birth that
// it ends, and has no sequence number.
func (e *Edge) Death() Message {
	p := fields{}
	p.varint(1, e.stamp())
	p.message(2, e.birthNumber())
	return Message{Topic: sparkplugTopic(sparkplug.NodeDeath, ""), Payload: p.b}
}

// Births name all metrics; the sequence begins anew.
func (e *Edge) Births() []Message {
	e.seq = 0
	node := e.payload(true)
	node.message(2, e.birthNumber())
	control := fields{}
	control.text(1, rebirth)
	control.varint(4, uint64(sparkplug.Boolean))
	control.varint(14, 0)
	node.message(2, control)
	hardware := fields{}
	hardware.text(1, "Properties/Hardware")
	hardware.varint(4, uint64(sparkplug.String))
	hardware.text(15, "Demo Works Edge 240")
	node.message(2, hardware)
	device := e.payload(true)
	for i := range e.metrics {
		device.message(2, e.metrics[i].encode(e.stamp(), true))
		e.metrics[i].sent = e.metrics[i].shown()
	}
	return []Message{
		{Topic: sparkplugTopic(sparkplug.NodeBirth, ""), Payload: node.b},
		{Topic: sparkplugTopic(sparkplug.Birth, edgeDevice), Payload: device.b},
	}
}

// Obey gives a command and returns the answer: births, if it asks for a rebirth.
func (e *Edge) Obey(payload []byte) []Message {
	r, err := sparkplug.NewBook().Read(e.CommandTopic(), 1, payload)
	var told struct{ Metrics map[string]any }
	if err != nil || json.Unmarshal(r.Document(), &told) != nil || told.Metrics[rebirth] != true {
		return nil
	}
	return e.Births()
}

func (e *Edge) stamp() uint64 { return uint64(e.now.UnixMilli()) }

// payload begins one with a time and, in its turn, a sequence number.
func (e *Edge) payload(numbered bool) *fields {
	p := &fields{}
	p.varint(1, e.stamp())
	if numbered {
		p.varint(3, e.seq)
		e.seq = (e.seq + 1) % 256
	}
	return p
}

func (e *Edge) birthNumber() fields {
	m := fields{}
	m.text(1, "bdSeq")
	m.varint(4, uint64(sparkplug.Int64))
	m.varint(11, e.session)
	return m
}

// shown is the value as it is sent.
func (m *edgeMetric) shown() float64 {
	switch m.kind {
	case sparkplug.Int32, sparkplug.Boolean:
		return math.Round(m.v)
	default:
		return math.Round(m.v*100) / 100
	}
}

// encode writes the metric, by its name and type in a birth, by its alias else.
func (m *edgeMetric) encode(at uint64, born bool) fields {
	f := fields{}
	if born {
		f.text(1, m.name)
	}
	f.varint(2, m.alias)
	f.varint(3, at)
	if born {
		f.varint(4, uint64(m.kind))
	}
	v := m.shown()
	switch m.kind {
	case sparkplug.Int32:
		f.varint(10, uint64(uint32(int32(v))))
	case sparkplug.Float:
		f.b = protowire.AppendFixed32(protowire.AppendTag(f.b, 12, protowire.Fixed32Type), math.Float32bits(float32(v)))
	case sparkplug.Boolean:
		f.varint(14, uint64(v))
	default:
		f.double(13, v)
	}
	return f
}

func edgeTopic(kind string) sparkplug.Topic {
	return sparkplug.Topic{Group: edgeGroup, Kind: kind, Node: edgeName}
}

func sparkplugTopic(kind, device string) string {
	topic := sparkplug.Namespace + "/" + edgeGroup + "/" + kind + "/" + edgeName
	if device != "" {
		topic += "/" + device
	}
	return topic
}

// fields is a message of Protobuf that is being written.
type fields struct{ b []byte }

func (f *fields) varint(n protowire.Number, v uint64) {
	f.b = protowire.AppendVarint(protowire.AppendTag(f.b, n, protowire.VarintType), v)
}

func (f *fields) double(n protowire.Number, v float64) {
	f.b = protowire.AppendFixed64(protowire.AppendTag(f.b, n, protowire.Fixed64Type), math.Float64bits(v))
}

func (f *fields) text(n protowire.Number, s string) {
	f.b = protowire.AppendString(protowire.AppendTag(f.b, n, protowire.BytesType), s)
}

func (f *fields) message(n protowire.Number, m fields) {
	f.b = protowire.AppendBytes(protowire.AppendTag(f.b, n, protowire.BytesType), m.b)
}
