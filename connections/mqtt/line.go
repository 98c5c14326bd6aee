package mqtt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// farewell is how long Close waits for DISCONNECT to be written.
const farewell = 500 * time.Millisecond

// line is what the clients of both versions share: one attempt's stream, its beginning and its
// end.
type line struct {
	cfg     Config
	version byte // as in CONNECT: 4 or 5
	receive func(*connections.Message)

	// cancel ends the dialling; dialling is its context.
	dialling context.Context
	cancel   context.CancelFunc
	dialled  chan struct{} // closed when the byte stream stands

	guard atomic.Pointer[dial.Conn] // nil until the byte stream stands
	open  atomic.Bool               // the broker has accepted

	lost     chan struct{}
	lostOnce sync.Once

	flying pipeline

	mu     sync.Mutex // guards what follows
	began  bool       // Open has begun
	closed bool
	reason error // why it had ended before Close
}

func newLine(cfg Config, version byte, receive func(*connections.Message)) *line {
	if cfg.muted() != nil {
		cfg.Will = nil
	}
	l := &line{cfg: cfg, version: version, receive: receive, dialled: make(chan struct{}), lost: make(chan struct{})}
	l.dialling, l.cancel = context.WithCancel(context.Background())
	return l
}

// begin lets Open go on, once.
func (l *line) begin() error {
	if err := l.cfg.validate(); err != nil {
		return &connections.Failure{Kind: connections.FailureInvalid, Addr: l.cfg.addr(), Err: err}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.began || l.closed {
		return errors.New("a client opens only once")
	}
	l.began = true
	return nil
}

func (l *line) dial() (*dial.Conn, error) {
	conn, err := l.cfg.Dial(l.dialling, "tcp", l.cfg.addr())
	if err != nil {
		return nil, err
	}
	o := dial.Options{
		Addr:         l.cfg.addr(),
		Version:      l.version,
		PacketLimit:  l.cfg.PacketLimit,
		KeepAlive:    max(0, l.cfg.KeepAlive),
		WriteTimeout: l.cfg.WriteTimeout,
	}
	if l.version == 5 {
		o.Amend = l.cfg.Will.amend()
	}
	guard := dial.Guard(conn, o)
	l.guard.Store(guard)
	if err := l.dialling.Err(); err != nil {
		_ = guard.Close()
		return nil, err
	}
	close(l.dialled)
	return guard, nil
}

// spoken reports whether there was a byte stream.
func (l *line) spoken() bool { return l.guard.Load() != nil }

// abort ends an attempt, or a connection, without a farewell. Whatever the library is doing
// then, the end of its stream makes it stop.
func (l *line) abort() {
	l.cancel()
	if g := l.guard.Load(); g != nil {
		_ = g.Close()
	}
}

// notOpened explains why an attempt failed with err.
func (l *line) notOpened(err error) error {
	if cause := l.cause(); cause != nil {
		return cause
	}
	if l.dialling.Err() != nil {
		return context.Canceled
	}
	return dial.Classify(err, l.cfg.addr())
}

func (l *line) gaveUp(err error, dialled bool) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	f := l.failure(connections.FailureTimeout, "", nil)
	if dialled {
		f.Detail = "no answer to CONNECT"
	}
	return f
}

// end is called when the library has handed over the last message and ended.
func (l *line) end() { l.lostOnce.Do(func() { close(l.lost) }) }

// Lost implements [connections.Client].
func (l *line) Lost() <-chan struct{} { return l.lost }

// Err implements [connections.Client]. A connection that had fallen before Close keeps its
// reason.
func (l *line) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return l.reason
	}
	return l.cause()
}

func (l *line) cause() error {
	if g := l.guard.Load(); g != nil {
		if f := g.Failure(); f != nil {
			return f
		}
	}
	return nil
}

// fell is why the connection fell.
func (l *line) fell() error {
	if err := l.Err(); err != nil {
		return err
	}
	return l.failure(connections.FailureClosed, "", nil)
}

// Link implements [connections.Client].
func (l *line) Link() connections.Link {
	g := l.guard.Load()
	if g == nil {
		return connections.Link{}
	}
	link := g.Link()
	if l.open.Load() {
		link.Protocol = "MQTT 3.1.1"
		if l.version == 5 {
			link.Protocol = "MQTT 5"
		}
	}
	return link
}

// close ends the line, once. goodbye says it to the broker and ends the library; it has a moment
// for that.
func (l *line) close(goodbye func()) {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return
	}
	began := l.began
	l.closed, l.reason = true, l.cause()
	l.mu.Unlock()
	if !l.open.Load() {
		l.abort()
		if !began {
			l.end()
		}
		return
	}
	said := make(chan struct{})
	go func() {
		defer close(said)
		goodbye()
	}()
	select {
	case <-said:
	case <-time.After(farewell):
	}
	l.abort()
}

// String names the broker; without it fmt would print the fields, password and all.
func (l *line) String() string { return fmt.Sprintf("client of %v", l.cfg) }

// GoString is String.
func (l *line) GoString() string { return l.String() }

func (l *line) failure(kind connections.FailureKind, detail string, err error) *connections.Failure {
	return &connections.Failure{Kind: kind, Addr: l.cfg.addr(), Detail: detail, Err: err}
}

func invalid(what string, err error) error {
	return &connections.Failure{Kind: connections.FailureInvalid, Detail: what, Err: err}
}

func isNotConnected(err error) bool {
	return connections.KindOf(err) == connections.FailureNotConnected
}
