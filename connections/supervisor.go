package connections

import (
	"context"
	"log/slog"
)

// Options is what a [Supervisor] needs.
type Options struct {
	// New makes the client of one attempt. It must not block.
	New func() Client
	// Subscriptions is what shall be received; SetSubscriptions changes it.
	Subscriptions []Subscription
	// OnStatus is told every change, in order, from one goroutine that holds no lock; may be
	// nil. It must not call Close.
	OnStatus func(Status)
	// Rand returns numbers in [0,1) for the back-off; nil means math/rand/v2.
	Rand func() float64
	// Logger may be nil.
	Logger *slog.Logger
}

// Supervisor keeps one connection alive: it makes one [Client] after another, restores the
// subscriptions on each, waits between attempts, and tells where it stands.
type Supervisor struct{}

// NewSupervisor returns a supervisor in [StateIdle].
func NewSupervisor(o Options) *Supervisor { return &Supervisor{} }

// Connect starts to connect, and to connect again whenever the connection falls.
func (s *Supervisor) Connect() {}

// Disconnect ends the connection, or the attempts at one. It answers at once.
func (s *Supervisor) Disconnect() {}

// RetryNow cuts the wait for the next attempt short.
func (s *Supervisor) RetryNow() {}

// SetSubscriptions changes what shall be received, now and on every later opening.
func (s *Supervisor) SetSubscriptions(subs []Subscription) {}

// Publish sends p over the open connection.
func (s *Supervisor) Publish(ctx context.Context, p Publication) Result { return Result{} }

// Status returns where the connection stands.
func (s *Supervisor) Status() Status { return Status{} }

// Link returns the figures of all byte streams since the supervisor was made.
func (s *Supervisor) Link() Link { return Link{} }

// Close disconnects and waits until the supervisor's goroutines have ended.
func (s *Supervisor) Close() {}
