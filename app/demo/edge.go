package demo

import (
	"context"
	"log/slog"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/app/demo/simulation"
)

// edge is the Sparkplug edge node on its own MQTT connection, whose last will is the node's death.
// Its goroutine alone touches the simulation.
type edge struct {
	addr  string
	log   *slog.Logger
	node  *simulation.Edge
	ticks chan time.Duration
	told  chan []byte
}

func newEdge(addr string, log *slog.Logger, node *simulation.Edge) *edge {
	return &edge{addr: addr, log: log, node: node, ticks: make(chan time.Duration, 64), told: make(chan []byte, 16)}
}

// tick lets time pass, if the node keeps up.
func (e *edge) tick(dt time.Duration) {
	select {
	case e.ticks <- dt:
	default:
	}
}

// run is the node until ctx ends.
func (e *edge) run(ctx context.Context) {
	for ctx.Err() == nil {
		will := e.node.Will()
		client, wire := connect(ctx, e.addr, e.log, "sparkplug-edge", will)
		if client == nil {
			return
		}
		client.Subscribe(e.node.CommandTopic(), 1, func(_ paho.Client, m paho.Message) { e.tell(m.Payload()) }).WaitTimeout(patience)
		e.say(client, e.node.Births()...)
		if e.work(ctx, client) {
			_ = wire.Close() // without a DISCONNECT, so that the broker says that it died
			client.Disconnect(0)
			e.rest(ctx)
			continue
		}
		// Who leaves in peace says its death itself (3.0.0 §6.4.21).
		e.say(client, e.node.Death())
		client.Disconnect(100)
	}
}

func (e *edge) tell(payload []byte) {
	select {
	case e.told <- payload:
	default:
	}
}

func (e *edge) say(client paho.Client, messages ...simulation.Message) {
	for _, m := range messages {
		client.Publish(m.Topic, 0, m.Retain, m.Payload)
	}
}

// work publishes what comes until the node dies (true), or ctx or the connection ends.
func (e *edge) work(ctx context.Context, client paho.Client) (died bool) {
	for {
		select {
		case <-ctx.Done():
			return false
		case payload := <-e.told:
			e.say(client, e.node.Obey(payload)...)
		case dt := <-e.ticks:
			data, changed := e.node.Step(dt)
			if changed {
				return true
			}
			if !client.IsConnectionOpen() {
				return false
			}
			e.say(client, data...)
		}
	}
}

// rest waits for the node's return.
func (e *edge) rest(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-e.told: // a dead node does not listen
		case dt := <-e.ticks:
			if _, changed := e.node.Step(dt); changed {
				return
			}
		}
	}
}
