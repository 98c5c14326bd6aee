package connections

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"time"
)

const (
	shortestWait = time.Second
	longestWait  = 30 * time.Second
	// loginWait is the time between attempts with credentials that used to work: often enough
	// to be back soon, too seldom to lock an account.
	loginWait = time.Minute
	// A connection that ends within shortLife of opening, takenOverAfter times in a row, is
	// taken to be a fight over the client ID (MQTT 3.1.1 §3.1.4, [MQTT-3.1.4-2]).
	shortLife      = 2 * time.Second
	takenOverAfter = 3
	// answerTimeout bounds the wait for an answer to SUBSCRIBE, unless this computer is behind:
	// the answer may stand in a long line then.
	answerTimeout = 30 * time.Second
	// lastWords bounds the wait for messages that an ended client still hands over.
	lastWords = 5 * time.Second
)

// run is the time from one Connect to the next Disconnect. All fields after done belong to the
// goroutine of loop.
type run struct {
	s       *Supervisor
	ctx     context.Context
	cancel  context.CancelFunc
	before  <-chan struct{} // closed when the run before has ended
	retry   chan struct{}   // holds one signal
	changed chan struct{}   // holds one signal
	done    chan struct{}

	attempts int   // since the connection was open
	failures int   // in a row, for the back-off
	short    int   // connections in a row that ended right after opening
	worked   bool  // the broker has accepted these credentials
	last     error // why the last attempt failed
}

func newRun(s *Supervisor, before <-chan struct{}) *run {
	r := &run{
		s:       s,
		before:  before,
		retry:   make(chan struct{}, 1),
		changed: make(chan struct{}, 1),
		done:    make(chan struct{}),
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	return r
}

// loop makes one attempt after another until the run is cancelled, or no attempt can help.
func (r *run) loop() {
	defer close(r.done)
	defer r.cancel()
	select {
	case <-r.before: // or two clients would fight over one client ID
	case <-r.ctx.Done():
		return
	}
	for {
		r.last = r.attempt()
		if r.ctx.Err() != nil {
			return
		}
		wait, again := r.wait(r.last)
		if !again {
			r.giveUp()
			return
		}
		if !r.sleep(wait) {
			return
		}
	}
}

// attempt makes a client and returns why it failed, or why its connection ended.
func (r *run) attempt() error {
	r.attempts++
	r.enter(Status{State: StateDialling})
	client := r.s.o.New()
	r.s.adopt(client)
	defer r.s.dismiss(client)
	defer client.Close()
	if err := client.Open(r.ctx, func(state State) { r.enter(Status{State: state}) }); err != nil {
		return err
	}
	r.worked = true
	opened := time.Now()
	err := r.serve(client)
	client.Close()
	select {
	case <-client.Lost():
	case <-time.After(lastWords):
	}
	return r.mourn(time.Since(opened), err)
}

// serve restores the subscriptions and stays until the connection ends.
func (r *run) serve(client Client) error {
	r.enter(Status{State: StateSubscribing})
	book := newBook(client)
	err := r.subscribe(book)
	for err == nil {
		select {
		case <-r.changed:
			err = r.subscribe(book)
		case <-client.Lost():
			err = &Failure{Kind: FailureClosed}
		case <-r.ctx.Done():
			err = r.ctx.Err()
		}
	}
	r.s.withdraw(r)
	if cause := client.Err(); cause != nil {
		return cause
	}
	return err
}

// subscribe brings what is asked of the broker in line with what shall be received, and opens
// the connection to users.
func (r *run) subscribe(book *book) error {
	r.s.mu.Lock()
	subs := r.s.subs
	r.s.mu.Unlock()
	ctx, cancel := patience(r.ctx, book.client)
	defer cancel()
	filters, err := book.apply(ctx, subs)
	if err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return err
	}
	r.attempts = 0
	r.s.open(r, book.client, filters)
	return nil
}

// patience returns a context that ends when the client has not answered in time.
func patience(ctx context.Context, client Client) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(answerTimeout):
			}
			if !client.Link().Behind {
				cancel(&Failure{Kind: FailureTimeout, Detail: "no answer to SUBSCRIBE"})
				return
			}
		}
	}()
	return ctx, func() { cancel(context.Canceled) }
}

// mourn draws the conclusions from the end of a connection that had been opened.
func (r *run) mourn(lived time.Duration, err error) error {
	if lived >= shortLife {
		r.short, r.failures = 0, 0
		return err
	}
	if kind := KindOf(err); kind != FailureClosed && kind != FailureReset {
		r.short = 0
		return err
	}
	if r.short++; r.short < takenOverAfter {
		return err
	}
	return &Failure{Kind: FailureTakenOver, Err: err}
}

// wait tells how long to wait before the next attempt after err, and whether to make one.
func (r *run) wait(err error) (d time.Duration, again bool) {
	switch KindOf(err) {
	case FailureInvalid, FailureCredentialsLost, FailureCertFile, FailurePassphrase, FailureNeedsMQTT5:
		return 0, false
	case FailureCredentials, FailureNotAuthorised, FailureClientID, FailureVersion, FailureProxyAuth,
		FailureCertUntrusted, FailureCertExpired, FailureCertNotYet, FailureCertName, FailureClientCert:
		return loginWait, r.worked
	}
	r.failures++
	ceiling := min(float64(longestWait), float64(shortestWait)*math.Exp2(float64(r.failures)))
	return shortestWait + time.Duration(r.s.o.Rand()*(ceiling-float64(shortestWait))), true
}

// sleep waits for the next attempt; false means that the run has ended.
func (r *run) sleep(d time.Duration) bool {
	select {
	case <-r.retry: // a signal from an earlier wait
	default:
	}
	r.enter(Status{State: StateWaiting, RetryAt: time.Now().Add(d)})
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.retry:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// enter reports a status of the run, unless the run is over.
func (r *run) enter(status Status) {
	status.Attempt, status.Err = r.attempts, r.last
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.s.run != r {
		return
	}
	if now := r.s.status; now.State == status.State && now.Attempt == status.Attempt && status.RetryAt.IsZero() {
		return
	}
	r.s.set(status)
}

// open lets users publish over client and reports what the broker said to the filters.
func (s *Supervisor) open(r *run, client Client, filters []SubscribeResult) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run != r || s.status.State == StateOpen && slices.Equal(s.status.Filters, filters) {
		return
	}
	s.client = client
	s.set(Status{State: StateOpen, Filters: filters, Err: refusal(filters)})
}

// withdraw takes the open client away from users.
func (s *Supervisor) withdraw(r *run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.run == r {
		s.client = nil
	}
}

// giveUp ends the run because no further attempt can help.
func (r *run) giveUp() {
	r.s.mu.Lock()
	defer r.s.mu.Unlock()
	if r.s.run != r {
		return
	}
	r.s.run = nil
	r.s.set(Status{State: StateClosed, Err: r.last, Attempt: r.attempts})
}

// refusal is a failure if the broker refused every filter.
func refusal(filters []SubscribeResult) error {
	if len(filters) == 0 {
		return nil
	}
	var names []string
	for _, f := range filters {
		if !f.Refused {
			return nil
		}
		names = append(names, f.Filter)
	}
	return &Failure{Kind: FailureFilter, Detail: strings.Join(names, ", ")}
}

// KindOf returns the kind of the [Failure] in err; FailureOther if there is none.
func KindOf(err error) FailureKind {
	var f *Failure
	if errors.As(err, &f) {
		return f.Kind
	}
	return FailureOther
}
