package main

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// version is the protocol level of CONNECT (MQTT 5 §3.1.2.2).
type version byte

const (
	version311 version = 4
	version5   version = 5
)

// standIn takes the place of a broker, so that a client is measured without a broker's cost or
// ceiling. It knows just enough of one version of MQTT to answer one subscriber, and then sends
// the load; TCP pushes back, and nothing is dropped. Without a load it takes what a client sends.
// Clients of another version are refused.
type standIn struct {
	version  version
	load     *load
	listener net.Listener
	done     chan error
	// sent is how many messages went.
	sent atomic.Uint64
	// taken is how many messages came.
	taken atomic.Uint64
}

func newStandIn(v version, l *load) (*standIn, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &standIn{version: v, load: l, listener: listener, done: make(chan error, 1)}
	go func() { s.done <- s.serve() }()
	return s, nil
}

func (s *standIn) addr() string { return s.listener.Addr().String() }

// close ends it and returns what went wrong while it served.
func (s *standIn) close() error {
	s.listener.Close()
	return <-s.done
}

func (s *standIn) serve() error {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return err
		}
		c := &subscriber{standIn: s, conn: conn, in: bufio.NewReaderSize(conn, 64<<10), out: bufio.NewWriterSize(conn, 64<<10)}
		taken, err := c.serve()
		conn.Close()
		if taken {
			return err
		}
	}
}

// rest is how long a client that has just connected is left alone, so that what it does at
// its start is not measured.
const rest = 200 * time.Millisecond

// subscriber is a client that has connected.
type subscriber struct {
	*standIn
	conn net.Conn
	in   *bufio.Reader
	// flags are those of the last packet (MQTT 3.1.1 §2.2.2).
	flags byte
	// mu guards out.
	mu  sync.Mutex
	out *bufio.Writer
}

// serve reports whether the client was one to send to.
func (c *subscriber) serve() (taken bool, err error) {
	_, connect, err := c.packet()
	if err != nil || len(connect) < 7 {
		return false, errors.New("no CONNECT")
	}
	if version(connect[6]) != c.version {
		_, err := c.conn.Write([]byte{0x20, 2, 0, 1}) // unacceptable protocol version
		return false, err
	}
	c.reply(0x20, c.properties([]byte{0, 0}))
	if c.load == nil {
		c.answer(func() {})
		return true, nil
	}
	subscribed, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		c.answer(sync.OnceFunc(func() { close(subscribed) }))
	}()
	select {
	case <-subscribed:
	case <-gone:
		return false, errors.New("the client left before it had subscribed")
	}
	<-time.After(rest)
	err = c.send()
	<-gone
	return true, err
}

// send sends the load: the burst at once, and the rest as its rate says.
func (c *subscriber) send() error {
	l := c.load
	if l.rate <= 0 {
		return c.sendTo(0, l.messages)
	}
	if err := c.sendTo(0, l.burst); err != nil {
		return err
	}
	if l.goOn != nil {
		<-l.goOn
	}
	start, pace := time.Now(), time.NewTicker(time.Millisecond)
	defer pace.Stop()
	for i := l.burst; i < l.messages; <-pace.C {
		due := min(l.messages, l.burst+uint64(time.Since(start).Seconds()*l.rate)+1)
		if err := c.sendTo(i, due); err != nil {
			return err
		}
		i = max(i, due)
	}
	return nil
}

// sendTo sends the messages from i on to before end. In between, answers may be written.
func (c *subscriber) sendTo(i, end uint64) error {
	var packet []byte
	for i < end {
		c.mu.Lock()
		for few := min(end, i+256); i < few; i++ {
			packet = c.publish(packet[:0], i)
			if _, err := c.out.Write(packet); err != nil {
				c.mu.Unlock()
				return err
			}
		}
		var err error
		if i == end {
			err = c.out.Flush()
		}
		c.mu.Unlock()
		if err != nil {
			return err
		}
		c.sent.Store(i)
	}
	return nil
}

func (c *subscriber) publish(packet []byte, i uint64) []byte {
	topic, payload := c.load.message(i)
	n := 2 + len(topic) + len(payload)
	if c.version == version5 {
		n++
	}
	packet = binary.AppendUvarint(append(packet, 0x30), uint64(n))
	packet = append(binary.BigEndian.AppendUint16(packet, uint16(len(topic))), topic...)
	return append(c.properties(packet), payload...)
}

// properties adds an empty list of properties where the version has one.
func (c *subscriber) properties(b []byte) []byte {
	if c.version == version5 {
		return append(b, 0)
	}
	return b
}

// answer says yes to everything that a client sends, until it leaves.
func (c *subscriber) answer(subscribed func()) {
	for {
		kind, body, err := c.packet()
		if err != nil {
			return
		}
		switch kind {
		case 3: // PUBLISH
			c.taken.Add(1)
			if c.flags&6 == 0 {
				break
			}
			// PUBACK with the packet number, which follows the topic.
			at := 2 + int(binary.BigEndian.Uint16(body))
			c.mu.Lock()
			_, _ = c.out.Write([]byte{0x40, 2, body[at], body[at+1]})
			if c.in.Buffered() == 0 {
				_ = c.out.Flush()
			}
			c.mu.Unlock()
		case 8: // SUBSCRIBE: a packet number, properties, filters with their options
			filters := body[2:]
			if c.version == version5 {
				filters = filters[1+int(filters[0]):] // fewer than 128 bytes of properties
			}
			reply := c.properties([]byte{body[0], body[1]})
			for len(filters) > 2 {
				filters = filters[3+int(binary.BigEndian.Uint16(filters)):]
				reply = append(reply, 0)
			}
			c.reply(0x90, reply)
			subscribed()
		case 12: // PINGREQ
			c.reply(0xd0, nil)
		case 14: // DISCONNECT
			return
		}
	}
}

func (c *subscriber) reply(head byte, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.out.Write(append([]byte{head, byte(len(body))}, body...)) // an error shows when the load is sent
	_ = c.out.Flush()
}

func (c *subscriber) packet() (kind byte, body []byte, err error) {
	head, err := c.in.ReadByte()
	if err != nil {
		return 0, nil, err
	}
	n, err := binary.ReadUvarint(c.in)
	if err != nil || n > 1<<20 {
		return 0, nil, errors.New("a packet without a length")
	}
	body = make([]byte, n)
	_, err = io.ReadFull(c.in, body)
	c.flags = head & 15
	return head >> 4, body, err
}
