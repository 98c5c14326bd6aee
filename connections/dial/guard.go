package dial

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/connections"
)

const (
	// DefaultPacketLimit is the largest packet that goes on whole unless Options say otherwise.
	DefaultPacketLimit = 16 << 20
	// CutPayload is how much of a payload stays when its packet is over the limit.
	CutPayload = 64 << 10

	bufferSize          = 64 << 10
	defaultWriteTimeout = 10 * time.Second
)

// Options say how a [Conn] guards its stream.
type Options struct {
	// Addr is the host:port that failures name.
	Addr string
	// Version is the version of MQTT that is spoken: 5, or 4 for 3.1.1; 0 means 4.
	Version byte
	// PacketLimit is the largest packet in bytes that goes on whole; 0 means DefaultPacketLimit.
	PacketLimit int64
	// KeepAlive is what the broker is told in CONNECT, in whole seconds, and what is kept; 0
	// switches it off.
	KeepAlive time.Duration
	// Amend, if set, returns what is sent instead of a CONNECT packet.
	Amend func(connect []byte) []byte
	// WriteTimeout is how long the peer may refuse to take any byte; 0 means 10 s.
	WriteTimeout time.Duration
}

// Conn is a guarded stream of MQTT 3.1.1 or 5, seen from the client's end. It hands on whole,
// checked packets only, and ends the connection with a [connections.Failure] when the peer
// breaks the rules in a way that would make a library lie, crash or eat memory.
//
// It owns the keep-alive: it writes its own into CONNECT, pings by itself, answers a
// library's pings, and takes the peer for dead when no byte has come in 1.5 × keep-alive of
// waiting. A reader that doesn't read is no silence of the peer's.
//
// One goroutine may read and any number may write; each Write must hold whole packets.
// Deadlines for writing are the guard's own: the methods that set them do nothing.
type Conn struct {
	conn  net.Conn
	o     Options
	began time.Time

	in  incoming
	out outgoing

	longest atomic.Int64 // what the broker takes in one packet, in bytes; 0 for anything

	publishes, cuts   atomic.Uint64
	bytesIn, bytesOut atomic.Uint64
	// Instants in nanoseconds since began; 0 means never.
	lastByte, lastWrite, lastWait, waiting atomic.Int64
	sizes                                  sizes
	asked                                  asked

	mu      sync.Mutex // guards what follows
	failure *connections.Failure
	shut    bool
	done    chan struct{}  // closed when shut
	pinger  sync.WaitGroup // Add only while not shut
}

// Guard puts a guard around a fresh stream, on which nothing has been said yet.
func Guard(conn net.Conn, o Options) *Conn {
	if o.PacketLimit <= 0 {
		o.PacketLimit = DefaultPacketLimit
	}
	if o.WriteTimeout <= 0 {
		o.WriteTimeout = defaultWriteTimeout
	}
	c := &Conn{conn: conn, o: o, began: time.Now(), done: make(chan struct{})}
	c.in.buf = make([]byte, bufferSize)
	c.in.keepAlive = max(0, o.KeepAlive)
	return c
}

// Failure tells why the guard ended the connection; nil while it stands, and when Close
// ended it.
func (c *Conn) Failure() *connections.Failure {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.failure
}

// Close ends the stream and waits for the guard's own goroutine. It may be called twice.
func (c *Conn) Close() error {
	_ = c.end(nil)
	c.pinger.Wait()
	return nil
}

// LocalAddr implements [net.Conn].
func (c *Conn) LocalAddr() net.Addr { return c.conn.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (c *Conn) RemoteAddr() net.Addr { return c.conn.RemoteAddr() }

// SetDeadline is SetReadDeadline: deadlines for writing are the guard's own.
func (c *Conn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

// SetWriteDeadline does nothing: deadlines for writing are the guard's own.
func (c *Conn) SetWriteDeadline(time.Time) error { return nil }

// Link returns the figures of the stream.
func (c *Conn) Link() connections.Link {
	l := connections.Link{
		Publishes: c.publishes.Load(),
		Cut:       c.cuts.Load(),
		BytesIn:   c.bytesIn.Load(),
		BytesOut:  c.bytesOut.Load(),
		Behind:    c.behind(),
	}
	if at := c.lastByte.Load(); at != 0 {
		l.LastByte = c.began.Add(time.Duration(at))
	}
	return l
}

// Longest returns the size of the longest packet that the broker takes, in bytes; 0 if it takes
// any (MQTT 5 §3.2.2.3.6).
func (c *Conn) Longest() int64 { return c.longest.Load() }

// WireSize tells how many payload bytes the n-th PUBLISH that was handed on (from 1) had on
// the wire, if it was cut. Ask for each in order; sizes of earlier ones are forgotten.
func (c *Conn) WireSize(n uint64) (size int64, cut bool) { return c.sizes.take(n) }

func (c *Conn) now() int64 { return int64(time.Since(c.began)) }

// errEnded stands for [net.ErrClosed], by whose text paho decides to end without a word.
var errEnded = errors.New("the connection has ended")

// fail ends the connection because of f, unless something else has ended it before, and
// returns the error that explains the end.
func (c *Conn) fail(f *connections.Failure) error {
	f.Addr = c.o.Addr
	if errors.Is(f.Err, net.ErrClosed) {
		f.Err = errEnded
	}
	return c.end(f)
}

func (c *Conn) end(f *connections.Failure) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.shut {
		c.shut, c.failure = true, f
		close(c.done)
		_ = c.conn.Close()
	}
	if c.failure == nil {
		return errEnded
	}
	return c.failure
}

func (c *Conn) broken(detail string) error {
	return c.fail(&connections.Failure{Kind: connections.FailureProtocol, Detail: detail})
}

// sizes is the queue of what cut payloads measured on the wire.
type sizes struct {
	pending atomic.Int32 // so that a stream without cuts takes no lock
	mu      sync.Mutex   // guards queue
	queue   []cutSize
}

type cutSize struct {
	publish uint64
	size    int64
}

func (s *sizes) put(publish uint64, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, cutSize{publish, size})
	s.pending.Store(int32(len(s.queue)))
}

func (s *sizes) take(publish uint64) (size int64, cut bool) {
	if s.pending.Load() == 0 {
		return 0, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) > 0 && s.queue[0].publish <= publish {
		size, cut = s.queue[0].size, s.queue[0].publish == publish
		s.queue = s.queue[1:]
	}
	s.pending.Store(int32(len(s.queue)))
	return size, cut
}
