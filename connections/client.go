package connections

import (
	"context"
	"time"
)

// Client is one attempt at one connection: made, opened, used and thrown away. The
// [Supervisor] makes a new one for each attempt, so no state of a failed one can leak into
// the next.
//
// Messages go to the receiver that the client was made with, one at a time, in the order of
// the wire, on one goroutine of the client's own. All methods may be called from any
// goroutine.
type Client interface {
	// Open dials and shakes hands, and returns nil once the peer has accepted. It calls
	// progress with StateHandshake when the byte stream stands. Errors are [*Failure] where
	// the cause is known. Cancelling ctx makes it return at once.
	Open(ctx context.Context, progress func(State)) error
	// Subscribe asks for filters and returns one result for each, in their order. An error
	// means that no answer came; a filter that was refused is a result, not an error.
	Subscribe(ctx context.Context, subs []Subscription) ([]SubscribeResult, error)
	// Unsubscribe gives filters back.
	Unsubscribe(ctx context.Context, filters []string) error
	// Publish sends p and waits for what its QoS promises, or for ctx.
	Publish(ctx context.Context, p Publication) Result
	// Lost is closed when the connection has ended, for whatever reason, and the last message
	// has been handed over.
	Lost() <-chan struct{}
	// Err tells why the connection ended; nil before, and after Close.
	Err() error
	// Link returns the figures of the byte stream. Reading changes nothing.
	Link() Link
	// Close says goodbye if it can within a moment and closes. It never blocks for longer
	// than a second and may be called at any time, also twice.
	Close()
}

// Streamer is a [Client] that can have many messages on their way at once.
type Streamer interface {
	// Start hands p over and returns when the client has taken it; it may wait for a peer that is
	// slow, as long as writing may take. done is called once with what Publish would have
	// returned, within Start or from a goroutine of the client's; it must not block. p.Payload
	// must never change afterwards. What one goroutine starts goes out in that order.
	Start(p Publication, done func(Result))
}

// Link holds the figures of one byte stream since it was opened.
type Link struct {
	// Publishes is the number of PUBLISH packets that came in whole.
	Publishes uint64
	// Cut is the number of those whose payload was shortened.
	Cut      uint64
	BytesIn  uint64
	BytesOut uint64
	// Behind reports that the reader has not had to wait for bytes for some seconds: this
	// computer is slower than the wire.
	Behind bool
	// LastByte is when the peer was last heard; zero if never.
	LastByte time.Time
	// Protocol is what is spoken, such as "MQTT 5"; empty before the peer has accepted.
	Protocol string
	// Limits are those of the peer of an open connection.
	Limits Limits
	// Welcome is what the broker of an open connection said when it accepted; nil for others.
	Welcome *Welcome
}

// Result is what became of a [Publication].
type Result struct {
	Outcome Outcome
	// Took is the time from handing over to the outcome.
	Took time.Duration
	// Err tells why the outcome is OutcomeRefused or OutcomeUnknown.
	Err error
	// Code is the reason code of an MQTT 5 broker's answer: 0, or 0x10 where nobody has
	// subscribed to the topic, or 0x80 and above with a refusal. Reason is it in words; empty
	// for 0.
	Code   byte
	Reason string
}
