package mqtt_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// inbox collects the messages of one client.
type inbox struct {
	mu       sync.Mutex // guards messages
	messages []*connections.Message
	arrived  chan struct{}
}

func newInbox() *inbox { return &inbox{arrived: make(chan struct{}, 1)} }

func (b *inbox) receive(m *connections.Message) {
	b.mu.Lock()
	b.messages = append(b.messages, m)
	b.mu.Unlock()
	select {
	case b.arrived <- struct{}{}:
	default:
	}
}

func (b *inbox) all() []*connections.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.messages[:len(b.messages):len(b.messages)]
}

// wait returns the messages when there are at least n.
func (b *inbox) wait(t testing.TB, n int) []*connections.Message {
	t.Helper()
	timeout := time.After(20 * time.Second)
	for len(b.all()) < n {
		select {
		case <-b.arrived:
		case <-timeout:
			t.Fatalf("%d messages came, want %d", len(b.all()), n)
		}
	}
	return b.all()
}

func config(host string, port int) mqtt.Config {
	return mqtt.Config{
		Host: host, Port: port, ClientID: "streamscope-test", CleanSession: true, Version: mqtt.Version311,
		ConnectTimeout: 5 * time.Second, WriteTimeout: 2 * time.Second,
	}
}

func open(t testing.TB, cfg mqtt.Config, receive func(*connections.Message)) connections.Client {
	t.Helper()
	c := mqtt.New(cfg, receive)
	t.Cleanup(c.Close)
	if err := c.Open(t.Context(), func(connections.State) {}); err != nil {
		t.Fatalf("open: %v", err)
	}
	return c
}

func subscribe(t testing.TB, c connections.Client, filters ...string) []connections.SubscribeResult {
	t.Helper()
	var subs []connections.Subscription
	for _, f := range filters {
		subs = append(subs, connections.Subscription{Filter: f, QoS: 1})
	}
	results, err := c.Subscribe(t.Context(), subs)
	if err != nil {
		t.Fatalf("subscribe: %v", err)
	}
	return results
}

// lost waits for the end of a connection and returns why it came.
func lost(t testing.TB, c connections.Client) connections.FailureKind {
	t.Helper()
	select {
	case <-c.Lost():
		return connections.KindOf(c.Err())
	case <-time.After(20 * time.Second):
		t.Fatal("the connection still stands")
		return ""
	}
}

func TestClientWithMosquitto(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	box := newInbox()
	c := mqtt.New(config(broker.Host, broker.Port), box.receive)
	defer c.Close()
	var states []connections.State
	if err := c.Open(t.Context(), func(s connections.State) { states = append(states, s) }); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(states) != "[handshake]" {
		t.Errorf("progress: %v", states)
	}
	filters := []string{"a/#", "b/+", "c", "d", "e", "f", "g", "h", "i", "j"} // more than one request holds
	for i, r := range subscribe(t, c, filters...) {
		if r.Filter != filters[i] || r.Refused || r.Granted != 1 {
			t.Errorf("result %d: %+v", i, r)
		}
	}
	for qos := range byte(3) {
		r := c.Publish(t.Context(), connections.Publication{Topic: fmt.Sprint("a/", qos), Payload: []byte("x"), QoS: qos})
		want := connections.OutcomeAcknowledged
		if qos == 0 {
			want = connections.OutcomeSent
		}
		if r.Outcome != want || r.Err != nil || r.Took <= 0 {
			t.Errorf("QoS %d: %+v", qos, r)
		}
	}
	for i, m := range box.wait(t, 3) {
		if m.Topic != fmt.Sprint("a/", i) || string(m.Payload) != "x" || m.QoS != min(1, byte(i)) || m.Cut() {
			t.Errorf("message %d: %+v", i, m)
		}
	}
	if err := c.Unsubscribe(t.Context(), []string{"a/#"}); err != nil {
		t.Fatal(err)
	}
	other := brokertest.Dial(t, broker.Addr(), "other", "", "")
	other.Send("a/9", "not wanted", false)
	other.Send("c", "wanted", true)
	other.Sync()
	if last := box.wait(t, 4)[3]; last.Topic != "c" {
		t.Errorf("after unsubscribing %q came", last.Topic)
	}
	if l := c.Link(); l.Publishes != 4 || l.BytesIn == 0 || l.BytesOut == 0 || l.LastByte.IsZero() {
		t.Errorf("link: %+v", l)
	}
	c.Close()
	<-c.Lost()
	if c.Err() != nil {
		t.Errorf("after Close: %v", c.Err())
	}
	r := c.Publish(t.Context(), connections.Publication{Topic: "a"})
	if r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureNotConnected {
		t.Errorf("publish after Close: %+v", r)
	}
}

func TestRetainedMessagesSaySo(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	other := brokertest.Dial(t, broker.Addr(), "other", "", "")
	other.Send("a", "old", true)
	other.Sync()
	box := newInbox()
	c := open(t, config(broker.Host, broker.Port), box.receive)
	subscribe(t, c, "#")
	if m := box.wait(t, 1)[0]; !m.Retained || string(m.Payload) != "old" {
		t.Errorf("%+v", m)
	}
	other.Send("a", "new", true)
	other.Sync()
	if m := box.wait(t, 2)[1]; m.Retained || string(m.Payload) != "new" {
		t.Errorf("%+v", m)
	}
}

func TestCredentials(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{
		Users: map[string]string{"tech": "s3cret"},
		ACL:   "user tech\ntopic read plant/#\n",
	})
	cfg := config(broker.Host, broker.Port)
	cfg.User, cfg.Password = "tech", "wrong"
	c := mqtt.New(cfg, nil)
	defer c.Close()
	if err := c.Open(t.Context(), func(connections.State) {}); connections.KindOf(err) != connections.FailureNotAuthorised {
		t.Errorf("a wrong password: %v", err) // mosquitto answers 5, not 4
	}
	cfg.Password = "s3cret"
	right := open(t, cfg, newInbox().receive)
	// mosquitto grants what its list only refuses to read, so that a refusal comes from a filter
	// that it does not take.
	if r := subscribe(t, right, "plant/a"); r[0].Refused {
		t.Errorf("%+v", r)
	}
}

func TestOpenExplainsWhy(t *testing.T) {
	tests := map[string]struct {
		cfg  mqtt.Config
		want connections.FailureKind
	}{
		"nobody listens":       {config("127.0.0.1", brokertest.UnusedPort(t)), connections.FailureRefused},
		"no such host":         {config("no-such-host.invalid", 1883), connections.FailureNoSuchHost},
		"no host":              {config("", 1883), connections.FailureInvalid},
		"no such port":         {config("127.0.0.1", 70000), connections.FailureInvalid},
		"a password, no user":  {mqtt.Config{Host: "127.0.0.1", Password: "x", CleanSession: true}, connections.FailureInvalid},
		"a session, no client": {mqtt.Config{Host: "127.0.0.1"}, connections.FailureInvalid},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			c := mqtt.New(tt.cfg, nil)
			defer c.Close()
			err := c.Open(t.Context(), func(connections.State) {})
			if got := connections.KindOf(err); got != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
}

func TestOpenCanBeCancelled(t *testing.T) {
	hanging := func(ctx context.Context, _, _ string) (net.Conn, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	mute := brokertest.Serve(t, func(p *brokertest.Peer) { p.Behave() })
	dialling := config("127.0.0.1", 1)
	dialling.Dial = hanging
	for name, cfg := range map[string]mqtt.Config{"while dialling": dialling, "while waiting for CONNACK": config(mute.Host, mute.Port)} {
		for _, how := range []string{"context", "Close"} {
			t.Run(name+" by "+how, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				c := mqtt.New(cfg, nil)
				ended := make(chan error)
				go func() { ended <- c.Open(ctx, func(connections.State) {}) }()
				start := time.Now()
				if how == "Close" {
					c.Close()
				} else {
					cancel()
				}
				if err := <-ended; err == nil {
					t.Error("Open succeeded")
				}
				if took := time.Since(start); took > time.Second {
					t.Errorf("it took %v", took)
				}
				c.Close()
				<-c.Lost()
			})
		}
	}
}

func TestPasswordsStayInside(t *testing.T) {
	cfg := config("plant", 1883)
	cfg.User, cfg.Password = "tech", "s3cret"
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("connect", "config", cfg)
	for _, text := range []string{fmt.Sprint(cfg), fmt.Sprintf("%v %+v %#v %s", cfg, cfg, cfg, cfg), log.String(),
		fmt.Sprintf("%v %+v %#v", mqtt.New(cfg, nil), mqtt.New(cfg, nil), mqtt.New(cfg, nil)),
		fmt.Sprintf("%v", mqtt.NewFactory(cfg, nil)), fmt.Sprintf("%#v", mqtt.NewFactory(cfg, nil)),
	} {
		if strings.Contains(text, "s3cret") || !strings.Contains(text, "tech@plant:1883") {
			t.Errorf("%s", text)
		}
	}
}

// A broker that dies between a publication and its answer leaves the outcome open.
func TestPublishIsUnknownWhenTheConnectionFalls(t *testing.T) {
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept()
		_, _, _ = p.Packet()
	})
	for _, clean := range []bool{true, false} {
		cfg := config(broker.Host, broker.Port)
		cfg.CleanSession = clean
		c := open(t, cfg, nil)
		r := c.Publish(t.Context(), connections.Publication{Topic: "a", QoS: 1})
		if r.Outcome != connections.OutcomeUnknown || connections.KindOf(r.Err) != connections.FailureClosed {
			t.Errorf("clean session %v: %+v", clean, r)
		}
	}
}

func TestPublishEndsWithItsContext(t *testing.T) {
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept()
		for _, _, err := p.Packet(); err == nil; _, _, err = p.Packet() {
		}
	})
	c := open(t, config(broker.Host, broker.Port), nil)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	r := c.Publish(ctx, connections.Publication{Topic: "a", QoS: 2})
	if r.Outcome != connections.OutcomeUnknown || !errors.Is(r.Err, context.DeadlineExceeded) {
		t.Errorf("%+v", r)
	}
	for _, p := range []connections.Publication{{Topic: ""}, {Topic: "a/#"}, {Topic: "a", QoS: 3}} {
		if r := c.Publish(t.Context(), p); r.Outcome != connections.OutcomeRefused || connections.KindOf(r.Err) != connections.FailureInvalid {
			t.Errorf("%+v: %+v", p, r)
		}
	}
}

// With a session that is kept, the next client sends what the last one has not seen confirmed.
func TestUnconfirmedPublicationsOutliveTheClient(t *testing.T) {
	got := make(chan string, 8)
	var heard atomic.Bool // a connection has a goroutine of its own
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept()
		flags, body, err := p.Packet()
		if err != nil {
			return
		}
		again := heard.Swap(true)
		got <- fmt.Sprintf("%#x %s", flags, body[2:3])
		if !again {
			return
		}
		p.Send(0x40, 2, body[3], body[4])
		p.Behave()
	})
	cfg := config(broker.Host, broker.Port)
	cfg.CleanSession = false
	factory := mqtt.NewFactory(cfg, nil)
	one := factory.New()
	if err := one.Open(t.Context(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	if r := one.Publish(t.Context(), connections.Publication{Topic: "a", QoS: 1}); r.Outcome != connections.OutcomeUnknown {
		t.Errorf("%+v", r)
	}
	one.Close()
	if sent := <-got; sent != "0x32 a" {
		t.Errorf("first: %s", sent)
	}
	two := factory.New()
	defer two.Close()
	if err := two.Open(t.Context(), func(connections.State) {}); err != nil {
		t.Fatal(err)
	}
	if sent := <-got; sent != "0x3a a" {
		t.Errorf("again: %s, want it with DUP", sent)
	}
	if r := two.Publish(t.Context(), connections.Publication{Topic: "b", QoS: 1}); r.Outcome != connections.OutcomeAcknowledged {
		t.Errorf("the next one: %+v", r)
	}
}
