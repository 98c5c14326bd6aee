package websocket

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
)

const (
	// answerLimit bounds what a server may say before it has switched to WebSocket: net/http
	// would read a header of any length.
	answerLimit = 64 << 10
	// headBytes is how much of that is remembered, to tell what answered.
	headBytes = 16
	// writeChunk is how many bytes have the write timeout for themselves: a large message on a
	// slow line is no stall.
	writeChunk = 16 << 10
	// behindAfter is how long the reader must not have waited to be called behind.
	behindAfter = 3 * time.Second
	// pause is the shortest time in a read that counts as waiting.
	pause = 200 * time.Microsecond
	// lastWords is how long the reader goes on when writing has failed: the peer may have said
	// why it closes.
	lastWords = 500 * time.Millisecond
)

// meter is the byte stream under the frames. It ends the connection with a Failure when the
// peer talks too much before the upgrade, falls silent after it, or stops taking bytes.
//
// One goroutine reads. Deadlines for reading are the meter's own.
type meter struct {
	conn         net.Conn
	addr         string
	silence      time.Duration // 0 is off
	writeTimeout time.Duration
	began        time.Time

	open              atomic.Bool // upgraded
	bytesIn, bytesOut atomic.Uint64
	// Instants in nanoseconds since began; 0 means never.
	lastByte, lastWait, waiting atomic.Int64
	// hurried is when the last write has to be done, in nanoseconds since 1970; 0 is none.
	hurried atomic.Int64
	wound   atomic.Pointer[connections.Failure] // why writing failed

	armed time.Time       // the reader's
	head  [headBytes]byte // written by the reader before open
	asked time.Time       // the writer's deadline; guarded by gorilla's lock around writes

	mu      sync.Mutex // guards what follows
	failure *connections.Failure
	shut    bool
	done    chan struct{} // closed when shut
}

func newMeter(conn net.Conn, cfg Config) *meter {
	return &meter{
		conn: conn, addr: cfg.addr(), silence: max(0, cfg.PingInterval*3/2), writeTimeout: cfg.WriteTimeout,
		began: time.Now(), done: make(chan struct{}),
	}
}

func (m *meter) now() int64 { return int64(time.Since(m.began)) }

// Read implements [net.Conn].
func (m *meter) Read(p []byte) (int, error) {
	start := m.now()
	m.waiting.Store(start)
	defer m.waiting.Store(0)
	for retry := false; ; retry = true {
		m.arm(start, retry)
		n, err := m.conn.Read(p)
		switch {
		case n > 0:
			return n, m.heard(p[:n], len(p), start)
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded) && m.wound.Load() == nil && m.now()-start < int64(m.silence):
		default:
			return 0, m.deaf(err)
		}
	}
}

// heard notes bytes. A read that was filled to the brim, or took no time, did not wait.
func (m *meter) heard(p []byte, room int, start int64) error {
	now := m.now()
	total := m.bytesIn.Add(uint64(len(p)))
	m.lastByte.Store(now)
	if len(p) < room && now-start > int64(pause) {
		m.lastWait.Store(now)
	}
	if m.open.Load() {
		return nil
	}
	if before := total - uint64(len(p)); before < headBytes {
		copy(m.head[before:], p)
	}
	if total > answerLimit {
		return m.fail(&connections.Failure{
			Kind: connections.FailureUpgrade, Detail: fmt.Sprintf("its answer is longer than %d KiB", answerLimit>>10),
		})
	}
	return nil
}

// arm sets the deadline for a read that began at start. It sets anew only what has become
// wrong by more than an eighth, or at a retry: doing so is not free.
func (m *meter) arm(start int64, retry bool) {
	if m.silence == 0 || !m.open.Load() || m.wound.Load() != nil {
		return
	}
	want := m.began.Add(time.Duration(start) + m.silence)
	if retry || m.armed.IsZero() || want.Sub(m.armed) > m.silence/8 {
		_ = m.conn.SetReadDeadline(want)
		m.armed = want
	}
}

// deaf ends the connection because reading failed.
func (m *meter) deaf(err error) error {
	if wound := m.wound.Load(); wound != nil {
		return m.fail(wound)
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return m.fail(&connections.Failure{Kind: connections.FailureSilent})
	}
	f := dial.Classify(err, m.addr)
	switch {
	case f.Kind != connections.FailureClosed:
	case !m.open.Load():
		f.Detail = "before it answered"
	case errors.Is(err, io.EOF):
		f = &connections.Failure{Kind: connections.FailureEnded, Detail: closeWords(1006, "")}
	}
	return m.fail(f)
}

// Write implements [net.Conn].
func (m *meter) Write(p []byte) (sent int, err error) {
	for sent < len(p) {
		chunk := p[sent:min(len(p), sent+writeChunk)]
		_ = m.conn.SetWriteDeadline(m.writeDeadline())
		n, err := m.conn.Write(chunk)
		sent += n
		m.bytesOut.Add(uint64(n))
		switch {
		case err == nil:
		case errors.Is(err, os.ErrDeadlineExceeded) && n > 0 && m.hurried.Load() == 0 && m.asked.IsZero():
			// Slow is not stalled.
		default:
			return sent, m.mute(err)
		}
	}
	return sent, nil
}

func (m *meter) writeDeadline() time.Time {
	d := time.Now().Add(m.writeTimeout)
	if !m.asked.IsZero() && m.asked.Before(d) {
		d = m.asked
	}
	if at := m.hurried.Load(); at != 0 && at < d.UnixNano() {
		d = time.Unix(0, at)
	}
	return d
}

// mute notes that writing failed. A peer that has gone may have said why, so the reader gets a
// moment to find it.
func (m *meter) mute(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return m.fail(&connections.Failure{Kind: connections.FailureWriteStalled})
	}
	f := dial.Classify(err, m.addr)
	if !m.open.Load() {
		return m.fail(f)
	}
	m.wound.CompareAndSwap(nil, f)
	_ = m.conn.SetReadDeadline(time.Now().Add(lastWords))
	return f
}

// hurry makes all writing end by then.
func (m *meter) hurry(by time.Time) {
	m.hurried.Store(by.UnixNano())
	_ = m.conn.SetWriteDeadline(by)
}

func (m *meter) behind() bool {
	now := m.now()
	if since := m.waiting.Load(); since != 0 && now-since > int64(pause) {
		return false
	}
	return m.lastByte.Load() != 0 && now-m.lastWait.Load() > int64(behindAfter)
}

// link returns the figures of bytes and waiting.
func (m *meter) link() connections.Link {
	l := connections.Link{BytesIn: m.bytesIn.Load(), BytesOut: m.bytesOut.Load(), Behind: m.behind()}
	if at := m.lastByte.Load(); at != 0 {
		l.LastByte = m.began.Add(time.Duration(at))
	}
	return l
}

// errEnded is what reading and writing return after an end that nobody is to blame for.
var errEnded = errors.New("the connection has ended")

// fail ends the connection because of f, unless something else has ended it before, and
// returns the error that explains the end.
func (m *meter) fail(f *connections.Failure) error {
	f.Addr = m.addr
	return m.end(f)
}

func (m *meter) end(f *connections.Failure) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.shut {
		m.shut, m.failure = true, f
		close(m.done)
		_ = m.conn.Close()
	}
	if m.failure == nil {
		return errEnded
	}
	return m.failure
}

// cause tells why the connection ended; nil while it stands, and after end(nil).
func (m *meter) cause() *connections.Failure {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.failure
}

// Close implements [net.Conn].
func (m *meter) Close() error {
	_ = m.end(nil)
	return nil
}

// LocalAddr implements [net.Conn].
func (m *meter) LocalAddr() net.Addr { return m.conn.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (m *meter) RemoteAddr() net.Addr { return m.conn.RemoteAddr() }

// SetDeadline does nothing: gorilla sets it for the handshake, which a context bounds.
func (m *meter) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing: deadlines for reading are the meter's own.
func (m *meter) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline bounds the next Write beside the meter's own timeout.
func (m *meter) SetWriteDeadline(t time.Time) error {
	m.asked = t
	return nil
}
