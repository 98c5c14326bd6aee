package brokertest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"testing"
)

// Hostile is a broker that is written by the test, byte by byte.
type Hostile struct {
	Host string
	Port int
}

// Serve runs script for every connection, each on its own goroutine, until the test ends. The
// connection is closed when script returns.
func Serve(t testing.TB, script func(*Peer)) *Hostile {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var (
		mu    sync.Mutex // guards conns
		conns = make(map[net.Conn]bool)
		ended bool
		wg    sync.WaitGroup
	)
	wg.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			if ended {
				_ = conn.Close()
				mu.Unlock()
				continue
			}
			conns[conn] = true
			mu.Unlock()
			wg.Go(func() {
				script(&Peer{Conn: conn, r: bufio.NewReader(conn)})
				_ = conn.Close()
				mu.Lock()
				delete(conns, conn)
				mu.Unlock()
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		ended = true
		for conn := range conns {
			_ = conn.Close()
		}
		mu.Unlock()
		wg.Wait()
	})
	addr := listener.Addr().(*net.TCPAddr)
	return &Hostile{Host: addr.IP.String(), Port: addr.Port}
}

// Peer is a client as the hostile broker sees it.
type Peer struct {
	net.Conn
	r *bufio.Reader
}

// Packet reads one packet of the client's.
func (p *Peer) Packet() (first byte, body []byte, err error) {
	if first, err = p.r.ReadByte(); err != nil {
		return 0, nil, err
	}
	n, err := binary.ReadUvarint(p.r)
	if err != nil || n > 1<<28 {
		return 0, nil, errors.New("a malformed length")
	}
	body = make([]byte, n)
	_, err = io.ReadFull(p.r, body)
	return first, body, err
}

// Send writes raw bytes.
func (p *Peer) Send(b ...byte) { _, _ = p.Write(b) }

// Accept reads CONNECT and accepts it.
func (p *Peer) Accept() { p.Answer(0) }

// Answer reads CONNECT and answers with a CONNACK of the given code.
func (p *Peer) Answer(code byte) {
	_, _, _ = p.Packet()
	p.Send(0x20, 2, 0, code)
}

// Publish sends a PUBLISH of QoS 0.
func (p *Peer) Publish(topic string, payload []byte) {
	_, _ = p.Write(AppendPublish(nil, 0, topic, 0, payload))
}

// Behave answers what the client asks, politely, until it goes.
func (p *Peer) Behave() {
	for {
		first, body, err := p.Packet()
		if err != nil {
			return
		}
		switch first >> 4 {
		case 3:
			p.confirm(first, body)
		case 6:
			p.Send(0x70, 2, body[0], body[1])
		case 8:
			p.Grant(body, 0)
		case 10:
			p.Send(0xb0, 2, body[0], body[1])
		case 12:
			p.Send(0xd0, 0)
		case 14:
			return
		}
	}
}

func (p *Peer) confirm(first byte, body []byte) {
	id := 2 + int(binary.BigEndian.Uint16(body))
	switch first >> 1 & 3 {
	case 1:
		p.Send(0x40, 2, body[id], body[id+1])
	case 2:
		p.Send(0x50, 2, body[id], body[id+1])
	}
}

// Grant answers the body of a SUBSCRIBE with code for each of its filters.
func (p *Peer) Grant(body []byte, code byte) {
	answer := []byte{body[0], body[1]}
	for at := 2; at < len(body); at += 2 + int(binary.BigEndian.Uint16(body[at:])) + 1 {
		answer = append(answer, code)
	}
	_, _ = p.Write(append(binary.AppendUvarint([]byte{0x90}, uint64(len(answer))), answer...))
}

// AppendPublish appends a PUBLISH packet; flags holds the low four bits of its first byte.
func AppendPublish(b []byte, flags byte, topic string, id uint16, payload []byte) []byte {
	n := 2 + len(topic) + len(payload)
	if flags&6 != 0 {
		n += 2
	}
	b = binary.AppendUvarint(append(b, 0x30|flags), uint64(n))
	b = append(binary.BigEndian.AppendUint16(b, uint16(len(topic))), topic...)
	if flags&6 != 0 {
		b = binary.BigEndian.AppendUint16(b, id)
	}
	return append(b, payload...)
}

// Accept5 reads CONNECT and accepts it in MQTT 5, with properties as they stand on the wire,
// without their length.
func (p *Peer) Accept5(properties ...byte) {
	_, _, _ = p.Packet()
	_, _ = p.Write(append([]byte{0x20, byte(3 + len(properties)), 0, 0, byte(len(properties))}, properties...))
}

// Grant5 answers the body of an MQTT 5 SUBSCRIBE without properties with code for each of its
// filters.
func (p *Peer) Grant5(body []byte, code byte) {
	answer := []byte{body[0], body[1], 0}
	for at := 3; at < len(body); at += 2 + int(binary.BigEndian.Uint16(body[at:])) + 1 {
		answer = append(answer, code)
	}
	_, _ = p.Write(append(binary.AppendUvarint([]byte{0x90}, uint64(len(answer))), answer...))
}

// Publish5 sends a PUBLISH of MQTT 5 and QoS 0, with properties as they stand on the wire,
// without their length.
func (p *Peer) Publish5(topic string, properties, payload []byte) {
	_, _ = p.Write(AppendPublish(nil, 0, topic, 0, append(binary.AppendUvarint(nil, uint64(len(properties))), append(slices.Clip(properties), payload...)...)))
}

// Drain reads until the client goes.
func (p *Peer) Drain() {
	for _, _, err := p.Packet(); err == nil; _, _, err = p.Packet() {
	}
}
