package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// desk is an Auditor and a Confirmer that writes down what it is asked.
type desk struct {
	mu             sync.Mutex // guards notes
	notes          []string
	refuse, broken error
	// asked is called while it is being asked.
	asked func()
}

func (d *desk) note(format string, a ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, fmt.Sprintf(format, a...))
}

func (d *desk) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Join(d.notes, "; ")
}

func (d *desk) Confirm(_ context.Context, i Intent) error {
	d.note("confirm %s: %s", i.Publication.Topic, i.Confirm)
	if d.asked != nil {
		d.asked()
	}
	return d.refuse
}

func (d *desk) ConfirmRun(_ context.Context, r RunIntent) error {
	d.note("confirm run %s: %s", r.Topic, r.Confirm)
	return d.refuse
}

func (d *desk) Intend(_ context.Context, i Intent) error {
	d.note("intend %s for %s on %s", i.Publication.Topic, i.Origin, i.Connection)
	return d.broken
}

func (d *desk) Conclude(_ Intent, r connections.Result) { d.note("conclude %s", r.Outcome) }

func (d *desk) Begin(_ context.Context, r RunIntent) error {
	d.note("begin %s for %s", r.Name, r.Origin)
	return d.broken
}

func (d *desk) Progress(_ RunIntent, c RunCounts) { d.note("%d so far", c.Asked) }

func (d *desk) End(_ RunIntent, r RunReport) {
	d.note("end %d asked %d sent %d acknowledged %d refused %d unknown", r.Asked, r.Sent, r.Acknowledged, r.Refused, r.Unknown)
}

func TestSendPassesTheDoor(t *testing.T) {
	no := errors.New("no")
	for _, c := range []struct {
		name           string
		refuse, broken error
		topic          string
		readOnly       bool
		want           connections.FailureKind
		notes          string
	}{
		{"sent", nil, nil, "set/point", false, "",
			"confirm set/point: move?; intend set/point for command on Plant A; conclude sent"},
		{"not confirmed", no, nil, "set/point", false, connections.FailureNotConfirmed, "confirm set/point: move?"},
		{"not recorded", nil, no, "set/point", false, connections.FailureNotRecorded,
			"confirm set/point: move?; intend set/point for command on Plant A"},
		{"read-only", nil, nil, "set/point", true, connections.FailureReadOnly, ""},
		{"wildcard", nil, nil, "set/+", false, connections.FailureInvalid, ""},
		{"empty topic", nil, nil, "", false, connections.FailureInvalid, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBroker()
			d := &desk{refuse: c.refuse, broken: c.broken}
			s := newSession(t, Options{Name: "Plant A", Client: b.client, Auditor: d, Confirmer: d, ReadOnly: func() bool { return c.readOnly }})
			connected(t, s, b)
			r := s.Send(t.Context(), Request{
				Publication: connections.Publication{Topic: c.topic, Payload: []byte("1")}, Origin: OriginCommand, Confirm: "move?",
			})
			if r.Err == nil && c.want != "" || r.Err != nil && connections.KindOf(r.Err) != c.want {
				t.Errorf("result %+v", r)
			}
			if d.String() != c.notes {
				t.Errorf("notes: %s", d)
			}
			if sent := len(b.published) > 0; sent != (c.want == "") {
				t.Errorf("%d messages were sent", len(b.published))
			}
			if (c.refuse != nil || c.broken != nil) && !errors.Is(r.Err, no) {
				t.Errorf("the reason is lost: %v", r.Err)
			}
		})
	}
}

func TestWithoutAConfirmerNothingIsTakenForConfirmed(t *testing.T) {
	b := newBroker()
	s := newSession(t, Options{Client: b.client})
	connected(t, s, b)
	r := s.Send(t.Context(), Request{Publication: connections.Publication{Topic: "a"}, Confirm: "sure?"})
	if connections.KindOf(r.Err) != connections.FailureNotConfirmed || len(b.published) != 0 {
		t.Errorf("%+v, %d sent", r, len(b.published))
	}
	if _, err := s.Run(t.Context(), RunOptions{Confirm: "sure?"}); connections.KindOf(err) != connections.FailureNotConfirmed {
		t.Errorf("a run: %v", err)
	}
}

func TestReadOnlyCountsWhenTheAnswerComes(t *testing.T) {
	b := newBroker()
	var readOnly atomic.Bool
	d := &desk{asked: func() { readOnly.Store(true) }}
	s := newSession(t, Options{Client: b.client, Confirmer: d, ReadOnly: readOnly.Load})
	connected(t, s, b)
	r := s.Send(t.Context(), Request{Publication: connections.Publication{Topic: "a"}, Confirm: "sure?"})
	if connections.KindOf(r.Err) != connections.FailureReadOnly || len(b.published) != 0 {
		t.Errorf("%+v, %d sent", r, len(b.published))
	}
}

func TestSendWhileNotConnectedIsRefused(t *testing.T) {
	s := newSession(t, Options{})
	r := s.Publish(t.Context(), connections.Publication{Topic: "a"}, OriginComposer)
	if r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureNotConnected {
		t.Errorf("result %+v", r)
	}
}

func TestLimiter(t *testing.T) {
	l := newLimiter(10)
	pass := func(n int, now time.Duration) (passed int) {
		for range n {
			if l.take(int64(now)) {
				passed++
			}
		}
		return passed
	}
	for i, step := range []struct {
		now        time.Duration
		asked, may int
	}{
		{time.Hour, 100, 20},                      // a burst
		{time.Hour, 5, 0},                         // no more at once
		{time.Hour + time.Second, 100, 10},        // the rate
		{time.Hour + time.Second, 1, 0},           //
		{time.Hour + 500*time.Millisecond, 1, 0},  // a clock that goes back earns nothing
		{time.Hour + 1100*time.Millisecond, 2, 1}, // one more after a tenth of a second
		{time.Hour + 3*time.Minute, 100, 20},      // rested
		{time.Hour + 3*time.Minute + 1, 1, 0},     //
		{time.Hour + 182*time.Second, 10_000, 20}, // two seconds later
	} {
		if got := pass(step.asked, step.now); got != step.may {
			t.Errorf("step %d: %d of %d passed, want %d", i, got, step.asked, step.may)
		}
	}
	free := newLimiter(-1)
	for range 1000 {
		if !free.take(0) {
			t.Error("no limit limits")
		}
	}
}

func TestTooFastIsRefused(t *testing.T) {
	b := newBroker()
	d := &desk{}
	s := newSession(t, Options{Client: b.client, Auditor: d, SendRate: 2})
	connected(t, s, b)
	var last connections.Result
	for range 20 {
		last = s.Publish(t.Context(), connections.Publication{Topic: "a"}, OriginControl)
	}
	if connections.KindOf(last.Err) != connections.FailureTooFast || len(b.published) > 6 {
		t.Errorf("%+v after %d", last, len(b.published))
	}
}

// onBroker is a session that is open on a real broker by way of a wiretap.
func onBroker(t *testing.T, version string, o Options) (*Session, *brokertest.Wiretap, *brokertest.Mosquitto) {
	t.Helper()
	m := brokertest.Start(t, brokertest.Options{Config: "max_inflight_messages 0\nmax_queued_messages 0"})
	w := brokertest.Tap(t, m.Addr())
	cfg := mqtt.Config{Host: w.Host, Port: w.Port, ClientID: "door-test", CleanSession: true, Version: version, ReadOnly: o.ReadOnly}
	cfg.Will = &mqtt.Will{Topic: "gone/will-of-door-test", Payload: []byte("gone")}
	o.Client = func(receive func(*connections.Message)) connections.Client { return mqtt.New(cfg, receive) }
	s := newSession(t, o)
	s.Connect()
	eventually(t, "the connection opens", func() bool { return s.Status().State == connections.StateOpen })
	return s, w, m
}

const typePublish = 3

func TestReadOnlyLetsNoPublishOut(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run(version, func(t *testing.T) {
			var readOnly atomic.Bool
			readOnly.Store(true)
			s, w, _ := onBroker(t, version, Options{ReadOnly: readOnly.Load})
			for qos := range byte(3) {
				p := connections.Publication{Topic: "door/x", Payload: []byte("1"), QoS: qos, Retain: true}
				if r := s.Publish(t.Context(), p, OriginComposer); connections.KindOf(r.Err) != connections.FailureReadOnly {
					t.Errorf("QoS %d: %+v", qos, r)
				}
				// The second line behind the door.
				if r := s.supervisor.Publish(t.Context(), p); connections.KindOf(r.Err) != connections.FailureReadOnly {
					t.Errorf("QoS %d beside the door: %+v", qos, r)
				}
				s.supervisor.Start(t.Context(), p, func(r connections.Result) {
					if connections.KindOf(r.Err) != connections.FailureReadOnly {
						t.Errorf("QoS %d beside the door: %+v", qos, r)
					}
				})
			}
			if _, err := s.Run(t.Context(), RunOptions{}); connections.KindOf(err) != connections.FailureReadOnly {
				t.Errorf("a run: %v", err)
			}
			if w.Count(typePublish) != 0 {
				t.Error("a PUBLISH left")
			}
			if sent := string(w.Sent()[0]); strings.Contains(sent, "will-of-door-test") {
				t.Errorf("the broker got a last will: %q", sent)
			}
			// And the wiretap would have seen it.
			readOnly.Store(false)
			if r := s.Publish(t.Context(), connections.Publication{Topic: "door/x", QoS: 1}, OriginComposer); r.Err != nil {
				t.Fatal(r.Err)
			}
			if w.Count(typePublish) != 1 {
				t.Error("the wiretap is blind")
			}
			s.Disconnect()
			s.Connect()
			eventually(t, "the will is given", func() bool {
				sent := w.Sent()
				return len(sent) == 2 && strings.Contains(string(sent[1]), "will-of-door-test")
			})
		})
	}
}

func TestRunSendsAllInOrder(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		for qos := range byte(3) {
			t.Run(fmt.Sprintf("%s/QoS %d", version, qos), func(t *testing.T) {
				d := &desk{}
				s, w, _ := onBroker(t, version, Options{Auditor: d, Confirmer: d})
				var told atomic.Uint64
				run, err := s.Run(t.Context(), RunOptions{
					Origin: OriginCLI, Name: "lines", Topic: "run/x", Confirm: "all?", InFlight: 50,
					OnResult: func(uint64, connections.Result) { told.Add(1) },
				})
				if err != nil {
					t.Fatal(err)
				}
				const n = 2000
				want := sha256.New()
				for i := range n {
					text := strconv.Itoa(i)
					fmt.Fprintf(want, "\x00\x00\x00\x05run/x\x00\x00\x00\x00\x00\x00\x00%c%s", len(text), text)
					if err := run.Publish(connections.Publication{Topic: "run/x", Payload: []byte(text), QoS: qos}); err != nil {
						t.Fatal(err)
					}
				}
				report := run.Finish()
				if report.Err != nil || report.Asked != n || report.Settled() != n || told.Load() != n || report.Refused+report.Unknown != 0 {
					t.Errorf("%+v, %d told", report, told.Load())
				}
				if report.Hash != hex.EncodeToString(want.Sum(nil)) {
					t.Error("the hash is not the one that is documented")
				}
				if version == mqtt.Version5 && qos == 1 && report.NoSubscriber != n {
					t.Errorf("no subscriber: %d", report.NoSubscriber)
				}
				eventually(t, "all has passed the wiretap", func() bool { return w.Count(typePublish) >= n })
				first, bodies := w.Packets()
				next := 0
				for i, f := range first {
					if f>>4 == typePublish {
						if !strings.HasSuffix(string(bodies[i]), strconv.Itoa(next)) {
							t.Fatalf("message %d is %q", next, bodies[i])
						}
						next++
					}
				}
				if next != n {
					t.Errorf("%d messages left", next)
				}
				notes := d.String()
				if !strings.HasPrefix(notes, "confirm run run/x: all?; begin lines for cli") || !strings.Contains(notes, "end 2000 asked") || strings.Contains(notes, "intend") {
					t.Errorf("notes: %s", notes)
				}
			})
		}
	}
}

func TestRunEndsWhenTheConnectionFalls(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run(version, func(t *testing.T) {
			s, _, m := onBroker(t, version, Options{})
			run, err := s.Run(t.Context(), RunOptions{})
			if err != nil {
				t.Fatal(err)
			}
			var ended error
			for i := 0; ended == nil; i++ {
				if i == 500 {
					m.Stop()
				}
				ended = run.Publish(connections.Publication{Topic: "a", QoS: 1})
			}
			report := run.Finish()
			if report.Err == nil || report.Acknowledged == 0 || report.Asked != report.Settled() || report.Unknown+report.Refused == 0 {
				t.Errorf("%v: %+v", ended, report)
			}
		})
	}
}

func TestRunStopsAtOnce(t *testing.T) {
	for name, stop := range map[string]func(*Run, *atomic.Bool){
		"stopped":   func(r *Run, _ *atomic.Bool) { r.Stop() },
		"read-only": func(_ *Run, readOnly *atomic.Bool) { readOnly.Store(true) },
	} {
		t.Run(name, func(t *testing.T) {
			var readOnly atomic.Bool
			s, w, m := onBroker(t, mqtt.Version5, Options{ReadOnly: readOnly.Load})
			run, err := s.Run(t.Context(), RunOptions{InFlight: 10})
			if err != nil {
				t.Fatal(err)
			}
			if err := run.Publish(connections.Publication{Topic: "a", QoS: 1}); err != nil {
				t.Fatal(err)
			}
			stop(run, &readOnly)
			for range 3 {
				if run.Publish(connections.Publication{Topic: "a", QoS: 1}) == nil {
					t.Error("it goes on")
				}
			}
			if report := run.Finish(); report.Err == nil || report.Asked != 1 || w.Count(typePublish) != 1 {
				t.Errorf("%+v", report)
			}
			m.Stop()
		})
	}
}

// late is a context whose end does not reach the contexts made of it.
type late struct{ context.Context }

func (late) Value(any) any                    { return nil }
func (late) AfterFunc(func()) func() (b bool) { return func() bool { return true } }

// Who sees that its context has ended must not read that all went because the run's own context
// has not heard of it yet.
func TestARunEndsTogetherWithItsContext(t *testing.T) {
	s, _, _ := onBroker(t, mqtt.Version5, Options{})
	ctx, stop := context.WithCancel(t.Context())
	run, err := s.Run(late{ctx}, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Publish(connections.Publication{Topic: "a", QoS: 1}); err != nil {
		t.Fatal(err)
	}
	stop()
	if err := run.Publish(connections.Publication{Topic: "a", QoS: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("it goes on: %v", err)
	}
	if report := run.Finish(); !errors.Is(report.Err, context.Canceled) || report.Asked != 1 {
		t.Errorf("%+v", report)
	}
	ctx, stop = context.WithCancel(t.Context())
	if run, err = s.Run(late{ctx}, RunOptions{}); err != nil {
		t.Fatal(err)
	}
	stop()
	if report := run.Finish(); !errors.Is(report.Err, context.Canceled) {
		t.Errorf("%+v", report)
	}
}

func TestRunIsPatientButNotForEver(t *testing.T) {
	s, _, m := onBroker(t, mqtt.Version5, Options{})
	run, err := s.Run(t.Context(), RunOptions{InFlight: 2, Patience: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	m.Freeze()
	defer m.Thaw()
	for range 3 {
		err = run.Publish(connections.Publication{Topic: "a", QoS: 1})
	}
	if connections.KindOf(err) != connections.FailureTimeout {
		t.Errorf("%v", err)
	}
	if report := run.Finish(); report.Unknown != 2 {
		t.Errorf("%+v", report)
	}
}
