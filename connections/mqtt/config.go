package mqtt

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"time"

	"streamscope/connections"
	"streamscope/connections/dial"
)

// Config is what it takes to open one MQTT connection. Zero values mean what the
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
	// Version is Version311, Version5, or "" to find out; Known is what was found out before.
	Version, Known string
	// Settled is called when "" has found out what Known did not say. It must not block.
	Settled func(version string) `json:"-"`
	// SessionExpiry is how long the broker keeps the session after the end of the connection, in
	// seconds; 0 means not at all with CleanSession, and for ever without. MQTT 5 only.
	SessionExpiry uint32
	// ReceiveMaximum is how many messages of QoS 1 and 2 the broker may send before it needs an
	// answer; 0 means 1024. MQTT 5 only.
	ReceiveMaximum uint16
	// UserProperties go with CONNECT; MQTT 3.1.1 refuses them.
	UserProperties []connections.UserProperty
	// Will is what the broker sends when the connection falls; nil for nothing.
	Will *Will
	// ReadOnly tells whether nothing may be sent: then no message leaves, no last will is left
	// with the broker, and what it has not confirmed is not sent again. nil means never. It must
	// not block.
	ReadOnly func() bool `json:"-"`
	// ConnectTimeout bounds dialling and handshake together; 0 means 15 s.
	ConnectTimeout time.Duration
	// WriteTimeout is how long the broker may refuse to take bytes; 0 means 10 s.
	WriteTimeout time.Duration
	// PacketLimit is the largest packet, in bytes, that comes in whole; 0 means
	// [dial.DefaultPacketLimit].
	PacketLimit int64
	// Dial opens the byte stream; nil means plain TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error) `json:"-"`
}

// Will is a last will (MQTT 5 §3.1.2.5).
type Will struct {
	Topic   string
	Payload []byte
	QoS     byte
	Retain  bool
	// Delay is how many seconds the broker waits, and Props go with the message; MQTT 3.1.1
	// refuses both.
	Delay uint32
	Props *connections.Properties
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
	case c.Version != "" && c.Version != Version311 && c.Version != Version5:
		return fmt.Errorf("there is no MQTT %q", c.Version)
	case c.Will != nil && connections.ValidPublication(c.Will.publication()) != nil:
		return fmt.Errorf("the last will: %w", connections.ValidPublication(c.Will.publication()))
	case c.Will != nil && len(c.Will.Payload) > 65535:
		return errors.New("the last will holds at most 65535 bytes")
	case len(c.ClientID) > 65535 || len(c.User) > 65535 || len(c.Password) > 65535:
		return errors.New("client ID, user and password hold at most 65535 bytes")
	}
	return nil
}

// only311 names what MQTT 3.1.1 cannot carry; nil if it can carry all.
func (c Config) only311() error {
	what := ""
	switch {
	case len(c.UserProperties) > 0:
		what = "user properties at connecting"
	case c.Will != nil && (c.Will.Delay > 0 || !c.Will.Props.Empty()):
		what = "a delay or properties of the last will"
	default:
		return nil
	}
	return &connections.Failure{Kind: connections.FailureNeedsMQTT5, Addr: c.addr(), Detail: what}
}

// muted refuses what is to be sent while it may not be; nil otherwise.
func (c Config) muted() error {
	if c.ReadOnly == nil || !c.ReadOnly() {
		return nil
	}
	return &connections.Failure{Kind: connections.FailureReadOnly, Addr: c.addr()}
}

func (c Config) addr() string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

func (c Config) withDefaults() Config {
	orDefault(&c.Port, 1883)
	orDefault(&c.KeepAlive, time.Minute)
	orDefault(&c.ConnectTimeout, 15*time.Second)
	orDefault(&c.WriteTimeout, 10*time.Second)
	orDefault(&c.PacketLimit, dial.DefaultPacketLimit)
	if c.ReceiveMaximum == 0 {
		c.ReceiveMaximum = defaultReceiveMaximum
	}
	if c.Dial == nil {
		c.Dial = new(dial.Dialer).DialContext
	}
	return c
}

// defaultReceiveMaximum also bounds what paho holds between wire and receiver.
const defaultReceiveMaximum = 1024

func orDefault[T int | int64 | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}
