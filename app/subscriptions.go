package app

import (
	"errors"
	"slices"

	"streamscope/connections"
	"streamscope/connections/profile"
)

// ErrNoSubscriptions says that a raw WebSocket sends what it sends: there is nothing to subscribe
// to.
var ErrNoSubscriptions = errors.New("a raw WebSocket has no subscriptions")

// Subscriptions returns what the user wants to receive, in the user's order, also what is
// switched off. While [Connection.WatchOnly] holds, none of it is asked for.
func (c *Connection) Subscriptions() []connections.Subscription {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.profile.Subscriptions)
}

// SetSubscriptions changes what the user wants to receive, now and on every later opening. It
// answers at once with what is wrong with the filters; what the broker says to each stands in
// Status().Filters as soon as it is known. [Connection.SaveSubscriptions] makes it last.
func (c *Connection) SetSubscriptions(subs []connections.Subscription) error {
	subs = slices.Clone(subs)
	for _, s := range subs {
		if err := connections.ValidFilter(s.Filter); err != nil {
			return &connections.Failure{Kind: connections.FailureInvalid, Detail: s.Filter, Err: err}
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.profile.Protocol == profile.WebSocket {
		return ErrNoSubscriptions
	}
	c.profile.Subscriptions = subs
	c.ask()
	return nil
}

// SaveSubscriptions writes the subscriptions as they stand into the profile, if that is saved. It
// waits for the disk.
func (c *Connection) SaveSubscriptions() error {
	return c.app.update(c.ID(), func(p *profile.Profile) { p.Subscriptions = c.Subscriptions() })
}

// WatchOnly asks the broker for one filter ("plant/line4/#") in place of all subscriptions, until
// [Connection.WatchAll], also across reconnections. It is for a plant that sends more than this
// computer or the network can take: what is not asked for does not come. Nothing of it is saved.
//
// The filter gets the QoS and the options of a subscription that covers it. On a session that
// the broker keeps, the other subscriptions are gone there too for as long.
func (c *Connection) WatchOnly(filter string) error {
	if err := connections.ValidFilter(filter); err != nil {
		return &connections.Failure{Kind: connections.FailureInvalid, Detail: filter, Err: err}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.profile.Protocol == profile.WebSocket {
		return ErrNoSubscriptions
	}
	c.only = filter
	c.ask()
	return nil
}

// WatchAll ends what WatchOnly began: the user's subscriptions are asked for again.
func (c *Connection) WatchAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.only != "" {
		c.only = ""
		c.ask()
	}
}

// WatchedOnly returns the filter of WatchOnly; empty while everything is watched.
func (c *Connection) WatchedOnly() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.only
}

// ask hands what shall be received to the session. The caller holds mu.
func (c *Connection) ask() {
	if c.only == "" {
		c.Session.SetSubscriptions(c.profile.Subscriptions)
		return
	}
	c.Session.SetSubscriptions([]connections.Subscription{narrowed(c.profile.Subscriptions, c.only)})
}

// narrowed is the subscription to filter that brings no less than those in force did.
func narrowed(subs []connections.Subscription, filter string) connections.Subscription {
	one := connections.Subscription{Filter: filter}
	first := true
	for _, s := range subs {
		if s.Off || !connections.Covers(s.Filter, filter) {
			continue
		}
		if first {
			one.NoLocal, one.RetainAsPublished = s.NoLocal, s.RetainAsPublished
		}
		one.QoS, first = max(one.QoS, s.QoS), false
	}
	return one
}
