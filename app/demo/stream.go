package demo

import (
	"io"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxCommand is the longest frame that the stream takes, in bytes.
const maxCommand = 64 << 10

// stream sends every frame to everybody who listens. Who is too slow misses some.
type stream struct {
	// steer carries out a command and calls answer on another goroutine, or never.
	steer   func(payload []byte, answer func([]byte))
	serving sync.WaitGroup

	mu        sync.Mutex // guards what follows
	listeners map[*listener]struct{}
	shut      bool
}

// listener is one connection: frames wait in out for its only writer.
type listener struct {
	ws   *websocket.Conn
	out  chan []byte
	done chan struct{}
}

func newStream(steer func([]byte, func([]byte))) *stream {
	return &stream{steer: steer, listeners: map[*listener]struct{}{}}
}

// send hands a frame to all listeners and waits for none.
func (s *stream) send(frame []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for l := range s.listeners {
		l.offer(frame)
	}
}

func (l *listener) offer(frame []byte) {
	select {
	case l.out <- frame:
	default:
	}
}

// serve is the life of one connection.
func (s *stream) serve(ws *websocket.Conn) {
	defer ws.Close()
	l := &listener{ws: ws, out: make(chan []byte, 16), done: make(chan struct{})}
	if !s.enter(l) {
		return
	}
	defer s.leave(l)
	var writer sync.WaitGroup
	writer.Go(l.writeAll)
	l.readAll(s.steer)
	close(l.done)
	writer.Wait()
}

func (s *stream) enter(l *listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut {
		return false
	}
	s.listeners[l] = struct{}{}
	s.serving.Add(1)
	return true
}

func (s *stream) leave(l *listener) {
	s.mu.Lock()
	delete(s.listeners, l)
	s.mu.Unlock()
	s.serving.Done()
}

// readAll takes commands until the connection ends. It bounds what it reads: gorilla's own
// limit would close without a word.
func (l *listener) readAll(steer func([]byte, func([]byte))) {
	for {
		_, r, err := l.ws.NextReader()
		if err != nil {
			return
		}
		frame, err := io.ReadAll(io.LimitReader(r, maxCommand+1))
		if err != nil {
			return
		}
		if len(frame) > maxCommand {
			bye := websocket.FormatCloseMessage(websocket.CloseMessageTooBig, "a command is short")
			_ = l.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(time.Second))
			return
		}
		steer(frame, l.offer)
	}
}

// writeAll is the only writer of the connection.
func (l *listener) writeAll() {
	for {
		select {
		case <-l.done:
			return
		case frame := <-l.out:
			_ = l.ws.SetWriteDeadline(time.Now().Add(5 * time.Second))
			if l.ws.WriteMessage(websocket.TextMessage, frame) != nil {
				_ = l.ws.Close() // wakes the reader
				return
			}
		}
	}
}

// close says goodbye to all listeners and waits for them.
func (s *stream) close() {
	s.mu.Lock()
	s.shut = true
	for l := range s.listeners {
		bye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "the demo ends")
		_ = l.ws.WriteControl(websocket.CloseMessage, bye, time.Now().Add(100*time.Millisecond))
		_ = l.ws.Close()
	}
	s.mu.Unlock()
	s.serving.Wait()
}
