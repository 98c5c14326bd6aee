package session

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"streamscope/app/topics"
	"streamscope/connections"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeClient is a connection in memory: it accepts everything and falls when told to.
type fakeClient struct {
	receive   func(*connections.Message)
	lost      chan struct{}
	fall      sync.Once
	published chan connections.Publication
}

func (c *fakeClient) Open(context.Context, func(connections.State)) error { return nil }
func (c *fakeClient) Subscribe(_ context.Context, subs []connections.Subscription) (r []connections.SubscribeResult, err error) {
	for _, s := range subs {
		r = append(r, connections.SubscribeResult{Filter: s.Filter, Granted: s.QoS})
	}
	return r, nil
}
func (c *fakeClient) Unsubscribe(context.Context, []string) error { return nil }
func (c *fakeClient) Publish(_ context.Context, p connections.Publication) connections.Result {
	c.published <- p
	return connections.Result{Outcome: connections.OutcomeSent}
}
func (c *fakeClient) Lost() <-chan struct{}  { return c.lost }
func (c *fakeClient) Err() error             { return errors.New("it fell") }
func (c *fakeClient) Link() connections.Link { return connections.Link{} }
func (c *fakeClient) Close()                 { c.fall.Do(func() { close(c.lost) }) }

// broker makes fake clients and remembers the last.
type broker struct {
	clients   chan *fakeClient
	published chan connections.Publication
}

func newBroker() *broker {
	return &broker{clients: make(chan *fakeClient, 10), published: make(chan connections.Publication, 10)}
}

func (b *broker) client(receive func(*connections.Message)) connections.Client {
	c := &fakeClient{receive: receive, lost: make(chan struct{}), published: b.published}
	b.clients <- c
	return c
}

func newSession(t testing.TB, o Options) *Session {
	t.Helper()
	if o.Client == nil {
		o.Client = newBroker().client
	}
	s := New(o)
	t.Cleanup(s.Close)
	return s
}

func text(topic, payload string) *connections.Message {
	return &connections.Message{Topic: topic, Payload: []byte(payload), Size: int64(len(payload))}
}

// eventually waits for a condition, not for a time.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("never happened: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// connected opens a session on a fake broker, and returns its client.
func connected(t *testing.T, s *Session, b *broker) *fakeClient {
	t.Helper()
	s.Connect()
	eventually(t, "the connection opens", func() bool { return s.Status().State == connections.StateOpen })
	return <-b.clients
}

func TestReceiveCountsAndKeeps(t *testing.T) {
	b := newBroker()
	s := newSession(t, Options{ID: "1", Name: "Plant A", Client: b.client, Exclude: []string{"noise/#"}})
	c := connected(t, s, b)
	before := s.Now()
	for i := range 10 {
		c.receive(text("press/temp", fmt.Sprint(i)))
		c.receive(text("noise/x", "1"))
	}
	n := s.Counts()
	if n.Received != 20 || n.Excluded != 10 || n.Kept != 10 || n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded {
		t.Errorf("counts %+v", n)
	}
	if _, ok := s.Index().Find("noise/x"); ok {
		t.Error("an excluded topic was kept")
	}
	id, _ := s.Index().Find("press/temp")
	e, _ := s.Index().Latest(id)
	if string(e.Payload) != "9" || e.Time < before || e.Time > s.Now() {
		t.Errorf("latest %+v, expected to be stamped since %d", e, before)
	}
}

func TestStatusIsToldInOrderUntilCancelled(t *testing.T) {
	b := newBroker()
	s := newSession(t, Options{Client: b.client})
	var mu sync.Mutex
	var told []connections.State
	cancel := s.OnStatus(func(st connections.Status) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, st.State)
	})
	connected(t, s, b)
	eventually(t, "open is told", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return slices.Contains(told, connections.StateOpen)
	})
	cancel()
	s.Disconnect()
	mu.Lock()
	defer mu.Unlock()
	if told[0] != connections.StateDialling || !slices.IsSorted(told) {
		t.Errorf("told %v", told)
	}
}

func TestClockMovesOnOnly(t *testing.T) {
	c := NewClock()
	last := c.Now()
	if d := time.Since(time.Unix(0, last)); d.Abs() > time.Minute {
		t.Errorf("the clock is %v off the wall clock", d)
	}
	for range 1000 {
		now := c.Now()
		if now < last {
			t.Fatalf("the clock went back by %d ns", last-now)
		}
		last = now
	}
}

func TestCloseGivesTheBudgetBack(t *testing.T) {
	budget := topics.NewBudget(1 << 20)
	s := newSession(t, Options{Budget: budget})
	for i := range 2000 {
		s.receive(text("a/b", fmt.Sprint(i)))
	}
	data, release := s.Series("a/b", nil)
	defer release()
	eventually(t, "the series is filled", func() bool { return data.Len() == 2000 })
	if budget.Used() == 0 {
		t.Fatal("nothing was charged")
	}
	s.Close()
	if budget.Used() != 0 {
		t.Errorf("%d bytes are still charged", budget.Used())
	}
}
