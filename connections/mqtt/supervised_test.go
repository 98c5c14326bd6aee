package mqtt_test

import (
	"strings"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// supervised is a supervisor over real clients whose statuses a test can wait for.
type supervised struct {
	*connections.Supervisor
	statuses chan connections.Status
}

func supervise(t *testing.T, cfg mqtt.Config, receive func(*connections.Message), filters ...string) *supervised {
	t.Helper()
	var subs []connections.Subscription
	for _, f := range filters {
		subs = append(subs, connections.Subscription{Filter: f})
	}
	s := &supervised{statuses: make(chan connections.Status, 1000)}
	s.Supervisor = connections.NewSupervisor(connections.Options{
		New:           mqtt.NewFactory(cfg, receive).New,
		Subscriptions: subs,
		OnStatus:      func(status connections.Status) { s.statuses <- status },
		Rand:          func() float64 { return 0 },
	})
	t.Cleanup(s.Close)
	s.Connect()
	return s
}

// until returns the next status that fits.
func (s *supervised) until(t *testing.T, what string, fits func(connections.Status) bool) connections.Status {
	t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		select {
		case status := <-s.statuses:
			if fits(status) {
				return status
			}
		case <-timeout:
			t.Fatalf("waited for %s; stands at %+v", what, s.Status())
		}
	}
}

func (s *supervised) untilState(t *testing.T, state connections.State) connections.Status {
	t.Helper()
	return s.until(t, state.String(), func(status connections.Status) bool { return status.State == state })
}

func TestTheStreamGoesOnAfterARestart(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5, ""} {
		t.Run("MQTT "+version, func(t *testing.T) { goesOnAfterARestart(t, version) })
	}
}

func goesOnAfterARestart(t *testing.T, version string) {
	broker := brokertest.Start(t, brokertest.Options{})
	box := newInbox()
	cfg := config(broker.Host, broker.Port)
	cfg.Version = version
	s := supervise(t, cfg, box.receive, "a/#", "b")
	s.untilState(t, connections.StateOpen)
	before := brokertest.Dial(t, broker.Addr(), "before", "", "")
	before.Send("a/1", "x", false)
	before.Sync()
	box.wait(t, 1)

	broker.Stop()
	fell := s.untilState(t, connections.StateWaiting)
	if kind := connections.KindOf(fell.Err); kind != connections.FailureClosed && kind != connections.FailureReset {
		t.Errorf("it fell because of %v", fell.Err)
	}
	s.until(t, "a refused attempt", func(status connections.Status) bool {
		return connections.KindOf(status.Err) == connections.FailureRefused
	})
	broker.Restart()
	s.RetryNow()
	if status := s.untilState(t, connections.StateOpen); status.Err != nil || len(status.Filters) != 2 {
		t.Errorf("open again: %+v", status)
	}
	after := brokertest.Dial(t, broker.Addr(), "after", "", "")
	after.Send("a/2", "x", false)
	after.Send("b", "x", false)
	after.Sync()
	if got := box.wait(t, 3); got[1].Topic != "a/2" || got[2].Topic != "b" {
		t.Errorf("after the restart %q and %q came", got[1].Topic, got[2].Topic)
	}
	s.Close()
	if l := s.Link(); l.Publishes != 3 {
		t.Errorf("the guards of all connections saw %d messages", l.Publishes)
	}
}

func TestARefusedFilterLeavesTheConnectionOpen(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Subscribable: []string{"plant/#"}})
	box := newInbox()
	s := supervise(t, config(broker.Host, broker.Port), box.receive, "#")
	status := s.untilState(t, connections.StateOpen)
	if connections.KindOf(status.Err) != connections.FailureFilter || !strings.Contains(connections.Explain(status.Err).What, "#") {
		t.Errorf("%+v", status)
	}
	s.SetSubscriptions([]connections.Subscription{{Filter: "#"}, {Filter: "plant/#"}})
	status = s.untilState(t, connections.StateOpen)
	if f := status.Filters; status.Err != nil || len(f) != 2 || !f[0].Refused || f[1].Refused || f[1].Covered != "" {
		t.Errorf("%+v", status)
	}
	other := brokertest.Dial(t, broker.Addr(), "other", "", "")
	other.Send("plant/a", "x", false)
	other.Sync()
	box.wait(t, 1)
}

func TestAWrongPasswordIsNotTriedTwice(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{Users: map[string]string{"tech": "s3cret"}})
	cfg := config(broker.Host, broker.Port)
	cfg.User, cfg.Password = "tech", "wrong"
	s := supervise(t, cfg, nil, "#")
	if status := s.untilState(t, connections.StateClosed); connections.KindOf(status.Err) != connections.FailureNotAuthorised {
		t.Errorf("%+v", status)
	}
	cfg.Password = "s3cret"
	supervise(t, cfg, newInbox().receive, "#").untilState(t, connections.StateOpen)
}

func TestAClientIDTakenByAnotherIsNamed(t *testing.T) {
	for _, version := range []string{mqtt.Version311, mqtt.Version5} {
		t.Run("MQTT "+version, func(t *testing.T) { namesATakenClientID(t, version) })
	}
}

func namesATakenClientID(t *testing.T, version string) {
	broker := brokertest.Start(t, brokertest.Options{})
	cfg := config(broker.Host, broker.Port)
	cfg.Version = version
	s := supervise(t, cfg, newInbox().receive, "#")
	takenOver := func(status connections.Status) bool {
		if status.State == connections.StateOpen {
			brokertest.Dial(t, broker.Addr(), "streamscope-test", "", "") // it throws the other one out
		}
		if status.State == connections.StateWaiting {
			s.RetryNow()
		}
		return connections.KindOf(status.Err) == connections.FailureTakenOver
	}
	s.until(t, "the reason", takenOver)
	s.Disconnect()
	s.untilState(t, connections.StateClosed)
}

func TestABrokerThatClosesAfterEveryConnack(t *testing.T) {
	broker := brokertest.Serve(t, func(p *brokertest.Peer) { p.Accept() })
	s := supervise(t, config(broker.Host, broker.Port), nil, "#")
	s.until(t, "the reason", func(status connections.Status) bool {
		if status.State == connections.StateWaiting {
			s.RetryNow()
		}
		return connections.KindOf(status.Err) == connections.FailureTakenOver
	})
}

func TestDisconnectDoesNotWaitForTheHandshake(t *testing.T) {
	broker := brokertest.Serve(t, func(p *brokertest.Peer) {
		_, _, _ = p.Packet()
		_, _, _ = p.Packet()
	})
	s := supervise(t, config(broker.Host, broker.Port), nil, "#")
	s.untilState(t, connections.StateHandshake)
	start := time.Now()
	s.Disconnect()
	s.untilState(t, connections.StateClosed)
	s.Close()
	if took := time.Since(start); took > time.Second {
		t.Errorf("it took %v", took)
	}
}
