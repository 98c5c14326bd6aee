package websocket

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
)

func TestAnswersThatOpenNothing(t *testing.T) {
	answer := func(s string) func(*peer) {
		return func(p *peer) {
			p.request()
			p.say("%s", s)
		}
	}
	for name, test := range map[string]struct {
		script func(*peer)
		kind   connections.FailureKind
		says   string
	}{
		"not found":  {answer("HTTP/1.1 404 Not Found\r\nContent-Length: 16\r\n\r\nno such\r\n\x1bstream"), connections.FailureUpgrade, "404 Not Found: no such \uFFFDstream"},
		"login":      {answer("HTTP/1.1 401 Who are you\r\nContent-Length: 0\r\n\r\n"), connections.FailureCredentials, "401 Who are you"},
		"forbidden":  {answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 3\r\n\r\nyou"), connections.FailureNotAuthorised, "403 Forbidden: you"},
		"moved":      {answer("HTTP/1.1 301 Moved Permanently\r\nLocation: https://b.example/ws\r\nContent-Length: 0\r\n\r\n"), connections.FailureUpgrade, "to https://b.example/ws"},
		"full":       {answer("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"), connections.FailureUnavailable, "503"},
		"no upgrade": {answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"), connections.FailureUpgrade, "RFC 6455"},
		"wrong key": {answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm8=\r\n\r\n"),
			connections.FailureUpgrade, "RFC 6455"},
		"ended before":      {func(p *peer) { p.request() }, connections.FailureClosed, "before it answered"},
		"ended within":      {answer("HTTP/1.1 101 Swi"), connections.FailureClosed, "in the middle of its answer"},
		"short page":        {answer("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 99\r\n\r\noops"), connections.FailureUpgrade, "502 Bad Gateway: oops"},
		"TLS":               {answer("\x15\x03\x01\x00\x02\x02\x16"), connections.FailureSpeaksTLS, ""},
		"SSH":               {answer("SSH-2.0-OpenSSH_9.2\r\n"), connections.FailureUpgrade, "SSH"},
		"MQTT":              {answer("\x20\x02\x00\x05\r\n"), connections.FailureUpgrade, "MQTT"},
		"bytes":             {answer("\x00\x01\x02\r\n\r\n"), connections.FailureUpgrade, `\x00\x01\x02`},
		"endless header":    {endless("HTTP/1.1 200 OK\r\nX: ", strings.Repeat("x", 4096)), connections.FailureUpgrade, "longer than"},
		"endless headers":   {endless("HTTP/1.1 200 OK\r\n", strings.Repeat("X: y\r\n", 512)), connections.FailureUpgrade, "longer than"},
		"endless interim":   {endless("", strings.Repeat("HTTP/1.1 100 Continue\r\n\r\n", 100)), connections.FailureUpgrade, ""},
		"subprotocol":       {func(p *peer) { p.accept("Sec-WebSocket-Protocol: mqtt"); p.hold() }, connections.FailureSubprotocol, "mqtt instead of ours"},
		"no subprotocol":    {func(p *peer) { p.accept(); p.hold() }, connections.FailureSubprotocol, "none of the subprotocols"},
		"bad compression":   {func(p *peer) { p.accept("Sec-WebSocket-Extensions: permessage-deflate"); p.hold() }, connections.FailureUpgrade, "compression"},
		"control in status": {answer("HTTP/1.1 404 \x1b[31mred\r\nContent-Length: 0\r\n\r\n"), connections.FailureUpgrade, "\uFFFD[31mred"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := raw(t, test.script)
			cfg.Subprotocols = []string{"ours"}
			f := refusal(t, cfg)
			if f.Kind != test.kind {
				t.Errorf("kind %q of %v", f.Kind, f)
			}
			contains(t, f.Detail, test.says)
			if f.Addr != cfg.addr() {
				t.Errorf("addr %q", f.Addr)
			}
			if e := connections.Explain(f); e.What == "" || e.Try == "" {
				t.Errorf("it is explained as %+v", e)
			}
		})
	}
}

func endless(head, more string) func(*peer) {
	return func(p *peer) {
		p.request()
		p.say("%s", head)
		for {
			if _, err := p.Write([]byte(more)); err != nil {
				return
			}
		}
	}
}

func TestASubprotocolNobodyAskedFor(t *testing.T) {
	f := refusal(t, raw(t, func(p *peer) { p.accept("Sec-WebSocket-Protocol: x"); p.hold() }))
	if f.Kind != connections.FailureSubprotocol {
		t.Errorf("%v", f)
	}
}

func TestAPortThatNobodyListensOn(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	if f := refusal(t, Config{Host: "127.0.0.1", Port: port}); f.Kind != connections.FailureRefused {
		t.Errorf("%v", f)
	}
}

func TestAServerThatNeverAnswers(t *testing.T) {
	cfg := raw(t, func(p *peer) { p.hold() })
	cfg.ConnectTimeout = 100 * time.Millisecond
	f := refusal(t, cfg)
	if f.Kind != connections.FailureTimeout {
		t.Errorf("%v", f)
	}
	contains(t, f.Detail, "no answer")
}

func TestOpenEndsAtOnce(t *testing.T) {
	asked := make(chan struct{}, 2)
	cfg := raw(t, func(p *peer) {
		p.request()
		asked <- struct{}{}
		p.hold()
	})
	t.Run("with its context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		go func() { <-asked; cancel() }()
		if err := newClient(t, cfg).Open(ctx, func(connections.State) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
	t.Run("with Close", func(t *testing.T) {
		c := newClient(t, cfg)
		go func() { <-asked; c.Close() }()
		if err := c.Open(context.Background(), func(connections.State) {}); !errors.Is(err, context.Canceled) {
			t.Errorf("%v", err)
		}
	})
}

func TestCompressionIsTriedWithoutWhenTheAnswerCannotBeUsed(t *testing.T) {
	var handshakes atomic.Int32
	cfg := raw(t, func(p *peer) {
		r := p.request()
		if handshakes.Add(1); r.Header.Get("Sec-WebSocket-Extensions") != "" {
			p.agree(r, "Sec-WebSocket-Extensions: permessage-deflate")
		} else {
			p.agree(r)
			_, _ = p.Write(frame(0x81, []byte("plain")))
		}
		p.hold()
	})
	cfg.Compression = true
	if m := open(t, cfg).next(); string(m.Payload) != "plain" || handshakes.Load() != 2 {
		t.Errorf("%q after %d handshakes", m.Payload, handshakes.Load())
	}
}

func TestCompressedMessages(t *testing.T) {
	cfg := serve(t, gorilla.Upgrader{EnableCompression: true}, echo)
	cfg.Compression = true
	c := open(t, cfg)
	text := strings.Repeat("compress me ", 10_000)
	c.send(text, false)
	if m := c.next(); string(m.Payload) != text {
		t.Errorf("%d bytes came back of %d", len(m.Payload), len(text))
	}
	if in := c.Link().BytesIn; in > 10_000 {
		t.Errorf("%d bytes came in: that is not compressed", in)
	}
}

const negotiated = "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover"

// bomb is n MiB of zeroes as a compressed message (RFC 7692 §7.2.1).
func bomb(t testing.TB, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Flush() // what comes before refers to nothing outside, so it can stand there again
	return bytes.TrimSuffix(bytes.Repeat(b.Bytes(), n), []byte("\x00\x00\xff\xff"))
}

func TestABombIsCut(t *testing.T) {
	charge := bomb(t, 200)
	cfg := raw(t, func(p *peer) {
		p.accept(negotiated)
		_, _ = p.Write(frame(0xC1, charge))
		_, _ = p.Write(frame(0x81, []byte("after")))
		p.hold()
	})
	cfg.Compression, cfg.MessageLimit = true, 1<<20
	c := open(t, cfg)
	m := c.next()
	if m.Size != 200<<20 || len(m.Payload) != 64<<10 || !m.Cut() {
		t.Errorf("%d bytes kept of %d", len(m.Payload), m.Size)
	}
	if m = c.next(); string(m.Payload) != "after" {
		t.Errorf("after it came %.20q", m.Payload)
	}
	if link := c.Link(); link.Cut != 1 || link.Publishes != 2 {
		t.Errorf("%+v", link)
	}
}

func TestABombWithoutEndIsGivenUp(t *testing.T) {
	charge := bomb(t, 300)
	code := make(chan []byte, 1)
	cfg := raw(t, func(p *peer) {
		p.accept(negotiated)
		_, _ = p.Write(frame(0xC1, charge))
		bye := make([]byte, 8)
		n, _ := p.r.Read(bye)
		code <- bye[:n]
	})
	cfg.Compression, cfg.MessageLimit = true, 1<<20
	f := open(t, cfg).end()
	if f.Kind != connections.FailurePacketTooLarge {
		t.Errorf("%v", f)
	}
	if bye := <-code; len(bye) == 0 || bye[0] != 0x88 {
		t.Errorf("the server was told % x", bye)
	}
}

func TestMessagesOverTheLimitAreCut(t *testing.T) {
	for name, test := range map[string]struct {
		limit       int64
		sent, keeps int
	}{
		"at the limit":   {1000, 1000, 1000},
		"one more":       {1000, 1001, 1000},
		"above":          {1000, 5000, 1000},
		"large":          {1 << 20, 3 << 20, 64 << 10},
		"within a large": {4 << 20, 3 << 20, 3 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, _ *http.Request) {
				_ = ws.WriteMessage(gorilla.BinaryMessage, bytes.Repeat([]byte("x"), test.sent))
				_ = ws.WriteMessage(gorilla.TextMessage, []byte("after"))
				_, _, _ = ws.ReadMessage()
			})
			cfg.MessageLimit = test.limit
			c := open(t, cfg)
			if m := c.next(); m.Size != int64(test.sent) || len(m.Payload) != test.keeps || !m.Binary {
				t.Errorf("%d bytes kept of %d", len(m.Payload), m.Size)
			}
			if m := c.next(); string(m.Payload) != "after" {
				t.Errorf("after it came %.20q", m.Payload)
			}
		})
	}
}

func TestFramesThatBreakTheProtocol(t *testing.T) {
	for name, test := range map[string]struct {
		bytes []byte
		kind  connections.FailureKind
		says  string
	}{
		"reserved bit":        {frame(0xA1, nil), connections.FailureFrames, "RSV2"},
		"unasked compression": {frame(0xC1, nil), connections.FailureFrames, "RSV1"},
		"opcode":              {frame(0x83, nil), connections.FailureFrames, "bad opcode 3"},
		"masked":              {[]byte{0x81, 0x80, 0, 0, 0, 0}, connections.FailureFrames, "MASK"},
		"long ping":           {frame(0x89, make([]byte, 126)), connections.FailureFrames, "control"},
		"lone continuation":   {frame(0x80, nil), connections.FailureFrames, "continuation"},
		"close code":          {frame(0x88, []byte{0x03, 0xEE}), connections.FailureFrames, "close code 1006"},
		"close text":          {frame(0x88, []byte{0x03, 0xE8, 0xFF}), connections.FailureFrames, "utf8"},
		"huge":                {frameHeader(0x82, 1<<62), connections.FailurePacketTooLarge, "256 MiB"},
		"negative":            {frameHeader(0x82, 1<<63), connections.FailurePacketTooLarge, "256 MiB"},
		"HTTP":                {[]byte("HTTP/1.1 400 Bad Request\r\n\r\n"), connections.FailureFrames, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, raw(t, func(p *peer) {
				p.accept()
				_, _ = p.Write(test.bytes)
				p.hold()
			})).end()
			if f.Kind != test.kind {
				t.Errorf("kind %q of %v", f.Kind, f)
			}
			contains(t, f.Detail, test.says)
		})
	}
}

func TestABrokenCompressedMessage(t *testing.T) {
	cfg := raw(t, func(p *peer) {
		p.accept(negotiated)
		_, _ = p.Write(frame(0xC1, []byte("\xff\xff\xff\xff\xff")))
		p.hold()
	})
	cfg.Compression = true
	f := open(t, cfg).end()
	if f.Kind != connections.FailureFrames {
		t.Errorf("%v", f)
	}
	contains(t, f.Detail, "decompressed")
}

func TestEndsAreInWords(t *testing.T) {
	bye := func(code int, text string) []byte { return frame(0x88, gorilla.FormatCloseMessage(code, text)) }
	for name, test := range map[string]struct {
		bytes []byte
		says  string
	}{
		"policy":       {bye(1008, "token\nexpired"), "1008 against its policy, often a login that is missing or refused: token expired"},
		"going away":   {bye(1001, ""), "1001 it goes away"},
		"done":         {bye(1000, ""), "1000 it is done"},
		"its own":      {bye(4401, "who?"), "4401 a code of this server's own: who?"},
		"no reason":    {frame(0x88, nil), "1005 no reason given"},
		"no goodbye":   {nil, "1006 cut off without a goodbye"},
		"half a frame": {[]byte{0x81, 100, 'x'}, "1006 cut off without a goodbye"},
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, raw(t, func(p *peer) {
				p.accept()
				_, _ = p.Write(test.bytes)
			})).end()
			if f.Kind != connections.FailureEnded || f.Detail != test.says {
				t.Errorf("%q: %q", f.Kind, f.Detail)
			}
		})
	}
}

func TestEveryCodeHasWords(t *testing.T) {
	for code := 1000; code < 5000; code++ {
		if words := closeWords(code, ""); len(words) < 10 {
			t.Errorf("%d: %q", code, words)
		}
	}
}

func TestTheLastMessageComesBeforeTheEnd(t *testing.T) {
	c := open(t, raw(t, func(p *peer) {
		p.accept()
		_, _ = p.Write(append(frame(0x81, []byte("last")), frame(0x88, nil)...))
	}))
	c.awaitLost()
	if m := c.next(); string(m.Payload) != "last" {
		t.Errorf("%q", m.Payload)
	}
}

func TestAReasonIsFoundThoughWritingFailed(t *testing.T) {
	served := make(chan struct{})
	cfg := raw(t, func(p *peer) {
		defer close(served)
		p.accept()
		_, _ = p.Write(append(frame(0x81, []byte("first")), frame(0x88, gorilla.FormatCloseMessage(1013, ""))...))
		_ = p.Conn.(*net.TCPConn).SetLinger(0)
	})
	hold := make(chan struct{})
	c := New(cfg, func(*connections.Message) { <-hold })
	defer c.Close()
	if err := c.Open(context.Background(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	<-served
	waitFor(t, "writing to fail", func() bool {
		return c.Publish(context.Background(), connections.Publication{Payload: []byte("x")}).Outcome != connections.OutcomeSent
	})
	close(hold)
	<-c.Lost()
	contains(t, c.Err().Error(), "1013 try again later")
}

func TestSilenceIsNoticed(t *testing.T) {
	for name, bytes := range map[string][]byte{"at once": nil, "in half a header": {0x81}, "in half a frame": {0x81, 100, 'x'}} {
		t.Run(name, func(t *testing.T) {
			cfg := raw(t, func(p *peer) {
				p.accept()
				_, _ = p.Write(bytes)
				p.hold()
			})
			cfg.PingInterval = 40 * time.Millisecond
			if f := open(t, cfg).end(); f.Kind != connections.FailureSilent {
				t.Errorf("%v", f)
			}
		})
	}
}

func TestAnyFrameIsASignOfLife(t *testing.T) {
	const interval = 200 * time.Millisecond
	cfg := raw(t, func(p *peer) {
		p.accept()
		tick := time.NewTicker(interval / 3)
		defer tick.Stop()
		for range 20 { // more than six intervals, and never a pong
			if _, err := p.Write(frame(0x81, []byte("x"))); err != nil {
				return
			}
			<-tick.C
		}
		_, _ = p.Write(frame(0x88, gorilla.FormatCloseMessage(1001, "")))
	})
	cfg.PingInterval = interval
	if f := open(t, cfg).end(); f.Kind != connections.FailureEnded {
		t.Errorf("%v", f)
	}
}

func TestPingsKeepAQuietPeerAlive(t *testing.T) {
	var pings atomic.Int32
	enough := make(chan struct{})
	cfg := serve(t, gorilla.Upgrader{}, func(ws *gorilla.Conn, _ *http.Request) {
		pong := ws.PingHandler()
		ws.SetPingHandler(func(s string) error {
			if pings.Add(1) == 5 {
				close(enough)
			}
			return pong(s)
		})
		_, _, _ = ws.ReadMessage()
	})
	cfg.PingInterval = 500 * time.Millisecond // long enough for a busy machine to answer in
	c := open(t, cfg)
	select {
	case <-enough:
	case <-c.Lost():
		t.Errorf("ended: %v", c.Err())
	}
}

func TestALoginThatIsTurnedAway(t *testing.T) {
	cfg := raw(t, func(p *peer) {
		p.accept()
		_, _ = p.r.ReadByte()
		_, _ = p.Write(frame(0x88, gorilla.FormatCloseMessage(4003, "bad token")))
	})
	cfg.Opening = make([]Opening, 1000)
	c := newClient(t, cfg)
	err := c.Open(context.Background(), func(connections.State) {})
	if err == nil { // all of them fitted into the system's buffers
		err = c.end()
	}
	contains(t, failure(t, err).Detail, "4003 a code of this server's own: bad token")
}
