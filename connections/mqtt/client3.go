package mqtt

import (
	"context"
	"math"
	"net"
	"net/url"
	"sync"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/connections"
)

// client3 is one attempt at one MQTT 3.1.1 connection.
type client3 struct {
	*line
	engine paho.Client
	// delivered counts the messages handed over; only paho's router touches it.
	delivered uint64
	// welcome is set before open.
	welcome connections.Welcome

	posting sync.Mutex // guards letter
	letter  []byte
}

func (f *Factory) new3() *client3 {
	c := &client3{line: newLine(f.cfg, 4, f.receive)}
	c.engine = paho.NewClient(c.options(f.outbox.lease()))
	return c
}

// options switches off what paho must not do. The comments name what it would do otherwise.
func (c *client3) options(store paho.Store) *paho.ClientOptions {
	o := paho.NewClientOptions()
	o.AddBroker("tcp://broker") // only for its loop over brokers: dial does not look at it
	o.SetClientID(c.cfg.ClientID)
	if c.cfg.User != "" {
		o.SetUsername(c.cfg.User)
		o.SetPassword(c.cfg.Password)
	}
	o.SetCleanSession(c.cfg.CleanSession)
	if w := c.cfg.Will; w != nil {
		o.SetBinaryWill(w.Topic, w.Payload, w.QoS, w.Retain)
	}
	o.SetStore(store)
	o.SetProtocolVersion(4)   // or it tries every refused login again as MQTT 3.1
	o.SetOrderMatters(true)   // or it starts a goroutine for each message
	o.SetAutoReconnect(false) // or lost publications end as successes
	o.SetConnectRetry(false)  // or it sleeps where nothing can wake it
	o.SetResumeSubs(false)    // the supervisor restores subscriptions
	o.SetKeepAlive(0)         // the guard's: a slow receiver must not look like a dead broker
	o.SetPingTimeout(24 * time.Hour)
	o.SetConnectTimeout(c.cfg.ConnectTimeout)
	o.SetWriteTimeout(c.cfg.WriteTimeout)
	o.SetDefaultPublishHandler(c.deliver) // before Connect, or early messages are never acknowledged
	o.SetConnectionLostHandler(func(paho.Client, error) { c.end() })
	o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) {
		guard, err := c.dial()
		if err != nil {
			return nil, err // not a nil guard: it would not be a nil Conn
		}
		return guard, nil
	})
	return o
}

// Open implements [connections.Client].
func (c *client3) Open(ctx context.Context, progress func(connections.State)) error {
	if err := c.cfg.only311(); err != nil {
		return err
	}
	if err := c.begin(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.ConnectTimeout)
	defer cancel()
	token := c.engine.Connect()
	go func() {
		<-token.Done()
		if token.Error() != nil {
			c.end() // or paho would never say so
		}
	}()
	dialled := c.dialled
	for {
		select {
		case <-dialled:
			dialled = nil
			progress(connections.StateHandshake)
		case <-token.Done():
			return c.opened(token)
		case <-ctx.Done():
			c.abort()
			return c.gaveUp(ctx.Err(), dialled == nil)
		case <-c.dialling.Done():
			c.abort()
			return context.Canceled
		}
	}
}

// opened judges the end of paho's attempt. Any answer but an acceptance is a failure of the
// guard's, so that a nil error means that the broker has accepted.
func (c *client3) opened(token paho.Token) error {
	if err := token.Error(); err != nil {
		return c.notOpened(err)
	}
	c.welcome.ClientID = c.cfg.ClientID
	if t, ok := token.(*paho.ConnectToken); ok {
		c.welcome.SessionPresent = t.SessionPresent()
	}
	c.open.Store(true)
	return nil
}

// Link implements [connections.Client].
func (c *client3) Link() connections.Link {
	l := c.line.Link()
	if c.open.Load() {
		l.Welcome = &c.welcome
	}
	return l
}

// deliver hands over one message. It runs on paho's router, in the order of the wire.
func (c *client3) deliver(_ paho.Client, m paho.Message) {
	c.delivered++
	payload := m.Payload()
	msg := &connections.Message{
		Topic:    m.Topic(),
		Payload:  payload,
		Size:     int64(len(payload)),
		QoS:      m.Qos(),
		Retained: m.Retained(),
		Dup:      m.Duplicate(),
	}
	if size, cut := c.guard.Load().WireSize(c.delivered); cut {
		msg.Size = size
	}
	c.receive(msg)
}

// Close implements [connections.Client].
func (c *client3) Close() {
	c.close(func() {
		// It returns when all of paho has ended. The bound only has to be longer than that: what
		// paho waits for ends with the stream, at the latest.
		c.engine.Disconnect(math.MaxInt32)
		c.end()
	})
}
