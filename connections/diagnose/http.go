package diagnose

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// underMQTT is how a WebSocket that carries MQTT is asked for (MQTT 5 §6).
var underMQTT = websocket.Dialer{Subprotocols: []string{"mqtt"}}

// upgrade is the step from a stream to the WebSocket that carries MQTT.
func (e *examination) upgrade(ctx context.Context) finding {
	bare := e.conn
	e.conn = nil
	release := bound(ctx, bare)
	ws, resp, err := e.way.Upgrade(ctx, bare, e.addr, underMQTT)
	release()
	said := replyOf(resp)
	if err != nil {
		return e.noUpgrade(said, err)
	}
	e.conn = &frames{Conn: ws}
	f := ok(e.answerLines(said)...)
	e.compareClocks(&f, said.header)
	return f
}

// reply is an HTTP answer without its body.
type reply struct {
	code   int
	status string
	header http.Header
}

// replyOf closes resp; nil makes nil.
func replyOf(resp *http.Response) *reply {
	if resp == nil {
		return nil
	}
	_ = resp.Body.Close()
	return &reply{resp.StatusCode, resp.Status, resp.Header}
}

func (e *examination) upgradeAgain(ctx context.Context, bare net.Conn) (net.Conn, error) {
	defer bound(ctx, bare)()
	ws, resp, err := e.way.Upgrade(ctx, bare, e.addr, underMQTT)
	replyOf(resp)
	if err != nil {
		return nil, err
	}
	return &frames{Conn: ws}, nil
}

// told are the headers of an answer that a report shows. Others may hold secrets: cookies do.
var told = []string{"Server", "Via", "Date", "Location", "Www-Authenticate", "Content-Type", "Retry-After",
	"Sec-Websocket-Protocol", "Sec-Websocket-Extensions"}

func (e *examination) answerLines(said *reply) []string {
	lines := []string{"HTTP status " + e.mask.foreign(said.status)}
	for _, name := range told {
		for _, v := range said.header.Values(name) {
			if name == "Location" {
				v, _, _ = strings.Cut(v, "?")
			}
			lines = append(lines, name+": "+e.mask.foreign(v))
		}
	}
	return lines[:min(len(lines), 1+2*len(told))]
}

// compareClocks warns of a clock that the server's does not agree with.
func (e *examination) compareClocks(f *finding, header http.Header) {
	at, err := http.ParseTime(header.Get("Date"))
	if now := e.d.Now(); err == nil && at.Sub(now).Abs() > drift && f.state == OK {
		f.state = Warning
		f.cause = "This computer's clock says " + minute(now) + ", the server's " + minute(at) + ": one of them is wrong."
		f.cure = "Set the clock that is wrong: certificates, and times on the screen, depend on it."
	}
}

// noUpgrade explains why there is no WebSocket.
func (e *examination) noUpgrade(said *reply, err error) finding {
	if e.ctx.Err() != nil {
		return finding{state: Failed}
	}
	failure := dial.Classify(err, e.addr)
	if said == nil {
		if failure.Kind == connections.FailureClientCert {
			return e.wantsCertificate(failure, []string{"no answer"})
		}
		return e.noAnswer(failure)
	}
	f := e.explained(failure, e.answerLines(said)...)
	if failure.Kind == connections.FailureSubprotocol {
		f.cause = "The server opens a WebSocket here, but not for MQTT" + e.chosen(said) + "."
		f.cure = "Check the path: this one belongs to another service." + e.paths()
		if raw(e.p) {
			f.cause = "The server opens a WebSocket, but chose none of the subprotocols of the connection" + e.chosen(said) + "."
			f.cure = "Enter the subprotocols that this server knows, or none."
		}
		return f
	}
	f.cause, f.cure = e.statusAdvice(said, f)
	return f
}

// noAnswer explains that no HTTP came back.
func (e *examination) noAnswer(failure *connections.Failure) finding {
	f := e.explained(failure, "no HTTP answer: "+e.muteness(failure))
	if cause, cure, ok := e.mismatch(); ok {
		f.cause, f.cure = cause, cure
		return f
	}
	switch failure.Kind {
	case connections.FailureTimeout:
		f.cause = "The other side takes the connection and never answers."
		f.cure = "It may be frozen or overloaded, or no web server; a firewall may also hold the bytes back."
	case connections.FailureUpgrade, connections.FailureClosed, connections.FailureReset:
		f.cause = "No web server answers on this port."
		f.cure = "Check the port: brokers take WebSockets on a port of their own, often 8083, 8084 or 9001."
	}
	return f
}

func (e *examination) chosen(said *reply) string {
	if name := said.header.Get("Sec-Websocket-Protocol"); name != "" {
		return " (it chose " + e.mask.foreign(name) + ")"
	}
	return ""
}

// statusAdvice explains an HTTP status that is no 101.
func (e *examination) statusAdvice(said *reply, f finding) (cause, cure string) {
	path, _, _ := strings.Cut("/"+strings.TrimPrefix(e.p.Transport.Path, "/"), "?")
	switch code := said.code; {
	case code == http.StatusNotFound || code == http.StatusGone:
		cure = "Enter the path of the WebSocket; brokers mostly have /mqtt, some /ws."
		if e.p.Transport.Path == "" || path == "/" {
			return "The path is missing: there is nothing at / on this server.", cure + e.paths()
		}
		return "There is nothing at the path " + path + " on this server.", cure + e.paths()
	case code == http.StatusUnauthorized:
		return "The server wants a login with the HTTP request" + e.scheme(said) + ".", e.loginCure()
	case code == http.StatusForbidden:
		return "The server refuses this request.", "Check login, headers and origin in the connection's settings, and the path; the server's log tells why."
	case code == http.StatusProxyAuthRequired:
		return "A proxy on the way wants a login.", "Set the proxy and its user in the connection's settings."
	case code/100 == 3:
		return "The server sends this request elsewhere, which a WebSocket does not follow.", "Enter the address that it names (Location) in the connection's settings."
	case code == http.StatusBadGateway || code == http.StatusServiceUnavailable || code == http.StatusGatewayTimeout:
		return "The web server answers, but the service behind it does not.", "Check that the broker behind the web server is running, and how the web server leads there."
	case code == http.StatusBadRequest && !encrypted(e.p) && e.speaksTLSNow():
		return "The port speaks TLS, and this connection is set to go without it.", "Switch TLS on in the connection's settings (" + e.with("s") + "://), or use the server's port without TLS."
	case code/100 == 2 || code == http.StatusUpgradeRequired || code == http.StatusBadRequest || code == http.StatusMethodNotAllowed:
		return "A web server answers at the path " + path + ", but opens no WebSocket there.", "Check the path of the WebSocket; brokers mostly have /mqtt, some /ws." + e.paths()
	case code == http.StatusSwitchingProtocols:
		return "The server agrees to open a WebSocket, but not as RFC 6455 wants it.", "Something between may change the answer (a proxy), or the server is faulty."
	}
	return f.cause, f.cure
}

func (e *examination) loginCure() string {
	if e.p.User != "" || len(e.p.Transport.Headers) > 0 {
		return "Check user name and password, or the Authorization header, in the connection's settings."
	}
	return "Enter user name and password, or an Authorization header with a token, in the connection's settings."
}

func (e *examination) scheme(said *reply) string {
	name, _, _ := strings.Cut(said.header.Get("Www-Authenticate"), " ")
	if name == "" {
		return ""
	}
	return " (" + e.mask.foreign(name) + ")"
}

func (e *examination) speaksTLSNow() bool {
	ctx, cancel := e.later()
	defer cancel()
	return e.speaksTLS(ctx, e.again)
}

// paths names a path where MQTT over WebSocket works; empty if none of the usual ones does.
func (e *examination) paths() string {
	if raw(e.p) {
		return ""
	}
	open := e.again
	if encrypted(e.p) {
		open = e.blindly(e.again)
	}
	ctx, cancel := e.later()
	defer cancel()
	usual := []string{mqttPath, "/ws", "/mqtt/", "/ws/mqtt", "/"}
	works := make([]bool, len(usual))
	var wg sync.WaitGroup
	for i, path := range usual {
		wg.Go(func() {
			status, header := e.speaksHTTP(ctx, open, path)
			works[i] = status == http.StatusSwitchingProtocols && strings.HasPrefix(header.Get("Sec-Websocket-Protocol"), "mqtt")
		})
	}
	wg.Wait()
	if i := slices.Index(works, true); i >= 0 {
		return " On this server " + strconv.Quote(usual[i]) + " works."
	}
	return ""
}

// frames is a WebSocket as a byte stream, for one goroutine.
type frames struct {
	*websocket.Conn
	r io.Reader
}

// Read implements [net.Conn].
func (f *frames) Read(b []byte) (int, error) {
	for {
		if f.r == nil {
			_, r, err := f.NextReader()
			if err != nil {
				return 0, f.explain(err)
			}
			f.r = r
		}
		n, err := f.r.Read(b)
		if errors.Is(err, io.EOF) {
			f.r, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// explain makes an end of a frame of closing.
func (f *frames) explain(err error) error {
	var closing *websocket.CloseError
	if errors.As(err, &closing) {
		return io.EOF
	}
	return err
}

// Write implements [net.Conn].
func (f *frames) Write(b []byte) (int, error) {
	if err := f.WriteMessage(websocket.BinaryMessage, b); err != nil {
		return 0, err
	}
	return len(b), nil
}

// SetDeadline implements [net.Conn].
func (f *frames) SetDeadline(t time.Time) error {
	return errors.Join(f.SetReadDeadline(t), f.SetWriteDeadline(t))
}
