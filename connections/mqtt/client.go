package mqtt

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// farewell is how long Close waits for DISCONNECT to be written.
const farewell = 500 * time.Millisecond

// Client is one attempt at one MQTT 3.1.1 connection. See [connections.Client].
type Client struct {
	cfg     Config
	receive func(*connections.Message)
	engine  paho.Client

	// cancel ends the dialling; dialling is its context.
	dialling context.Context
	cancel   context.CancelFunc
	dialled  chan struct{} // closed when the byte stream stands

	guard atomic.Pointer[dial.Conn] // nil until the byte stream stands
	open  atomic.Bool               // the broker has accepted
	// delivered counts the messages handed over; only paho's router touches it.
	delivered uint64

	lost     chan struct{}
	lostOnce sync.Once

	mu     sync.Mutex // guards what follows
	began  bool       // Open has handed over to paho
	closed bool
	reason error // why it had ended before Close
}

// New returns the client of one attempt; receive gets its messages. Use a [Factory] when
// sessions shall outlive a client.
func New(cfg Config, receive func(*connections.Message)) connections.Client {
	return NewFactory(cfg, receive).New()
}

// Factory makes one client after another for the same broker. It owns what must outlive them
// when CleanSession is off: the publications that the broker has not confirmed.
type Factory struct {
	cfg     Config
	receive func(*connections.Message)
	outbox  *outbox
}

// NewFactory returns a factory whose clients hand their messages to receive.
func NewFactory(cfg Config, receive func(*connections.Message)) *Factory {
	return &Factory{cfg: cfg.withDefaults(), receive: receive, outbox: newOutbox()}
}

// New returns the client of the next attempt. From now on the one before can't change what is
// kept of the session.
func (f *Factory) New() connections.Client {
	c := &Client{cfg: f.cfg, receive: f.receive, dialled: make(chan struct{}), lost: make(chan struct{})}
	c.dialling, c.cancel = context.WithCancel(context.Background())
	c.engine = paho.NewClient(c.options(f.outbox.lease()))
	return c
}

// options switches off what paho must not do. The comments name what it would do otherwise.
func (c *Client) options(store paho.Store) *paho.ClientOptions {
	o := paho.NewClientOptions()
	o.AddBroker("tcp://broker") // only for its loop over brokers: dial does not look at it
	o.SetClientID(c.cfg.ClientID)
	if c.cfg.User != "" {
		o.SetUsername(c.cfg.User)
		o.SetPassword(c.cfg.Password)
	}
	o.SetCleanSession(c.cfg.CleanSession)
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
	o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) { return c.dial() })
	return o
}

// Open implements [connections.Client].
func (c *Client) Open(ctx context.Context, progress func(connections.State)) error {
	if err := c.cfg.validate(); err != nil {
		return &connections.Failure{Kind: connections.FailureInvalid, Addr: c.cfg.addr(), Err: err}
	}
	c.mu.Lock()
	if c.began || c.closed {
		c.mu.Unlock()
		return errors.New("a client opens only once")
	}
	c.began = true
	c.mu.Unlock()

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
func (c *Client) opened(token paho.Token) error {
	err := token.Error()
	if err == nil {
		c.open.Store(true)
		return nil
	}
	if cause := c.cause(); cause != nil {
		return cause
	}
	if c.dialling.Err() != nil {
		return context.Canceled
	}
	return dial.Classify(err, c.cfg.addr())
}

func (c *Client) gaveUp(err error, dialled bool) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	f := &connections.Failure{Kind: connections.FailureTimeout, Addr: c.cfg.addr()}
	if dialled {
		f.Detail = "no answer to CONNECT"
	}
	return f
}

func (c *Client) dial() (net.Conn, error) {
	conn, err := c.cfg.Dial(c.dialling, "tcp", c.cfg.addr())
	if err != nil {
		return nil, err
	}
	guard := dial.Guard(conn, dial.Options{
		Addr:         c.cfg.addr(),
		PacketLimit:  c.cfg.PacketLimit,
		KeepAlive:    max(0, c.cfg.KeepAlive),
		WriteTimeout: c.cfg.WriteTimeout,
	})
	c.guard.Store(guard)
	if err := c.dialling.Err(); err != nil {
		_ = guard.Close()
		return nil, err
	}
	close(c.dialled)
	return guard, nil
}

// abort ends an attempt, or a connection, without a farewell. Whatever paho is doing then, the
// end of its stream makes it stop.
func (c *Client) abort() {
	c.cancel()
	if g := c.guard.Load(); g != nil {
		_ = g.Close()
	}
}

// deliver hands over one message. It runs on paho's router, in the order of the wire.
func (c *Client) deliver(_ paho.Client, m paho.Message) {
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

// end is called when paho's router has handed over the last message and ended.
func (c *Client) end() { c.lostOnce.Do(func() { close(c.lost) }) }

// Lost implements [connections.Client].
func (c *Client) Lost() <-chan struct{} { return c.lost }

// Err implements [connections.Client]. A connection that had fallen before Close keeps its
// reason.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return c.reason
	}
	return c.cause()
}

func (c *Client) cause() error {
	if g := c.guard.Load(); g != nil {
		if f := g.Failure(); f != nil {
			return f
		}
	}
	return nil
}

// Link implements [connections.Client].
func (c *Client) Link() connections.Link {
	if g := c.guard.Load(); g != nil {
		return g.Link()
	}
	return connections.Link{}
}

// Close implements [connections.Client].
func (c *Client) Close() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	began := c.began
	c.closed, c.reason = true, c.cause()
	c.mu.Unlock()
	if !c.open.Load() {
		c.abort()
		if !began {
			c.end()
		}
		return
	}
	said := make(chan struct{})
	go func() {
		defer close(said)
		// It returns when all of paho has ended. The bound only has to be longer than that: what
		// paho waits for ends with the stream, at the latest.
		c.engine.Disconnect(math.MaxInt32)
		c.end()
	}()
	select {
	case <-said:
	case <-time.After(farewell):
	}
	c.abort()
}

// String names the broker; without it fmt would print the fields, password and all.
func (c *Client) String() string { return fmt.Sprintf("client of %v", c.cfg) }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// String names the broker; without it fmt would print the fields, password and all.
func (f *Factory) String() string { return fmt.Sprintf("factory of clients of %v", f.cfg) }

// GoString is String.
func (f *Factory) GoString() string { return f.String() }
