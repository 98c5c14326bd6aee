package simulation

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// Message is what a device says.
type Message struct {
	Topic   string
	Payload []byte
	Retain  bool
	// Station is the device that sends it over a connection of its own; empty for the many
	// that share the plant's gateway.
	Station string
}

// Change says that a station died or came back.
type Change struct {
	Station string
	Alive   bool
}

// World is everything that is simulated. It is for one goroutine.
type World struct {
	now     time.Time
	seed    uint64
	devices []*device
	byTopic map[string]*device
	boat    *boat
}

// New returns a world at an instant. The seed decides everything that happens in it.
func New(seed uint64, now time.Time) *World {
	w := &World{now: now, seed: seed, byTopic: map[string]*device{}}
	w.buildBakery()
	w.buildMetal()
	w.buildBottling()
	w.buildUtilities()
	w.buildTanksAndMeters()
	w.buildColdStore()
	w.buildBarn()
	w.boat = newBoat(w.random("boat"))
	return w
}

// random returns a source of its own for each thing, so that adding one changes no other.
func (w *World) random(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(w.seed, h.Sum64()))
}

// Opening returns what devices say once when they start: who they are, and their settings. All
// of it is retained.
func (w *World) Opening() (messages []Message) {
	for _, d := range w.devices {
		messages = append(messages, d.opening()...)
	}
	return messages
}

// OpeningOf returns what one station says when it comes back.
func (w *World) OpeningOf(station string) []Message {
	if d := w.byTopic[station]; d != nil {
		return d.opening()
	}
	return nil
}

// Stations returns the topics of the devices with a connection of their own.
func (w *World) Stations() (stations []string) {
	for _, d := range w.devices {
		if d.life != nil {
			stations = append(stations, d.topic)
		}
	}
	return stations
}

// Devices returns the number of devices that speak MQTT.
func (w *World) Devices() int { return len(w.devices) }

// Step lets time pass and returns what was said meanwhile. Values that are due several times
// within dt are said once, so a step should be no longer than 50 ms. Time that runs backwards, as
// a virtual machine's may for a moment, stands still.
func (w *World) Step(dt time.Duration) (messages []Message, changes []Change) {
	dt = max(dt, 0)
	w.now = w.now.Add(dt)
	for _, d := range w.devices {
		if d.life != nil && d.life.step(dt) {
			changes = append(changes, Change{d.topic, d.life.alive})
		}
		messages = d.step(dt, messages)
	}
	w.boat.step(dt.Seconds())
	return messages, changes
}

// Obey gives a command, a message to DEVICE/SETTING/set, and returns the answers: the new
// setting, retained, or the reason for a refusal on DEVICE/error. Who is not there does not
// answer.
func (w *World) Obey(topic string, payload []byte) []Message {
	path, ok := strings.CutSuffix(topic, "/set")
	if !ok || len(payload) == 0 { // an empty payload clears a retained command, it is none
		return nil
	}
	at := strings.LastIndexByte(path, '/')
	if at < 0 {
		return nil
	}
	d := w.byTopic[path[:at]]
	if d == nil || d.dead() {
		return nil
	}
	return []Message{d.obey(path[at+1:], topic, payload)}
}

// BoatFrame returns the instruments of the boat as one JSON object.
func (w *World) BoatFrame() []byte { return w.boat.frame(w.now) }

// BoatObey gives the boat a command, {"set":{"course":235}}, and returns its answer.
func (w *World) BoatObey(frame []byte) []byte { return w.boat.obey(frame) }
