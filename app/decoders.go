package app

import (
	"slices"

	"streamscope/app/payload/decode"
	"streamscope/app/payload/protobuf"
	"streamscope/app/payload/sparkplug"
	"streamscope/connections"
	"streamscope/connections/profile"
)

// Decoders is how the connection's payloads are read. It never changes: another set takes its
// place when the profile's bindings change.
func (c *Connection) Decoders() *decode.Set { return c.decoders.Load() }

// SetDecoders changes how payloads are read, at once. A binding that cannot be used says so
// beside the payloads that it is for. Save writes it to the profile, if that is saved; it goes to
// the disk, so it is not for the UI goroutine.
func (c *Connection) SetDecoders(bindings []profile.Binding) (save func() error) {
	bindings = slices.Clone(bindings)
	c.mu.Lock()
	c.profile.Decoders = bindings
	id := c.profile.ID
	c.mu.Unlock()
	c.compileDecoders(bindings)
	return func() error { return c.app.update(id, func(p *profile.Profile) { p.Decoders = bindings }) }
}

func (c *Connection) compileDecoders(bindings []profile.Binding) {
	set, err := c.formats().Compile(bindings)
	if err != nil {
		c.app.log.Warn("some payloads cannot be read as the profile says", "connection", c.Name(), "err", err)
	}
	c.decoders.Store(set)
}

// formats is what the payloads of this connection can be read as.
func (c *Connection) formats() *decode.Registry {
	r := decode.Standard()
	r.Add(protobuf.Kind())
	r.Add(sparkplug.Kind(c.births.book))
	return r
}

// number is [decode.Set.Number] of the set that holds now.
func (c *Connection) number(topic string, props *connections.Properties, b []byte, path []string) (float64, string, bool) {
	return c.Decoders().Number(topic, props, b, path)
}

func (c *Connection) document(topic string, props *connections.Properties, b []byte) []byte {
	return c.Decoders().Document(topic, props, b)
}
