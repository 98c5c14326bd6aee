package brokertest

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// ProxyOptions shape a proxy.
type ProxyOptions struct {
	// User and Password are asked for if User is set.
	User, Password string
	// Refuse makes it let nobody through.
	Refuse bool
	// Route leads every request to this host:port, whatever was asked for; empty for none.
	Route string
}

// Proxy is a proxy in this process.
type Proxy struct {
	Addr string

	o     ProxyOptions
	mu    sync.Mutex // guards asked
	asked []string
}

// Asked returns the host:ports that were asked for.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.asked...)
}

// HTTPProxy runs an HTTP CONNECT proxy until the test ends.
func HTTPProxy(t testing.TB, o ProxyOptions) *Proxy { return newProxy(t, o, (*Proxy).http) }

// SOCKS5Proxy runs a SOCKS5 proxy until the test ends.
func SOCKS5Proxy(t testing.TB, o ProxyOptions) *Proxy { return newProxy(t, o, (*Proxy).socks) }

func newProxy(t testing.TB, o ProxyOptions, serve func(*Proxy, *Peer) (net.Conn, bool)) *Proxy {
	t.Helper()
	p := &Proxy{o: o}
	h := Serve(t, func(peer *Peer) {
		if onward, ok := serve(p, peer); ok {
			relay(peer, onward)
		}
	})
	p.Addr = net.JoinHostPort(h.Host, strconv.Itoa(h.Port))
	return p
}

// relay moves bytes both ways until one side ends.
func relay(peer *Peer, onward net.Conn) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(peer, onward)
		_ = peer.Close()
	}()
	_, _ = io.Copy(onward, peer.r)
	_ = onward.Close()
	<-done
}

func (p *Proxy) dial(addr string) (net.Conn, error) {
	p.mu.Lock()
	p.asked = append(p.asked, addr)
	p.mu.Unlock()
	if p.o.Route != "" {
		addr = p.o.Route
	}
	return net.Dial("tcp", addr)
}

func (p *Proxy) http(peer *Peer) (net.Conn, bool) {
	req, err := http.ReadRequest(peer.r)
	if err != nil {
		return nil, false
	}
	login := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.o.User+":"+p.o.Password))
	switch {
	case req.Method != http.MethodConnect:
		peer.Send([]byte("HTTP/1.1 405 Method Not Allowed\r\n\r\n")...)
		return nil, false
	case p.o.User != "" && req.Header.Get("Proxy-Authorization") != login:
		peer.Send([]byte("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n")...)
		return nil, false
	case p.o.Refuse:
		peer.Send([]byte("HTTP/1.1 403 Forbidden\r\n\r\n")...)
		return nil, false
	}
	onward, err := p.dial(req.Host)
	if err != nil {
		peer.Send([]byte("HTTP/1.1 502 Bad Gateway\r\n\r\n")...)
		return nil, false
	}
	peer.Send([]byte("HTTP/1.1 200 Connection established\r\n\r\n")...)
	return onward, true
}

// socks speaks RFC 1928, and RFC 1929 for credentials.
func (p *Proxy) socks(peer *Peer) (net.Conn, bool) {
	if !p.greet(peer) {
		return nil, false
	}
	var head [4]byte
	if _, err := io.ReadFull(peer.r, head[:]); err != nil || head[1] != 1 {
		return nil, false
	}
	host, ok := socksHost(peer.r, head[3])
	var port [2]byte
	if _, err := io.ReadFull(peer.r, port[:]); err != nil || !ok {
		return nil, false
	}
	answer := func(code byte) { peer.Send(5, code, 0, 1, 0, 0, 0, 0, 0, 0) }
	if p.o.Refuse {
		answer(2)
		return nil, false
	}
	onward, err := p.dial(net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port[:])))))
	if err != nil {
		answer(5)
		return nil, false
	}
	answer(0)
	return onward, true
}

// greet agrees on a method and checks the credentials.
func (p *Proxy) greet(peer *Peer) bool {
	methods, ok := socksString(peer.r, 1)
	if !ok {
		return false
	}
	want := byte(0)
	if p.o.User != "" {
		want = 2
	}
	if strings.IndexByte(methods, want) < 0 {
		peer.Send(5, 0xff)
		return false
	}
	peer.Send(5, want)
	if want == 0 {
		return true
	}
	user, ok1 := socksString(peer.r, 1)
	password, ok2 := socksString(peer.r, 0)
	if !ok1 || !ok2 || user != p.o.User || password != p.o.Password {
		peer.Send(1, 1)
		return false
	}
	peer.Send(1, 0)
	return true
}

// socksString reads a string with its length in a byte, after skip bytes.
func socksString(r *bufio.Reader, skip int) (string, bool) {
	if _, err := r.Discard(skip); err != nil {
		return "", false
	}
	n, err := r.ReadByte()
	if err != nil {
		return "", false
	}
	b := make([]byte, n)
	_, err = io.ReadFull(r, b)
	return string(b), err == nil
}

func socksHost(r *bufio.Reader, kind byte) (string, bool) {
	size := map[byte]int{1: 4, 4: 16}[kind]
	if size == 0 {
		return socksString(r, 0)
	}
	ip := make(net.IP, size)
	_, err := io.ReadFull(r, ip)
	return ip.String(), err == nil
}
