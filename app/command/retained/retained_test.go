package retained

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// bench is a session on a broker, and the way to ask that broker.
type bench struct {
	t       *testing.T
	broker  *brokertest.Mosquitto
	session *session.Session
	source  Source
}

func newBench(t *testing.T, version string, o brokertest.Options) *bench {
	t.Helper()
	b := &bench{t: t, broker: brokertest.Start(t, o)}
	client := func(id string) func(func(*connections.Message)) connections.Client {
		return func(receive func(*connections.Message)) connections.Client {
			return mqtt.NewFactory(mqtt.Config{
				Host: b.broker.Host, Port: b.broker.Port, ClientID: id, CleanSession: true, KeepAlive: time.Minute, Version: version,
			}, receive).New()
		}
	}
	b.session = session.New(session.Options{ID: "p-1", Name: "Bench", Client: client("bench"), Confirmer: yes{}})
	b.source = Source{Client: client("bench-retained"), Silence: 200 * time.Millisecond}
	t.Cleanup(b.session.Close)
	b.session.Connect()
	b.await("the connection", func() bool { return b.session.Status().State == connections.StateOpen })
	return b
}

type yes struct{}

func (yes) Confirm(context.Context, session.Intent) error       { return nil }
func (yes) ConfirmRun(context.Context, session.RunIntent) error { return nil }

func (b *bench) await(what string, cond func() bool) {
	b.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !cond(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			b.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// retain makes the broker retain n messages.
func (b *bench) retain(n int) {
	b.t.Helper()
	run, err := b.session.Run(context.Background(), session.RunOptions{Name: "seed"})
	if err != nil {
		b.t.Fatal(err)
	}
	for i := range n {
		if err := run.Publish(connections.Publication{Topic: topic(i), Payload: fmt.Appendf(nil, "value %d", i), QoS: 1, Retain: true}); err != nil {
			b.t.Fatal(err)
		}
	}
	if r := run.Finish(); r.Acknowledged != uint64(n) {
		b.t.Fatalf("the broker took %d of %d", r.Acknowledged, n)
	}
}

func topic(i int) string { return fmt.Sprintf("plant/line%02d/sensor%05d", i%7, i) }

func (b *bench) list() *Listing {
	b.t.Helper()
	l, err := b.source.Read(context.Background(), []string{"plant/#"})
	if err != nil {
		b.t.Fatal(err)
	}
	if !l.Complete {
		b.t.Fatal("the list is not complete")
	}
	return l
}

func (b *bench) plan(l *Listing) Plan {
	return Plan{
		Session: b.session, Source: b.source, Filters: []string{"plant/#"}, Messages: l.Messages,
		Confirm: "Clear?", Backup: filepath.Join(b.t.TempDir(), "new", "backup.jsonl"),
	}
}

func TestTenThousandAreClearedAndPutBack(t *testing.T) {
	const n = 10_000
	b := newBench(t, mqtt.Version5, brokertest.Options{})
	b.retain(n)
	before := b.list()
	if len(before.Messages) != n {
		t.Fatalf("%d listed", len(before.Messages))
	}
	var told []Progress
	plan := b.plan(before)
	plan.Progress = func(p Progress) { told = append(told, p) }
	r, err := plan.Clear(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Done) != n || len(r.Not)+len(r.Changed)+len(r.Refused) != 0 || r.Unsure != nil {
		t.Fatalf("%d done, %d not, %d changed, unsure %v", len(r.Done), len(r.Not), len(r.Changed), r.Unsure)
	}
	if len(told) < 3 || !told[len(told)-1].Reading {
		t.Errorf("progress: %v", told)
	}
	if left := b.list(); len(left.Messages) != 0 {
		t.Fatalf("%d left", len(left.Messages))
	}

	kept, err := ReadBackup(plan.Backup)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before.Messages, kept.Messages); d != "" || kept.Torn || kept.Connection != "Bench" {
		t.Fatalf("the backup differs: %s", d)
	}
	plan.Messages = kept.Messages
	if r, err = plan.Restore(context.Background()); err != nil || len(r.Done) != n || len(r.Not)+len(r.Changed) != 0 {
		t.Fatalf("restored %d, not %d, %v", len(r.Done), len(r.Not), err)
	}
	if d := cmp.Diff(before.Messages, b.list().Messages); d != "" {
		t.Errorf("what was put back differs: %s", d)
	}
}

func TestPropertiesComeBack(t *testing.T) {
	b := newBench(t, mqtt.Version5, brokertest.Options{})
	props := &connections.Properties{
		ContentType: "application/json", Text: true, ResponseTopic: "answers", CorrelationData: []byte{1, 0xff},
		User: []connections.UserProperty{{Name: "a", Value: "1"}, {Name: "a", Value: "2"}},
	}
	if r := b.session.Publish(context.Background(), connections.Publication{
		Topic: "plant/x", Payload: []byte("{}"), QoS: 1, Retain: true, Props: props,
	}, "test"); r.Err != nil {
		t.Fatal(r.Err)
	}
	before := b.list()
	plan := b.plan(before)
	if _, err := plan.Clear(context.Background()); err != nil {
		t.Fatal(err)
	}
	kept, err := ReadBackup(plan.Backup)
	if err != nil {
		t.Fatal(err)
	}
	plan.Messages = kept.Messages
	if _, err := plan.Restore(context.Background()); err != nil {
		t.Fatal(err)
	}
	after := b.list()
	if d := cmp.Diff(before.Messages, after.Messages); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(props, after.Messages[0].Props); d != "" {
		t.Error(d)
	}
}

func TestABrokerThatRefusesIsNamed(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run(version, func(t *testing.T) {
			acl := "topic read #\ntopic write plant/line00/#\ntopic write plant/line01/#\n"
			b := newBench(t, version, brokertest.Options{ACL: acl + "topic write seed/#\n"})
			b.retain2([]string{"plant/line00/a", "plant/line01/b"})
			l := b.list()
			// Both may be read; a topic that may not be written stays.
			l.Messages = append(l.Messages, Message{Topic: "plant/line02/c", Payload: []byte("1"), Size: 1})
			plan := b.plan(l)
			r, err := plan.Clear(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff([]string{"plant/line00/a", "plant/line01/b"}, r.Done[:2]); d != "" {
				t.Error(d)
			}
			refused := r.Refused["plant/line02/c"]
			if version == mqtt.Version5 && (refused == nil || !strings.Contains(refused.Error(), "not authorized") && !strings.Contains(strings.ToLower(refused.Error()), "authori")) {
				t.Errorf("the refusal: %v", refused)
			}
		})
	}
}

// retain2 makes the broker retain a value on each topic.
func (b *bench) retain2(topics []string) {
	b.t.Helper()
	for _, topic := range topics {
		if r := b.session.Publish(context.Background(), connections.Publication{Topic: topic, Payload: []byte("1"), QoS: 1, Retain: true}, "test"); r.Err != nil {
			b.t.Fatal(r.Err)
		}
	}
}

func TestABrokerRestartedInTheMiddle(t *testing.T) {
	const n = 6000
	store := t.TempDir()
	b := newBench(t, mqtt.Version311, brokertest.Options{Config: "persistence true\nautosave_interval 500\nautosave_on_changes true\npersistence_location " + store + "/\n"})
	b.retain(n)
	// The broker is killed: what it has not saved by then it forgets.
	const least = 100 * n
	b.await("the broker's file", func() bool {
		info, err := os.Stat(filepath.Join(store, "mosquitto.db"))
		return err == nil && info.Size() > least/2
	})
	plan := b.plan(b.list())
	restarted := make(chan struct{})
	plan.Progress = func(p Progress) {
		if p.Done > n/5 && !p.Reading {
			select {
			case <-restarted:
			default:
				close(restarted)
				b.broker.Restart()
			}
		}
	}
	r, err := plan.Clear(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if r.Unsure != nil {
		t.Fatalf("unsure: %v", r.Unsure)
	}
	if r.Run.Err == nil || len(r.Not) == 0 || len(r.Done) == 0 {
		t.Fatalf("%d done, %d not, the run: %v", len(r.Done), len(r.Not), r.Run.Err)
	}
	left := make([]string, 0, n)
	for _, m := range b.list().Messages {
		left = append(left, m.Topic)
	}
	if d := cmp.Diff(left, r.Not); d != "" {
		t.Errorf("the report says otherwise than the broker: %s", d)
	}
	if len(r.Done)+len(r.Not) != n {
		t.Errorf("%d done and %d not are not %d", len(r.Done), len(r.Not), n)
	}
}

func TestCancelledHalfWay(t *testing.T) {
	const n = 5000
	b := newBench(t, mqtt.Version311, brokertest.Options{})
	b.retain(n)
	plan := b.plan(b.list())
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	plan.Progress = func(p Progress) {
		if p.Done > n/10 {
			cancel()
		}
	}
	r, err := plan.Clear(ctx)
	if err != nil {
		t.Fatal(err)
	}
	left := b.list()
	if len(r.Not) != len(left.Messages) || len(r.Done)+len(r.Not) != n || len(r.Not) == 0 {
		t.Errorf("%d done, %d not; the broker has %d", len(r.Done), len(r.Not), len(left.Messages))
	}
}

func TestWhatIsSentJustNowIsNotRetained(t *testing.T) {
	b := newBench(t, mqtt.Version311, brokertest.Options{})
	b.retain(3)
	stop := make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				b.session.Publish(context.Background(), connections.Publication{Topic: "plant/live", Payload: []byte("x"), QoS: 1}, "test")
			}
		}
	}()
	l := b.list()
	close(stop)
	<-ended
	if len(l.Messages) != 3 {
		t.Errorf("%d listed", len(l.Messages))
	}
}

func TestLimits(t *testing.T) {
	b := newBench(t, mqtt.Version311, brokertest.Options{Subscribable: []string{"plant/#"}})
	b.retain(50)
	s := b.source
	s.Limit = 20
	l, err := s.Read(context.Background(), []string{"plant/#"})
	if err != nil || l.Complete || len(l.Messages) != 20 {
		t.Errorf("%d, complete %v, %v", len(l.Messages), l.Complete, err)
	}
	if !slices.IsSortedFunc(l.Messages, func(a, b Message) int { return strings.Compare(a.Topic, b.Topic) }) {
		t.Error("not in order")
	}
	l, err = b.source.Read(context.Background(), []string{"other/#"})
	if err != nil || len(l.Refused) != 1 {
		t.Errorf("a refused filter: %+v, %v", l, err)
	}
}

func TestATornBackup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "b.jsonl")
	messages := []Message{{Topic: "a", Payload: []byte("1"), Size: 1}, {Topic: "b", Payload: []byte("2"), Size: 1}}
	if err := WriteBackup(file, "Bench", time.Unix(0, 0).UTC(), messages); err != nil {
		t.Fatal(err)
	}
	if err := WriteBackup(file, "Bench", time.Unix(0, 0).UTC(), messages); err == nil {
		t.Error("a backup was written over")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b[:len(b)-10], 0o600); err != nil {
		t.Fatal(err)
	}
	kept, err := ReadBackup(file)
	if err != nil || !kept.Torn || len(kept.Messages) != 1 {
		t.Errorf("%+v, %v", kept, err)
	}
}

func FuzzReadBackup(f *testing.F) {
	f.Add("{\"streamscopeRetained\":1,\"messages\":1}\n{\"topic\":\"a\",\"payload\":\"MQ==\",\"size\":1}\n")
	f.Add("{}")
	f.Fuzz(func(t *testing.T, text string) {
		b, err := readBackup(strings.NewReader(text), "fuzz")
		if err == nil && b == nil {
			t.Error("nothing, and no error")
		}
	})
}
