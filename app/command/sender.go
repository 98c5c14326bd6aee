package command

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"streamscope/app/command/template"
	"streamscope/app/session"
	"streamscope/connections"
)

// DefaultPatience is how long an acknowledgement is awaited before the outcome is unknown.
const DefaultPatience = 15 * time.Second

// Sender makes publications of drafts, passes them through the session's door, and keeps the
// history of what was sent. Its methods may be called from any goroutine; Send waits.
type Sender struct {
	history *History
	waiting *Waiting
	schemas schemas

	mu sync.Mutex // guards what follows
	// counters are those of {{counter}}, by connection and topic as it is written.
	counters map[string]int64
}

// NewSender returns a sender that keeps its history in h; nil keeps none.
func NewSender(h *History) *Sender {
	return &Sender{history: h, waiting: newWaiting(), counters: map[string]int64{}}
}

// Waiting holds what could not be sent and shall be kept.
func (s *Sender) Waiting() *Waiting { return s.waiting }

// SendOptions say how a draft is sent.
type SendOptions struct {
	// Origin is what in the program asks.
	Origin session.Origin
	// Name is what the user calls it, such as a saved command's name; it may be empty.
	Name string
	// Confirm is the question that has to be agreed to before; empty if nobody is asked.
	Confirm string
	// Asked holds the answers to the draft's questions, by their labels.
	Asked map[string]string
	// Patience is how long an acknowledgement is awaited; 0 means DefaultPatience.
	Patience time.Duration
	// Unlisted keeps it out of the history, as is right for a slider; the audit has it anyway.
	Unlisted bool
	// OnOutcome is told what became of the command while its answer is still awaited; it may be
	// nil. It runs on the goroutine of Send.
	OnOutcome func(Outcome)
}

// Verdict is what is known of a message that was sent, honestly named. There is no "delivered": a
// publisher never learns that.
type Verdict string

// The verdicts.
const (
	// VerdictSent: the bytes were handed to the operating system; QoS 0 and frames never know more.
	VerdictSent Verdict = "sent"
	// VerdictAcknowledged: the broker confirmed it.
	VerdictAcknowledged Verdict = "acknowledged"
	// VerdictNoSubscriber: the broker confirmed it, and said that nobody has subscribed (MQTT 5
	// reason 0x10).
	VerdictNoSubscriber Verdict = "no subscriber"
	// VerdictRefused: it was not sent, or the broker said no.
	VerdictRefused Verdict = "refused"
	// VerdictUnknown: the connection fell, or time ran out, before the broker answered.
	VerdictUnknown Verdict = "unknown"
	// VerdictWaiting: it was not sent and is kept until the user sends or drops it.
	VerdictWaiting Verdict = "waiting"
)

// Outcome is what became of a draft.
type Outcome struct {
	Verdict Verdict
	// Publication is what was sent, its placeholders filled.
	Publication connections.Publication
	// Took is the time from handing over to the verdict.
	Took time.Duration
	// Err tells why it was refused or is unknown: a [*DraftError] if the draft itself is wrong, else
	// what the door or the connection says, see [connections.Explain].
	Err error
	// Code and Reason are the broker's, see [connections.Result].
	Code   byte
	Reason string
	// Reply is nil if no answer was awaited, or is still.
	Reply *Reply
	// SaveErr tells why the history could not be saved; nil if it could.
	SaveErr error
}

// Offline reports whether only the lack of a connection kept it from being sent.
func (o Outcome) Offline() bool {
	return o.Verdict == VerdictRefused && connections.KindOf(o.Err) == connections.FailureNotConnected
}

// Why puts Err in words; empty if there is none.
func (o Outcome) Why() string {
	var wrong *DraftError
	switch {
	case o.Err == nil:
		return ""
	case errors.As(o.Err, &wrong):
		return wrong.Error()
	case errors.Is(o.Err, context.DeadlineExceeded):
		return "No acknowledgement came in time."
	}
	e := connections.Explain(o.Err)
	if e.Try == "" {
		return e.What
	}
	return e.What + " " + e.Try
}

// Preview makes what Send would send, of the values as they stand, without sending or counting. A
// file is not read: its payload is empty. Nor is a schema: one that [Sender.ReadSchema] has not
// read is ErrSchemaUnread. The error is a [*DraftError].
func (s *Sender) Preview(conn *session.Session, d Draft, asked map[string]string) (connections.Publication, error) {
	_, p, err := s.prepare(conn, d, asked, false)
	return p, err
}

// prepare fills a draft and makes its publication. Only for good it counts, and reads files.
func (s *Sender) prepare(conn *session.Session, d Draft, asked map[string]string, forGood bool) (Draft, connections.Publication, error) {
	filled, err := d.Fill(s.values(conn, d, asked, forGood))
	if err != nil {
		return d, connections.Publication{}, err
	}
	compose := filled.publication
	if conn != nil && conn.Frames() {
		compose = filled.frame
	}
	read := reading{files: forGood, message: s.schemas.known}
	if forGood {
		read.message = s.schemas.load
	}
	p, err := compose(read)
	if err != nil || conn == nil {
		return filled, p, err
	}
	link := conn.Link()
	if !p.Props.Empty() && link.Protocol == "MQTT 3.1.1" {
		return filled, p, &DraftError{FieldProperties, errOnly311}
	}
	return filled, p, limited(link.Limits, p)
}

var errOnly311 = errors.New("MQTT 3.1.1 has no properties of messages: leave them empty, or choose MQTT 5 in the profile")

// values is what the placeholders of a draft stand for.
func (s *Sender) values(conn *session.Session, d Draft, asked map[string]string, forGood bool) template.Values {
	v := template.Values{Asked: asked}
	if conn == nil {
		return v
	}
	v.Value = func(topic string) ([]byte, bool) {
		id, ok := conn.Index().Find(topic)
		if !ok {
			return nil, false
		}
		e, ok := conn.Index().Latest(id)
		return e.Payload, ok
	}
	key := strconv.Quote(conn.ID()) + d.Topic
	s.mu.Lock()
	defer s.mu.Unlock()
	v.Counter = s.counters[key] + 1
	if forGood && d.Template {
		s.counters[key] = v.Counter
	}
	return v
}

// Send fills a draft's placeholders, checks it against what the broker takes, and sends it; it
// waits for what the QoS promises and, if the draft awaits one, for the answer. What is refused
// for the draft's own sake has not reached the door. ctx ends the waiting.
func (s *Sender) Send(ctx context.Context, conn *session.Session, d Draft, o SendOptions) Outcome {
	at := time.Now()
	out, l := s.send(ctx, conn, d, o)
	if o.OnOutcome != nil && l != nil {
		o.OnOutcome(out)
	}
	if l != nil {
		out.Reply = l.await(ctx)
	}
	if s.history != nil && !o.Unlisted {
		out.SaveErr = s.history.Add(entry(at, conn, d, o, out))
	}
	return out
}

// send sends, and returns who listens for the answer if one may come.
func (s *Sender) send(ctx context.Context, conn *session.Session, d Draft, o SendOptions) (Outcome, *listener) {
	filled, p, err := s.prepare(conn, d, o.Asked, true)
	refuse := func(err error) (Outcome, *listener) {
		return Outcome{Verdict: VerdictRefused, Publication: p, Err: err}, nil
	}
	if err != nil {
		return refuse(err)
	}
	if conn.Status().State != connections.StateOpen {
		return refuse(&connections.Failure{Kind: connections.FailureNotConnected})
	}
	var l *listener
	if filled.Answer != nil && !conn.ReadOnly() {
		if l, err = listen(ctx, conn, filled.Answer, &p); err != nil {
			return refuse(err)
		}
	}
	out := pass(ctx, conn, p, o, l)
	if l != nil && out.Verdict == VerdictRefused {
		l.close()
		l = nil
	}
	return out, l
}

// pass goes through the door. The time for an acknowledgement begins when the message leaves:
// nobody is hurried who has to agree before.
func pass(ctx context.Context, conn *session.Session, p connections.Publication, o SendOptions, l *listener) Outcome {
	if o.Patience <= 0 {
		o.Patience = DefaultPatience
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var timer *time.Timer
	leaving := func() {
		timer = time.AfterFunc(o.Patience, func() { cancel(context.DeadlineExceeded) })
		if l != nil {
			l.leaving()
		}
	}
	r := conn.Send(ctx, session.Request{Publication: p, Origin: o.Origin, Name: o.Name, Confirm: o.Confirm, Leaving: leaving})
	if timer != nil {
		timer.Stop()
	}
	if errors.Is(r.Err, context.Canceled) && errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		r.Err = context.DeadlineExceeded
	}
	return Outcome{Verdict: verdict(r), Publication: p, Took: r.Took, Err: r.Err, Code: r.Code, Reason: r.Reason}
}

func verdict(r connections.Result) Verdict {
	switch {
	case r.Outcome == connections.OutcomeAcknowledged && r.Code == noSubscriber:
		return VerdictNoSubscriber
	case r.Outcome == connections.OutcomeAcknowledged:
		return VerdictAcknowledged
	case r.Outcome == connections.OutcomeSent:
		return VerdictSent
	case r.Outcome == connections.OutcomeRefused:
		return VerdictRefused
	}
	return VerdictUnknown
}

// noSubscriber is the reason code 0x10 of MQTT 5 (§2.4).
const noSubscriber = 0x10

// excerptLength is how much of what went and came stands in the history, in characters.
const excerptLength = 500

// entry is what the history keeps.
func entry(at time.Time, conn *session.Session, d Draft, o SendOptions, out Outcome) Entry {
	e := Entry{
		Time: at, Connection: conn.Name(), Profile: conn.ID(), Draft: d.Clone(), Name: o.Name, Origin: string(o.Origin),
		Outcome: string(out.Verdict), Took: out.Took, Reason: out.Why(),
	}
	if out.Reason != "" && e.Reason == "" {
		e.Reason = out.Reason
	}
	if d.Template && out.Err == nil {
		e.Filled, e.FilledTopic = Excerpt(out.Publication.Payload, excerptLength), out.Publication.Topic
	}
	switch r := out.Reply; {
	case r == nil:
	case r.TimedOut:
		e.Answer = &AnswerEntry{TimedOut: true, Took: r.Took}
	case r.Err != nil:
		e.Answer = &AnswerEntry{Reason: connections.Explain(r.Err).What, Took: r.Took}
	default:
		e.Answer = &AnswerEntry{Topic: r.Topic, Payload: Excerpt(r.Payload, excerptLength), Took: r.Took}
	}
	return e
}
