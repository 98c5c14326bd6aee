package diagnose

import (
	"context"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// proxySource names where the proxy stands.
func (e *examination) proxySource() string {
	if e.way.Proxy.Kind == dial.ProxyEnvironment {
		return "the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY)"
	}
	return "the connection's settings"
}

// noProxy is the step of a proxy that is named and cannot be used.
func (e *examination) noProxy(context.Context) finding {
	f := e.explained(e.viaErr)
	f.cure = "Correct it in " + e.proxySource() + ", or connect without a proxy."
	return f
}

// passProxy is the step from the proxy to the peer. It starts anew: the connection of the step
// before has shown that the proxy can be reached.
func (e *examination) passProxy(ctx context.Context) finding {
	_ = e.conn.Close()
	e.conn = nil
	conn, err := e.again(ctx)
	if err == nil {
		e.conn = conn
		return ok(e.via.Kind + " proxy " + e.via.Address + " leads to " + e.addr)
	}
	f := e.explained(err, e.via.Kind+" proxy "+e.via.Address+" does not lead to "+e.addr)
	switch kind := connections.KindOf(err); {
	case kind == connections.FailureProxyRefused && e.via.Kind != dial.ProxySOCKS5:
		f.cure = "Many HTTP proxies allow CONNECT to port 443 only: ask whoever runs the proxy to allow " + e.addr +
			", use a broker's WebSocket on port 443, or connect without the proxy."
	case kind == connections.FailureProxyAuth && e.via.User == "":
		f.cause = "The proxy wants a user name and a password, and there are none."
		f.cure = "Set the proxy's user in " + e.proxySource() + "."
	case kind == connections.FailureTimeout:
		f.cause = "The proxy takes connections and does not answer in time."
		f.cure = "It may be of another kind (HTTP or SOCKS5) than " + e.proxySource() + " says, or may not reach " + e.addr + "."
	}
	return f
}
