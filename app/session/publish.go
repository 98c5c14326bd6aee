package session

import (
	"context"
	"errors"
	"strconv"

	"streamscope/connections"
)

// Origin says what in the program asked for a publication.
type Origin string

// The origins that the program knows.
const (
	OriginComposer Origin = "composer"
	OriginWaiting  Origin = "waiting"
	OriginCommand  Origin = "command"
	OriginControl  Origin = "control"
	OriginRepeat   Origin = "repeat"
	OriginRetained Origin = "retained"
	OriginCLI      Origin = "cli"
	OriginRebirth  Origin = "rebirth"
)

// Request is what is asked of the door.
type Request struct {
	Publication connections.Publication
	Origin      Origin
	// Name is what the user calls it, such as the name of a saved command; it may be empty.
	Name string
	// Confirm is what whoever is responsible is asked before it goes; empty means that nobody is
	// asked.
	Confirm string
	// Leaving is called when it may go and has been recorded, right before it is handed over; nil
	// for nothing.
	Leaving func()
}

// Intent is a publication that is about to be sent.
type Intent struct {
	// ID is no other intent's or run's, in this or any session.
	ID string
	// Session and Connection are the ID and the name of the connection.
	Session, Connection string
	// At is when it was asked for, in nanoseconds since 1970.
	At int64
	Request
}

// Auditor keeps a record of what is sent. It is called from any goroutine.
type Auditor interface {
	// Intend is called before anything is sent. An error refuses the publication.
	Intend(ctx context.Context, i Intent) error
	// Conclude is called once for each Intend that returned nil.
	Conclude(i Intent, r connections.Result)
	// Begin is called before anything of a run is sent. An error refuses the run.
	Begin(ctx context.Context, r RunIntent) error
	// Progress is called about once a second while a run lasts.
	Progress(r RunIntent, c RunCounts)
	// End is called once for each Begin that returned nil.
	End(r RunIntent, report RunReport)
}

// Confirmer asks whoever is responsible whether to send. An error refuses it. It is called from
// any goroutine, and only where a request has a text to confirm.
type Confirmer interface {
	Confirm(ctx context.Context, i Intent) error
	ConfirmRun(ctx context.Context, r RunIntent) error
}

// Publish is [Session.Send] without a name and a question.
func (s *Session) Publish(ctx context.Context, p connections.Publication, origin Origin) connections.Result {
	return s.Send(ctx, Request{Publication: p, Origin: origin})
}

// Send is the one door for what is sent; [Session.Run] is its wing for many. It checks, asks the
// [Confirmer], tells the [Auditor], sends, and waits for what the QoS promises, or for ctx. The
// payload must not change meanwhile. What is refused before anything left has a
// [*connections.Failure] that says why.
func (s *Session) Send(ctx context.Context, q Request) connections.Result {
	p := q.Publication
	if err := s.valid(p); err != nil {
		return refused(&connections.Failure{Kind: connections.FailureInvalid, Detail: p.Topic, Err: err})
	}
	if err := s.admit(); err != nil {
		return refused(err)
	}
	i := Intent{ID: s.nextIntent(), Session: s.o.ID, Connection: s.o.Name, At: s.clock.Now(), Request: q}
	if q.Confirm != "" {
		if err := s.confirm(func(c Confirmer) error { return c.Confirm(ctx, i) }); err != nil {
			return refused(err)
		}
	}
	if s.o.Auditor != nil {
		if err := s.o.Auditor.Intend(ctx, i); err != nil {
			return refused(&connections.Failure{Kind: connections.FailureNotRecorded, Err: err})
		}
	}
	if q.Leaving != nil {
		q.Leaving()
	}
	r := s.supervisor.Publish(ctx, p)
	if s.o.Auditor != nil {
		s.o.Auditor.Conclude(i, r)
	}
	return r
}

// confirm asks, and looks again whether anything may be sent: an answer takes time.
func (s *Session) confirm(ask func(Confirmer) error) error {
	if s.o.Confirmer == nil {
		return &connections.Failure{Kind: connections.FailureNotConfirmed, Err: errNobody}
	}
	if err := ask(s.o.Confirmer); err != nil {
		return &connections.Failure{Kind: connections.FailureNotConfirmed, Err: err}
	}
	if s.ReadOnly() {
		return &connections.Failure{Kind: connections.FailureReadOnly}
	}
	return nil
}

var errNobody = errors.New("nobody is there to ask")

// admit refuses what read-only mode forbids, and what comes too fast.
func (s *Session) admit() error {
	if s.ReadOnly() {
		return &connections.Failure{Kind: connections.FailureReadOnly}
	}
	if !s.limit.take(s.clock.Now()) {
		return &connections.Failure{Kind: connections.FailureTooFast, Detail: strconv.Itoa(s.limit.rate) + " a second"}
	}
	return nil
}

// ReadOnly tells whether nothing may be sent.
func (s *Session) ReadOnly() bool { return s.o.ReadOnly != nil && s.o.ReadOnly() }

// Frames tells whether the connection is a raw WebSocket, whose messages have no topic.
func (s *Session) Frames() bool { return s.o.Mapper != nil }

// nextIntent returns an ID that is no other's: IDs of one session begin alike.
func (s *Session) nextIntent() string {
	return s.intents + "-" + strconv.FormatUint(s.published.Add(1), 10)
}

// valid checks a publication: a frame needs no topic.
func (s *Session) valid(p connections.Publication) error {
	if s.o.Mapper != nil {
		return connections.ValidFrame(p)
	}
	return connections.ValidPublication(p)
}

func refused(err error) connections.Result {
	return connections.Result{Outcome: connections.OutcomeRefused, Err: err}
}
