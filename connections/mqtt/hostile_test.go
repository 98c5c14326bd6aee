package mqtt_test

import (
	"bytes"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

func TestHostileHandshakes(t *testing.T) {
	answer := func(b ...byte) func(*brokertest.Peer) {
		return func(p *brokertest.Peer) {
			_, _, _ = p.Packet()
			p.Send(b...)
			_, _, _ = p.Packet() // until the client goes
		}
	}
	tests := map[string]struct {
		script func(*brokertest.Peer)
		want   connections.FailureKind
	}{
		"garbage":                        {answer([]byte("SSH-2.0-OpenSSH_9.2\r\n")...), connections.FailureProtocol},
		"a code that MQTT 5 has":         {answer(0x20, 2, 0, 0x87), connections.FailureNotAuthorised},
		"a code that nobody has":         {answer(0x20, 2, 0, 0x42), connections.FailureProtocol},
		"bad version":                    {answer(0x20, 2, 0, 1), connections.FailureVersion},
		"bad client ID":                  {answer(0x20, 2, 0, 2), connections.FailureClientID},
		"unavailable":                    {answer(0x20, 2, 0, 3), connections.FailureUnavailable},
		"bad credentials":                {answer(0x20, 2, 0, 4), connections.FailureCredentials},
		"not authorised":                 {answer(0x20, 2, 0, 5), connections.FailureNotAuthorised},
		"256 MB announced in five bytes": {answer(0x30, 0xff, 0xff, 0xff, 0x7f), connections.FailureProtocol},
		"half a packet and silence":      {answer(0x20, 2, 0), connections.FailureTimeout},
		"never an answer":                {answer(), connections.FailureTimeout},
		"the end instead of an answer":   {func(p *brokertest.Peer) { _, _, _ = p.Packet() }, connections.FailureClosed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var logins atomic.Int32
			broker := brokertest.Serve(t, func(p *brokertest.Peer) { logins.Add(1); tt.script(p) })
			cfg := config(broker.Host, broker.Port)
			cfg.ConnectTimeout = 300 * time.Millisecond
			c := mqtt.New(cfg, nil)
			defer c.Close()
			err := c.Open(t.Context(), func(connections.State) {})
			if got := connections.KindOf(err); got != tt.want {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if e := connections.Explain(err); e.What == "" || e.Kind != tt.want {
				t.Errorf("explained as %+v", e)
			}
			if n := logins.Load(); n != 1 {
				t.Errorf("%d attempts to log in, want one", n)
			}
		})
	}
}

func TestHostileBrokers(t *testing.T) {
	tests := map[string]struct {
		script func(*brokertest.Peer) // after CONNACK
		want   connections.FailureKind
	}{
		"a SUBACK with too many codes": {func(p *brokertest.Peer) {
			_, body, _ := p.Packet()
			p.Send(0x90, 12, body[0], body[1], 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		}, connections.FailureProtocol},
		"a PUBACK instead of a SUBACK": {func(p *brokertest.Peer) {
			_, body, _ := p.Packet()
			p.Send(0x40, 2, body[0], body[1])
		}, connections.FailureProtocol},
		"256 MB of SUBACK":          {func(p *brokertest.Peer) { p.Send(0x90, 0xff, 0xff, 0xff, 0x7f) }, connections.FailurePacketTooLarge},
		"QoS 3":                     {func(p *brokertest.Peer) { p.Send(0x36, 5, 0, 1, 'a', 0, 1) }, connections.FailureProtocol},
		"a length without end":      {func(p *brokertest.Peer) { p.Send(0x30, 0xff, 0xff, 0xff, 0xff, 0xff) }, connections.FailureProtocol},
		"half a packet and silence": {func(p *brokertest.Peer) { p.Send(0x30, 9, 0, 1, 'a') }, connections.FailureSilent},
		"silence":                   {func(p *brokertest.Peer) {}, connections.FailureSilent},
		"the end after CONNACK":     {func(p *brokertest.Peer) { _ = p.Close() }, connections.FailureClosed},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broker := brokertest.Serve(t, func(p *brokertest.Peer) {
				p.Accept()
				tt.script(p)
				for _, _, err := p.Packet(); err == nil; _, _, err = p.Packet() {
				}
			})
			cfg := config(broker.Host, broker.Port)
			cfg.KeepAlive = time.Second
			c := open(t, cfg, func(*connections.Message) {})
			subscribed := make(chan error, 1)
			go func() {
				_, err := c.Subscribe(t.Context(), []connections.Subscription{{Filter: "a"}, {Filter: "b"}})
				subscribed <- err
			}()
			if got := lost(t, c); got != tt.want && !(tt.want == connections.FailureClosed && got == connections.FailureReset) {
				t.Errorf("%v, want %q", c.Err(), tt.want)
			}
			if err := <-subscribed; err == nil {
				t.Error("the subscription is said to have succeeded")
			}
		})
	}
}

// A message of 256 MiB, the largest that there is, retained perhaps, must not end in a loop of
// reconnecting.
func TestAHugeMessageIsCut(t *testing.T) {
	const size = 1<<28 - 1 - 6 // what a packet's length can say, without the topic
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept()
		_, body, _ := p.Packet()
		p.Grant(body, 0)
		p.Publish("before", []byte("1"))
		header := brokertest.AppendPublish(nil, 1, "huge", 0, nil)
		p.Send(header[0], 0xff, 0xff, 0xff, 0x7f)
		p.Send(header[2:]...)
		chunk := bytes.Repeat([]byte{'x'}, 1<<20)
		for left := size; left > 0; left -= len(chunk) {
			_, _ = p.Write(chunk[:min(left, len(chunk))])
		}
		p.Publish("after", []byte("2"))
		p.Behave()
	})
	box := newInbox()
	c := open(t, config(broker.Host, broker.Port), box.receive)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	subscribe(t, c, "#")
	got := box.wait(t, 3)
	runtime.ReadMemStats(&after)
	if m := got[1]; m.Topic != "huge" || m.Size != size || len(m.Payload) != 64<<10 || !m.Cut() || !m.Retained {
		t.Errorf("%q: %d of %d bytes", m.Topic, len(m.Payload), m.Size)
	}
	if m := got[2]; m.Topic != "after" || m.Cut() {
		t.Errorf("after it came %q", m.Topic)
	}
	if l := c.Link(); l.Publishes != 3 || l.Cut != 1 {
		t.Errorf("%+v", l)
	}
	if spent := after.TotalAlloc - before.TotalAlloc; spent > 10<<20 {
		t.Errorf("it cost %d MB of memory", spent>>20)
	}
	if c.Err() != nil {
		t.Errorf("the connection fell: %v", c.Err())
	}
}

// A broker that stops reading is found out by the write timeout, not by the keep-alive.
func TestAStalledReaderIsFoundOut(t *testing.T) {
	release := make(chan struct{})
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept()
		<-release
	})
	defer close(release)
	cfg := config(broker.Host, broker.Port)
	cfg.WriteTimeout = 300 * time.Millisecond
	c := open(t, cfg, nil)
	payload := make([]byte, 20<<20)
	r := c.Publish(t.Context(), connections.Publication{Topic: "a", Payload: payload})
	if r.Outcome != connections.OutcomeUnknown || connections.KindOf(r.Err) != connections.FailureWriteStalled {
		t.Errorf("%+v", r)
	}
	if got := lost(t, c); got != connections.FailureWriteStalled {
		t.Errorf("lost because of %v", c.Err())
	}
}

// A receiver that stands still for longer than the keep-alive, with more waiting than all
// buffers hold, keeps its connection: the silence is its own.
func TestABacklogIsNoSilence(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run("MQTT "+version, func(t *testing.T) { standsStill(t, version) })
	}
}

func standsStill(t *testing.T, version string) {
	const messages = 100_000
	broker := brokertest.Start(t, brokertest.Options{Config: "max_queued_messages 0\nmax_queued_bytes 0"})
	cfg := config(broker.Host, broker.Port)
	cfg.Version = version
	cfg.KeepAlive = 2 * time.Second // the broker allows 3, and this machine may be busy
	var got atomic.Int64
	resume, done := make(chan struct{}), make(chan struct{})
	c := open(t, cfg, func(*connections.Message) {
		switch got.Add(1) {
		case 1:
			<-resume
		case messages:
			close(done)
		}
	})
	if _, err := c.Subscribe(t.Context(), []connections.Subscription{{Filter: "#"}}); err != nil {
		t.Fatal(err)
	}
	other := brokertest.Dial(t, broker.Addr(), "other", "", "")
	for range messages {
		other.Send("a/b/c", "21.4 degrees, and some more to fill the buffers", false)
	}
	other.Sync()
	stalled := time.Now()
	for !c.Link().Behind || time.Since(stalled) < 3*cfg.KeepAlive {
		select {
		case <-c.Lost():
			t.Fatalf("lost while the receiver stood still: %v", c.Err())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Since(stalled) > 20*time.Second {
			t.Fatal("the client never said that it is behind")
		}
	}
	close(resume)
	select {
	case <-done:
	case <-c.Lost():
		t.Fatalf("lost after %d messages: %v", got.Load(), c.Err())
	}
	if l := c.Link(); l.Publishes != messages {
		t.Errorf("the guard saw %d messages", l.Publishes)
	}
}

// What the guard has counted has been handed over when Lost closes, however the connection
// ends. The guard counts a PUBLISH when paho has taken its last byte; paho hands its packets
// from goroutine to goroutine without buffers and ends each only after the one before.
func TestNoMessageIsLostInside(t *testing.T) {
	noneIsLost(t, 20, config, (*brokertest.Peer).Accept, "21.4")
}

// noneIsLost ends connections in every way while messages pour in; payload is what follows a topic
// on the wire.
func noneIsLost(t *testing.T, rounds int, to func(host string, port int) mqtt.Config, accept func(*brokertest.Peer), payload string) {
	chunk := bytes.Repeat(brokertest.AppendPublish(nil, 0, "a/b", 0, []byte(payload)), 1000)
	for _, how := range []string{"the broker closes", "the broker breaks the rules", "Close"} {
		t.Run(how, func(t *testing.T) {
			for range rounds {
				started := make(chan struct{}, 1)
				broker := brokertest.Serve(t, func(p *brokertest.Peer) {
					accept(p)
					for i := 0; i < 50 || how == "Close"; i++ {
						if _, err := p.Write(chunk); err != nil {
							return
						}
						select {
						case started <- struct{}{}:
						default:
						}
					}
					if how == "the broker breaks the rules" {
						p.Send(0x36, 5, 0, 1, 'a', 0, 1)
					}
				})
				var got atomic.Uint64
				c := mqtt.New(to(broker.Host, broker.Port), func(*connections.Message) { got.Add(1) })
				if err := c.Open(t.Context(), func(connections.State) {}); err != nil {
					t.Fatal(err)
				}
				if how == "Close" {
					<-started
					c.Close()
				}
				<-c.Lost()
				if l := c.Link(); l.Publishes != got.Load() || how != "Close" && got.Load() != 50_000 {
					t.Fatalf("the guard saw %d, %d were handed over", l.Publishes, got.Load())
				}
				c.Close()
			}
		})
	}
}
