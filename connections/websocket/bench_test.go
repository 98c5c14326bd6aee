package websocket

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
)

// tape is a server in memory: it agrees to the handshake and then sends the same frames for
// ever, as fast as they are read.
type tape struct {
	net.Conn // nil: what is not below is not called
	request  bytes.Buffer
	answer   *bytes.Reader
	frames   []byte
	at       int
	closed   chan struct{}
}

func newTape(payload string) *tape {
	var frames []byte
	for len(frames) < 1<<20 {
		frames = append(frames, frame(0x81, []byte(payload))...)
	}
	return &tape{frames: frames, answer: bytes.NewReader(nil), closed: make(chan struct{})}
}

func (t *tape) dial(context.Context, string, string) (net.Conn, error) { return t, nil }

func (t *tape) Write(p []byte) (int, error) {
	if t.answer.Size() == 0 {
		t.request.Write(p)
		if r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(t.request.Bytes()))); err == nil {
			var b bytes.Buffer
			agree(&b, r)
			t.answer = bytes.NewReader(b.Bytes())
		}
	}
	return len(p), nil
}

func (t *tape) Read(p []byte) (int, error) {
	select {
	case <-t.closed:
		return 0, io.EOF
	default:
	}
	if n, err := t.answer.Read(p); err == nil {
		return n, nil
	}
	n := copy(p, t.frames[t.at:])
	t.at = (t.at + n) % len(t.frames)
	return n, nil
}

func (t *tape) Close() error                     { close(t.closed); return nil }
func (t *tape) SetDeadline(time.Time) error      { return nil }
func (t *tape) SetReadDeadline(time.Time) error  { return nil }
func (t *tape) SetWriteDeadline(time.Time) error { return nil }

// BenchmarkFrames sets a frame on its way to the receiver beside what a bare gorilla reader
// takes for it, without a network under either.
func BenchmarkFrames(b *testing.B) {
	payload := strings.Repeat("x", 200)
	b.Run("bare gorilla", func(b *testing.B) {
		t := newTape(payload)
		dialer := gorilla.Dialer{NetDialContext: t.dial}
		ws, answer, err := dialer.Dial("ws://tape/", nil)
		if err != nil {
			b.Fatal(err)
		}
		defer answer.Body.Close()
		defer ws.Close()
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := ws.ReadMessage(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("client", func(b *testing.B) {
		t := newTape(payload)
		began, turn, done := make(chan struct{}), 0, make(chan struct{})
		c := New(Config{Host: "tape", Dial: t.dial}, func(*connections.Message) {
			if turn == 0 {
				<-began
			}
			if turn++; turn == b.N {
				close(done)
			}
		})
		defer c.Close()
		if err := c.Open(context.Background(), func(connections.State) {}); err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		b.ResetTimer()
		close(began)
		<-done
		b.StopTimer()
	})
}
