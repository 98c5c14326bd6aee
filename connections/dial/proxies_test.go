package dial_test

import (
	"net"
	"strconv"
	"testing"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/dial"
)

func TestTinyproxy(t *testing.T) {
	target := echo(t, "tcp", "127.0.0.1:0", nil)
	p := dial.Proxy{Kind: dial.ProxyHTTP, Address: brokertest.Tinyproxy(t, "me", "s3cret"), User: "me", Password: "s3cret"}
	conn, err := (&dial.Dialer{Proxy: p}).DialContext(t.Context(), "tcp", target)
	if err != nil {
		t.Fatal(err)
	}
	exchange(t, conn)
	p.Password = "wrong"
	if _, err := (&dial.Dialer{Proxy: p}).DialContext(t.Context(), "tcp", target); connections.KindOf(err) != connections.FailureProxyAuth {
		t.Errorf("a wrong password: %v", err)
	}
	p.Password = "s3cret"
	nobody := net.JoinHostPort("127.0.0.1", strconv.Itoa(brokertest.UnusedPort(t)))
	if _, err := (&dial.Dialer{Proxy: p}).DialContext(t.Context(), "tcp", nobody); connections.KindOf(err) != connections.FailureProxyRefused {
		t.Errorf("nobody behind it: %v", err)
	}
}

func TestDante(t *testing.T) {
	target := echo(t, "tcp", "127.0.0.1:0", nil)
	_, port, _ := net.SplitHostPort(target)
	n, _ := strconv.Atoi(port)
	p := dial.Proxy{Kind: dial.ProxySOCKS5, Address: brokertest.Dante(t, n)}
	for _, addr := range []string{target, net.JoinHostPort("localhost", port)} {
		conn, err := (&dial.Dialer{Proxy: p}).DialContext(t.Context(), "tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		exchange(t, conn)
	}
	other := net.JoinHostPort("127.0.0.1", strconv.Itoa(brokertest.UnusedPort(t)))
	if _, err := (&dial.Dialer{Proxy: p}).DialContext(t.Context(), "tcp", other); connections.KindOf(err) != connections.FailureProxyRefused {
		t.Errorf("a port that it forbids: %v", err)
	}
}
