package app

import (
	"context"
	"net"
	"net/http"
	"time"

	"streamscope/connections/dial"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// credentials are the secrets of one connection, in memory only.
type credentials struct {
	password string
	// header holds the values of handshake headers that are secret, by name.
	header map[string]string
	// proxy is the proxy's password.
	proxy string
	// passphrase is asked for the passphrase of an encrypted key; nil means that there is none.
	passphrase func(file string) (string, error)
}

// dialler makes what opens the byte stream of a profile.
func dialler(p profile.Profile, secret credentials) *dial.Dialer {
	t := p.Transport
	d := &dial.Dialer{
		Kind: dial.Kind(t.Kind), Path: t.Path, Header: handshake(t.Headers, secret),
		TLS: dial.TLSOptions{
			Host: p.Host, ServerName: t.TLS.ServerName, CAFile: t.TLS.CAFile, CertFile: t.TLS.CertFile, KeyFile: t.TLS.KeyFile,
			Passphrase: secret.passphrase, ALPN: t.TLS.ALPN, MinVersion: t.TLS.MinVersion, Pins: t.TLS.Pins, Insecure: t.TLS.Insecure,
		},
		Proxy: dial.Proxy{Kind: t.Proxy.Kind, Address: t.Proxy.Address, User: t.Proxy.User, Password: secret.proxy},
	}
	return d
}

func handshake(headers []profile.Header, secret credentials) http.Header {
	h := http.Header{}
	for _, one := range headers {
		value := one.Value
		if one.Secret {
			value = secret.header[one.Name]
		}
		h.Add(one.Name, value)
	}
	return h
}

// mqttConfig is how an MQTT profile is connected.
func mqttConfig(p profile.Profile, secret credentials) mqtt.Config {
	host := p.Host
	if p.Transport.Kind == profile.Unix {
		host = "localhost"
	}
	return mqtt.Config{
		Host: host, Port: p.Port, ClientID: p.ClientID, User: p.User, Password: secret.password,
		KeepAlive: keepAlive(p.KeepAlive), CleanSession: p.CleanSession,
		Dial: dialler(p, secret).DialContext,
	}
}

// keepAlive turns a profile's seconds, where 0 is off, into a client's, where that is negative.
func keepAlive(seconds int) time.Duration {
	if seconds == 0 {
		return -1
	}
	return time.Duration(seconds) * time.Second
}

// streamConfig is how a raw WebSocket is connected.
func streamConfig(p profile.Profile, secret credentials) websocket.Config {
	d := dialler(p, secret)
	c := websocket.Config{
		Host: p.Host, Port: p.Port, TLS: d.Kind.Secure(), Path: p.Transport.Path, Header: d.Header,
		User: p.User, Password: secret.password,
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := d.Connect(ctx, network, addr)
			if err != nil || !d.Kind.Secure() {
				return conn, err
			}
			return d.Secure(ctx, conn, addr)
		},
	}
	if s := p.Stream; s != nil {
		c.Subprotocols, c.Compression, c.Origin = s.Subprotocols, s.Compression, s.Origin
		c.PingInterval, c.MessageLimit = time.Duration(s.PingInterval)*time.Second, s.MessageLimit
		for _, o := range s.Opening {
			c.Opening = append(c.Opening, websocket.Opening{Text: o.Text, Binary: o.Binary})
		}
	}
	return c
}
