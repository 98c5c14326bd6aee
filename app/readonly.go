package app

import (
	"context"
	"errors"

	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// SetReadOnly lets nothing be sent over any connection, or lets it again. A connection that has
// left a last will with its broker is made anew, for only so the broker forgets it.
func (a *App) SetReadOnly(on bool) {
	if a.readOnly.Swap(on) == on {
		return
	}
	for _, c := range a.Connections() {
		c.renewWill()
	}
}

// ReadOnly tells whether nothing may be sent over any connection.
func (a *App) ReadOnly() bool { return a.readOnly.Load() }

// ReadOnly tells whether nothing may be sent over this connection, be it for its own profile's
// sake or for the whole program's. Any goroutine may ask; it never waits.
func (c *Connection) ReadOnly() bool { return c.readOnly.Load() || c.app.ReadOnly() }

// SetReadOnly makes the connection read-only by its own profile, or lets it send again, and saves
// that if the profile is saved.
func (c *Connection) SetReadOnly(on bool) error {
	c.mu.Lock()
	c.profile.ReadOnly = on
	id := c.profile.ID
	c.mu.Unlock()
	before := c.ReadOnly()
	c.readOnly.Store(on)
	if c.ReadOnly() != before {
		c.renewWill()
	}
	return c.app.update(id, func(p *profile.Profile) { p.ReadOnly = on })
}

// renewWill connects anew where a last will has to come or go.
func (c *Connection) renewWill() {
	if c.Profile().Will == nil {
		return
	}
	switch c.Status().State {
	case connections.StateDialling, connections.StateHandshake, connections.StateSubscribing, connections.StateOpen:
		c.Disconnect()
		c.Connect()
	}
}

// SetConfirmer says who is asked before what has to be confirmed is sent; nil means nobody, and
// then it is refused.
func (a *App) SetConfirmer(c session.Confirmer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.confirmer = c
}

// Confirm implements [session.Confirmer].
func (a *App) Confirm(ctx context.Context, i session.Intent) error {
	return a.asked(func(c session.Confirmer) error { return c.Confirm(ctx, i) })
}

// ConfirmRun implements [session.Confirmer].
func (a *App) ConfirmRun(ctx context.Context, r session.RunIntent) error {
	return a.asked(func(c session.Confirmer) error { return c.ConfirmRun(ctx, r) })
}

func (a *App) asked(ask func(session.Confirmer) error) error {
	a.mu.Lock()
	confirmer := a.confirmer
	a.mu.Unlock()
	if confirmer == nil {
		return errors.New("nobody is there to ask")
	}
	return ask(confirmer)
}
