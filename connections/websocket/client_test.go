package websocket

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
)

func TestFramesGoBothWays(t *testing.T) {
	c := open(t, serve(t, gorilla.Upgrader{}, echo))
	for _, want := range []struct {
		payload string
		binary  bool
	}{{"hello", false}, {"", false}, {"\x00\xff", true}, {strings.Repeat("long", 50_000), false}} {
		if r := c.send(want.payload, want.binary); r.Outcome != connections.OutcomeSent || r.Err != nil {
			t.Fatalf("send: %v %v", r.Outcome, r.Err)
		}
		m := c.next()
		if string(m.Payload) != want.payload || m.Binary != want.binary || m.Size != int64(len(want.payload)) || m.Topic != "" || m.Cut() {
			t.Errorf("sent %.20q, got %.20q: %+v", want.payload, m.Payload, m.Binary)
		}
	}
	link := c.Link()
	if link.Publishes != 4 || link.Cut != 0 || link.BytesIn < 200_000 || link.BytesOut < 200_000 || link.LastByte.IsZero() || link.Protocol != "WebSocket" {
		t.Errorf("link %+v", link)
	}
	if c.Err() != nil {
		t.Errorf("Err of a connection that stands: %v", c.Err())
	}
}

func TestTextHasToBeUTF8(t *testing.T) {
	c := open(t, serve(t, gorilla.Upgrader{}, echo))
	r := c.send("\xff", false)
	if r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureInvalid {
		t.Errorf("%v %v", r.Outcome, r.Err)
	}
}

func TestPublishNeedsAConnection(t *testing.T) {
	c := newClient(t, serve(t, gorilla.Upgrader{}, echo))
	if r := c.send("early", false); connections.KindOf(r.Err) != connections.FailureNotConnected {
		t.Errorf("before: %v", r.Err)
	}
	if err := c.Open(context.Background(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	c.Close()
	if r := c.send("late", false); r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureNotConnected {
		t.Errorf("after: %v %v", r.Outcome, r.Err)
	}
	if err := c.Open(context.Background(), func(connections.State) {}); err == nil {
		t.Error("it opened twice")
	}
}

func TestManyMaySendAtOnce(t *testing.T) {
	c := open(t, serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, r *http.Request) {
		var pings sync.WaitGroup
		defer pings.Wait()
		pings.Go(func() { // so that pongs go out between the messages
			for ws.WriteControl(gorilla.PingMessage, nil, time.Now().Add(patience)) == nil {
			}
		})
		echo(ws, r)
		_ = ws.Close()
	}))
	const senders, each = 8, 50
	var work sync.WaitGroup
	for i := range senders {
		work.Go(func() {
			for j := range each {
				if r := c.send(fmt.Sprint(i, " ", j, strings.Repeat(".", 5000)), false); r.Outcome != connections.OutcomeSent {
					t.Errorf("%v %v", r.Outcome, r.Err)
				}
			}
		})
	}
	seen := map[string]bool{}
	for range senders * each {
		seen[string(c.next().Payload)] = true
	}
	work.Wait()
	if len(seen) != senders*each {
		t.Errorf("%d different messages came back, want %d", len(seen), senders*each)
	}
}

// handshake is what a server saw of an opening.
type handshake struct {
	header http.Header
	uri    string
	frames []string
}

// greeted opens a connection by cfg and returns what the server saw.
func greeted(t *testing.T, cfg Config) handshake {
	t.Helper()
	saw := make(chan handshake, 1)
	server := serve(t, gorilla.Upgrader{CheckOrigin: func(*http.Request) bool { return true }, Subprotocols: []string{"b"}},
		func(ws *gorilla.Conn, r *http.Request) {
			h := handshake{header: r.Header, uri: r.RequestURI}
			for range cfg.Opening {
				kind, data, err := ws.ReadMessage()
				if err != nil {
					break
				}
				h.frames = append(h.frames, fmt.Sprint(kind, " ", string(data)))
			}
			saw <- h
		})
	cfg.Host, cfg.Port = server.Host, server.Port
	open(t, cfg)
	select {
	case h := <-saw:
		return h
	case <-time.After(patience):
		t.Fatal("the server saw nothing")
	}
	return handshake{}
}

func TestTheHandshakeCarriesWhatTheConfigSays(t *testing.T) {
	h := greeted(t, Config{
		Path: "stream?x=a b", Origin: "https://plant.example", Subprotocols: []string{"a", "b"},
		User: "anna", Password: "s3cret", Header: http.Header{"X-Plant": {"4"}},
	})
	if h.uri != "/stream?x=a%20b" {
		t.Errorf("path %q", h.uri)
	}
	for name, want := range map[string]string{
		"Origin": "https://plant.example", "X-Plant": "4", "Sec-Websocket-Protocol": "a, b",
		"Authorization": "Basic YW5uYTpzM2NyZXQ=", "Sec-Websocket-Extensions": "",
	} {
		if got := h.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestPlaceholdersAreFilledOnce(t *testing.T) {
	h := greeted(t, Config{
		User: `an"na{{password}}`, Password: `{{user}}\`,
		Header: http.Header{"Authorization": {"Bearer {{password}}"}},
		Opening: []Opening{
			{Text: `{"user":"{{user}}","password":"{{password}}"}`},
			{Text: `LOGIN {{user}} {{password}}`},
			{Text: "de ad\nBE EF", Binary: true},
			{Text: `{"{{user"}`},
		},
	})
	if got := h.header.Get("Authorization"); got != `Bearer {{user}}\` {
		t.Errorf("header %q", got)
	}
	want := []string{
		`1 {"user":"an\"na{{password}}","password":"{{user}}\\"}`,
		`1 LOGIN an"na{{password}} {{user}}\`,
		"2 \xde\xad\xbe\xef",
		`1 {"{{user"}`,
	}
	for i := range want {
		if h.frames[i] != want[i] {
			t.Errorf("frame %d: %q, want %q", i, h.frames[i], want[i])
		}
	}
}

func TestCredentialsHaveOnePlace(t *testing.T) {
	h := greeted(t, Config{User: "anna", Password: "token", Opening: []Opening{{Text: "{{password}}"}}})
	if got := h.header.Get("Authorization"); got != "" {
		t.Errorf("Authorization %q beside an opening message", got)
	}
}

func TestWhatCannotBeOpenedIsNotTried(t *testing.T) {
	for name, test := range map[string]struct {
		cfg  Config
		kind connections.FailureKind
	}{
		"no host":           {Config{}, connections.FailureInvalid},
		"URL as host":       {Config{Host: "ws://host/path"}, connections.FailureInvalid},
		"user in host":      {Config{Host: "anna:secret@host"}, connections.FailureInvalid},
		"port":              {Config{Host: "h", Port: 70000}, connections.FailureInvalid},
		"header line":       {Config{Host: "h", Header: http.Header{"X": {"a\r\nY: b"}}}, connections.FailureInvalid},
		"header name":       {Config{Host: "h", Header: http.Header{"X Y": {"a"}}}, connections.FailureInvalid},
		"reserved header":   {Config{Host: "h", Header: http.Header{"upgrade": {"a"}}}, connections.FailureInvalid},
		"filled line":       {Config{Host: "h", Password: "a\nb", Header: http.Header{"X": {"{{password}}"}}}, connections.FailureInvalid},
		"origin":            {Config{Host: "h", Origin: "a\nb"}, connections.FailureInvalid},
		"subprotocol":       {Config{Host: "h", Subprotocols: []string{"a b"}}, connections.FailureInvalid},
		"hexadecimal":       {Config{Host: "h", Opening: []Opening{{Text: "xyz", Binary: true}}}, connections.FailureInvalid},
		"lonely password":   {Config{Host: "h", Password: "secret"}, connections.FailureInvalid},
		"missing password":  {Config{Host: "h", Opening: []Opening{{Text: "{{password}}"}}}, connections.FailureCredentialsLost},
		"missing in header": {Config{Host: "h", Header: http.Header{"X": {"{{password}}"}}}, connections.FailureCredentialsLost},
	} {
		t.Run(name, func(t *testing.T) {
			f := refusal(t, test.cfg)
			if f.Kind != test.kind {
				t.Errorf("%v", f)
			}
			if strings.Contains(f.Error(), "secret") {
				t.Errorf("%v tells the password", f)
			}
		})
	}
}

func TestNothingPrintsSecrets(t *testing.T) {
	cfg := Config{Host: "h", Path: "/p?token=t0ken", User: "anna", Password: "s3cret", Header: http.Header{"X": {"h3ader"}}}
	c := newClient(t, cfg)
	for _, s := range []string{
		fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, cfg), fmt.Sprintf("%v %+v %#v", c.Client, c.Client, c.Client), cfg.LogValue().String(),
	} {
		for _, secret := range []string{"s3cret", "t0ken", "h3ader"} {
			if strings.Contains(s, secret) {
				t.Errorf("%q tells %q", s, secret)
			}
		}
	}
}

func TestProgressComesInOrder(t *testing.T) {
	c := newClient(t, serve(t, gorilla.Upgrader{}, echo))
	var states []connections.State
	if err := c.Open(context.Background(), func(s connections.State) { states = append(states, s) }); err != nil {
		t.Fatal(err)
	}
	if len(states) != 1 || states[0] != connections.StateHandshake {
		t.Errorf("states %v", states)
	}
}

func TestCloseSaysGoodbye(t *testing.T) {
	code := make(chan error, 1)
	c := open(t, serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, _ *http.Request) {
		_, _, err := ws.ReadMessage()
		code <- err
	}))
	c.Close()
	if err := <-code; !gorilla.IsCloseError(err, gorilla.CloseNormalClosure) {
		t.Errorf("the server saw %v", err)
	}
	c.awaitLost()
	if c.Err() != nil {
		t.Errorf("Err after Close: %v", c.Err())
	}
	c.Close()
}

func TestCloseDoesNotWaitForTheSilent(t *testing.T) {
	c := open(t, raw(t, func(p *peer) {
		p.accept()
		p.hold()
	}))
	start := time.Now()
	c.Close()
	if took := time.Since(start); took > time.Second {
		t.Errorf("Close took %v", took)
	}
	c.awaitLost()
}

func TestCloseDoesNotWaitForTheStalled(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	c := open(t, raw(t, func(p *peer) {
		p.accept()
		<-release
	}))
	sent := make(chan connections.Result, 1)
	go func() { sent <- c.send(strings.Repeat("x", 32<<20), false) }()
	waitFor(t, "bytes to go out", func() bool { return c.Link().BytesOut > 1<<16 })
	start := time.Now()
	c.Close()
	if took := time.Since(start); took > time.Second {
		t.Errorf("Close took %v", took)
	}
	if r := <-sent; r.Outcome == connections.OutcomeSent {
		t.Errorf("half a message ends as %v", r.Outcome)
	}
}

func TestAStalledPeerIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	cfg := raw(t, func(p *peer) {
		p.accept()
		<-release
	})
	cfg.WriteTimeout = 100 * time.Millisecond
	c := open(t, cfg)
	r := c.send(strings.Repeat("x", 32<<20), false)
	if r.Outcome != connections.OutcomeUnknown || connections.KindOf(r.Err) != connections.FailureWriteStalled {
		t.Errorf("%v %v", r.Outcome, r.Err)
	}
	if f := c.end(); f.Kind != connections.FailureWriteStalled {
		t.Errorf("ended by %v", f)
	}
}

func TestPublishEndsWithItsContext(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	c := open(t, raw(t, func(p *peer) {
		p.accept()
		<-release
	}))
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		waitFor(t, "bytes to go out", func() bool { return c.Link().BytesOut > 1<<16 })
		cancel()
	}()
	r := c.Publish(ctx, connections.Publication{Payload: bytes.Repeat([]byte("x"), 32<<20)})
	if r.Outcome != connections.OutcomeUnknown {
		t.Errorf("half a message ends as %v", r.Outcome)
	}
	if r := c.Publish(ctx, connections.Publication{}); r.Outcome != connections.OutcomeRefused {
		t.Errorf("with a context that has ended: %v", r.Outcome)
	}
}

func TestASlowReceiverIsNoSilence(t *testing.T) {
	cfg := serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, _ *http.Request) {
		_ = ws.WriteMessage(gorilla.TextMessage, []byte("1"))
		_ = ws.WriteMessage(gorilla.TextMessage, []byte("2"))
		_, _, _ = ws.ReadMessage()
	})
	cfg.PingInterval = 100 * time.Millisecond
	got := make(chan string, 2)
	c := New(cfg, func(m *connections.Message) {
		got <- string(m.Payload)
		timer := time.NewTimer(4 * cfg.PingInterval)
		<-timer.C
	})
	defer c.Close()
	if err := c.Open(context.Background(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1", "2"} {
		if s := <-got; s != want {
			t.Errorf("%q, want %q", s, want)
		}
	}
	if c.Err() != nil {
		t.Errorf("ended: %v", c.Err())
	}
}

func TestFrequentPingsAreAnswered(t *testing.T) {
	pong := make(chan string, 100)
	c := open(t, serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, _ *http.Request) {
		ws.SetPongHandler(func(s string) error { pong <- s; return nil })
		for i := range 50 {
			_ = ws.WriteControl(gorilla.PingMessage, fmt.Append(nil, i), time.Now().Add(patience))
		}
		_, _, _ = ws.ReadMessage()
	}))
	for {
		select {
		case s := <-pong:
			if s == "49" { // the last one has to be answered, the others may be
				return
			}
		case <-c.Lost():
			t.Fatalf("ended: %v", c.Err())
		case <-time.After(patience):
			t.Fatal("no pong")
		}
	}
}

func TestASupervisorKeepsItAlive(t *testing.T) {
	cfg := serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, _ *http.Request) {
		_ = ws.WriteMessage(gorilla.TextMessage, []byte("hello"))
		kind, data, err := ws.ReadMessage()
		if err == nil {
			_ = ws.WriteMessage(kind, data)
		}
		_ = ws.WriteControl(gorilla.CloseMessage, gorilla.FormatCloseMessage(1012, "deploy"), time.Now().Add(patience))
		_, _ = io.Copy(io.Discard, ws.NetConn())
	})
	got := make(chan string, 10)
	waiting := make(chan error, 10)
	s := connections.NewSupervisor(connections.Options{
		New:           func() connections.Client { return New(cfg, func(m *connections.Message) { got <- string(m.Payload) }) },
		Subscriptions: []connections.Subscription{{Filter: "#"}},
		OnStatus: func(status connections.Status) {
			if status.State == connections.StateWaiting {
				waiting <- status.Err
			}
		},
	})
	defer s.Close()
	s.Connect()
	for range 2 {
		if m := <-got; m != "hello" {
			t.Fatalf("got %q", m)
		}
		waitFor(t, "the connection to be open", func() bool { return s.Status().State == connections.StateOpen })
		if r := s.Publish(context.Background(), connections.Publication{Topic: "t", Payload: []byte("back")}); r.Outcome != connections.OutcomeSent {
			t.Fatalf("%v %v", r.Outcome, r.Err)
		}
		if m := <-got; m != "back" {
			t.Fatalf("got %q", m)
		}
		contains(t, (<-waiting).Error(), "1012 it restarts: deploy")
		s.RetryNow()
	}
}

// waitFor waits until a condition holds that nothing signals.
func waitFor(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !ok() {
		if time.Now().After(deadline) {
			t.Errorf("waited in vain for %s", what)
			return
		}
		time.Sleep(time.Millisecond)
	}
}
