package command

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"streamscope/app/session"
	"streamscope/connections"
)

// AnswerKind says how an answer is told from other messages.
type AnswerKind string

// The kinds of answers.
const (
	// AnswerResponse: it comes on the response topic, with the correlation data (MQTT 5 §4.10).
	// What of both is not given is made up.
	AnswerResponse AnswerKind = "response"
	// AnswerTopic: it is the next message on a topic or filter; with a path, the next one that has
	// there what the command has there.
	AnswerTopic AnswerKind = "topic"
	// AnswerKey: it is the next message, of any topic, that has at a path what the command has
	// there; the way of a raw WebSocket.
	AnswerKey AnswerKind = "key"
	// AnswerChange: it is the next change of a watched value.
	AnswerChange AnswerKind = "change"
)

// Answer says how an answer to a command is told, and how long it is awaited.
type Answer struct {
	Kind AnswerKind `json:"kind"`
	// Topic is that of the answer, or of the watched value.
	Topic string `json:"topic,omitempty"`
	// Path is the list of keys to the command's number, or to the watched value.
	Path []string `json:"path,omitempty"`
	// Seconds is how long to wait; 0 means DefaultAnswerSeconds.
	Seconds float64 `json:"seconds,omitempty"`
}

const (
	// DefaultAnswerSeconds is how long an answer is awaited if nothing is said.
	DefaultAnswerSeconds = 5
	maxAnswerSeconds     = 3600
	// grantPatience bounds the wait for the subscription to the answer's topic.
	grantPatience = 5 * time.Second
)

// Patience is how long the answer is awaited.
func (a *Answer) Patience() time.Duration {
	s := a.Seconds
	if !(s > 0) {
		s = DefaultAnswerSeconds
	}
	return time.Duration(min(s, maxAnswerSeconds) * float64(time.Second))
}

// Reply is what came back.
type Reply struct {
	// TimedOut tells that nothing came in time; then only Took is set.
	TimedOut bool
	Topic    string
	Payload  []byte
	Props    *connections.Properties
	// Time is when it was received, in nanoseconds since 1970, and Took how long after the command
	// was handed over.
	Time int64
	Took time.Duration
	// Err tells why no answer can come any more; nil if there is one, or time ran out.
	Err error
}

// listener waits for the answer to one command. It listens from before the command is sent.
type listener struct {
	conn     *session.Session
	tap      *session.Tap
	release  func()
	match    func(*session.Record) bool
	patience time.Duration
	// leave is called as the command leaves; asked is when. What came before is no answer.
	leave func()
	asked int64
}

// errNeeds5 says that an answer cannot be told that way.
var errNeeds5 = errors.New("response topic and correlation data need a connection of MQTT 5")

// listen begins to listen for the answer to p, to which it may add properties. The error is a
// [*DraftError].
func listen(ctx context.Context, conn *session.Session, a *Answer, p *connections.Publication) (*listener, error) {
	l := &listener{conn: conn, release: func() {}, leave: func() {}, patience: a.Patience()}
	options := session.TapOptions{Name: "answer"}
	fail := func(err error) (*listener, error) { return nil, &DraftError{FieldAnswer, err} }
	switch a.Kind {
	case AnswerResponse:
		if conn.Link().Protocol != "MQTT 5" {
			return fail(errNeeds5)
		}
		correlate(p)
		options.Topics = []string{p.Props.ResponseTopic}
		data := p.Props.CorrelationData
		l.match = func(r *session.Record) bool { return r.Props != nil && bytes.Equal(r.Props.CorrelationData, data) }
	case AnswerTopic:
		if err := connections.ValidFilter(a.Topic); err != nil {
			return fail(err)
		}
		options.Filter = a.Topic
		l.match = func(r *session.Record) bool { return !echo(r, p) }
		if len(a.Path) > 0 {
			key, err := keyOf(p.Payload, a.Path)
			if err != nil {
				return fail(err)
			}
			l.match = func(r *session.Record) bool { return !echo(r, p) && hasKey(r, a.Path, key) }
		}
	case AnswerKey:
		key, err := keyOf(p.Payload, a.Path)
		if err != nil {
			return fail(err)
		}
		options.All = true
		l.match = func(r *session.Record) bool { return !echo(r, p) && hasKey(r, a.Path, key) }
	case AnswerChange:
		if err := connections.ValidTopic(a.Topic); err != nil {
			return fail(err)
		}
		options.Topics = []string{a.Topic}
		var before []byte
		l.leave = func() { before, _ = watched(conn, a) }
		l.match = func(r *session.Record) bool {
			now, ok := valueAt(r.Payload, a.Path)
			return ok && !bytes.Equal(now, before)
		}
	default:
		return fail(errors.New("nothing says how the answer is told"))
	}
	if err := l.subscribe(ctx, options); err != nil {
		return fail(err)
	}
	tap, err := conn.Tap(options)
	if err != nil {
		l.release()
		return fail(err)
	}
	l.tap = tap
	return l, nil
}

// subscribe asks for the answer's topic, if no subscription brings it.
func (l *listener) subscribe(ctx context.Context, o session.TapOptions) error {
	filter := o.Filter
	if len(o.Topics) > 0 {
		filter = o.Topics[0]
	}
	if o.All || filter == "" {
		return nil
	}
	for _, f := range l.conn.Status().Filters {
		if !f.Refused && connections.Covers(f.Filter, filter) {
			return nil
		}
	}
	l.release = l.conn.Borrow(filter)
	ctx, cancel := context.WithTimeout(ctx, grantPatience)
	defer cancel()
	if err := l.conn.Granted(ctx, filter); err != nil {
		l.release()
		return err
	}
	return nil
}

// correlate makes up what a request of MQTT 5 lacks.
func correlate(p *connections.Publication) {
	props := connections.Properties{}
	if p.Props != nil {
		props = *p.Props
	}
	if props.ResponseTopic == "" {
		props.ResponseTopic = "streamscope/answers/" + strings.ToLower(rand.Text()[:12])
	}
	if len(props.CorrelationData) == 0 {
		props.CorrelationData = []byte(rand.Text()[:16])
	}
	p.Props = &props
}

// echo reports whether a record is the command itself, which the broker sent back.
func echo(r *session.Record, p *connections.Publication) bool {
	return p.Topic != "" && r.Topic == p.Topic && bytes.Equal(r.Payload, p.Payload)
}

// await waits for the answer and ends the listening.
func (l *listener) await(ctx context.Context) *Reply {
	defer l.close()
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	for {
		records, err := l.tap.Next(ctx)
		for i := range records {
			if r := &records[i]; !r.Retained && r.Time >= l.asked && l.match(r) {
				return &Reply{Topic: r.Topic, Payload: r.Payload, Props: r.Props, Time: r.Time, Took: time.Duration(max(0, r.Time-l.asked))}
			}
		}
		switch {
		case errors.Is(err, context.DeadlineExceeded):
			return &Reply{TimedOut: true, Took: l.patience}
		case err != nil:
			return &Reply{Err: err, Took: time.Duration(l.conn.Now() - l.asked)}
		}
	}
}

// leaving notes that the command leaves now.
func (l *listener) leaving() {
	l.leave()
	l.asked = l.conn.Now()
}

func (l *listener) close() {
	l.tap.Close()
	l.release()
}

// watched is the value as it stands.
func watched(conn *session.Session, a *Answer) ([]byte, bool) {
	id, ok := conn.Index().Find(a.Topic)
	if !ok {
		return nil, false
	}
	e, ok := conn.Index().Latest(id)
	if !ok {
		return nil, false
	}
	return valueAt(e.Payload, a.Path)
}

// keyOf finds what tells the answer to a command from the answers to others.
func keyOf(b []byte, path []string) ([]byte, error) {
	if len(path) == 0 {
		return nil, errors.New("a key that answer and command share is missing, such as id")
	}
	key, ok := valueAt(b, path)
	if !ok {
		return nil, errors.New("the payload has no value at " + strings.Join(path, " › "))
	}
	return key, nil
}

// hasKey reports whether a message has the key: in its payload or, where a mapping makes a topic of
// each value, as one.
func hasKey(r *session.Record, path []string, key []byte) bool {
	if found, ok := valueAt(r.Payload, path); ok && bytes.Equal(found, key) {
		return true
	}
	return strings.HasSuffix("/"+r.Topic, "/"+strings.Join(path, "/")) && bytes.Equal(compact(r.Payload), key)
}

// valueAt is the JSON value at a path, written without white space; without a path it is the
// payload as it stands.
func valueAt(b []byte, path []string) ([]byte, bool) {
	if len(path) == 0 {
		return b, true
	}
	for _, key := range path {
		var members map[string]json.RawMessage
		if json.Unmarshal(b, &members) == nil && members[key] != nil {
			b = members[key]
			continue
		}
		var elements []json.RawMessage
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || json.Unmarshal(b, &elements) != nil || i >= len(elements) {
			return nil, false
		}
		b = elements[i]
	}
	return compact(b), true
}

func compact(b []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return b
	}
	return out.Bytes()
}
