package diagnose

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"streamscope/connections/dial"
)

// opener opens one more stream to the same peer.
type opener func(context.Context) (net.Conn, error)

// who is what a peer was found to speak.
type who struct {
	tls, mqtt, http bool
	// upgrades tells that HTTP led to a WebSocket for MQTT at the path that was asked for.
	upgrades bool
	// header is of the HTTP answer; nil without one.
	header http.Header
}

// ask finds out what the peer speaks on streams of open's: it says hello in each language, each
// time on a new connection, without credentials.
func (e *examination) ask(open opener) who {
	ctx, cancel := e.later()
	defer cancel()
	var w who
	var wg sync.WaitGroup
	// Once it speaks one language it hardly speaks another, except that many servers of TLS have a
	// word for those who come without.
	understood := func(yes bool) bool {
		if yes {
			timer := time.AfterFunc(time.Second, cancel)
			context.AfterFunc(ctx, func() { timer.Stop() })
		}
		return yes
	}
	wg.Go(func() { w.tls = understood(e.speaksTLS(ctx, open)) })
	wg.Go(func() { w.mqtt = understood(e.speaksMQTT(ctx, open)) })
	var status int
	wg.Go(func() {
		status, w.header = e.speaksHTTP(ctx, open, mqttPath)
		understood(status != 0)
	})
	wg.Wait()
	w.http, w.upgrades = status != 0, status == http.StatusSwitchingProtocols
	return w
}

// mqttPath is where most brokers expect WebSockets.
const mqttPath = "/mqtt"

func (e *examination) speaksTLS(ctx context.Context, open opener) bool {
	conn, err := open(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	met := false
	cfg := &tls.Config{
		ServerName: e.serverName(), MinVersion: tls.VersionTLS10,
		// Nothing is sent over it. The server's certificate coming at all is the answer.
		InsecureSkipVerify: true,
		VerifyConnection:   func(tls.ConnectionState) error { met = true; return nil },
	}
	err = tls.Client(conn, cfg).HandshakeContext(ctx)
	var op *net.OpError
	return err == nil || met || errors.As(err, &op) && op.Op == "remote error"
}

func (e *examination) speaksMQTT(ctx context.Context, open opener) bool {
	conn, err := open(ctx)
	if err != nil {
		return false
	}
	defer conn.Close()
	defer bound(ctx, conn)()
	if _, err := conn.Write(connectPacket(mqtt311, login{id: e.id})); err != nil {
		return false
	}
	first, body, err := readPacket(bufio.NewReader(conn))
	_, _ = conn.Write(disconnectPacket[:])
	return err == nil && first == 0x20 && len(body) >= 2
}

// speaksHTTP asks for a WebSocket and returns the status of the answer, 0 without one.
func (e *examination) speaksHTTP(ctx context.Context, open opener, path string) (int, http.Header) {
	conn, err := open(ctx)
	if err != nil {
		return 0, nil
	}
	defer conn.Close()
	defer bound(ctx, conn)()
	key := make([]byte, 16)
	_, _ = rand.Read(key)
	path, _, _ = strings.Cut(path, "?")
	_, err = fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n",
		path, e.addr, base64.StdEncoding.EncodeToString(key))
	if err != nil {
		return 0, nil
	}
	resp, err := http.ReadResponse(bufio.NewReader(io.LimitReader(conn, packetLimit)), nil)
	if err != nil {
		return 0, nil
	}
	_ = resp.Body.Close()
	return resp.StatusCode, resp.Header
}

// blindly adds a TLS that trusts anyone to open's streams: for questions that hold no secret.
func (e *examination) blindly(open opener) opener {
	return func(ctx context.Context) (net.Conn, error) {
		conn, err := open(ctx)
		if err != nil {
			return nil, err
		}
		o := e.way.TLS
		o.Insecure, o.CAFile, o.CertFile, o.KeyFile, o.Pins = true, "", "", "", nil
		cfg, err := dial.TLS(o)
		if err != nil {
			_ = conn.Close()
			return nil, err
		}
		return dial.Handshake(ctx, conn, cfg, e.addr)
	}
}

func (e *examination) serverName() string {
	if e.way.TLS.ServerName != "" {
		return e.way.TLS.ServerName
	}
	return e.way.TLS.Host
}

// mismatch explains, after a step for plain or secure streams has failed, that the peer speaks
// another language on that port. ok is false when it does not.
func (e *examination) mismatch() (cause, cure string, ok bool) {
	w := e.ask(e.again)
	if encrypted(e.p) {
		return e.mismatchSecure(w)
	}
	switch {
	case w.tls:
		return "The port speaks TLS, and this connection is set to go without it.",
			"Switch TLS on in the connection's settings (" + e.with("s") + "://), or use the server's port without TLS.", true
	case overHTTP(e.p) && w.mqtt:
		return "An MQTT broker answers on this port, without WebSocket.", e.plainMQTT("mqtt"), true
	case !overHTTP(e.p) && w.http:
		return "A web server answers on this port, no MQTT broker.", webserver(w, "mqtt+ws"), true
	}
	return "", "", false
}

func (e *examination) mismatchSecure(plain who) (cause, cure string, ok bool) {
	switch {
	case plain.tls:
		w := e.ask(e.blindly(e.again))
		switch {
		case overHTTP(e.p) && w.mqtt:
			return "An MQTT broker answers on this port over TLS, without WebSocket.", e.plainMQTT("mqtts"), true
		case !overHTTP(e.p) && w.http:
			return "A web server answers on this port over TLS, no MQTT broker.", webserver(w, "mqtt+wss"), true
		}
	case plain.mqtt:
		cure = "Switch TLS off in the connection's settings (mqtt://), or use the broker's TLS port, often 8883."
		if overHTTP(e.p) {
			cure = e.plainMQTT("mqtt")
		}
		return "The port speaks MQTT without TLS, and this connection is set to use it.", cure, true
	case plain.http && overHTTP(e.p):
		return "The port speaks HTTP without TLS, and this connection is set to use it.",
			"Switch TLS off in the connection's settings (" + e.with("") + "://), or use the server's TLS port.", true
	case plain.http:
		return "A web server without TLS answers on this port, no MQTT broker.", webserver(plain, "mqtt+ws"), true
	}
	return "", "", false
}

// silence is how long a broker may think before it is asked whether it is one.
const silence = 2 * time.Second

// hunch is a mismatch that is looked for while an answer is still awaited: a web server waits for
// more as patiently as we do.
type hunch struct {
	e           *examination
	stop        context.CancelFunc
	done        chan struct{} // closed when what follows is known, or given up
	asked       bool
	cause, cure string
	found       bool
}

// suspect returns a context that ends as soon as a hunch has come true.
func (e *examination) suspect(ctx context.Context) (context.Context, *hunch) {
	ctx, stop := context.WithCancel(ctx)
	h := &hunch{e: e, stop: stop, done: make(chan struct{})}
	go func() {
		defer close(h.done)
		select {
		case <-ctx.Done():
			return
		case <-time.After(silence):
		}
		h.asked = true
		if h.cause, h.cure, h.found = e.mismatch(); h.found {
			stop()
		}
	}()
	return ctx, h
}

// confirm is mismatch, once.
func (h *hunch) confirm() (cause, cure string, ok bool) {
	h.forget()
	if h.asked {
		return h.cause, h.cure, h.found
	}
	return h.e.mismatch()
}

// forget ends the asking and waits for its end.
func (h *hunch) forget() {
	h.stop()
	<-h.done
}

// with is the scheme of the target with or without the s of TLS.
func (e *examination) with(s string) string {
	switch {
	case raw(e.p):
		return "ws" + s
	case overHTTP(e.p):
		return "mqtt+ws" + s
	default:
		return "mqtt" + s
	}
}

func (e *examination) plainMQTT(scheme string) string {
	if raw(e.p) {
		return "This connection is a raw WebSocket: make it an MQTT one (" + scheme + "://), or enter the port of the WebSocket."
	}
	return "Choose a connection without WebSocket in the connection's settings (" + scheme + "://), or enter the broker's port for WebSockets, often 8083 or 9001."
}

func webserver(w who, scheme string) string {
	if w.upgrades {
		return "MQTT over WebSocket works here: choose it in the connection's settings (" + scheme + "://) with the path " + mqttPath + "."
	}
	return "Check the port: MQTT has mostly 1883, and 8883 with TLS. If the broker is behind the web server, choose MQTT over WebSocket (" + scheme + "://) and its path."
}
