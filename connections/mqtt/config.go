package mqtt

import (
	"context"
	"errors"
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
	User string
	// Password lives in memory only: no way of printing or encoding a Config shows it.
	Password string `json:"-"`
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

// String names the broker, and whom it is spoken to as. It never holds the password.
func (c Config) String() string {
	c = c.withDefaults()
	user := ""
	if c.User != "" {
		user = c.User + "@"
	}
	return "mqtt://" + user + c.addr()
}

// GoString implements [fmt.GoStringer] without the password.
func (c Config) GoString() string { return "mqtt.Config{" + c.String() + "}" }

// LogValue implements [slog.LogValuer] without the password.
func (c Config) LogValue() slog.Value {
	return slog.GroupValue(slog.String("broker", c.String()), slog.String("client_id", c.ClientID))
}

// validate finds what no broker could accept, and what paho would change without a word.
func (c Config) validate() error {
	switch {
	case c.Host == "":
		return errors.New("the host is empty")
	case c.Port < 1 || c.Port > 65535:
		return fmt.Errorf("there is no port %d", c.Port)
	case c.ClientID == "" && !c.CleanSession:
		return errors.New("a session that is kept needs a client ID")
	case c.User == "" && c.Password != "":
		return errors.New("a password needs a user name")
	case len(c.ClientID) > 65535 || len(c.User) > 65535 || len(c.Password) > 65535:
		return errors.New("client ID, user and password hold at most 65535 bytes")
	}
	return nil
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
