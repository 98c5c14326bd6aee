package mqtt

import (
	"fmt"
	"sync"

	"streamscope/connections"
)

// The versions that a [Config] may ask for; "" tries 5 and falls back.
const (
	Version311 = "3.1.1"
	Version5   = "5"
)

// New returns the client of one attempt; receive gets its messages. Use a [Factory] when
// sessions shall outlive a client.
func New(cfg Config, receive func(*connections.Message)) connections.Client {
	return NewFactory(cfg, receive).New()
}

// Factory makes one client after another for the same broker. It owns what must outlive them:
// the publications that the broker has not confirmed, if the session is kept, and the version
// of MQTT that worked.
type Factory struct {
	cfg     Config
	receive func(*connections.Message)
	outbox  *outbox
	desk    *desk

	mu    sync.Mutex // guards known
	known string
}

// NewFactory returns a factory whose clients hand their messages to receive.
func NewFactory(cfg Config, receive func(*connections.Message)) *Factory {
	cfg = cfg.withDefaults()
	return &Factory{cfg: cfg, receive: receive, outbox: newOutbox(), desk: new(desk), known: cfg.Known}
}

// New returns the client of the next attempt. From now on the one before can't change what is
// kept of the session.
func (f *Factory) New() connections.Client {
	f.mute()
	switch f.cfg.Version {
	case Version5:
		return f.new5()
	case "":
		return newAutomatic(f)
	default:
		return f.new3()
	}
}

// With returns a factory for the same session with other settings, such as another password. It
// takes the place of f, which makes no more clients: what is kept of the session goes over. For
// another session, one of another broker or client ID, make a new factory.
func (f *Factory) With(cfg Config) *Factory {
	next := NewFactory(cfg, f.receive)
	next.outbox, next.desk = f.outbox, f.desk
	return next
}

// order returns the versions to try, the likelier one first.
func (f *Factory) order() [2]string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.known == Version311 {
		return [2]string{Version311, Version5}
	}
	return [2]string{Version5, Version311}
}

// settle remembers the version that worked.
func (f *Factory) settle(version string) {
	f.mu.Lock()
	news := f.known != version
	f.known = version
	f.mu.Unlock()
	if news && f.cfg.Settled != nil {
		f.cfg.Settled(version)
	}
}

// String names the broker; without it fmt would print the fields, password and all.
func (f *Factory) String() string { return fmt.Sprintf("factory of clients of %v", f.cfg) }

// GoString is String.
func (f *Factory) GoString() string { return f.String() }
