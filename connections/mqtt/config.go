package mqtt

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"time"

	"streamscope/connections/dial"
)

// Config is what it takes to open one MQTT 3.1.1 connection. Zero values mean what the
// comments say, so that Host alone is enough.
type Config struct {
	// Host is a name or an address, without brackets.
	Host string
	// Port is 1883 if zero.
	Port int
	// ClientID may be empty, if the broker allows it and CleanSession is on.
	ClientID string
	// User may be empty: then no credentials are sent.
	User     string
	Password Secret
	// KeepAlive is sent to the broker in whole seconds; 0 means a minute, negative means off.
	KeepAlive time.Duration
	// CleanSession asks the broker to forget what it knew about ClientID.
	CleanSession bool
	// ConnectTimeout bounds dialling and handshake together; 0 means 15 s.
	ConnectTimeout time.Duration
	// WriteTimeout is how long the broker may refuse to take bytes; 0 means 10 s.
	WriteTimeout time.Duration
	// PacketLimit is the largest packet, in bytes, that comes in whole; 0 means
	// [dial.DefaultPacketLimit].
	PacketLimit int64
	// Dial opens the byte stream; nil means plain TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

// Secret is a password. It prints as stars, wherever it gets to.
type Secret string

const mask = "••••"

func (s Secret) String() string               { return mask }
func (s Secret) GoString() string             { return mask }
func (s Secret) Format(f fmt.State, _ rune)   { _, _ = f.Write([]byte(mask)) }
func (s Secret) LogValue() slog.Value         { return slog.StringValue(mask) }
func (s Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// String names the broker, and whom it is spoken to as. It never holds the password.
func (c Config) String() string {
	c = c.withDefaults()
	user := ""
	if c.User != "" {
		user = c.User + "@"
	}
	return "mqtt://" + user + c.addr()
}

// LogValue implements [slog.LogValuer] without the password.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("broker", c.String()), slog.String("client_id", c.ClientID))
}

func (c Config) addr() string { return net.JoinHostPort(c.Host, fmt.Sprint(c.Port)) }

func (c Config) withDefaults() Config {
	orDefault(&c.Port, 1883)
	orDefault(&c.KeepAlive, time.Minute)
	orDefault(&c.ConnectTimeout, 15*time.Second)
	orDefault(&c.WriteTimeout, 10*time.Second)
	orDefault(&c.PacketLimit, dial.DefaultPacketLimit)
	if c.Dial == nil {
		c.Dial = new(dial.Dialer).DialContext
	}
	return c
}

func orDefault[T int | int64 | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}
