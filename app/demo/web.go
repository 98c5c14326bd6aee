package demo

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	mqttPath   = "/mqtt"
	streamPath = "/boat"
)

// web is the HTTP server under both WebSocket endpoints: MQTT and the boat's stream.
type web struct {
	listener net.Listener
	server   *http.Server
	stream   *stream
	serving  sync.WaitGroup
}

func openWeb(b *broker, s *stream) (*web, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w := &web{listener: listener, stream: s}
	mux := http.NewServeMux()
	mux.HandleFunc(mqttPath, func(rw http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{Subprotocols: []string{"mqtt"}}
		if ws, err := upgrader.Upgrade(rw, r, nil); err == nil {
			ws.SetReadLimit(4 << 20)
			b.serve("ws", &wsConn{Conn: ws.NetConn(), ws: ws})
		}
	})
	mux.HandleFunc(streamPath, func(rw http.ResponseWriter, r *http.Request) {
		if ws, err := new(websocket.Upgrader).Upgrade(rw, r, nil); err == nil {
			s.serve(ws)
		}
	})
	w.server = &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	w.serving.Go(func() { _ = w.server.Serve(listener) })
	return w, nil
}

func (w *web) addr() string { return w.listener.Addr().String() }

// close ends the stream's connections; those of MQTT are the broker's to end.
func (w *web) close() error {
	_ = w.server.Close()
	return within("the stream", func() { w.serving.Wait(); w.stream.close() })
}

// wsConn makes a stream of the binary frames that carry MQTT (MQTT 3.1.1 §6).
type wsConn struct {
	net.Conn
	ws    *websocket.Conn
	frame io.Reader
}

func (c *wsConn) Read(p []byte) (int, error) {
	for {
		if c.frame == nil {
			kind, frame, err := c.ws.NextReader()
			if err != nil {
				return 0, err
			}
			if kind != websocket.BinaryMessage {
				return 0, net.ErrClosed
			}
			c.frame = frame
		}
		n, err := c.frame.Read(p)
		if errors.Is(err, io.EOF) {
			c.frame, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

func (c *wsConn) Write(p []byte) (int, error) {
	if err := c.ws.WriteMessage(websocket.BinaryMessage, p); err != nil {
		return 0, err
	}
	return len(p), nil
}
