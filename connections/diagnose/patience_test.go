package diagnose

import (
	"context"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// mutes are targets that fall silent at each of the steps.
func mutes(t *testing.T) map[string]*patient {
	t.Helper()
	silent := func(script func(*brokertest.Peer)) string {
		h := brokertest.Serve(t, func(p *brokertest.Peer) {
			if script != nil {
				script(p)
			}
			for {
				if _, err := p.Read(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		})
		return port(h.Host, h.Port)
	}
	mute := silent(nil)
	greets := silent(func(p *brokertest.Peer) { p.Accept() })
	feed := addrOf(web(t, map[string]http.HandlerFunc{"/": opens(listens), "/mqtt": opens(listens, "mqtt")}))
	return map[string]*patient{
		StepProxy: at(profile.MQTT, profile.TCP, "127.0.0.1:1").with(func(p *patient) {
			p.Transport.Proxy = profile.Proxy{Kind: "http", Address: mute}
		}),
		StepTLS:       at(profile.MQTT, profile.TLS, mute),
		StepWebSocket: at(profile.WebSocket, profile.WS, mute),
		StepMQTT:      at(profile.MQTT, profile.WS, feed),
		StepFrame:     at(profile.WebSocket, profile.WS, feed).with(path("/")),
		StepSubscribe: at(profile.MQTT, profile.TCP, greets).with(func(p *patient) { p.Version = profile.Version311 }),
		StepName: at(profile.MQTT, profile.TCP, "broker.test:1883").with(func(p *patient) {
			p.doctor.Lookup = asleep
		}),
	}
}

func TestEveryStepHasADeadline(t *testing.T) {
	for name, p := range mutes(t) {
		t.Run(name, func(t *testing.T) {
			p.doctor.Patience = 150 * time.Millisecond
			began := time.Now()
			r := p.examine(t)
			if s := step(t, r, name); s.State < Warning || s.Cause == "" || s.Cure == "" {
				t.Errorf("%v %q %q", s.State, s.Cause, s.Cure)
			}
			if took := time.Since(began); took > 3*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestEveryStepCanBeCancelled(t *testing.T) {
	for name, p := range mutes(t) {
		t.Run(name, func(t *testing.T) {
			p.doctor.Patience = time.Minute
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			steps := Plan(p.target(t))
			began := time.Now()
			if name == steps[0] {
				time.AfterFunc(100*time.Millisecond, cancel)
			}
			r := p.doctor.Run(ctx, p.target(t), func(s Step) {
				for i, one := range steps {
					if one == s.Name && i+1 < len(steps) && steps[i+1] == name {
						time.AfterFunc(100*time.Millisecond, cancel)
					}
				}
			})
			if took := time.Since(began); took > 2*time.Second {
				t.Errorf("it took %v", took)
			}
			if s := step(t, r, name); !r.Cancelled || s.State != Skipped || s.Found != "cancelled" {
				t.Errorf("%v %q in\n%s", s.State, s.Found, r.Text())
			}
			if r.Summary() != "It was cancelled." || len(r.Steps) != len(steps) {
				t.Error(r.Text())
			}
		})
	}
}

func TestNothingBeginsWhenItIsCancelled(t *testing.T) {
	p := at(profile.MQTT, profile.TCP, "127.0.0.1:1")
	r := p.doctor.Run(cancelled(t), p.target(t), nil)
	if !r.Cancelled || r.Worst() != Skipped {
		t.Error(r.Text())
	}
}

// TestASuspicionEndsTheWait has a web server that waits for the rest of a request for ever.
func TestASuspicionEndsTheWait(t *testing.T) {
	p := at(profile.MQTT, profile.TCP, addrOf(web(t, nil)))
	p.doctor.Patience = time.Minute
	began := time.Now()
	r := p.examine(t)
	if s := step(t, r, StepMQTT); !strings.Contains(s.Cause, "web server") || time.Since(began) > 10*time.Second {
		t.Errorf("%v %q", time.Since(began), s.Cause)
	}
}

// TestTheUsersSessionStays has a connection of the user's with the profile's client ID.
func TestTheUsersSessionStays(t *testing.T) {
	broker := brokertest.Start(t, brokertest.Options{})
	own := brokertest.Dial(t, broker.Addr(), "bench", "", "")
	for _, version := range []string{profile.Version311, profile.Version5} {
		p := at(profile.MQTT, profile.TCP, broker.Addr()).with(func(p *patient) { p.Version, p.CleanSession = version, false })
		if r := p.examine(t); r.Worst() != OK {
			t.Error(r.Text())
		}
	}
	own.Sync()
}

func TestClientIDsOfTheDiagnosis(t *testing.T) {
	for id, want := range map[string]string{
		"bench":                           "bench-d",
		"streamscope-abcdefghij":          "streamscope-abcde-d",
		"12345678901234567890123":         "12345678901234567-d",
		"a-very-long-client-id-of-a-kind": "a-very-long-client-id-of-a-kind-d",
		"":                                "streamscope-",
	} {
		got := clientID(profile.Profile{ClientID: id})
		if !strings.HasPrefix(got, want) || got == id || len(id) <= 23 && len(got) > 23 {
			t.Errorf("%q: %q", id, got)
		}
	}
}

func TestASocketInTheFileSystem(t *testing.T) {
	file := t.TempDir() + "/broker.sock"
	p := at(profile.MQTT, profile.Unix, "127.0.0.1:0").with(func(p *patient) { p.Transport.Path = file })
	missing := p.examine(t)
	if s := step(t, missing, StepSocket); s.State != Failed || !strings.Contains(s.Cause, file) {
		t.Error(missing.Text())
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "unix", file)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		buf := make([]byte, 1<<10)
		_, _ = conn.Read(buf)
		_, _ = conn.Write([]byte{0x20, 3, 0, 0, 0})
		_, _ = conn.Read(buf)
		_, _ = conn.Write([]byte{0x90, 4, 0, 1, 0, 1})
		_, _ = conn.Read(buf)
	}()
	if r := p.examine(t); r.Worst() != OK || r.Target != "unix://"+file {
		t.Errorf("%s", r.Text())
	}
	<-done
}

func TestTheClockIsJudged(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	const day = 24 * time.Hour
	for _, c := range []struct {
		name          string
		kind          connections.FailureKind
		before, after time.Duration // of the certificate, from noon
		other         otherClock
		says          string
	}{
		{"the server says so too", connections.FailureCertExpired, -30 * day, -day, otherClock{noon, true}, "agrees that this is over"},
		{"not yet, by both", connections.FailureCertNotYet, day, 30 * day, otherClock{noon, true}, "still to come"},
		{"ours is ahead", connections.FailureCertExpired, -30 * day, -day, otherClock{noon.Add(-2 * day), true}, "clock is wrong"},
		{"ours is behind", connections.FailureCertNotYet, day, 30 * day, otherClock{noon.Add(2 * day), true}, "clock is wrong"},
		{"both are wrong", connections.FailureCertNotYet, 10 * day, 30 * day, otherClock{noon.Add(2 * day), true}, "still to come"},
		{"files are newer", connections.FailureCertNotYet, day, 30 * day, otherClock{noon.Add(2 * day), false}, "files on this computer"},
		{"files are older", connections.FailureCertNotYet, day, 30 * day, otherClock{noon.Add(-day), false}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			cause, cure, ok := clockAdvice(c.kind, noon, lasting(noon.Add(c.before), noon.Add(c.after)), c.other)
			if ok != (c.says != "") || !strings.Contains(cause, c.says) || ok && cure == "" {
				t.Errorf("%q %q", cause, cure)
			}
		})
	}
}
