package mqtt_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// Automatic falls back when the broker says so, or ends instead of answering; and it remembers.
func TestAutomaticFallsBack(t *testing.T) {
	tests := map[string]func(p *brokertest.Peer) bool{ // whether the CONNECT of MQTT 5 is dealt with
		"CONNACK 1":              func(p *brokertest.Peer) bool { p.Send(0x20, 2, 0, 1); return true },
		"CONNACK 0x84":           func(p *brokertest.Peer) bool { p.Send(0x20, 3, 0, 0x84, 0); return true },
		"it ends":                func(p *brokertest.Peer) bool { return true },
		"it answers as in 3.1.1": func(p *brokertest.Peer) bool { p.Send(0x20, 2, 0, 0); return true },
	}
	for name, refuse := range tests {
		t.Run(name, func(t *testing.T) {
			var fives, threes atomic.Int32
			broker := brokertest.Serve(t, func(p *brokertest.Peer) {
				_, body, err := p.Packet()
				if err != nil {
					return
				}
				if body[6] == 5 {
					fives.Add(1)
					refuse(p)
					return
				}
				threes.Add(1)
				p.Send(0x20, 2, 0, 0)
				p.Behave()
			})
			cfg := config(broker.Host, broker.Port)
			var settled []string
			cfg.Version, cfg.Settled = "", func(version string) { settled = append(settled, version) }
			factory := mqtt.NewFactory(cfg, nil)
			for range 2 {
				c := factory.New()
				if err := c.Open(t.Context(), func(connections.State) {}); err != nil {
					t.Fatal(err)
				}
				if got := c.Link().Protocol; got != "MQTT 3.1.1" {
					t.Errorf("%s is spoken", got)
				}
				c.Close()
				<-c.Lost()
			}
			if fives.Load() != 1 || threes.Load() != 2 || fmt.Sprint(settled) != "[3.1.1]" {
				t.Errorf("%d attempts with 5, %d with 3.1.1, settled %v", fives.Load(), threes.Load(), settled)
			}
			cfg.Known = mqtt.Version311
			open(t, cfg, nil)
			if fives.Load() != 1 || len(settled) != 1 {
				t.Errorf("what was known was not used: %d attempts with 5, settled %v", fives.Load(), settled)
			}
		})
	}
}

// A login that is refused is not tried a second time with another version.
func TestAutomaticDoesNotTryALoginTwice(t *testing.T) {
	for name, answer := range map[string][]byte{"5": {0x20, 3, 0, 0x86, 0}, "3.1.1": {0x20, 2, 0, 4}} {
		var logins atomic.Int32
		broker := brokertest.Serve(t, func(p *brokertest.Peer) {
			logins.Add(1)
			_, _, _ = p.Packet()
			p.Send(answer...)
			p.Drain()
		})
		cfg := config(broker.Host, broker.Port)
		cfg.Version = ""
		c := mqtt.New(cfg, nil)
		err := c.Open(t.Context(), func(connections.State) {})
		if connections.KindOf(err) != connections.FailureCredentials || logins.Load() != 1 {
			t.Errorf("answered as in %s: %v after %d logins", name, err, logins.Load())
		}
		c.Close()
		<-c.Lost()
	}
}

func TestAutomaticCanBeClosedAtAnyTime(t *testing.T) {
	mute := brokertest.Serve(t, func(p *brokertest.Peer) { p.Drain() })
	cfg := config(mute.Host, mute.Port)
	cfg.Version = ""
	unused := mqtt.New(cfg, nil)
	unused.Close()
	unused.Close()
	<-unused.Lost()
	if err := unused.Open(t.Context(), func(connections.State) {}); err == nil {
		t.Error("a closed client opens")
	}
	for _, how := range []string{"context", "Close"} {
		ctx, cancel := context.WithCancel(t.Context())
		c := mqtt.New(cfg, nil)
		shaking := make(chan struct{}, 2)
		ended := make(chan error, 1)
		go func() { ended <- c.Open(ctx, func(connections.State) { shaking <- struct{}{} }) }()
		<-shaking
		start := time.Now()
		if how == "Close" {
			c.Close()
		} else {
			cancel()
		}
		if err := <-ended; err == nil {
			t.Error("Open succeeded")
		}
		c.Close()
		<-c.Lost()
		cancel()
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: it took %v", how, took)
		}
	}
}
