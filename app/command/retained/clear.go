package retained

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"streamscope/app/session"
	"streamscope/connections"
)

const (
	// inFlight is how many messages are on their way at once, and pace how many leave in a
	// second: every subscriber gets each of them, and some are small.
	inFlight = 20
	pace     = 2000
	// recovery is how long a lost connection may take to come back before the last reading.
	recovery = 45 * time.Second
)

// Plan is what shall be cleared or restored.
type Plan struct {
	Session *session.Session
	Source  Source
	// Filters is what Messages were listed by; it is asked again at the end.
	Filters  []string
	Messages []Message
	// Confirm is what is asked before anything leaves; see [session.RunOptions].
	Confirm string
	// Backup is the file that is written before anything is cleared; it must not exist.
	Backup string
	// Progress is told how far it is, a few times a second, from any goroutine; it may be nil.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	Done, Total int
	// Reading tells that the broker is being asked what became of it.
	Reading bool
}

// Report is what became of a plan, by what the broker itself says at the end.
type Report struct {
	// Done are the topics that were cleared, or restored. Not are those that were not. Changed
	// have another value than expected: somebody else published meanwhile.
	Done, Not, Changed []string
	// Refused holds what the broker said to single messages.
	Refused map[string]error
	Run     session.RunReport
	// Unsure is why the broker could not be asked at the end: then Done holds what it
	// acknowledged, and Not the rest. nil if it could.
	Unsure error
}

// Clear publishes an empty message on the topic of each message, after writing the backup. It
// blocks until the report is exact, or ctx ends and the last reading too. An error means that
// nothing left.
func (p Plan) Clear(ctx context.Context) (*Report, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := WriteBackup(p.Backup, p.Session.Name(), time.Unix(0, p.Session.Now()).UTC(), p.Messages); err != nil {
		return nil, fmt.Errorf("keep what is to be cleared: %w", err)
	}
	r, acknowledged, err := p.run(ctx, "clear "+retainedMessages(len(p.Messages)), func(m *Message, qos byte) connections.Publication {
		return connections.Publication{Topic: m.Topic, QoS: qos, Retain: true}
	})
	if err != nil {
		_ = os.Remove(p.Backup) // nothing left: there is nothing to put back
		return nil, err
	}
	now, err := p.ask(ctx)
	if err != nil {
		r.Unsure = err
		for i := range p.Messages {
			if topic := p.Messages[i].Topic; acknowledged[topic] {
				r.Done = append(r.Done, topic)
			} else {
				r.Not = append(r.Not, topic)
			}
		}
		return r, nil
	}
	for i := range p.Messages {
		m := &p.Messages[i]
		switch still, ok := now[m.Topic]; {
		case !ok:
			r.Done = append(r.Done, m.Topic)
		case m.same(still):
			r.Not = append(r.Not, m.Topic)
		default:
			r.Changed = append(r.Changed, m.Topic)
		}
	}
	return r, nil
}

// Restore publishes messages as they were, retained. Those that were cut are left out: nobody has
// them whole.
func (p Plan) Restore(ctx context.Context) (*Report, error) {
	p.Messages = slices.DeleteFunc(slices.Clone(p.Messages), func(m Message) bool { return m.Cut() })
	if err := p.check(); err != nil {
		return nil, err
	}
	r, acknowledged, err := p.run(ctx, "restore "+retainedMessages(len(p.Messages)), func(m *Message, qos byte) connections.Publication {
		return connections.Publication{Topic: m.Topic, Payload: m.Payload, QoS: min(m.QoS, qos), Retain: true, Props: p.props(m)}
	})
	if err != nil {
		return nil, err
	}
	now, err := p.ask(ctx)
	r.Unsure = err
	for i := range p.Messages {
		m := &p.Messages[i]
		still, ok := now[m.Topic]
		switch {
		case err == nil && ok && m.same(still), err != nil && acknowledged[m.Topic]:
			r.Done = append(r.Done, m.Topic)
		case ok:
			r.Changed = append(r.Changed, m.Topic)
		default:
			r.Not = append(r.Not, m.Topic)
		}
	}
	return r, nil
}

// props leaves out what MQTT 3.1.1 cannot carry.
func (p Plan) props(m *Message) *connections.Properties {
	if p.Session.Link().Protocol != "MQTT 5" {
		return nil
	}
	return m.Props
}

func (p Plan) check() error {
	switch {
	case len(p.Messages) == 0:
		return errors.New("there is nothing to do")
	case p.Session.Frames():
		return errors.New("a raw WebSocket retains nothing")
	}
	return nil
}

// run sends one message for each of the plan's, and reports what became of the run.
func (p Plan) run(ctx context.Context, name string, publication func(*Message, byte) connections.Publication) (*Report, map[string]bool, error) {
	r := &Report{Refused: map[string]error{}}
	acknowledged := map[string]bool{}
	var mu sync.Mutex // guards the two maps, and done
	done := 0
	run, err := p.Session.Run(ctx, session.RunOptions{
		Origin: session.OriginRetained, Name: name, Topic: common(p.Filters), Total: uint64(len(p.Messages)), Confirm: p.Confirm, InFlight: inFlight,
		OnResult: func(n uint64, result connections.Result) {
			mu.Lock()
			defer mu.Unlock()
			done++
			topic := p.Messages[n-1].Topic
			switch result.Outcome {
			case connections.OutcomeRefused:
				r.Refused[topic] = result.Err
			case connections.OutcomeAcknowledged, connections.OutcomeSent:
				acknowledged[topic] = true
			default:
			}
		},
	})
	if err != nil {
		return nil, nil, err
	}
	qos := byte(1)
	if limits := p.Session.Link().Limits; limits.Known {
		qos = min(qos, limits.QoS)
	}
	began, told := time.Now(), time.Time{}
	for i := range p.Messages {
		if err := run.Publish(publication(&p.Messages[i], qos)); err != nil {
			break
		}
		p.keepPace(ctx, began, i+1)
		if p.Progress != nil && time.Since(told) > 100*time.Millisecond {
			told = time.Now()
			mu.Lock()
			n := done
			mu.Unlock()
			p.Progress(Progress{Done: n, Total: len(p.Messages)})
		}
	}
	report := run.Finish()
	mu.Lock()
	defer mu.Unlock()
	r.Run = report
	return r, acknowledged, nil
}

// keepPace waits until the n-th message may be followed by another.
func (p Plan) keepPace(ctx context.Context, began time.Time, n int) {
	ahead := time.Duration(n)*time.Second/pace - time.Since(began)
	if ahead < time.Millisecond {
		return
	}
	wait := time.NewTimer(ahead)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-ctx.Done():
	}
}

// ask reads again what the broker retains; it goes on where ctx was cancelled, for the report
// must be exact. A connection that fell may come back first.
func (p Plan) ask(ctx context.Context) (map[string]*Message, error) {
	if p.Progress != nil {
		p.Progress(Progress{Done: len(p.Messages), Total: len(p.Messages), Reading: true})
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recovery)
	defer cancel()
	source := p.Source
	source.Progress = nil
	source.Limit = max(source.Limit, DefaultLimit, 2*len(p.Messages))
	var last error
	for wait := 250 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		l, err := source.Read(ctx, p.Filters)
		if err == nil && (!l.Complete || len(l.Refused) > 0) {
			return nil, errors.New("the broker did not list all that it retains")
		}
		if err == nil {
			now := make(map[string]*Message, len(l.Messages))
			for i := range l.Messages {
				now[l.Messages[i].Topic] = &l.Messages[i]
			}
			return now, nil
		}
		last = cmp.Or(last, err)
		again := time.NewTimer(wait)
		select {
		case <-again.C:
		case <-ctx.Done():
			again.Stop()
			return nil, last
		}
	}
}

// common is the filter of a run for the record; of several the first, and how many more.
func common(filters []string) string {
	if len(filters) > 1 {
		return fmt.Sprintf("%s and %d more", filters[0], len(filters)-1)
	}
	return filters[0]
}

// retainedMessages counts messages in words, for the record.
func retainedMessages(n int) string {
	if n == 1 {
		return "1 retained message"
	}
	return strconv.Itoa(n) + " retained messages"
}
