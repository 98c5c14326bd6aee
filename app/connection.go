package app

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/app/payload/decode"
	"streamscope/app/payload/mapping"
	"streamscope/app/payload/sparkplug"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
	"streamscope/connections/websocket"
)

// Connection is one open connection: a session, and the profile that it came from.
type Connection struct {
	*session.Session
	// Ordinal numbers the connections of this run from 1; it is never given twice.
	Ordinal uint32

	app *App
	// decoders is how payloads are read, as the profile says.
	decoders atomic.Pointer[decode.Set]
	// births are what Sparkplug's nodes said of themselves.
	births births
	// closing makes the counts of a connection go over to the program's once.
	closing sync.Once

	mu      sync.Mutex // guards what follows
	profile profile.Profile
	secrets Secrets
	// readOnly is profile.ReadOnly, for those who must not wait.
	readOnly atomic.Bool
	// factory makes MQTT clients; nil until the first attempt. After a secret changed it is
	// outdated, and another takes over what it keeps of the session.
	factory  *mqtt.Factory
	outdated bool
	// wasOpen and lostAt follow the state: a retry that fails does not make a loss any younger.
	wasOpen bool
	lostAt  time.Time
	// only is the filter of WatchOnly; empty for all subscriptions.
	only string
}

func newConnection(a *App, p profile.Valid, secrets Secrets, ordinal uint32, exclude []string) *Connection {
	prof := p.Profile()
	c := &Connection{Ordinal: ordinal, app: a, profile: prof, secrets: secrets}
	c.births.book = sparkplug.NewBook()
	c.readOnly.Store(prof.ReadOnly)
	c.Session = session.New(session.Options{
		Mapper: a.mapper(prof),
		ID:     prof.ID, Name: prof.Name, Budget: a.Budget, Pool: a.pool, Subscriptions: prof.Subscriptions,
		Auditor: a.Audit, Confirmer: a, ReadOnly: c.ReadOnly,
		Numbers: c.number, Documents: c.document,
		Exclude: exclude, Client: c.client, Logger: a.log.With("connection", prof.Name),
	})
	c.compileDecoders(prof.Decoders)
	c.OnStatus(c.follow)
	if err := c.births.follow(c.Session); err != nil {
		c.app.log.Warn("Sparkplug's metrics stay without names", "connection", c.Name(), "err", err)
	}
	return c
}

// mapper makes topics of the frames of a raw WebSocket; nil for MQTT. A rule that is wrong
// after all puts every frame on one topic: nothing is lost.
func (a *App) mapper(p profile.Profile) session.Mapper {
	if p.Protocol != profile.WebSocket {
		return nil
	}
	var rule profile.Mapping
	if p.Stream != nil {
		rule = p.Stream.Mapping
	}
	m, err := mapping.Compile(rule)
	if err != nil {
		a.log.Error("the mapping is wrong", "profile", p.Name, "err", err)
		m, _ = mapping.Compile(profile.Mapping{})
	}
	return m
}

// follow remembers when the connection was lost.
func (c *Connection) follow(st connections.Status) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if st.State == connections.StateOpen {
		c.wasOpen, c.lostAt = true, time.Time{}
	} else if c.wasOpen && c.lostAt.IsZero() {
		c.lostAt = st.Since
	}
}

// LostSince returns when the connection was last open; zero if it is open or never was.
func (c *Connection) LostSince() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lostAt
}

// client makes the client of one attempt, with the secrets as they stand.
func (c *Connection) client(receive func(*connections.Message)) connections.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.profile.Protocol == profile.WebSocket {
		cfg := streamConfig(c.profile, c.secrets)
		cfg.ReadOnly = c.ReadOnly
		return websocket.New(cfg, receive)
	}
	if c.factory == nil || c.outdated {
		cfg := mqttConfig(c.profile, c.secrets)
		cfg.ReadOnly = c.ReadOnly
		id := c.profile.ID
		cfg.Known = c.app.versions.Of(id)
		cfg.Settled = func(version string) { c.app.versions.Settle(id, version) }
		if c.factory == nil {
			c.factory = mqtt.NewFactory(cfg, receive)
		} else {
			c.factory = c.factory.With(cfg)
		}
		c.outdated = false
	}
	return c.factory.New()
}

// Unconfirmed returns what the broker of a kept session has not confirmed: it goes out again with
// the next connection, unless it is forgotten. While the connection is open there is none to tell.
func (c *Connection) Unconfirmed() []mqtt.Unconfirmed {
	c.mu.Lock()
	factory := c.factory
	c.mu.Unlock()
	if factory == nil {
		return nil
	}
	open := c.Status().State == connections.StateOpen
	return slices.DeleteFunc(factory.Unconfirmed(), func(u mqtt.Unconfirmed) bool { return open && u.Again })
}

// keepUnconfirmed puts what the broker has not confirmed among what waits: the session that would
// send it again ends with the connection. It is called when that is closed.
func (c *Connection) keepUnconfirmed() {
	var list []connections.Publication
	for _, u := range c.Unconfirmed() {
		list = append(list, u.Publication)
	}
	if lost := c.app.Sender.Waiting().AddUnconfirmed(c.Session, list); lost > 0 {
		c.app.log.Warn("messages that were not confirmed are dropped: too many wait", "connection", c.Name(), "messages", lost)
	}
}

// Forget drops one of [Connection.Unconfirmed].
func (c *Connection) Forget(id uint64) {
	c.mu.Lock()
	factory := c.factory
	c.mu.Unlock()
	if factory != nil {
		factory.Forget(id)
	}
}

// SetSecrets replaces the secrets, in memory only; the next attempt uses them.
func (c *Connection) SetSecrets(secrets Secrets) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.secrets, c.outdated = secrets, true
}

// Profile returns the profile as it stands; keep it as long as you like.
func (c *Connection) Profile() profile.Profile {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.profile
}

// Saved reports whether the connection's profile stands in the store.
func (c *Connection) Saved() bool {
	_, err := c.app.Profiles.Get(c.Profile().ID)
	return err == nil
}

// SetPins changes the pinned topics, and saves them with the profile if that is saved.
func (c *Connection) SetPins(pins []profile.Pin) error {
	c.mu.Lock()
	c.profile.Pins = pins
	id := c.profile.ID
	c.mu.Unlock()
	return c.app.update(id, func(p *profile.Profile) { p.Pins = pins })
}

// Trust pins a server certificate (SHA-256, hexadecimal) for this profile, and saves that if the
// profile is saved. The next attempt takes it.
func (c *Connection) Trust(fingerprint string) error {
	c.mu.Lock()
	pins := append(slices.Clone(c.profile.Transport.TLS.Pins), fingerprint)
	c.profile.Transport.TLS.Pins = pins
	c.outdated = true
	id := c.profile.ID
	c.mu.Unlock()
	return c.app.update(id, func(p *profile.Profile) { p.Transport.TLS.Pins = pins })
}

// Lost returns how many messages the connection's taps have lost.
func (c *Connection) Lost() uint64 {
	var n uint64
	for _, t := range c.Taps() {
		n += t.Lost
	}
	return n
}
