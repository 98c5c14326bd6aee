package brokertest

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// Wiretap stands between a client and a server and keeps every byte that the client sends.
type Wiretap struct {
	*Hostile

	mu   sync.Mutex // guards sent
	sent [][]byte   // one for each connection, in their order
}

// Tap relays to addr until the test ends.
func Tap(t testing.TB, addr string) *Wiretap {
	w := &Wiretap{}
	w.Hostile = Serve(t, func(p *Peer) {
		onward, err := net.Dial("tcp", addr)
		if err != nil {
			return
		}
		defer onward.Close()
		w.mu.Lock()
		n := len(w.sent)
		w.sent = append(w.sent, nil)
		w.mu.Unlock()
		var back sync.WaitGroup
		back.Go(func() {
			_, _ = io.Copy(p.Conn, onward)
			_ = p.Close()
		})
		_, _ = io.Copy(onward, io.TeeReader(p.r, writerFunc(func(b []byte) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.sent[n] = append(w.sent[n], b...)
		})))
		_ = onward.Close()
		back.Wait()
	})
	return w
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}

// Sent returns what the client has sent over each connection.
func (w *Wiretap) Sent() [][]byte {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := make([][]byte, len(w.sent))
	for i, b := range w.sent {
		all[i] = bytes.Clone(b)
	}
	return all
}

// Packets returns the first byte and the body of each whole MQTT packet that the client has sent.
func (w *Wiretap) Packets() (first []byte, bodies [][]byte) {
	for _, b := range w.Sent() {
		p := &Peer{r: bufio.NewReader(bytes.NewReader(b))}
		for {
			f, body, err := p.Packet()
			if err != nil {
				break
			}
			first, bodies = append(first, f), append(bodies, body)
		}
	}
	return first, bodies
}

// Count returns how many packets of a type (MQTT 3.1.1 §2.2.1) the client has sent.
func (w *Wiretap) Count(kind byte) (n int) {
	first, _ := w.Packets()
	for _, f := range first {
		if f>>4 == kind {
			n++
		}
	}
	return n
}
