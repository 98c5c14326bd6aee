package session

import (
	"context"
	"fmt"

	"streamscope/connections"
)

// Origin says who asked for a publication: the composer, a saved command, the command line.
type Origin string

// Intent is a publication that is about to be sent.
type Intent struct {
	// ID numbers the intents of a session.
	ID uint64
	// Session and Name are the connection's.
	Session, Name string
	// At is when it was asked for, in nanoseconds since 1970.
	At          int64
	Origin      Origin
	Publication connections.Publication
}

// Auditor keeps a record of what is sent. It is called from any goroutine.
type Auditor interface {
	// Intend is called before anything is sent. An error refuses the publication.
	Intend(ctx context.Context, i Intent) error
	// Conclude is called once for each Intend that returned nil.
	Conclude(i Intent, r connections.Result)
}

// Confirmer asks whoever is responsible whether to send. An error refuses the publication.
type Confirmer interface {
	Confirm(ctx context.Context, i Intent) error
}

// Publish is the one door for what is sent: it checks, asks the [Confirmer], tells the
// [Auditor], sends, and waits for what the QoS promises, or for ctx. The payload must not change
// meanwhile.
func (s *Session) Publish(ctx context.Context, p connections.Publication, origin Origin) connections.Result {
	if err := s.valid(p); err != nil {
		return refused(&connections.Failure{Kind: connections.FailureInvalid, Detail: p.Topic, Err: err})
	}
	i := Intent{
		ID: s.published.Add(1), Session: s.o.ID, Name: s.o.Name, At: s.clock.Now(), Origin: origin, Publication: p,
	}
	if s.o.Confirmer != nil {
		if err := s.o.Confirmer.Confirm(ctx, i); err != nil {
			return refused(fmt.Errorf("not confirmed: %w", err))
		}
	}
	if s.o.Auditor == nil {
		return s.supervisor.Publish(ctx, p)
	}
	if err := s.o.Auditor.Intend(ctx, i); err != nil {
		return refused(fmt.Errorf("not recorded: %w", err))
	}
	r := s.supervisor.Publish(ctx, p)
	s.o.Auditor.Conclude(i, r)
	return r
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
