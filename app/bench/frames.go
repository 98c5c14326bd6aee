package main

import (
	"bufio"
	"net"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// frameServer sends the payloads of a load as WebSocket text frames to its first client.
type frameServer struct {
	listener net.Listener
	server   http.Server
	load     *load
	done     chan error
}

func newFrameServer(l *load) (*frameServer, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &frameServer{listener: listener, load: l, done: make(chan error, 1)}
	s.server.Handler = http.HandlerFunc(s.serve)
	go func() { _ = s.server.Serve(listener) }()
	return s, nil
}

func (s *frameServer) addr() string { return s.listener.Addr().String() }

func (s *frameServer) close() error {
	s.server.Close()
	select {
	case err := <-s.done:
		return err
	default:
		return nil
	}
}

// serve writes frames by hand, many at a time: a server's need no mask (RFC 6455 §5.2).
func (s *frameServer) serve(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := up.Upgrade(w, r, nil)
	if err != nil {
		s.done <- err
		return
	}
	defer ws.Close()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for {
			if _, _, err := ws.NextReader(); err != nil {
				return
			}
		}
	}()
	<-time.After(rest)
	out := bufio.NewWriterSize(ws.NetConn(), 64<<10)
	for i := range s.load.messages {
		_, payload := s.load.message(i)
		head := []byte{0x81, byte(len(payload))}
		if len(payload) > 125 {
			head = []byte{0x81, 126, byte(len(payload) >> 8), byte(len(payload))}
		}
		_, _ = out.Write(head) // its error stays for the next
		if _, err = out.Write(payload); err != nil {
			break
		}
	}
	if err == nil {
		err = out.Flush()
	}
	<-gone
	s.done <- err
}
