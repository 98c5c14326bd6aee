package brokertest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"testing"
)

// Publisher is a client of bytes: it connects and publishes.
type Publisher struct {
	t    testing.TB
	conn net.Conn
	w    *bufio.Writer
	r    *bufio.Reader
}

// Dial connects to a broker as clientID; user may be empty. The connection ends with the test.
func Dial(t testing.TB, addr, clientID, user, password string) *Publisher {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &Publisher{t: t, conn: conn, w: bufio.NewWriterSize(conn, 64<<10), r: bufio.NewReader(conn)}
	flags := byte(2)
	fields := appendString(nil, clientID)
	if user != "" {
		flags |= 0xc0
		fields = appendString(appendString(fields, user), password)
	}
	body := append(appendString(nil, "MQTT"), 4, flags, 0, 0)
	body = append(body, fields...)
	_, _ = p.w.Write(append(binary.AppendUvarint([]byte{0x10}, uint64(len(body))), body...))
	p.Flush()
	var connack [4]byte
	if _, err := io.ReadFull(p.r, connack[:]); err != nil || connack[3] != 0 {
		t.Fatalf("publisher: CONNACK %v, %v", connack, err)
	}
	return p
}

// Send writes a PUBLISH of QoS 0 into a buffer.
func (p *Publisher) Send(topic, payload string, retain bool) {
	p.t.Helper()
	var flags byte
	if retain {
		flags = 1
	}
	if _, err := p.w.Write(AppendPublish(nil, flags, topic, 0, []byte(payload))); err != nil {
		p.t.Errorf("publisher: %v", err)
	}
}

// Flush sends what is in the buffer.
func (p *Publisher) Flush() {
	p.t.Helper()
	if err := p.w.Flush(); err != nil {
		p.t.Errorf("publisher: %v", err)
	}
}

// Sync sends what is in the buffer and waits until the broker has taken it: it answers in
// order.
func (p *Publisher) Sync() {
	p.t.Helper()
	_, _ = p.w.Write([]byte{0xc0, 0})
	p.Flush()
	var pingresp [2]byte
	if _, err := io.ReadFull(p.r, pingresp[:]); err != nil {
		p.t.Errorf("publisher: %v", fmt.Errorf("PINGRESP: %w", err))
	}
}

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}
