package dial

import (
	"bufio"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
	"golang.org/x/net/proxy"

	"streamscope/connections"
)

// Proxy is what stands between: HTTP CONNECT (RFC 9110 §9.3.6) or SOCKS5 (RFC 1928).
type Proxy struct {
	// Kind is "" for none, "environment" for HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY,
	// "http" or "socks5".
	Kind string
	// Address is host:port.
	Address string
	User    string
	// Password lives in memory only: no way of printing or encoding a Proxy shows it.
	Password string `json:"-"`
}

// String is the proxy without its password.
func (p Proxy) String() string {
	if p.Kind == "" || p.Kind == ProxyEnvironment {
		return p.Kind
	}
	u := url.URL{Scheme: p.Kind, Host: p.Address}
	if p.User != "" {
		u.User = url.User(p.User)
	}
	return u.String()
}

// GoString implements [fmt.GoStringer] without the password.
func (p Proxy) GoString() string { return "dial.Proxy{" + p.String() + "}" }

// LogValue implements [slog.LogValuer] without the password.
func (p Proxy) LogValue() slog.Value { return slog.StringValue(p.String()) }

// The kinds of [Proxy].
const (
	ProxyEnvironment = "environment"
	ProxyHTTP        = "http"
	ProxySOCKS5      = "socks5"

	proxyHTTPS = "https" // HTTP CONNECT over TLS; the environment may name one
)

// Resolve returns the proxy on the way to addr: itself, or the one of the environment, which
// may be none. Loopback addresses are never reached through the environment's.
func (p Proxy) Resolve(kind Kind, addr string) (Proxy, error) {
	if p.Kind != ProxyEnvironment {
		return p, nil
	}
	cfg := httpproxy.FromEnvironment()
	all := os.Getenv("ALL_PROXY")
	if all == "" {
		all = os.Getenv("all_proxy")
	}
	for _, one := range []*string{&cfg.HTTPProxy, &cfg.HTTPSProxy} {
		if *one == "" {
			*one = all
		}
	}
	scheme := "https"
	if kind == KindWS {
		scheme = "http"
	}
	u, err := cfg.ProxyFunc()(&url.URL{Scheme: scheme, Host: addr})
	if err != nil {
		return Proxy{}, &connections.Failure{Kind: connections.FailureProxy, Detail: "of the environment", Err: errors.New("its address is not valid")}
	}
	if u == nil {
		return Proxy{}, nil
	}
	return proxyOf(u)
}

func proxyOf(u *url.URL) (Proxy, error) {
	p := Proxy{Kind: u.Scheme, Address: u.Host, User: u.User.Username()}
	p.Password, _ = u.User.Password()
	port := "80"
	switch p.Kind {
	case ProxyHTTP:
	case proxyHTTPS:
		port = "443"
	case ProxySOCKS5, "socks5h":
		p.Kind, port = ProxySOCKS5, "1080"
	default:
		return Proxy{}, &connections.Failure{Kind: connections.FailureProxy, Detail: p.String(),
			Err: fmt.Errorf("%q is no kind of proxy", u.Scheme)}
	}
	if u.Port() == "" {
		p.Address = net.JoinHostPort(u.Hostname(), port)
	}
	return p, nil
}

// connectThrough opens a stream to addr through the proxy.
func (d *Dialer) connectThrough(ctx context.Context, addr string) (net.Conn, error) {
	p, err := d.Proxy.Resolve(d.Kind, addr)
	if err != nil {
		return nil, err
	}
	switch p.Kind {
	case "":
		direct := Dialer{net: d.net}
		return direct.Connect(ctx, "tcp", addr)
	case ProxySOCKS5:
		return d.socks(ctx, p, addr)
	case ProxyHTTP, proxyHTTPS:
	default:
		return nil, &connections.Failure{Kind: connections.FailureProxy, Detail: p.String(),
			Err: fmt.Errorf("%q is no kind of proxy", p.Kind)}
	}
	conn, err := d.toProxy(ctx, p)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	through, err := tunnel(conn, p, addr)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err != nil {
		_ = conn.Close()
		return nil, explain(ctx, err, addr)
	}
	return through, nil
}

// toProxy opens a stream to an HTTP proxy.
func (d *Dialer) toProxy(ctx context.Context, p Proxy) (net.Conn, error) {
	conn, err := d.net.DialContext(ctx, "tcp", p.Address)
	if err != nil {
		return nil, unreachable(ctx, err, p)
	}
	if p.Kind != proxyHTTPS {
		return conn, nil
	}
	secure, err := (&Dialer{Kind: KindTLS}).Secure(ctx, conn, p.Address)
	if err != nil {
		return nil, unreachable(ctx, err, p)
	}
	return secure, nil
}

func unreachable(ctx context.Context, err error, p Proxy) error {
	if ctx.Err() == context.Canceled {
		return ctx.Err()
	}
	return &connections.Failure{Kind: connections.FailureProxy, Detail: p.String(), Err: err}
}

// tunnel asks an HTTP proxy for a way to addr.
func tunnel(conn net.Conn, p Proxy, addr string) (net.Conn, error) {
	req := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if p.User != "" {
		login := base64.StdEncoding.EncodeToString([]byte(p.User + ":" + p.Password))
		req.Header.Set("Proxy-Authorization", "Basic "+login)
	}
	if err := req.Write(conn); err != nil {
		return nil, &connections.Failure{Kind: connections.FailureProxy, Detail: p.String(), Err: err}
	}
	r := bufio.NewReader(io.LimitReader(conn, 64<<10))
	resp, err := http.ReadResponse(r, req)
	if err != nil {
		return nil, &connections.Failure{Kind: connections.FailureProxy, Detail: p.String(), Err: proxyAnswer(err)}
	}
	_ = resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusProxyAuthRequired, http.StatusUnauthorized: // as tinyproxy says it
		return nil, &connections.Failure{Kind: connections.FailureProxyAuth, Detail: "HTTP status " + resp.Status}
	default:
		return nil, &connections.Failure{Kind: connections.FailureProxyRefused, Detail: "HTTP status " + resp.Status}
	}
	if n := r.Buffered(); n > 0 { // bytes of whoever is behind the proxy, and speaks first
		early, _ := r.Peek(n)
		return &begun{Conn: conn, early: early}, nil
	}
	return conn, nil
}

func proxyAnswer(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ended instead of answering")
	}
	if strings.Contains(err.Error(), "malformed HTTP") {
		return errors.New("it does not answer as an HTTP proxy does")
	}
	return err
}

// begun is a stream of which some bytes have been read already.
type begun struct {
	net.Conn
	early []byte
}

func (b *begun) Read(p []byte) (int, error) {
	if len(b.early) > 0 {
		n := copy(p, b.early)
		b.early = b.early[n:]
		return n, nil
	}
	return b.Conn.Read(p)
}

// socks opens a stream to addr through a SOCKS5 proxy, which resolves the name.
func (d *Dialer) socks(ctx context.Context, p Proxy, addr string) (net.Conn, error) {
	var login *proxy.Auth
	if p.User != "" {
		login = &proxy.Auth{User: p.User, Password: p.Password}
	}
	forward := &toSocks{d: d, p: p}
	dialer, err := proxy.SOCKS5("tcp", p.Address, login, forward)
	if err != nil {
		return nil, &connections.Failure{Kind: connections.FailureProxy, Detail: p.String(), Err: err}
	}
	conn, err := dialer.(proxy.ContextDialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, explain(ctx, socksFailure(err, p), addr)
	}
	return conn, nil
}

// toSocks dials the proxy itself.
type toSocks struct {
	d *Dialer
	p Proxy
}

func (t *toSocks) Dial(network, addr string) (net.Conn, error) {
	return t.DialContext(context.Background(), network, addr)
}

func (t *toSocks) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := t.d.net.DialContext(ctx, network, addr)
	if err != nil {
		return nil, unreachable(ctx, err, t.p)
	}
	return conn, nil
}

// socksFailure names why a SOCKS5 proxy did not help. x/net has texts only, after RFC 1928 §6.
func socksFailure(err error, p Proxy) error {
	if failure(err) != nil || errors.Is(err, os.ErrDeadlineExceeded) {
		return err
	}
	text := err.Error()
	f := &connections.Failure{Kind: connections.FailureProxyRefused, Err: err}
	switch {
	case strings.Contains(text, "username/password"), strings.Contains(text, "no acceptable authentication methods"):
		f.Kind, f.Detail = connections.FailureProxyAuth, p.String()
	case strings.Contains(text, "not allowed by ruleset"):
		f.Detail = "its rules forbid it"
	case strings.Contains(text, "connection refused"):
		f.Detail = "nothing listens on that port behind it"
	case strings.Contains(text, "host unreachable"), strings.Contains(text, "network unreachable"):
		f.Detail = "it finds no way to that host"
	case strings.Contains(text, "general SOCKS server failure"), strings.Contains(text, "TTL expired"):
		f.Detail = "it cannot reach that host"
	case strings.Contains(text, "unexpected protocol version"), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		f.Kind, f.Detail, f.Err = connections.FailureProxy, p.String(), errors.New("it does not answer as a SOCKS5 proxy does")
	default:
		f.Kind, f.Detail = connections.FailureProxy, p.String()
	}
	return f
}
