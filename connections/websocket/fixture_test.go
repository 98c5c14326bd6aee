package websocket

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
	"streamscope/connections/brokertest"
)

// patience is how long a test waits for what should come at once.
const patience = 10 * time.Second

// serve runs a gorilla server whose every connection is handled by handle.
func serve(t testing.TB, upgrader gorilla.Upgrader, handle func(*gorilla.Conn, *http.Request)) Config {
	t.Helper()
	var (
		mu    sync.Mutex // guards conns
		conns []*gorilla.Conn
		work  sync.WaitGroup
	)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		mu.Lock()
		conns = append(conns, ws)
		mu.Unlock()
		work.Add(1)
		defer work.Done()
		handle(ws, r)
		_ = ws.Close()
	}))
	t.Cleanup(func() {
		server.Close()
		mu.Lock()
		for _, ws := range conns {
			_ = ws.Close()
		}
		mu.Unlock()
		work.Wait()
	})
	return at(t, server.URL)
}

// at is a Config for the server at an http URL.
func at(t testing.TB, raw string) Config {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(u.Port())
	if err != nil {
		t.Fatal(err)
	}
	return Config{Host: u.Hostname(), Port: port, Path: "/"}
}

// raw runs a server that is written by the test byte by byte.
func raw(t testing.TB, script func(*peer)) Config {
	t.Helper()
	h := brokertest.Serve(t, func(p *brokertest.Peer) {
		script(&peer{Peer: p, r: bufio.NewReader(p.Conn)})
	})
	return Config{Host: h.Host, Port: h.Port, Path: "/"}
}

type peer struct {
	*brokertest.Peer
	r *bufio.Reader
}

// request reads the client's handshake.
func (p *peer) request() *http.Request {
	r, err := http.ReadRequest(p.r)
	if err != nil {
		return &http.Request{Header: http.Header{}}
	}
	return r
}

func (p *peer) say(format string, args ...any) { _, _ = fmt.Fprintf(p.Conn, format, args...) }

// accept reads the client's handshake and agrees, with more header lines if there are any.
func (p *peer) accept(lines ...string) {
	p.agree(p.request(), lines...)
}

func (p *peer) agree(r *http.Request, lines ...string) { agree(p.Conn, r, lines...) }

func agree(w io.Writer, r *http.Request, lines ...string) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, _ = fmt.Fprintf(w, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n%s\r\n",
		base64.StdEncoding.EncodeToString(sum[:]), strings.Join(append(lines, ""), "\r\n"))
}

// hold waits until the client goes.
func (p *peer) hold() { _, _ = io.Copy(io.Discard, p.r) }

// frame is the header of a frame with its payload (RFC 6455 §5.2).
func frame(first byte, payload []byte) []byte {
	return append(frameHeader(first, uint64(len(payload))), payload...)
}

func frameHeader(first byte, n uint64) []byte {
	switch {
	case n < 126:
		return []byte{first, byte(n)}
	case n < 1<<16:
		return binary.BigEndian.AppendUint16([]byte{first, 126}, uint16(n))
	}
	return binary.BigEndian.AppendUint64([]byte{first, 127}, n)
}

// client is a client under test with what it received.
type client struct {
	connections.Client
	t   testing.TB
	got chan *connections.Message
}

func newClient(t testing.TB, cfg Config) *client {
	t.Helper()
	c := &client{t: t, got: make(chan *connections.Message, 4096)}
	c.Client = New(cfg, func(m *connections.Message) { c.got <- m })
	t.Cleanup(func() {
		c.Close()
		c.awaitLost()
	})
	return c
}

func open(t testing.TB, cfg Config) *client {
	t.Helper()
	c := newClient(t, cfg)
	if err := c.Open(context.Background(), func(connections.State) {}); err != nil {
		t.Fatalf("Open: %v", err)
	}
	return c
}

// refusal opens, which has to fail, and returns why.
func refusal(t testing.TB, cfg Config) *connections.Failure {
	t.Helper()
	c := newClient(t, cfg)
	err := c.Open(context.Background(), func(connections.State) {})
	c.awaitLost()
	return failure(t, err)
}

func failure(t testing.TB, err error) *connections.Failure {
	t.Helper()
	var f *connections.Failure
	if !errors.As(err, &f) {
		t.Fatalf("%v is no failure", err)
	}
	return f
}

func (c *client) awaitLost() {
	c.t.Helper()
	select {
	case <-c.Lost():
	case <-time.After(patience):
		c.t.Fatal("the connection did not end")
	}
}

// end waits until the connection has fallen and returns why.
func (c *client) end() *connections.Failure {
	c.t.Helper()
	c.awaitLost()
	return failure(c.t, c.Err())
}

func (c *client) next() *connections.Message {
	c.t.Helper()
	select {
	case m := <-c.got:
		return m
	case <-c.Lost():
		select {
		case m := <-c.got:
			return m
		default:
		}
		c.t.Fatalf("the connection ended: %v", c.Err())
	case <-time.After(patience):
		c.t.Fatal("no message came")
	}
	return nil
}

func (c *client) send(payload string, binary bool) connections.Result {
	return c.Publish(context.Background(), connections.Publication{Payload: []byte(payload), Binary: binary})
}

// echo sends back what comes.
func echo(ws *gorilla.Conn, _ *http.Request) {
	for {
		kind, data, err := ws.ReadMessage()
		if err != nil || ws.WriteMessage(kind, data) != nil {
			return
		}
	}
}

func contains(t testing.TB, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("%q does not say %q", got, want)
	}
}
