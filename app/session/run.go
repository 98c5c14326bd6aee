package session

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/connections"
)

// RunOptions say what a run of many messages is.
type RunOptions struct {
	Origin Origin
	// Name says in a few words what it is: "lines of standard input", "every 100 ms".
	Name string
	// Topic is where all of it goes: a topic or a filter that holds them all. It is only told, not
	// checked; empty for a raw WebSocket.
	Topic string
	// Total is how many messages shall go; 0 if nobody knows.
	Total uint64
	// Confirm is as in [Request]; it is asked once.
	Confirm string
	// InFlight is how many messages may wait for their outcome; 0 means DefaultInFlight.
	InFlight int
	// Patience is how long the run may stand still, waiting for outcomes, before it gives up; 0
	// means DefaultPatience.
	Patience time.Duration
	// OnResult is told the outcome of every message, numbered from 1, from any goroutine but one at
	// a time per message; nil if only counts matter. It must not block.
	OnResult func(n uint64, r connections.Result)
}

const (
	// DefaultInFlight keeps a line of 50 ms round trips at 10,000 messages a second.
	DefaultInFlight = 512
	// DefaultPatience is longer than a broker may be slow, and shorter than a technician waits.
	DefaultPatience = 30 * time.Second
)

// RunIntent is a run that is about to begin.
type RunIntent struct {
	ID                  string
	Session, Connection string
	// At is when it was asked for, in nanoseconds since 1970.
	At int64
	RunOptions
}

// RunCounts is how far a run has come. Asked = Sent + Acknowledged + Refused + Unknown + what is
// still on its way.
type RunCounts struct {
	// Asked is how many messages were handed to the run.
	Asked uint64
	Sent  uint64
	// Acknowledged holds those that nobody has subscribed to (reason 0x10), counted in NoSubscriber
	// too.
	Acknowledged, NoSubscriber uint64
	Refused, Unknown           uint64
	// Bytes are those of the payloads.
	Bytes uint64
}

// Settled is how many messages have an outcome.
func (c RunCounts) Settled() uint64 { return c.Sent + c.Acknowledged + c.Refused + c.Unknown }

// RunReport is what became of a run.
type RunReport struct {
	RunCounts
	// Hash is the SHA-256, in hexadecimal digits, over all messages in their order: the length of
	// the topic in 4 bytes (big endian), the topic, the length of the payload in 8, the payload.
	Hash string
	Took time.Duration
	// Err tells why the run ended early; nil if it did not.
	Err error
}

// Run is many messages that pass the door as one: confirmed, limited and recorded once, and not
// waiting for each other. One goroutine may call Publish; Stop and Counts may be called from any.
type Run struct {
	s      *Session
	intent RunIntent
	outer  context.Context // what the caller may end; ctx ends with it, a moment later
	ctx    context.Context
	cancel context.CancelCauseFunc
	began  time.Time
	// slots holds a token for each message on its way.
	slots chan struct{}
	hash  hash.Hash
	frame []byte

	asked, sent, acknowledged, nobody, refused, unknown, bytes atomic.Uint64

	telling sync.WaitGroup
	told    chan struct{}
	once    sync.Once
	report  RunReport
}

// ErrStopped is why a run that was stopped ended early.
var ErrStopped = errors.New("stopped")

// errStill is why a run that stood still for too long ended.
var errStill = errors.New("no outcome came for too long")

// Run opens the door for many messages. It returns when it is allowed and recorded; the error is a
// [*connections.Failure]. The run ends with Finish, which is owed; when ctx ends it ends early.
func (s *Session) Run(ctx context.Context, o RunOptions) (*Run, error) {
	if o.InFlight <= 0 {
		o.InFlight = DefaultInFlight
	}
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	if err := s.admit(); err != nil {
		return nil, err
	}
	i := RunIntent{ID: s.nextIntent(), Session: s.o.ID, Connection: s.o.Name, At: s.clock.Now(), RunOptions: o}
	if o.Confirm != "" {
		if err := s.confirm(func(c Confirmer) error { return c.ConfirmRun(ctx, i) }); err != nil {
			return nil, err
		}
	}
	if a := s.o.Auditor; a != nil {
		if err := a.Begin(ctx, i); err != nil {
			return nil, &connections.Failure{Kind: connections.FailureNotRecorded, Err: err}
		}
	}
	r := &Run{s: s, intent: i, outer: ctx, began: time.Now(), slots: make(chan struct{}, o.InFlight), hash: sha256.New(), told: make(chan struct{})}
	r.ctx, r.cancel = context.WithCancelCause(ctx)
	if s.o.Auditor != nil {
		r.telling.Go(r.tell)
	}
	return r, nil
}

// tell records how far the run has come, once a second.
func (r *Run) tell() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			r.s.o.Auditor.Progress(r.intent, r.Counts())
		case <-r.told:
			return
		}
	}
}

// Publish hands a message over, in order, and returns without waiting for its outcome; it waits
// while too many are on their way. p.Payload must never change afterwards. An error ends the run:
// it was stopped, the connection is read-only now or is gone, or ctx has ended. A message that is
// not valid is counted as refused and told to OnResult, and the run goes on.
func (r *Run) Publish(p connections.Publication) error {
	if err := r.may(); err != nil {
		return err
	}
	n := r.asked.Add(1)
	r.bytes.Add(uint64(len(p.Payload)))
	r.digest(p)
	r.s.supervisor.Start(r.ctx, p, func(result connections.Result) {
		r.count(n, result)
		<-r.slots
	})
	return nil
}

// may waits for a slot, and tells why the run cannot go on.
func (r *Run) may() error {
	if r.s.ReadOnly() {
		r.cancel(&connections.Failure{Kind: connections.FailureReadOnly})
	}
	if err := r.Err(); err != nil {
		return err
	}
	select {
	case r.slots <- struct{}{}:
		return nil
	default:
	}
	patience := time.NewTimer(r.intent.Patience)
	defer patience.Stop()
	select {
	case r.slots <- struct{}{}:
		return nil
	case <-r.ctx.Done():
	case <-patience.C:
		r.cancel(&connections.Failure{Kind: connections.FailureTimeout, Err: errStill})
	}
	return context.Cause(r.ctx)
}

// digest adds a message to the hash.
func (r *Run) digest(p connections.Publication) {
	r.frame = binary.BigEndian.AppendUint32(r.frame[:0], uint32(len(p.Topic)))
	r.frame = append(r.frame, p.Topic...)
	r.frame = binary.BigEndian.AppendUint64(r.frame, uint64(len(p.Payload)))
	r.hash.Write(r.frame)
	r.hash.Write(p.Payload)
}

func (r *Run) count(n uint64, result connections.Result) {
	switch result.Outcome {
	case connections.OutcomeSent:
		r.sent.Add(1)
	case connections.OutcomeAcknowledged:
		if result.Code == noSubscriber {
			r.nobody.Add(1)
		}
		r.acknowledged.Add(1)
	case connections.OutcomeRefused:
		r.refused.Add(1)
	default:
		r.unknown.Add(1)
	}
	if kind := connections.KindOf(result.Err); result.Err != nil && kind != connections.FailureInvalid && kind != connections.FailureRejected {
		// What ended the connection ends the run: what would come now is refused anyway.
		r.cancel(result.Err)
	}
	if r.intent.OnResult != nil {
		r.intent.OnResult(n, result)
	}
}

// noSubscriber is the reason code with which an MQTT 5 broker says that nobody gets a message.
const noSubscriber = 0x10

// Counts returns how far the run has come.
func (r *Run) Counts() RunCounts {
	c := RunCounts{
		Sent: r.sent.Load(), NoSubscriber: r.nobody.Load(), Acknowledged: r.acknowledged.Load(),
		Refused: r.refused.Load(), Unknown: r.unknown.Load(), Bytes: r.bytes.Load(),
	}
	c.Asked = max(r.asked.Load(), c.Settled())
	return c
}

// Stop ends the run early: Publish returns ErrStopped from now on. Finish is still owed.
func (r *Run) Stop() { r.cancel(ErrStopped) }

// Err tells why the run ends early; nil while it does not.
func (r *Run) Err() error {
	if r.outer.Err() != nil {
		r.cancel(context.Cause(r.outer))
	}
	return context.Cause(r.ctx)
}

// Finish waits until every message has its outcome, but not longer than the run's patience for
// the next one nor after the run was ended early, and closes the record. What has no outcome by
// then is unknown. It may be called twice, but not while Publish runs.
func (r *Run) Finish() RunReport {
	r.once.Do(func() {
		r.drain()
		close(r.told)
		r.telling.Wait()
		r.report = RunReport{RunCounts: r.Counts(), Hash: hex.EncodeToString(r.hash.Sum(nil)), Took: time.Since(r.began), Err: r.Err()}
		r.report.Unknown += r.report.Asked - r.report.Settled()
		if r.s.o.Auditor != nil {
			r.s.o.Auditor.End(r.intent, r.report)
		}
		r.cancel(ErrStopped)
	})
	return r.report
}

// drain fills the slots that messages on their way give back.
func (r *Run) drain() {
	patience := time.NewTimer(r.intent.Patience)
	defer patience.Stop()
	for range r.intent.InFlight {
		select {
		case r.slots <- struct{}{}:
			patience.Reset(r.intent.Patience)
		case <-r.ctx.Done():
			r.linger()
			return
		case <-patience.C:
			r.cancel(&connections.Failure{Kind: connections.FailureTimeout, Err: errStill})
			return
		}
	}
}

// lastAnswers is how long a run that ended early waits for answers that are already coming.
const lastAnswers = 250 * time.Millisecond

// linger waits a moment for outcomes that are all but there.
func (r *Run) linger() {
	until := time.NewTimer(lastAnswers)
	defer until.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for r.Counts().Settled() < r.asked.Load() {
		select {
		case <-until.C:
			return
		case <-tick.C:
		}
	}
}
