package dial

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/connections"
)

// streamBuffer is how many bytes of a WebSocket may wait for their reader.
const streamBuffer = 64 << 10

// stream makes a byte stream of a WebSocket's binary frames (MQTT 5 §6). gorilla takes a
// deadline that passes for the end of the connection, but the guard lives on deadlines: so a
// goroutine reads the frames without any, and the deadlines are the stream's own.
//
// A frame may be as long as it likes: no frame is ever held whole, and the guard bounds what is
// in it.
type stream struct {
	ws     *websocket.Conn
	pumped chan struct{} // closed when the pump has ended

	mu       sync.Mutex // guards what follows
	changed  *sync.Cond // of mu
	front    []byte     // what the reader has begun
	back     []byte     // what has come since
	err      error      // why no more comes
	closed   bool
	deadline time.Time
	alarm    *time.Timer // wakes the reader at the deadline; nil if none was ever set
}

func newStream(ws *websocket.Conn) *stream {
	s := &stream{ws: ws, pumped: make(chan struct{})}
	s.changed = sync.NewCond(&s.mu)
	go s.pump()
	return s
}

var errTextFrame = errors.New("a text frame came where MQTT sends binary ones")

// pump moves bytes from frames to back until the WebSocket ends.
func (s *stream) pump() {
	defer close(s.pumped)
	chunk := make([]byte, streamBuffer/4)
	for {
		kind, frame, err := s.ws.NextReader()
		if err == nil && kind != websocket.BinaryMessage {
			err = errTextFrame
		}
		for err == nil {
			var n int
			n, err = frame.Read(chunk)
			if !s.put(chunk[:n]) {
				return
			}
		}
		if !errors.Is(err, io.EOF) { // of the frame, that is
			s.end(err)
			return
		}
	}
}

// put waits for room; false means that the stream was closed.
func (s *stream) put(p []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.back)+len(p) > streamBuffer && len(s.back) > 0 && !s.closed {
		s.changed.Wait()
	}
	s.back = append(s.back, p...)
	s.changed.Broadcast()
	return !s.closed
}

func (s *stream) end(err error) {
	var closing *websocket.CloseError
	text := err.Error()
	switch {
	case errors.As(err, &closing):
		err = &closeError{closing}
	case errors.Is(err, errTextFrame), strings.HasPrefix(text, "websocket: "): // gorilla has no type for it
		err = &connections.Failure{Kind: connections.FailureFrames, Detail: strings.TrimPrefix(text, "websocket: ")}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = err
	s.changed.Broadcast()
}

// closeError is a close frame as the end of a stream.
type closeError struct{ err *websocket.CloseError }

func (e *closeError) Error() string { return e.err.Error() }

func (e *closeError) Is(target error) bool { return target == io.EOF }

// Read implements [net.Conn].
func (s *stream) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.front) == 0 {
		switch {
		case s.closed:
			return 0, net.ErrClosed
		case !s.deadline.IsZero() && !time.Now().Before(s.deadline):
			return 0, os.ErrDeadlineExceeded
		case len(s.back) > 0:
			s.front, s.back = s.back, s.front[:0]
			s.changed.Broadcast()
		case s.err != nil:
			return 0, s.err
		default:
			s.changed.Wait()
		}
	}
	n := copy(p, s.front)
	s.front = s.front[n:]
	return n, nil
}

// Write implements [net.Conn]: one binary frame.
func (s *stream) Write(p []byte) (int, error) {
	if err := s.ws.WriteMessage(websocket.BinaryMessage, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close says goodbye if the peer takes it within a moment, and closes.
func (s *stream) Close() error {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	if s.alarm != nil {
		s.alarm.Stop()
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	if again {
		return nil
	}
	bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
	_ = s.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(farewell))
	err := s.ws.Close()
	<-s.pumped
	return err
}

// LocalAddr implements [net.Conn].
func (s *stream) LocalAddr() net.Addr { return s.ws.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (s *stream) RemoteAddr() net.Addr { return s.ws.RemoteAddr() }

// SetDeadline implements [net.Conn].
func (s *stream) SetDeadline(t time.Time) error {
	_ = s.SetReadDeadline(t)
	return s.SetWriteDeadline(t)
}

// SetWriteDeadline implements [net.Conn]. A write that misses it ends the stream.
func (s *stream) SetWriteDeadline(t time.Time) error { return s.ws.SetWriteDeadline(t) }

// SetReadDeadline implements [net.Conn]. A read that misses it may be repeated.
func (s *stream) SetReadDeadline(t time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deadline = t
	if s.closed {
		return net.ErrClosed
	}
	s.changed.Broadcast()
	if t.IsZero() {
		if s.alarm != nil {
			s.alarm.Stop()
		}
		return nil
	}
	if s.alarm == nil {
		s.alarm = time.AfterFunc(time.Until(t), s.wake)
	} else {
		s.alarm.Reset(time.Until(t))
	}
	return nil
}

func (s *stream) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed.Broadcast()
}
