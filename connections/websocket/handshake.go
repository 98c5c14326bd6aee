package websocket

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
	"streamscope/connections/dial"
)

const (
	readBuffer = 32 << 10
	// writeBuffer is the longest message that goes out in one frame: not every small server
	// puts fragments together.
	writeBuffer = 16 << 10
)

// handshake dials and upgrades. The meter that it returns has not ended, unless there is an
// error.
func (c *Client) handshake(ctx context.Context, progress func(connections.State)) (*gorilla.Conn, *meter, error) {
	ws, m, err := c.upgrade(ctx, progress, c.cfg.Compression)
	if c.cfg.Compression && badCompression(err) {
		ws, m, err = c.upgrade(ctx, progress, false)
	}
	return ws, m, err
}

// badCompression tells that the server's answer to the offer of compression cannot be used.
func badCompression(err error) bool {
	var f *connections.Failure
	return errors.As(err, &f) && f.Err != nil && f.Err.Error() == "websocket: invalid compression negotiation"
}

func (c *Client) upgrade(ctx context.Context, progress func(connections.State), compress bool) (*gorilla.Conn, *meter, error) {
	var m *meter
	dialStream := func(ctx context.Context, network, addr string) (net.Conn, error) {
		stream, err := c.stream(ctx, network)
		if err != nil {
			return nil, err
		}
		m = newMeter(stream, c.cfg)
		c.meter.Store(m)
		if err := ctx.Err(); err != nil {
			_ = m.end(nil)
			return nil, err
		}
		progress(connections.StateHandshake)
		return m, nil
	}
	dialer := gorilla.Dialer{
		NetDialContext: dialStream, NetDialTLSContext: dialStream,
		ReadBufferSize: readBuffer, WriteBufferSize: writeBuffer,
		Subprotocols: c.cfg.Subprotocols, EnableCompression: compress,
	}
	// gorilla looks at the context's deadline only.
	watch := func() {
		if m := c.meter.Load(); m != nil {
			_ = m.end(nil)
		}
	}
	stop := context.AfterFunc(ctx, watch)
	ws, answer, err := dialer.DialContext(ctx, c.cfg.url(), c.cfg.header())
	if answer != nil {
		defer answer.Body.Close()
	}
	if !stop() && err == nil {
		_ = m.end(nil)
		err = ctx.Err()
	}
	if err != nil {
		err = c.notOpened(ctx, m, answer, err)
	} else if detail := c.subprotocol(ws.Subprotocol()); detail != "" {
		err = c.failure(connections.FailureSubprotocol, detail, nil)
	}
	if err != nil {
		if m != nil {
			_ = m.end(nil)
		}
		return nil, nil, err
	}
	m.open.Store(true)
	return ws, m, nil
}

// stream dials.
func (c *Client) stream(ctx context.Context, network string) (net.Conn, error) {
	conn, err := c.cfg.Dial(ctx, network, c.cfg.addr())
	if err != nil {
		return nil, err
	}
	secure, ok := conn.(interface{ ConnectionState() tls.ConnectionState })
	if ok && secure.ConnectionState().NegotiatedProtocol == "h2" {
		_ = conn.Close()
		return nil, c.failure(connections.FailureUpgrade, "it chose HTTP/2, which knows no upgrade: take h2 out of ALPN", nil)
	}
	return conn, nil
}

// subprotocol tells what is wrong with the server's choice; gorilla takes any.
func (c *Client) subprotocol(chosen string) string {
	offered := strings.Join(c.cfg.Subprotocols, ", ")
	switch {
	case slices.Contains(c.cfg.Subprotocols, chosen), chosen == "" && offered == "":
		return ""
	case chosen == "":
		return "it chose none of the subprotocols that were offered (" + offered + ")"
	case offered == "":
		return "it chose the subprotocol " + oneLine(chosen, 40) + ", though none was offered"
	}
	return "it chose the subprotocol " + oneLine(chosen, 40) + " instead of " + offered
}

// notOpened explains why there is no WebSocket. m is nil if there was no stream either.
func (c *Client) notOpened(ctx context.Context, m *meter, answer *http.Response, err error) error {
	switch {
	case c.dialling.Err() != nil:
		return context.Canceled
	case errors.Is(ctx.Err(), context.DeadlineExceeded) && answer == nil:
		f := c.failure(connections.FailureTimeout, "", nil)
		if m != nil {
			f.Detail = "no answer to the request for a WebSocket"
		}
		return f
	case errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case m == nil:
		return dial.Classify(err, c.cfg.addr())
	case answer == nil:
		return c.strange(m, err)
	case errors.Is(err, gorilla.ErrBadHandshake):
		return c.refused(answer)
	}
	return c.failure(connections.FailureUpgrade, "its answer to the offer of compression cannot be used", err)
}

// strange tells by its first bytes who answered, if it was no web server.
func (c *Client) strange(m *meter, err error) error {
	head := m.head[:min(m.bytesIn.Load(), headBytes)]
	detail := fmt.Sprintf("its answer is no HTTP and begins with %q", head)
	cause := m.cause()
	switch {
	case cause != nil && (cause.Kind != connections.FailureClosed || len(head) == 0):
		return cause
	case len(head) > 1 && (head[0] == 0x15 || head[0] == 0x16) && head[1] == 3:
		return c.failure(connections.FailureSpeaksTLS, "", err)
	case len(head) > 1 && head[0] == 0x20 && head[1] <= 4:
		detail = "it speaks MQTT on this port, without WebSocket"
	case bytes.HasPrefix(head, []byte("SSH-")):
		detail = "it is an SSH server"
	case bytes.HasPrefix(head, []byte("HTTP/")) && cause != nil:
		return c.failure(connections.FailureClosed, "in the middle of its answer", err)
	case bytes.HasPrefix(head, []byte("HTTP/")):
		detail = "its answer is no valid HTTP"
	}
	return c.failure(connections.FailureUpgrade, detail, err)
}

// refused explains an answer that does not switch to WebSocket (RFC 6455 §4.2.2).
func (c *Client) refused(answer *http.Response) error {
	detail := oneLine(answer.Status, 60)
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	switch to := answer.Header.Get("Location"); {
	case answer.StatusCode == http.StatusSwitchingProtocols:
		detail = "it agreed, but not as RFC 6455 §4.2.2 wants it (Upgrade: " + oneLine(answer.Header.Get("Upgrade"), 30) +
			", Connection: " + oneLine(answer.Header.Get("Connection"), 30) + ")"
	case answer.StatusCode/100 == 3 && to != "":
		detail += " to " + oneLine(to, 200)
	default:
		if text := oneLine(string(body), 160); text != "" {
			detail += ": " + text
		}
	}
	kind := connections.FailureUpgrade
	switch answer.StatusCode {
	case http.StatusUnauthorized:
		kind = connections.FailureCredentials
	case http.StatusForbidden:
		kind = connections.FailureNotAuthorised
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		kind = connections.FailureUnavailable
	}
	return c.failure(kind, detail, nil)
}

func (c *Client) failure(kind connections.FailureKind, detail string, err error) *connections.Failure {
	return &connections.Failure{Kind: kind, Addr: c.cfg.addr(), Detail: detail, Err: err}
}
