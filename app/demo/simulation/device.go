package simulation

import (
	"math/rand/v2"
	"time"
)

// device is one thing of the plant: values that move, points that publish them, settings that
// obey. Its builders are called once, in the order in which its values shall be computed.
type device struct {
	topic    string
	r        *rand.Rand
	now      func() time.Time
	values   []*value
	points   []*point
	settings []*setting
	facts    []Message
	life     *life
}

// value is one quantity; others read it after it was stepped.
type value struct {
	v    float64
	next signal
}

func (v *value) get() float64 { return v.v }

// point publishes something regularly, or when it has changed.
type point struct {
	topic    string
	every    time.Duration
	wait     time.Duration
	onChange bool
	last     string
	payload  func() []byte
}

// device adds a device to the world. Its first words tell who made it.
func (w *World) device(topic, maker, model string) *device {
	d := &device{topic: topic, r: w.random(topic), now: func() time.Time { return w.now }}
	d.fact("info", object{
		"maker", maker, "model", model,
		"serial", 100000 + d.r.IntN(900000),
		"firmware", object{"version", []string{"1.4.2", "2.0.0", "2.1.7", "3.0.1"}[d.r.IntN(4)], "build", 100 + d.r.IntN(900)},
	}.encode())
	w.devices = append(w.devices, d)
	w.byTopic[topic] = d
	return d
}

// track makes a value that moves as s says.
func (d *device) track(s signal) *value {
	v := &value{v: s(0), next: s}
	d.values = append(d.values, v)
	return v
}

// fact is said once, retained.
func (d *device) fact(name string, payload []byte) {
	d.facts = append(d.facts, Message{Topic: d.topic + "/" + name, Payload: payload, Retain: true})
}

func (d *device) publish(name string, every time.Duration, payload func() []byte) {
	d.points = append(d.points, &point{
		topic: d.topic + "/" + name, every: every, payload: payload,
		// Devices were not all switched on at the same moment.
		wait: time.Duration(d.r.Float64() * float64(every)),
	})
}

// number publishes a plain number.
func (d *device) number(name string, every time.Duration, v *value, decimals int) {
	d.publish(name, every, func() []byte { return []byte(fixed{v.v, decimals}.String()) })
}

// quantity publishes a JSON object with value and unit.
func (d *device) quantity(name string, every time.Duration, v *value, decimals int, unit string) {
	d.publish(name, every, func() []byte {
		return object{"value", fixed{v.v, decimals}, "unit", unit}.encode()
	})
}

// stamped publishes a JSON object with the time of measuring.
func (d *device) stamped(name string, every time.Duration, v *value, decimals int, unit string) {
	d.publish(name, every, func() []byte {
		return object{"ts", d.now().UTC().Format("2006-01-02T15:04:05.000Z"), "value", fixed{v.v, decimals}, "unit", unit, "quality", "good"}.encode()
	})
}

// json publishes an object that is made anew each time.
func (d *device) json(name string, every time.Duration, measure func() object) {
	d.publish(name, every, func() []byte { return measure().encode() })
}

// text publishes words, retained, whenever they change.
func (d *device) text(name string, words func() string) {
	d.points = append(d.points, &point{
		topic: d.topic + "/" + name, onChange: true, last: words(),
		payload: func() []byte { return []byte(words()) },
	})
}

// states publishes a state that stays for some time and then jumps to another. The first is
// the usual one.
func (d *device) states(name string, usual time.Duration, first string, others ...string) func() string {
	now, left := first, usual.Seconds()*d.r.ExpFloat64()
	d.track(func(dt float64) float64 {
		if left -= dt; left > 0 {
			return 0
		}
		stay := usual.Seconds()
		if now == first {
			now = others[d.r.IntN(len(others))]
			stay /= 6
		} else {
			now = first
		}
		left = max(2, stay*d.r.ExpFloat64())
		return 0
	})
	words := func() string { return now }
	d.text(name, words)
	return words
}

// counter publishes whole pieces that are made at a rate for each hour.
func (d *device) counter(name string, every time.Duration, perHour func() float64) *value {
	v := d.track(total(float64(1000+d.r.IntN(90000)), perHour))
	d.publish(name, every, func() []byte { return []byte(fixed{float64(int64(v.v)), 0}.String()) })
	return v
}

func (d *device) dead() bool { return d.life != nil && !d.life.alive }

func (d *device) opening() []Message {
	messages := append([]Message(nil), d.facts...)
	for _, s := range d.settings {
		messages = append(messages, Message{Topic: d.topic + "/" + s.name, Payload: s.report(), Retain: true})
	}
	for _, p := range d.points {
		if p.onChange {
			messages = append(messages, Message{Topic: p.topic, Payload: []byte(p.last), Retain: true})
		}
	}
	return d.signed(messages)
}

// step moves the values and appends what is due. A dead device's values go on: the oven cools
// whether it tells or not.
func (d *device) step(dt time.Duration, messages []Message) []Message {
	for _, v := range d.values {
		v.v = v.next(dt.Seconds())
	}
	if d.dead() {
		return messages
	}
	from := len(messages)
	for _, p := range d.points {
		if p.due(dt) {
			payload := p.payload()
			if p.onChange && string(payload) == p.last {
				continue
			}
			p.last = string(payload)
			messages = append(messages, Message{Topic: p.topic, Payload: payload, Retain: p.onChange})
		}
	}
	d.signed(messages[from:])
	return messages
}

// signed writes the station's name on messages.
func (d *device) signed(messages []Message) []Message {
	if d.life != nil {
		for i := range messages {
			messages[i].Station = d.topic
		}
	}
	return messages
}

func (p *point) due(dt time.Duration) bool {
	if p.onChange {
		return true
	}
	if p.wait -= dt; p.wait > 0 {
		return false
	}
	p.wait = max(p.wait+p.every, 0)
	return true
}
