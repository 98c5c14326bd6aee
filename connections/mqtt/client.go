package mqtt

import "streamscope/connections"

// New returns the client of one attempt; receive gets its messages. Use a [Factory] when
// sessions shall outlive a client.
func New(cfg Config, receive func(*connections.Message)) connections.Client { return nil }

// Factory makes one client after another for the same broker. It owns what must outlive them
// when CleanSession is off: the publications that the broker has not confirmed.
type Factory struct{}

// NewFactory returns a factory whose clients hand their messages to receive.
func NewFactory(cfg Config, receive func(*connections.Message)) *Factory { return nil }

// New returns the client of the next attempt.
func (f *Factory) New() connections.Client { return nil }
