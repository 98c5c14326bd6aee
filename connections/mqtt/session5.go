package mqtt

import (
	"context"
	"io"
	"sync"
	"sync/atomic"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho/session"
	"github.com/eclipse/paho.golang/paho/session/state"
	"github.com/eclipse/paho.golang/paho/store/memory"
)

// desk keeps an MQTT 5 session from one connection to the next (MQTT 5 §4.1), in memory. Each
// client gets a counter of its own, of which only the newest is served: paho uses its session
// for some time after its connection has ended.
type desk struct {
	mu     sync.Mutex // guards what follows
	state  *state.State
	newest *counter
	// store is what state keeps for the broker; aside holds what will not be sent again, and put
	// counts it.
	store *memory.Store
	aside []Unconfirmed
	put   uint64
}

// open returns the counter of the next client. A session that is not kept is its alone.
func (d *desk) open(keep bool) *counter {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.newest != nil {
		d.newest.shut.Store(true)
	}
	if d.state == nil || !keep {
		d.store = memory.New()
		d.state = state.New(d.store, memory.New())
	}
	d.newest = &counter{State: d.state}
	return d.newest
}

// counter is a client's access to its session.
type counter struct {
	*state.State
	shut atomic.Bool

	mu       sync.Mutex                // guards received
	received map[uint16]packets.Pubrec // what PUBREC said, where it said more than success
}

// pubrec returns what PUBREC said about a message of QoS 2: with MQTT 5 that it has no receivers
// stands there, not in the PUBCOMP that ends the exchange.
func (c *counter) pubrec(id uint16) (code byte, said string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.received[id]
	if !ok {
		return 0, ""
	}
	delete(c.received, id)
	return p.ReasonCode, reasonString(p.Properties)
}

func reasonString(p *packets.Properties) string {
	if p == nil {
		return ""
	}
	return p.ReasonString
}

func (c *counter) note(p *packets.Pubrec) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.received, p.PacketID)
	if p.ReasonCode == 0 || len(c.received) > maxNotes {
		return
	}
	if c.received == nil {
		c.received = make(map[uint16]packets.Pubrec)
	}
	c.received[p.PacketID] = *p
}

// maxNotes bounds what a broker can make us remember.
const maxNotes = 1024

var _ session.SessionManager = (*counter)(nil)

// ConAckReceived implements [session.SessionManager].
func (c *counter) ConAckReceived(w io.Writer, connect *packets.Connect, connack *packets.Connack) error {
	if c.shut.Load() {
		return session.ErrNoConnection
	}
	return c.State.ConAckReceived(w, connect, connack)
}

// ConnectionLost implements [session.SessionManager].
func (c *counter) ConnectionLost(p *packets.Disconnect) error {
	if c.shut.Load() {
		return nil
	}
	return c.State.ConnectionLost(p)
}

// AddToSession implements [session.SessionManager].
func (c *counter) AddToSession(ctx context.Context, p session.Packet, answer chan<- packets.ControlPacket) error {
	if c.shut.Load() {
		return session.ErrNoConnection
	}
	return c.State.AddToSession(ctx, p, answer)
}

// PacketReceived implements [session.SessionManager]. A message that comes again is handed over
// again, with its DUP flag: what the guard counts and what a user sees stay the same number.
func (c *counter) PacketReceived(p *packets.ControlPacket, publishes chan<- *packets.Publish) error {
	if publish, ok := p.Content.(*packets.Publish); ok {
		publishes <- publish
		return nil
	}
	if c.shut.Load() {
		return nil
	}
	if pubrec, ok := p.Content.(*packets.Pubrec); ok {
		c.note(pubrec)
	}
	return c.State.PacketReceived(p, publishes)
}

// Ack implements [session.SessionManager]. paho calls it for QoS 0, too.
func (c *counter) Ack(p *packets.Publish) error {
	if p.QoS == 0 || c.shut.Load() {
		return nil
	}
	return c.State.Ack(p)
}

// Close implements [session.SessionManager].
func (c *counter) Close() error { return nil }
