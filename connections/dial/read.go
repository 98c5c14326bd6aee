package dial

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/connections"
)

const (
	// behindAfter is how long the reader must not have waited to be called behind.
	behindAfter = 3 * time.Second
	// pause is the shortest time in a read that counts as waiting.
	pause = 200 * time.Microsecond
	// keepBig is the largest buffer that stays for the next big packet.
	keepBig = 1 << 20
)

// incoming is the state of the reading side. All but the fields under mu belong to the
// goroutine that reads.
type incoming struct {
	buf  []byte
	r, w int
	// big holds a packet that does not fit into buf, or one that was rewritten.
	big []byte
	// ready is what remains of the packet that is being handed on.
	ready   []byte
	publish bool // ready is a PUBLISH
	cut     bool // that was cut
	greeted bool // CONNACK has come
	within  bool // a packet that does not fit into buf is on its way
	// keepAlive is the broker's if it has a mind of its own (MQTT 5 §3.2.2.3.14).
	keepAlive time.Duration

	pongs atomic.Int32 // answers that the library's pings still wait for

	mu       sync.Mutex // guards what follows, and the order of pongs and armed
	deadline time.Time  // set by the library
	armed    time.Time  // the deadline of the stream as set; zero if none
}

// Read implements [net.Conn]. It returns bytes of one whole, checked packet at a time.
func (c *Conn) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(c.in.ready) == 0 {
		if err := c.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.in.ready)
	c.in.ready = c.in.ready[n:]
	if len(c.in.ready) == 0 && c.in.publish {
		c.publishes.Add(1)
		if c.in.cut {
			c.cuts.Add(1)
		}
	}
	return n, nil
}

// SetReadDeadline implements [net.Conn]; the keep-alive's deadline stays beside it.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.deadline, c.in.armed = t, t
	return c.conn.SetReadDeadline(t)
}

var pingresp = []byte{typePingresp << 4, 0}

// next makes the next packet ready.
func (c *Conn) next() error {
	in := &c.in
	if cap(in.big) > keepBig {
		in.big = nil
	}
	in.publish, in.cut, in.within = false, false, false
	for {
		if c.takePong() {
			in.ready = pingresp
			return nil
		}
		if !in.greeted && in.w > in.r && in.buf[in.r] != typeConnack<<4 {
			return c.strange(in.buf[in.r:in.w])
		}
		h, ok, err := parseHeader(in.buf[in.r:in.w])
		if err != nil {
			return c.broken(err.Error())
		}
		if !ok {
			if err := c.fill(true); err != nil {
				return err
			}
			continue
		}
		packet, whole, err := c.gather(&h)
		if err != nil {
			return err
		}
		if !whole {
			continue
		}
		pass, err := c.check(h, packet[h.size:])
		if err != nil {
			return err
		}
		if pass {
			in.ready = packet
			return nil
		}
	}
}

// strange tells by the first bytes who has answered, if it was no MQTT broker.
func (c *Conn) strange(b []byte) error {
	switch {
	case (b[0] == 0x15 || b[0] == 0x16) && (len(b) == 1 || b[1] == 3): // TLS records (RFC 8446 §5.1)
		return c.fail(&connections.Failure{Kind: connections.FailureSpeaksTLS})
	case b[0] == 'H':
		return c.broken("it answers as a web server does")
	}
	return c.broken("its first bytes are not MQTT")
}

// gather returns the packet that h begins, of which buf holds the header. It is not whole
// when it fits into buf and more bytes must be asked for; these have been read then. A packet
// that had to be shortened has another header afterwards.
func (c *Conn) gather(h *header) (packet []byte, whole bool, err error) {
	in := &c.in
	in.within = h.total() > bufferSize
	switch total := h.total(); {
	case h.kind != typePublish && total > min(c.o.PacketLimit, bufferSize):
		return nil, false, c.fail(&connections.Failure{
			Kind:   connections.FailurePacketTooLarge,
			Detail: fmt.Sprintf("a packet of type %d with %d bytes", h.kind, total),
		})
	case total > c.o.PacketLimit:
		packet, err = c.shorten(h)
		return packet, true, err
	case total > bufferSize:
		err = c.collect(int(total))
		return in.big, true, err
	case int64(in.w-in.r) < total:
		return nil, false, c.fill(true)
	default:
		packet = in.buf[in.r : in.r+int(total)]
		in.r += int(total)
		return packet, true, nil
	}
}

// collect takes n bytes off the stream into big.
func (c *Conn) collect(n int) error {
	c.in.big = c.in.big[:0]
	return c.more(n)
}

// more takes n further bytes off the stream into big. Memory grows with the bytes that come,
// not with what a header promises.
func (c *Conn) more(n int) error {
	in := &c.in
	n += len(in.big)
	have := min(n-len(in.big), in.w-in.r)
	in.big = append(in.big, in.buf[in.r:in.r+have]...)
	in.r += have
	for len(in.big) < n {
		room := min(n-len(in.big), max(len(in.big), bufferSize))
		in.big = slices.Grow(in.big, room)
		m, err := c.read(in.big[len(in.big):len(in.big)+room], false)
		if err != nil {
			return err
		}
		in.big = in.big[:len(in.big)+m]
	}
	return nil
}

// check decides whether a whole packet is handed on. Only a PUBLISH that was cut has a body
// shorter than its header says.
func (c *Conn) check(h header, body []byte) (pass bool, err error) {
	in := &c.in
	if h.kind == typePublish && in.greeted {
		if err := c.checkPublish(h, body); err != nil {
			return false, err
		}
		in.publish = true
		return true, nil
	}
	if !in.greeted {
		if f := c.checkConnack(body); f != nil {
			return false, c.fail(f)
		}
		in.greeted = true
		c.startPinger()
		return true, nil
	}
	switch h.kind {
	case typePuback, typePubrec, typePubrel, typePubcomp, typeSuback, typeUnsuback:
		if err := c.asked.check(c.o.Version, h.kind, body); err != nil {
			return false, c.broken(err.Error())
		}
		return true, nil
	case typePingresp:
		return false, nil // the answer to a ping of the guard's own
	case typeDisconnect:
		if c.o.Version == 5 {
			return false, c.fail(goodbye(body))
		}
		return false, c.fail(&connections.Failure{Kind: connections.FailureClosed, Detail: "DISCONNECT"})
	default:
		return false, c.broken(fmt.Sprintf("a packet of type %d, which no broker sends", h.kind))
	}
}

func (c *Conn) checkPublish(h header, body []byte) error {
	check := checkPublish
	if c.o.Version == 5 {
		check = checkPublish5
	}
	if err := check(h, body); err != nil {
		return c.broken(err.Error())
	}
	return nil
}

func (c *Conn) checkConnack(body []byte) *connections.Failure {
	if c.o.Version != 5 {
		return checkConnack(body)
	}
	found, f := checkConnack5(body)
	if f != nil {
		return f
	}
	if found.keepAlive >= 0 {
		c.in.keepAlive = time.Duration(found.keepAlive) * time.Second
	}
	c.longest.Store(found.longest)
	return nil
}

// errWoken ends a wait for bytes because an answer to a ping is due.
var errWoken = errors.New("woken")

// fill reads at least one more byte into buf, or none when it was woken.
func (c *Conn) fill(wakeable bool) error {
	in := &c.in
	if in.r > 0 {
		in.w = copy(in.buf, in.buf[in.r:in.w])
		in.r = 0
	}
	n, err := c.read(in.buf[in.w:], wakeable)
	in.w += n
	if errors.Is(err, errWoken) {
		return nil
	}
	return err
}

// read reads at least one byte from the stream.
func (c *Conn) read(p []byte, wakeable bool) (int, error) {
	start := c.now()
	c.waiting.Store(start)
	defer c.waiting.Store(0)
	for retry := false; ; retry = true {
		if c.arm(start, retry) && wakeable {
			return 0, errWoken
		}
		n, err := c.conn.Read(p)
		if n > 0 {
			c.heard(n, len(p), start)
			return n, nil
		}
		if err == nil || errors.Is(err, os.ErrDeadlineExceeded) && !c.overdue(start) {
			continue
		}
		return 0, c.deaf(err)
	}
}

// heard notes n bytes. A read that was filled to the brim, or took no time, did not wait.
func (c *Conn) heard(n, room int, start int64) {
	now := c.now()
	c.bytesIn.Add(uint64(n))
	c.lastByte.Store(now)
	if n < room && now-start > int64(pause) {
		c.lastWait.Store(now)
	}
}

// deaf ends the connection because reading failed.
func (c *Conn) deaf(err error) error {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		f := Classify(err, c.o.Addr)
		switch {
		case !c.in.greeted:
			f.Detail = connections.Unanswered
		case (c.in.within || c.in.w > c.in.r) && errors.Is(err, io.EOF):
			f.Detail = "in the middle of a packet"
		}
		return c.fail(f)
	}
	if c.in.greeted {
		return c.fail(&connections.Failure{Kind: connections.FailureSilent})
	}
	return c.fail(&connections.Failure{Kind: connections.FailureTimeout, Detail: "no answer to CONNECT"})
}

func (c *Conn) silence() time.Duration { return c.in.keepAlive * 3 / 2 }

// arm sets the deadline for a read that began at start, and reports whether the library waits
// for the answer to a ping. It sets anew only what has become wrong by more than an eighth of
// the keep-alive, or at a retry: doing so is not free.
func (c *Conn) arm(start int64, retry bool) bool {
	in := &c.in
	in.mu.Lock()
	defer in.mu.Unlock()
	want := in.deadline
	if in.greeted && c.in.keepAlive > 0 {
		silent := c.began.Add(time.Duration(start) + c.silence())
		if want.IsZero() || silent.Before(want) {
			want = silent
		}
	}
	if retry || in.armed.IsZero() != want.IsZero() || want.Sub(in.armed).Abs() > c.in.keepAlive/8 {
		_ = c.conn.SetReadDeadline(want)
		in.armed = want
	}
	return in.pongs.Load() > 0
}

// overdue reports whether the deadline of a read that began at start has really passed.
func (c *Conn) overdue(start int64) bool {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	if c.in.greeted && c.in.keepAlive > 0 && c.now()-start >= int64(c.silence()) {
		return true
	}
	return !c.in.deadline.IsZero() && !time.Now().Before(c.in.deadline)
}

func (c *Conn) behind() bool {
	now := c.now()
	if since := c.waiting.Load(); since != 0 && now-since > int64(pause) {
		return false
	}
	return c.lastByte.Load() != 0 && now-c.lastWait.Load() > int64(behindAfter)
}

// givePong owes the library an answer to its ping and wakes the reader.
func (c *Conn) givePong() {
	c.in.mu.Lock()
	defer c.in.mu.Unlock()
	c.in.pongs.Add(1)
	past := time.Unix(1, 0)
	c.in.armed = past
	_ = c.conn.SetReadDeadline(past)
}

func (c *Conn) takePong() bool {
	if c.in.pongs.Load() == 0 {
		return false
	}
	c.in.pongs.Add(-1)
	return true
}
