package dial_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/dial"
)

// echo answers every byte with itself over a listener of its own, which speaks TLS if cfg is
// not nil.
func echo(t *testing.T, network, addr string, cfg *tls.Config) string {
	t.Helper()
	listener, err := net.Listen(network, addr)
	if err != nil {
		t.Fatal(err)
	}
	if cfg != nil {
		listener = tls.NewListener(listener, cfg)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
			_, _ = io.Copy(conn, conn)
			_ = conn.Close()
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-done })
	return listener.Addr().String()
}

// webEcho does the same over WebSocket.
func webEcho(t *testing.T, secure *tls.Config, subprotocol string) *httptest.Server {
	t.Helper()
	up := websocket.Upgrader{}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/mqtt" || r.Header.Get("X-Plant") != "7" {
			http.Error(w, "there is nothing here", http.StatusNotFound)
			return
		}
		header := http.Header{}
		if subprotocol != "" {
			header.Set("Sec-Websocket-Protocol", subprotocol)
		}
		ws, err := up.Upgrade(w, r, header)
		if err != nil {
			return
		}
		defer ws.Close()
		for {
			kind, b, err := ws.ReadMessage()
			if err != nil || ws.WriteMessage(kind, b) != nil {
				return
			}
		}
	}))
	if secure != nil {
		server.TLS = secure
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server
}

// exchange checks that a stream carries bytes both ways, and that a read may be repeated after
// its deadline: the guard does that.
func exchange(t *testing.T, conn net.Conn) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if _, err := conn.Read(make([]byte, 1)); !isTimeout(err) {
		t.Errorf("reading nothing: %v", err)
	}
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	want := bytes.Repeat([]byte("streamscope"), 20_000)
	written := make(chan error, 1)
	go func() {
		for part := range slices.Chunk(want, 5001) {
			if _, err := conn.Write(part); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the echo differs: %v", err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	if err := conn.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := conn.Read(got); err == nil {
		t.Error("a closed stream can be read")
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

func serverTLS(leaf *brokertest.Leaf) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{leaf.TLS()}}
}

func TestEveryTransportDirectAndThroughProxies(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	leaf := ca.Issue(t, brokertest.LeafOptions{})
	trust := dial.TLSOptions{CAFile: ca.File}
	header := http.Header{"X-Plant": {"7"}}
	hostOf := func(s *httptest.Server) string { return s.Listener.Addr().String() }
	transports := map[string]struct {
		dialer dial.Dialer
		addr   string
	}{
		"tcp": {dial.Dialer{}, echo(t, "tcp", "127.0.0.1:0", nil)},
		"tls": {dial.Dialer{Kind: dial.KindTLS, TLS: trust}, echo(t, "tcp", "127.0.0.1:0", serverTLS(leaf))},
		"ws":  {dial.Dialer{Kind: dial.KindWS, Path: "mqtt", Header: header}, hostOf(webEcho(t, nil, "mqtt"))},
		"wss": {dial.Dialer{Kind: dial.KindWSS, Path: "/mqtt?a=b", Header: header, TLS: trust}, hostOf(webEcho(t, serverTLS(leaf), "mqtt"))},
	}
	login := brokertest.ProxyOptions{User: "me", Password: "s3cret"}
	proxies := map[string]struct {
		proxy dial.Proxy
		real  *brokertest.Proxy
	}{"none": {}}
	for name, kind := range map[string]string{"HTTP": dial.ProxyHTTP, "SOCKS5": dial.ProxySOCKS5} {
		start := brokertest.HTTPProxy
		if kind == dial.ProxySOCKS5 {
			start = brokertest.SOCKS5Proxy
		}
		open, closed := start(t, brokertest.ProxyOptions{}), start(t, login)
		proxies[name] = struct {
			proxy dial.Proxy
			real  *brokertest.Proxy
		}{dial.Proxy{Kind: kind, Address: open.Addr}, open}
		proxies[name+" with login"] = struct {
			proxy dial.Proxy
			real  *brokertest.Proxy
		}{dial.Proxy{Kind: kind, Address: closed.Addr, User: "me", Password: "s3cret"}, closed}
	}
	for transport, tt := range transports {
		for name, p := range proxies {
			t.Run(transport+" through "+name, func(t *testing.T) {
				d := tt.dialer
				d.Proxy = p.proxy
				conn, err := d.DialContext(t.Context(), "tcp", tt.addr)
				if err != nil {
					t.Fatal(err)
				}
				exchange(t, conn)
				if p.real != nil {
					if asked := p.real.Asked(); asked[len(asked)-1] != tt.addr {
						t.Errorf("the proxy was asked for %v", asked)
					}
				}
			})
		}
	}
}

func TestUnixSocket(t *testing.T) {
	file := filepath.Join(t.TempDir(), "broker.sock")
	echo(t, "unix", file, nil)
	d := dial.Dialer{Kind: dial.KindUnix, Path: file}
	conn, err := d.DialContext(t.Context(), "tcp", "not:looked at")
	if err != nil {
		t.Fatal(err)
	}
	exchange(t, conn)
}

func TestProxiesOfTheEnvironment(t *testing.T) {
	target := echo(t, "tcp", "127.0.0.1:0", nil)
	socks := brokertest.SOCKS5Proxy(t, brokertest.ProxyOptions{User: "u", Password: "p", Route: target})
	web := brokertest.HTTPProxy(t, brokertest.ProxyOptions{Route: target})
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"} {
		t.Setenv(name, "")
		t.Setenv(strings.ToLower(name), "")
	}
	d := dial.Dialer{Proxy: dial.Proxy{Kind: dial.ProxyEnvironment}}
	through := func(addr string, want *brokertest.Proxy) {
		t.Helper()
		conn, err := d.DialContext(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		exchange(t, conn)
		if want == nil {
			return
		}
		if asked := want.Asked(); len(asked) == 0 || asked[len(asked)-1] != addr {
			t.Errorf("the proxy was asked for %v", asked)
		}
	}
	through(target, nil)
	t.Setenv("ALL_PROXY", "socks5://u:p@"+socks.Addr)
	through("plant.invalid:1883", socks)
	t.Setenv("HTTPS_PROXY", "http://"+web.Addr)
	through("plant.invalid:1884", web)
	t.Setenv("NO_PROXY", "127.0.0.1")
	through(target, nil)
	t.Setenv("HTTPS_PROXY", "gopher://"+web.Addr)
	if _, err := d.DialContext(t.Context(), "tcp", "plant.invalid:1"); connections.KindOf(err) != connections.FailureProxy {
		t.Errorf("an unknown kind: %v", err)
	}
}

func TestFailuresOnTheWay(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	leaf := ca.Issue(t, brokertest.LeafOptions{})
	plain := echo(t, "tcp", "127.0.0.1:0", nil)
	secure := echo(t, "tcp", "127.0.0.1:0", serverTLS(leaf))
	hangsUp := brokertest.Serve(t, func(p *brokertest.Peer) { _, _ = p.Read(make([]byte, 1)) })
	hangUp := net.JoinHostPort(hangsUp.Host, fmt.Sprint(hangsUp.Port))
	wantsCert := echo(t, "tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{leaf.TLS()},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: ca.Pool(), MaxVersion: tls.VersionTLS12})
	old := echo(t, "tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{leaf.TLS()}, MaxVersion: tls.VersionTLS12})
	alpn := echo(t, "tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{leaf.TLS()}, NextProtos: []string{"mqtt"}})
	web := webEcho(t, nil, "").Listener.Addr().String()
	rude := brokertest.Serve(t, func(p *brokertest.Peer) {
		_, _ = p.Read(make([]byte, 1))
		p.Send([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")...)
	})
	webServer := net.JoinHostPort(rude.Host, fmt.Sprint(rude.Port))
	nobody := net.JoinHostPort("127.0.0.1", fmt.Sprint(brokertest.UnusedPort(t)))
	trust := dial.TLSOptions{CAFile: ca.File}
	header := http.Header{"X-Plant": {"7"}}
	httpProxy := func(o brokertest.ProxyOptions) dial.Proxy {
		return dial.Proxy{Kind: dial.ProxyHTTP, Address: brokertest.HTTPProxy(t, o).Addr, User: "me", Password: "wrong"}
	}
	socksProxy := func(o brokertest.ProxyOptions) dial.Proxy {
		return dial.Proxy{Kind: dial.ProxySOCKS5, Address: brokertest.SOCKS5Proxy(t, o).Addr, User: "me", Password: "wrong"}
	}
	login, no := brokertest.ProxyOptions{User: "me", Password: "s3cret"}, brokertest.ProxyOptions{Refuse: true}
	tests := map[string]struct {
		dialer dial.Dialer
		addr   string
		want   connections.FailureKind
		detail string
	}{
		"nobody listens":              {dial.Dialer{}, nobody, connections.FailureRefused, ""},
		"no such socket":              {dial.Dialer{Kind: dial.KindUnix, Path: "/no/such"}, "", connections.FailureOther, ""},
		"TLS to a plain port":         {dial.Dialer{Kind: dial.KindTLS, TLS: trust}, webServer, connections.FailureNotTLS, ""},
		"TLS to a port that hangs up": {dial.Dialer{Kind: dial.KindTLS, TLS: trust}, hangUp, connections.FailureNotTLS, ""},
		"no client certificate":       {dial.Dialer{Kind: dial.KindTLS, TLS: trust}, wantsCert, connections.FailureClientCert, "asks for a certificate"},
		"too old": {dial.Dialer{Kind: dial.KindTLS, TLS: dial.TLSOptions{CAFile: ca.File, MinVersion: "1.3"}},
			old, connections.FailureHandshake, "version"},
		"no ALPN in common": {dial.Dialer{Kind: dial.KindTLS, TLS: dial.TLSOptions{CAFile: ca.File, ALPN: []string{"x-amzn-mqtt-ca"}}},
			alpn, connections.FailureHandshake, "protocol"},
		"a version of TLS that nobody has": {dial.Dialer{Kind: dial.KindTLS, TLS: dial.TLSOptions{MinVersion: "2"}}, secure, connections.FailureInvalid, ""},
		"WebSocket, wrong path":            {dial.Dialer{Kind: dial.KindWS, Path: "/", Header: header}, web, connections.FailureUpgrade, "404"},
		"WebSocket, no subprotocol":        {dial.Dialer{Kind: dial.KindWS, Path: "/mqtt", Header: header}, web, connections.FailureSubprotocol, "none of mqtt"},
		"WebSocket to MQTT":                {dial.Dialer{Kind: dial.KindWS, Path: "/mqtt"}, plain, connections.FailureUpgrade, ""},
		"WebSocket to one who hangs up":    {dial.Dialer{Kind: dial.KindWS, Path: "/mqtt"}, hangUp, connections.FailureUpgrade, ""},
		"the proxy is not there":           {dial.Dialer{Proxy: dial.Proxy{Kind: dial.ProxyHTTP, Address: nobody}}, plain, connections.FailureProxy, nobody},
		"the SOCKS proxy is not there":     {dial.Dialer{Proxy: dial.Proxy{Kind: dial.ProxySOCKS5, Address: nobody}}, plain, connections.FailureProxy, nobody},
		"HTTP proxy, wrong password":       {dial.Dialer{Proxy: httpProxy(login)}, plain, connections.FailureProxyAuth, "407"},
		"SOCKS proxy, wrong password":      {dial.Dialer{Proxy: socksProxy(login)}, plain, connections.FailureProxyAuth, ""},
		"HTTP proxy forbids":               {dial.Dialer{Proxy: httpProxy(no)}, plain, connections.FailureProxyRefused, "403"},
		"SOCKS proxy forbids":              {dial.Dialer{Proxy: socksProxy(no)}, plain, connections.FailureProxyRefused, "rules"},
		"HTTP proxy, nobody behind":        {dial.Dialer{Proxy: httpProxy(brokertest.ProxyOptions{})}, nobody, connections.FailureProxyRefused, "502"},
		"SOCKS proxy, nobody behind":       {dial.Dialer{Proxy: socksProxy(brokertest.ProxyOptions{})}, nobody, connections.FailureProxyRefused, "nothing listens"},
		"no HTTP proxy at all":             {dial.Dialer{Proxy: dial.Proxy{Kind: dial.ProxyHTTP, Address: plain}}, plain, connections.FailureProxy, ""},
		"no SOCKS proxy at all":            {dial.Dialer{Proxy: dial.Proxy{Kind: dial.ProxySOCKS5, Address: webServer}}, plain, connections.FailureProxy, ""},
		"no kind of proxy":                 {dial.Dialer{Proxy: dial.Proxy{Kind: "carrier pigeon", Address: plain}}, plain, connections.FailureProxy, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			conn, err := tt.dialer.DialContext(ctx, "tcp", tt.addr)
			if err == nil {
				_ = conn.Close()
			}
			var f *connections.Failure
			if !errors.As(err, &f) || f.Kind != tt.want || !strings.Contains(f.Detail, tt.detail) {
				t.Errorf("%v, want %q with %q", err, tt.want, tt.detail)
			}
			if err != nil && strings.Contains(err.Error(), "wrong") && strings.Contains(err.Error(), "me:") {
				t.Errorf("the password stands in %v", err)
			}
		})
	}
}

// Every wait ends at once when its context is cancelled.
func TestDiallingCanBeCancelled(t *testing.T) {
	mute := brokertest.Serve(t, func(p *brokertest.Peer) {
		for p.SetReadDeadline(time.Now().Add(time.Minute)) == nil {
			if _, err := p.Read(make([]byte, 100)); err != nil {
				return
			}
		}
	})
	addr := net.JoinHostPort(mute.Host, fmt.Sprint(mute.Port))
	for name, d := range map[string]*dial.Dialer{
		"TLS":         {Kind: dial.KindTLS},
		"upgrade":     {Kind: dial.KindWS},
		"HTTP proxy":  {Proxy: dial.Proxy{Kind: dial.ProxyHTTP, Address: addr}},
		"SOCKS proxy": {Proxy: dial.Proxy{Kind: dial.ProxySOCKS5, Address: addr}},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(20*time.Millisecond, cancel)
			start := time.Now()
			_, err := d.DialContext(ctx, "tcp", addr)
			if !errors.Is(err, context.Canceled) || time.Since(start) > 2*time.Second {
				t.Errorf("after %v: %v", time.Since(start), err)
			}
			ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
			defer cancel()
			if _, err := d.DialContext(ctx, "tcp", addr); connections.KindOf(err) != connections.FailureTimeout {
				t.Errorf("after the timeout: %v", err)
			}
		})
	}
}

func TestSecretsStayInside(t *testing.T) {
	d := dial.Dialer{Header: http.Header{"Authorization": {"Bearer s3cret"}},
		Proxy: dial.Proxy{Kind: dial.ProxyHTTP, Address: "proxy:3128", User: "me", Password: "s3cret"}}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("dial", "proxy", d.Proxy, "dialer", d)
	for _, text := range []string{fmt.Sprintf("%v %+v %#v", d.Proxy, d.Proxy, d.Proxy), fmt.Sprintf("%+v", &d), fmt.Sprintf("%v %+v %#v", d, d, d), log.String()} {
		if strings.Contains(text, "s3cret") || !strings.Contains(text, "me@proxy:3128") {
			t.Error(text)
		}
	}
}
