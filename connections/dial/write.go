package dial

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"streamscope/connections"
)

// writeChunk is how many bytes have the write timeout for themselves: a large payload on a
// slow line is no stall.
const writeChunk = 16 << 10

// outgoing is the state of the writing side.
type outgoing struct {
	mu sync.Mutex // keeps packets whole
}

// Write implements [net.Conn]. p must hold whole packets, the first of which may be rewritten
// (CONNECT) or answered here (PINGREQ).
func (c *Conn) Write(p []byte) (int, error) {
	h, ok, _ := parseHeader(p)
	if !ok {
		return c.send(p)
	}
	switch h.kind {
	case typePingreq:
		c.givePong()
		return len(p), nil
	case typeConnect:
		return c.sendConnect(h, p)
	case typeSubscribe, typeUnsubscribe:
		c.asked.note(c.o.Version, h.kind, p[h.size:])
	}
	return c.send(p)
}

// sendConnect sends a CONNECT packet with the guard's keep-alive, amended.
func (c *Conn) sendConnect(h header, p []byte) (int, error) {
	sent := c.declareKeepAlive(h, p)
	if c.o.Amend != nil && int64(len(p)) == h.total() {
		sent = c.o.Amend(sent)
	}
	if n, err := c.send(sent); err != nil {
		return min(n, len(p)), err
	}
	return len(p), nil
}

// declareKeepAlive returns the CONNECT packet p with the guard's keep-alive (MQTT 3.1.1
// §3.1.2.10): the library's own is switched off, so that it never pings and never judges.
func (c *Conn) declareKeepAlive(h header, p []byte) []byte {
	if c.o.KeepAlive <= 0 || len(p) < h.size+2 {
		return p
	}
	at := h.size + 2 + int(binary.BigEndian.Uint16(p[h.size:])) + 2
	if len(p) < at+2 {
		return p
	}
	p = slices.Clone(p)
	seconds := min(math.MaxUint16, (c.o.KeepAlive+time.Second-1)/time.Second)
	binary.BigEndian.PutUint16(p[at:], uint16(seconds))
	return p
}

func (c *Conn) send(p []byte) (sent int, err error) {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	for sent < len(p) {
		chunk := p[sent:min(len(p), sent+writeChunk)]
		_ = c.conn.SetWriteDeadline(time.Now().Add(c.o.WriteTimeout))
		n, err := c.conn.Write(chunk)
		sent += n
		c.bytesOut.Add(uint64(n))
		if err != nil {
			return sent, c.mute(err)
		}
		c.lastWrite.Store(c.now())
	}
	return sent, nil
}

// mute ends the connection because writing failed: half a packet may be on its way.
func (c *Conn) mute(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return c.fail(&connections.Failure{Kind: connections.FailureWriteStalled})
	}
	return c.fail(Classify(err, c.o.Addr))
}

var pingreq = []byte{typePingreq << 4, 0}

// startPinger starts the goroutine that pings, once the peer has accepted.
func (c *Conn) startPinger() {
	c.mu.Lock()
	defer c.mu.Unlock()
	keepAlive := c.in.keepAlive
	if keepAlive <= 0 || c.shut {
		return
	}
	c.pinger.Add(1)
	go func() {
		defer c.pinger.Done()
		c.ping(keepAlive / 2)
	}()
}

// ping sends a PINGREQ whenever one of both directions has been quiet for half of the
// keep-alive.
func (c *Conn) ping(half time.Duration) {
	tick := time.NewTicker(half)
	defer tick.Stop()
	for {
		select {
		case <-c.done:
			return
		case <-tick.C:
		}
		heard, said := c.lastByte.Load(), c.lastWrite.Load()
		if c.now()-min(heard, said) < int64(half) {
			continue
		}
		if _, err := c.send(pingreq); err != nil {
			return
		}
	}
}

// asked remembers the requests that wait for an answer, so that an answer to something else
// is found out before a library believes it.
type asked struct {
	mu      sync.Mutex         // guards pending
	pending map[uint16]request // by packet identifier
}

type request struct {
	kind    byte
	filters int
}

func (a *asked) note(version, kind byte, body []byte) {
	if len(body) < 2 {
		return
	}
	was := request{kind: kind, filters: topics(body[2:], 1)}
	if version == 5 {
		_, list, _ := splitProperties(body[2:])
		if was.filters = topics(list, 1); kind == typeUnsubscribe {
			was.filters = topics(list, 0)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.pending == nil {
		a.pending = make(map[uint16]request)
	}
	a.pending[binary.BigEndian.Uint16(body)] = was
}

// check checks an acknowledgement (MQTT 3.1.1 §3.4 to §3.11) against what was asked.
func (a *asked) check(version, kind byte, body []byte) error {
	if len(body) < 2 || (version != 5 && kind != typeSuback && len(body) != 2) {
		return fmt.Errorf("an acknowledgement of type %d with %d bytes", kind, len(body))
	}
	codes := len(body) - 2
	if version == 5 {
		var err error
		if codes, err = checkAck5(kind, body); err != nil {
			return fmt.Errorf("an acknowledgement of type %d with %w", kind, err)
		}
	}
	id := binary.BigEndian.Uint16(body)
	a.mu.Lock()
	defer a.mu.Unlock()
	was := a.pending[id]
	switch kind {
	case typePubrel:
		return nil // its identifiers are the broker's own
	case typeSuback:
		if was.kind != typeSubscribe {
			return fmt.Errorf("a SUBACK that nobody waits for")
		}
		if codes != was.filters {
			return fmt.Errorf("a SUBACK with %d codes for %d filters", codes, was.filters)
		}
	case typeUnsuback:
		if was.kind != typeUnsubscribe {
			return fmt.Errorf("an UNSUBACK that nobody waits for")
		}
		if version == 5 && codes != was.filters {
			return fmt.Errorf("an UNSUBACK with %d codes for %d filters", codes, was.filters)
		}
	default:
		if was.kind != 0 {
			return fmt.Errorf("an acknowledgement of another type than was asked for")
		}
	}
	delete(a.pending, id)
	return nil
}
