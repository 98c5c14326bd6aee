package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"

	"github.com/gorilla/websocket"

	"streamscope/connections"
)

// Kind is a kind of byte stream; profiles spell it the same way.
type Kind string

// The kinds of byte stream.
const (
	KindTCP  Kind = ""
	KindTLS  Kind = "tls"
	KindWS   Kind = "ws"
	KindWSS  Kind = "wss"
	KindUnix Kind = "unix"
)

// Secure reports whether the bytes are encrypted on their way.
func (k Kind) Secure() bool { return k == KindTLS || k == KindWSS }

// WebSocket reports whether the bytes travel in WebSocket frames.
func (k Kind) WebSocket() bool { return k == KindWS || k == KindWSS }

// Dialer opens byte streams. The zero value opens plain TCP.
//
// [Dialer.DialContext] goes all the way to a stream that MQTT can be spoken over. Whoever needs
// a step of it alone (a raw WebSocket, a diagnosis) calls [Dialer.Connect], [Dialer.Secure] and
// [Dialer.Upgrade], in this order.
//
// All of them end at once when their ctx is cancelled, with ctx's error. Their other errors are
// [*connections.Failure]; one about a certificate holds a [*CertificateError].
type Dialer struct {
	Kind Kind
	// TLS is for the secure kinds. Its Host is taken from the address if empty.
	TLS TLSOptions
	// Proxy stands between, but not before a Unix socket.
	Proxy Proxy
	// Path is the path and query of a WebSocket URL (see [WebSocketURL]), or the file of a Unix
	// socket.
	Path string
	// Header goes with the WebSocket handshake.
	Header http.Header

	net net.Dialer
}

// String tells the kind of stream and the proxy. It never holds a password or a header.
func (d Dialer) String() string {
	kind := string(d.Kind)
	if d.Kind == KindTCP {
		kind = "tcp"
	}
	if d.Proxy.Kind == "" {
		return kind
	}
	return kind + " through " + d.Proxy.String()
}

// GoString implements [fmt.GoStringer] without secrets.
func (d Dialer) GoString() string { return "dial.Dialer{" + d.String() + "}" }

// LogValue implements [slog.LogValuer] without secrets.
func (d Dialer) LogValue() slog.Value { return slog.StringValue(d.String()) }

// DialContext opens a stream of the dialler's kind to addr (host:port).
func (d *Dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := d.Connect(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	if d.Kind.Secure() {
		secure, err := d.Secure(ctx, conn, addr)
		if err != nil {
			return nil, err
		}
		conn = secure
	}
	if !d.Kind.WebSocket() {
		return conn, nil
	}
	ws, _, err := d.Upgrade(ctx, conn, addr, websocket.Dialer{Subprotocols: []string{"mqtt"}}) //nolint:bodyclose // gorilla leaves no body open
	if err != nil {
		return nil, err
	}
	return newStream(ws), nil
}

// Connect opens a bare stream to addr: over TCP, through the proxy if there is one, or over the
// Unix socket.
func (d *Dialer) Connect(ctx context.Context, network, addr string) (net.Conn, error) {
	if d.Kind == KindUnix {
		network, addr = "unix", d.Path
	} else if d.Proxy.Kind != "" {
		return d.connectThrough(ctx, addr)
	}
	conn, err := d.net.DialContext(ctx, network, addr)
	if err != nil {
		return nil, explain(ctx, err, addr)
	}
	return conn, nil
}

// Secure speaks TLS over conn, and closes it if that fails.
func (d *Dialer) Secure(ctx context.Context, conn net.Conn, addr string) (*SecureConn, error) {
	o := d.TLS
	if o.Host == "" {
		o.Host, _, _ = net.SplitHostPort(addr)
	}
	if d.Kind.WebSocket() && len(o.ALPN) == 0 {
		o.ALPN = []string{"http/1.1"} // or a server may choose a version that cannot be upgraded
	}
	cfg, err := TLS(o)
	if err != nil {
		_ = conn.Close()
		return nil, explain(ctx, err, addr)
	}
	return Handshake(ctx, conn, cfg, addr)
}

// Handshake speaks TLS over conn with a configuration of [TLS]'s, and closes conn if that fails.
func Handshake(ctx context.Context, conn net.Conn, cfg *tls.Config, addr string) (*SecureConn, error) {
	under := &brisk{Conn: conn}
	secure := &SecureConn{under: under}
	secure.Conn = tls.Client(under, secure.watch(cfg))
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		if secure.asked && isRemoteAlert(err) && cfg.GetClientCertificate == nil {
			err = &connections.Failure{Kind: connections.FailureClientCert, Detail: "it asks for a certificate", Err: err}
		}
		return nil, explain(ctx, handshakeFailure(err, under.heard.Load()), addr)
	}
	return secure, nil
}

// explain classifies err, but for a cancelled ctx.
func explain(ctx context.Context, err error, addr string) error {
	if ctx.Err() == context.Canceled {
		return ctx.Err()
	}
	if ctx.Err() == context.DeadlineExceeded {
		err = ctx.Err()
	}
	f := Classify(err, addr)
	if f.Addr == "" {
		f.Addr = addr
	}
	return f
}

// failure returns the Failure in err, if there is one.
func failure(err error) *connections.Failure {
	var f *connections.Failure
	errors.As(err, &f)
	return f
}
