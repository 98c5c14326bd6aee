package diagnose

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// listening is how long the first frame is waited for.
const listening = 5 * time.Second

// feed is a raw WebSocket that is open, or was to be: the very client that users have.
type feed struct {
	client connections.Client
	first  chan int64 // the size of the first frame
}

func (f *feed) hangUp() {
	f.client.Close()
	select {
	case <-f.client.Lost():
	case <-time.After(2 * time.Second):
	}
}

// openFeed is the step from a stream to a raw WebSocket that has taken the opening messages.
func (e *examination) openFeed(ctx context.Context) finding {
	heard := &listener{Conn: e.conn}
	e.conn = nil
	e.feed = &feed{first: make(chan int64, 1)}
	e.feed.client = websocket.New(e.feedConfig(heard), func(m *connections.Message) {
		select {
		case e.feed.first <- m.Size:
		default:
		}
	})
	err := e.feed.client.Open(ctx, func(connections.State) {})
	said := heard.answer()
	if err == nil {
		f := ok("a WebSocket is open")
		if said != nil {
			f = ok(e.answerLines(said)...)
			e.compareClocks(&f, said.header)
		}
		return f
	}
	if !heard.used {
		_ = heard.Close()
	}
	kind := connections.KindOf(err)
	switch {
	case kind == connections.FailureInvalid, kind == connections.FailureCredentialsLost:
		return e.explained(err, "not tried")
	case said != nil && said.code == http.StatusSwitchingProtocols && kind != connections.FailureSubprotocol && kind != connections.FailureUpgrade:
		f := e.explained(err, e.answerLines(said)...)
		f.found = append(f.found, "the connection ended while the opening messages were sent")
		return f
	}
	return e.noUpgrade(said, err)
}

func (e *examination) feedConfig(heard *listener) websocket.Config {
	cfg := websocket.Config{
		Host: bareHost(e.p), Port: e.p.Port, TLS: encrypted(e.p), Path: e.way.Path, Header: e.way.Header,
		User: e.p.User, Password: e.t.reveal(profile.SecretPassword), PingInterval: -1, ConnectTimeout: e.d.Patience,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			if !heard.used {
				heard.used = true
				return heard, nil
			}
			// It asks again, without compression.
			conn, err := e.again(ctx)
			if err == nil && encrypted(e.p) {
				conn, err = e.secureAgain(ctx, conn)
			}
			if err != nil {
				return nil, err
			}
			heard.begin(conn)
			return heard, nil
		},
	}
	if s := e.p.Stream; s != nil {
		cfg.Subprotocols, cfg.Compression, cfg.Origin, cfg.MessageLimit = s.Subprotocols, s.Compression, s.Origin, s.MessageLimit
		for _, o := range s.Opening {
			cfg.Opening = append(cfg.Opening, websocket.Opening{Text: o.Text, Binary: o.Binary})
		}
	}
	return cfg
}

// listener is a stream that remembers how what came began.
type listener struct {
	net.Conn
	used bool

	mu   sync.Mutex // guards head
	head []byte
}

// headLimit bounds what is remembered of an HTTP answer.
const headLimit = 16 << 10

// begin starts anew with another stream.
func (l *listener) begin(conn net.Conn) {
	l.Conn = conn
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head = nil
}

// Read implements [net.Conn].
func (l *listener) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.head = append(l.head, b[:min(n, headLimit-len(l.head))]...)
	return n, err
}

// answer is the HTTP answer that came; nil if none did.
func (l *listener) answer() *reply {
	l.mu.Lock()
	head := bytes.Clone(l.head)
	l.mu.Unlock()
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(head)), nil)
	if err != nil {
		return nil
	}
	return replyOf(resp)
}

// awaitFrame is the step that waits for the first frame.
func (e *examination) awaitFrame(ctx context.Context) finding {
	ctx, cancel := context.WithTimeout(ctx, min(listening, e.d.Patience))
	defer cancel()
	select {
	case size := <-e.feed.first:
		return ok(fmt.Sprintf("a frame of %s came", plural(int(size), "byte")))
	case <-e.feed.client.Lost():
		select {
		case size := <-e.feed.first:
			return ok(fmt.Sprintf("a frame of %s came, then the other side ended the connection", plural(int(size), "byte")))
		default:
		}
		return e.endedEarly()
	case <-ctx.Done():
	}
	if e.ctx.Err() != nil {
		return finding{state: Failed}
	}
	return finding{
		state: Warning, found: []string{fmt.Sprintf("no frame within %.0f s", min(listening, e.d.Patience).Seconds())},
		cause: "The WebSocket is open and silent: the server may have nothing to say now, or it waits for a message.",
		cure:  "If it should be sending, add what it expects on opening (to log in, to subscribe) in the connection's settings.",
	}
}

func (e *examination) endedEarly() finding {
	err := e.feed.client.Err()
	if err == nil {
		err = &connections.Failure{Kind: connections.FailureClosed}
	}
	f := e.explained(err, "no frame: "+e.muteness(dial.Classify(err, e.addr)))
	if connections.KindOf(err) == connections.FailureClosed || connections.KindOf(err) == connections.FailureReset {
		f.cause = "The server ended the WebSocket right after opening it."
		f.cure = "Check the login and the messages that are sent on opening; the server's log tells why."
	}
	return f
}
