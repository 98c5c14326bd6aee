package connections

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"
)

// Options is what a [Supervisor] needs.
type Options struct {
	// New makes the client of one attempt. It must not block.
	New func() Client
	// Subscriptions is what shall be received; SetSubscriptions changes it.
	Subscriptions []Subscription
	// Valid checks what is to be sent; nil means ValidPublication.
	Valid func(Publication) error
	// OnStatus is told every change, in order, from one goroutine that holds no lock; may be
	// nil. It must not call Close.
	OnStatus func(Status)
	// Rand returns numbers in [0,1) for the back-off; nil means math/rand/v2.
	Rand func() float64
	// Logger may be nil.
	Logger *slog.Logger
}

// Supervisor keeps one connection alive: it makes one [Client] after another, restores the
// subscriptions on each, waits between attempts, and tells where it stands. Its methods may be
// called from any goroutine; only Publish and Close wait for anything.
type Supervisor struct {
	o Options

	mu       sync.Mutex // guards what follows
	status   Status
	subs     []Subscription
	run      *run     // from Connect to Disconnect; nil otherwise
	client   Client   // the open one; nil otherwise
	live     []Client // those whose figures are not in past yet
	past     Link
	closed   bool
	previous <-chan struct{} // closed when the last run has ended
	untold   []Status

	runs   sync.WaitGroup
	news   chan struct{} // wakes the teller; holds one signal
	stop   chan struct{} // closed when no more news come
	silent chan struct{} // closed when the teller has ended
}

// NewSupervisor returns a supervisor in [StateIdle]. Close it to free its goroutine.
func NewSupervisor(o Options) *Supervisor {
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Valid == nil {
		o.Valid = ValidPublication
	}
	ended := make(chan struct{})
	close(ended)
	s := &Supervisor{
		o:        o,
		subs:     slices.Clone(o.Subscriptions),
		status:   Status{Since: time.Now()},
		previous: ended,
		news:     make(chan struct{}, 1),
		stop:     make(chan struct{}),
		silent:   make(chan struct{}),
	}
	go s.tell()
	return s
}

// Connect starts to connect, and to connect again whenever the connection falls. It does
// nothing while that is going on already.
func (s *Supervisor) Connect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connect()
}

func (s *Supervisor) connect() {
	if s.closed || s.run != nil {
		return
	}
	r := newRun(s, s.previous)
	s.run, s.previous = r, r.done
	s.set(Status{State: StateDialling, Attempt: 1})
	s.runs.Add(1)
	go func() {
		defer s.runs.Done()
		r.loop()
	}()
}

// Disconnect ends the connection, or the attempts at one. It answers at once; what has to be
// said to the peer is said afterwards.
func (s *Supervisor) Disconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disconnect()
}

func (s *Supervisor) disconnect() {
	if s.run == nil {
		return
	}
	s.run.cancel()
	s.run, s.client = nil, nil
	s.set(Status{State: StateClosed})
}

// RetryNow cuts the wait for the next attempt short, or starts again after a failure that
// ended the attempts.
func (s *Supervisor) RetryNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.run != nil && s.status.State == StateWaiting:
		signal(s.run.retry)
	case s.run == nil && s.status.Err != nil:
		s.connect()
	}
}

// SetSubscriptions changes what shall be received, now and on every later opening. While the
// connection is open only the difference is asked for.
func (s *Supervisor) SetSubscriptions(subs []Subscription) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.subs = slices.Clone(subs)
	if s.run != nil {
		signal(s.run.changed)
	}
}

// Publish sends p over the open connection and waits for what its QoS promises, or for ctx.
func (s *Supervisor) Publish(ctx context.Context, p Publication) Result {
	if err := s.o.Valid(p); err != nil {
		return Result{Outcome: OutcomeRefused, Err: &Failure{Kind: FailureInvalid, Detail: p.Topic, Err: err}}
	}
	s.mu.Lock()
	client := s.client
	s.mu.Unlock()
	if client == nil {
		return Result{Outcome: OutcomeRefused, Err: &Failure{Kind: FailureNotConnected}}
	}
	return client.Publish(ctx, p)
}

// Start hands p over without waiting for its outcome; see [Streamer.Start]. A client that is no
// Streamer sends it before Start returns.
func (s *Supervisor) Start(ctx context.Context, p Publication, done func(Result)) {
	if err := s.o.Valid(p); err != nil {
		done(Result{Outcome: OutcomeRefused, Err: &Failure{Kind: FailureInvalid, Detail: p.Topic, Err: err}})
		return
	}
	s.mu.Lock()
	client := s.client
	s.mu.Unlock()
	switch c := client.(type) {
	case nil:
		done(Result{Outcome: OutcomeRefused, Err: &Failure{Kind: FailureNotConnected}})
	case Streamer:
		c.Start(p, done)
	default:
		done(client.Publish(ctx, p))
	}
}

// Status returns where the connection stands.
func (s *Supervisor) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Link returns the figures of the current byte stream with those of all earlier ones added;
// Behind and LastByte are the current one's.
func (s *Supervisor) Link() Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	sum := s.past
	for _, c := range s.live {
		sum = sum.plus(c.Link())
	}
	return sum
}

func (l Link) plus(m Link) Link {
	m.Publishes += l.Publishes
	m.Cut += l.Cut
	m.BytesIn += l.BytesIn
	m.BytesOut += l.BytesOut
	if m.LastByte.IsZero() {
		m.LastByte = l.LastByte
	}
	if m.Protocol == "" {
		m.Protocol = l.Protocol
	}
	if !m.Limits.Known {
		m.Limits = l.Limits
	}
	if m.Welcome == nil {
		m.Welcome = l.Welcome
	}
	return m
}

// Close disconnects and waits until the supervisor's goroutines have ended and OnStatus knows
// the last status. It may be called twice.
func (s *Supervisor) Close() {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.disconnect()
	s.mu.Unlock()
	s.runs.Wait()
	if !again {
		close(s.stop)
	}
	<-s.silent
}

// set enters a status. The caller holds mu.
func (s *Supervisor) set(status Status) {
	status.Since = time.Now()
	if status.State == s.status.State {
		status.Since = s.status.Since
	}
	s.status = status
	s.untold = append(s.untold, status)
	signal(s.news)
	s.o.Logger.Debug("connection", "state", status.State.String(), "err", status.Err)
}

// tell hands statuses to OnStatus until stop.
func (s *Supervisor) tell() {
	defer close(s.silent)
	for stopped := false; !stopped; {
		select {
		case <-s.news:
		case <-s.stop:
			stopped = true
		}
		s.mu.Lock()
		news := s.untold
		s.untold = nil
		s.mu.Unlock()
		for _, status := range news {
			if s.o.OnStatus != nil {
				s.o.OnStatus(status)
			}
		}
	}
}

// adopt makes a client's figures part of the supervisor's.
func (s *Supervisor) adopt(c Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.live = append(s.live, c)
}

// dismiss keeps the final figures of a client that has ended.
func (s *Supervisor) dismiss(c Client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.Index(s.live, c)
	s.live = slices.Delete(s.live, i, i+1)
	s.past = s.past.plus(c.Link())
	s.past.Behind, s.past.Limits, s.past.Welcome = false, Limits{}, nil
}

// signal leaves a signal in a channel that holds one.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
