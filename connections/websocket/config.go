package websocket

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"streamscope/connections/dial"
)

const (
	// DefaultMessageLimit is the largest message that comes in whole unless the Config says
	// otherwise, in bytes.
	DefaultMessageLimit = 16 << 20
	// DefaultPingInterval is the time between pings unless the Config says otherwise.
	DefaultPingInterval = 30 * time.Second
)

// Config is what it takes to open one WebSocket. Zero values mean what the comments say, so
// that Host alone is enough.
type Config struct {
	// Host is a name or an address, with or without brackets.
	Host string
	// Port is 80, or 443 with TLS, if zero.
	Port int
	// TLS makes it wss.
	TLS bool
	// Path is path and query as people type them; see [dial.WebSocketURL].
	Path string
	// Header goes with the handshake. {{user}} and {{password}} in its values stand for the
	// credentials: "Bearer {{password}}".
	Header http.Header
	// Subprotocols are offered; the server has to choose one of them if there are any.
	Subprotocols []string
	// Compression offers permessage-deflate (RFC 7692). A server whose answer cannot be used
	// is asked again without.
	Compression bool
	// Origin is the header of that name; empty for none.
	Origin string
	// PingInterval is the time between pings; 0 means DefaultPingInterval, negative means off.
	// The peer is taken for dead when no byte has come in one and a half of it.
	PingInterval time.Duration
	// MessageLimit is the largest message after decompression, in bytes, that comes in whole;
	// 0 means DefaultMessageLimit.
	MessageLimit int64
	// Opening messages are sent, in order, before Open returns.
	Opening []Opening
	// User and Password go into a basic Authorization header, unless Header has one of its own
	// or a placeholder says where else they belong.
	User string
	// Password lives in memory only: no way of printing or encoding a Config shows it.
	Password string `json:"-"`
	// Dial opens the byte stream, under TLS if that is on; nil means TCP, and a TLS that trusts
	// the system's roots.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// ReadOnly tells whether nothing may be sent but the opening messages; nil means never. It must
	// not block.
	ReadOnly func() bool
	// ConnectTimeout bounds dialling, handshake and opening messages together; 0 means 15 s.
	ConnectTimeout time.Duration
	// WriteTimeout is how long the peer may refuse to take bytes; 0 means 10 s.
	WriteTimeout time.Duration
}

// Opening is a message to send on opening. {{user}} and {{password}} in its text stand for the
// credentials; in a JSON text they are escaped as JSON wants it. What they are replaced by is
// never looked at again.
type Opening struct {
	Text string
	// Binary tells that Text is hexadecimal, white space between bytes allowed.
	Binary bool
}

// String is the URL without its query, which may hold a token. It never holds the password.
func (c Config) String() string {
	path, _, _ := strings.Cut(c.Path, "?")
	return dial.WebSocketURL(c.Host, c.Port, c.TLS, path)
}

// GoString implements [fmt.GoStringer] without the secrets.
func (c Config) GoString() string { return "websocket.Config{" + c.String() + "}" }

// LogValue implements [slog.LogValuer] without the secrets.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

func (c Config) url() string { return dial.WebSocketURL(c.Host, c.Port, c.TLS, c.Path) }

// addr is what is dialled, host:port.
func (c Config) addr() string {
	port := c.Port
	switch {
	case port != 0:
	case c.TLS:
		port = 443
	default:
		port = 80
	}
	host := strings.TrimSuffix(strings.TrimPrefix(c.Host, "["), "]") // an IPv6 address as in a URL
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// validate finds what no server could accept. Its errors hold no secret.
func (c Config) validate() error {
	switch {
	case c.Host == "":
		return errors.New("the host is empty")
	case strings.ContainsAny(c.Host, " /?#@\\\t\r\n"):
		return errors.New("the host is not a name or an address")
	case c.Port < 0 || c.Port > 65535:
		return fmt.Errorf("there is no port %d", c.Port)
	case c.User == "" && c.Password != "" && !c.places():
		return errors.New("a password needs a user name, or a place in a header or an opening message")
	case strings.Contains(c.User, ":") && !c.places() && c.Header.Get("Authorization") == "":
		return errors.New("a user name cannot contain a colon")
	}
	if u, err := url.Parse(c.url()); err != nil || u.Host == "" {
		return errors.New("the host is not a name or an address")
	}
	return c.validateHandshake()
}

// validateHandshake checks what would break out of its line, or belongs to others.
func (c Config) validateHandshake() error {
	for _, p := range c.Subprotocols {
		if !token(p) {
			return fmt.Errorf("%q cannot be a subprotocol", p)
		}
	}
	for name, values := range c.Header {
		if !token(name) {
			return fmt.Errorf("%q cannot be the name of a header", name)
		}
		if reserved(name) {
			return fmt.Errorf("the header %s belongs to the handshake itself", name)
		}
		for _, v := range values {
			if strings.ContainsFunc(c.fill(v), control) {
				return fmt.Errorf("the header %s contains a control character", name)
			}
		}
	}
	if strings.ContainsFunc(c.Origin, control) {
		return errors.New("the origin contains a control character")
	}
	return nil
}

// places tells whether a placeholder says where the credentials belong.
func (c Config) places() bool {
	for _, o := range c.Opening {
		if !o.Binary && hasPlaceholder(o.Text) {
			return true
		}
	}
	for _, values := range c.Header {
		for _, v := range values {
			if hasPlaceholder(v) {
				return true
			}
		}
	}
	return false
}

// header is what goes with the handshake, the placeholders filled.
func (c Config) header() http.Header {
	h := make(http.Header, len(c.Header)+2)
	for name, values := range c.Header {
		for _, v := range values {
			h.Add(name, c.fill(v))
		}
	}
	if c.Origin != "" {
		h.Set("Origin", c.Origin)
	}
	if c.User != "" && h.Get("Authorization") == "" && !c.places() {
		h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password)))
	}
	return h
}

// reserved are the headers that the handshake makes itself (RFC 6455 §4.1).
func reserved(name string) bool {
	switch http.CanonicalHeaderKey(name) {
	case "Upgrade", "Connection", "Sec-Websocket-Key", "Sec-Websocket-Version",
		"Sec-Websocket-Extensions", "Sec-Websocket-Protocol", "Content-Length", "Transfer-Encoding":
		return true
	}
	return false
}

// token tells whether s is a token of HTTP (RFC 9110 §5.6.2).
func token(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7F || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r)
	})
}

func control(r rune) bool { return r < ' ' && r != '\t' || r == 0x7F }

func (c Config) withDefaults() Config {
	orDefault(&c.PingInterval, DefaultPingInterval)
	orDefault(&c.MessageLimit, DefaultMessageLimit)
	orDefault(&c.ConnectTimeout, 15*time.Second)
	orDefault(&c.WriteTimeout, 10*time.Second)
	if c.Dial == nil {
		d := &dial.Dialer{Kind: dial.KindTCP}
		if c.TLS {
			d.Kind = dial.KindTLS
		}
		c.Dial = d.DialContext
	}
	return c
}

func orDefault[T int | int64 | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}
