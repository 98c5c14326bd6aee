package websocket

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
)

// farewell is how long Close takes at most to say goodbye.
const farewell = 700 * time.Millisecond

// Client is one attempt at one WebSocket. See [connections.Client].
//
// A frame yields one message without a topic, of QoS 0. Messages over the limit come cut to
// [dial.CutPayload] bytes, with their real size.
type Client struct {
	cfg     Config
	receive func(*connections.Message)

	// cancel ends the dialling; dialling is its context.
	dialling context.Context
	cancel   context.CancelFunc

	meter       atomic.Pointer[meter] // nil until the byte stream stands
	ws          *gorilla.Conn         // set before opened is closed
	opened      chan struct{}
	frames, cut atomic.Uint64

	sends chan sending // unbuffered, for the one who writes
	pongs chan string  // holds the answer to the last ping

	lost     chan struct{}
	lostOnce sync.Once

	mu     sync.Mutex // guards what follows
	began  bool
	closed bool
	reason error // why it had ended before Close
}

// New returns the client of one attempt; receive gets its messages.
func New(cfg Config, receive func(*connections.Message)) connections.Client {
	c := &Client{
		cfg: cfg.withDefaults(), receive: receive, opened: make(chan struct{}),
		sends: make(chan sending), pongs: make(chan string, 1), lost: make(chan struct{}),
	}
	c.dialling, c.cancel = context.WithCancel(context.Background())
	return c
}

// Open implements [connections.Client]. It returns when the opening messages have been sent.
func (c *Client) Open(ctx context.Context, progress func(connections.State)) error {
	if err := c.begin(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.ConnectTimeout)
	defer cancel()
	defer context.AfterFunc(c.dialling, cancel)()
	ws, m, err := c.handshake(ctx, progress)
	if err != nil {
		c.end()
		return err
	}
	c.start(ws, m)
	if err := c.greet(ctx); err != nil {
		_ = m.end(nil)
		<-c.lost
		return err
	}
	return nil
}

// begin checks what can be checked without the peer.
func (c *Client) begin() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.began || c.closed {
		return errors.New("a client opens only once")
	}
	err := c.cfg.validate()
	for _, o := range c.cfg.Opening {
		if err == nil {
			_, _, err = c.cfg.frame(o)
		}
	}
	switch {
	case err != nil:
		err = &connections.Failure{Kind: connections.FailureInvalid, Err: err} // the address may be what is wrong
	case c.cfg.needsPassword():
		err = c.failure(connections.FailureCredentialsLost, "", nil)
	}
	c.began = true
	if err != nil {
		c.end()
	}
	return err
}

// start lets the connection live: one goroutine reads, one writes, one pings.
func (c *Client) start(ws *gorilla.Conn, m *meter) {
	c.ws = ws
	ws.SetReadLimit(hardLimit(c.cfg.MessageLimit))
	ws.SetPingHandler(func(data string) error {
		select {
		case <-c.pongs: // only the last ping needs an answer (RFC 6455 §5.5.3)
		default:
		}
		c.pongs <- data
		return nil
	})
	close(c.opened)
	var work sync.WaitGroup
	work.Go(func() { c.write(m) })
	work.Go(func() { c.ping(m) })
	go func() {
		c.read(m)
		work.Wait()
		c.end()
	}()
}

// greet sends the opening messages.
func (c *Client) greet(ctx context.Context) error {
	for _, o := range c.cfg.Opening {
		kind, data, err := c.cfg.frame(o)
		if err != nil {
			return c.failure(connections.FailureInvalid, "", err)
		}
		if _, err := c.send(ctx, kind, data); err != nil {
			switch {
			case c.dialling.Err() != nil:
				return context.Canceled
			case errors.Is(ctx.Err(), context.DeadlineExceeded):
				return c.failure(connections.FailureTimeout, "it did not take the opening messages", nil)
			case ctx.Err() != nil:
				return ctx.Err()
			}
			return c.turnedAway(err)
		}
	}
	return nil
}

// turnedAway explains why an opening message could not be sent: the peer may have said so.
func (c *Client) turnedAway(err error) error {
	timer := time.NewTimer(2 * lastWords)
	defer timer.Stop()
	select {
	case <-c.meter.Load().done:
	case <-timer.C:
	}
	if cause := c.cause(); cause != nil {
		return cause
	}
	return err
}

// Subscribe implements [connections.Client]. A WebSocket knows no filters: whatever the server
// sends is received, so each is granted.
func (c *Client) Subscribe(_ context.Context, subs []connections.Subscription) ([]connections.SubscribeResult, error) {
	results := make([]connections.SubscribeResult, len(subs))
	for i, s := range subs {
		results[i] = connections.SubscribeResult{Filter: s.Filter}
	}
	return results, nil
}

// Unsubscribe implements [connections.Client]. There is nothing to do.
func (c *Client) Unsubscribe(context.Context, []string) error { return nil }

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
	if m := c.meter.Load(); m != nil {
		if f := m.cause(); f != nil {
			return f
		}
	}
	return nil
}

// Link implements [connections.Client]. Publishes counts messages that came in.
func (c *Client) Link() connections.Link {
	var l connections.Link
	if m := c.meter.Load(); m != nil {
		l = m.link()
		if m.open.Load() {
			l.Protocol = "WebSocket"
		}
	}
	l.Publishes, l.Cut = c.frames.Load(), c.cut.Load()
	return l
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
	if !began {
		c.end()
	}
	select {
	case <-c.opened:
		c.goodbye()
	default:
	}
	c.cancel()
}

// goodbye says it, and waits a moment for the answer (RFC 6455 §7.1.2).
func (c *Client) goodbye() {
	m := c.meter.Load()
	by := time.Now().Add(farewell)
	m.hurry(by)
	_ = c.ws.WriteControl(gorilla.CloseMessage, gorilla.FormatCloseMessage(gorilla.CloseNormalClosure, ""), by)
	timer := time.NewTimer(time.Until(by))
	defer timer.Stop()
	select {
	case <-m.done:
	case <-timer.C:
	}
	_ = m.end(nil)
}

// String names the server; without it fmt would print the fields, password and all.
func (c *Client) String() string { return fmt.Sprintf("client of %v", c.cfg) }

// GoString is String.
func (c *Client) GoString() string { return c.String() }
