//go:build unix

package session

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

// cpu is the time that this process has computed.
func cpu() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRun sends 100,000 lines, once through the door as a run and once with bare paho, which
// has as many messages on their way. cpu-ms is what counts: the broker takes a core of its own.
func BenchmarkRun(b *testing.B) {
	const lines = 100_000
	payload := []byte(strings.Repeat("x", 40))
	for _, qos := range []byte{0, 1} {
		b.Run(fmt.Sprintf("QoS%d/run/3.1.1", qos), func(b *testing.B) { benchmarkRun(b, mqtt.Version311, qos, lines, payload) })
		b.Run(fmt.Sprintf("QoS%d/run/5", qos), func(b *testing.B) { benchmarkRun(b, mqtt.Version5, qos, lines, payload) })
		b.Run(fmt.Sprintf("QoS%d/bare paho", qos), func(b *testing.B) { benchmarkPaho(b, qos, lines, payload, DefaultInFlight) })
		b.Run(fmt.Sprintf("QoS%d/bare paho, each waited for", qos), func(b *testing.B) { benchmarkPaho(b, qos, lines, payload, 1) })
	}
}

func benchmarkRun(b *testing.B, version string, qos byte, lines int, payload []byte) {
	m := brokertest.Start(b, brokertest.Options{Config: "max_inflight_messages 0\nmax_queued_messages 0"})
	cfg := mqtt.Config{Host: m.Host, Port: m.Port, CleanSession: true, Version: version}
	s := newSession(b, Options{Client: func(receive func(*connections.Message)) connections.Client { return mqtt.New(cfg, receive) }})
	s.Connect()
	eventually(b, "the connection opens", func() bool { return s.Status().State == connections.StateOpen })
	began := cpu()
	for b.Loop() {
		run, err := s.Run(b.Context(), RunOptions{})
		if err != nil {
			b.Fatal(err)
		}
		for range lines {
			if err := run.Publish(connections.Publication{Topic: "bench/line", Payload: payload, QoS: qos}); err != nil {
				b.Fatal(err)
			}
		}
		if r := run.Finish(); r.Settled() != uint64(lines) || r.Unknown+r.Refused > 0 {
			b.Fatalf("%+v", r)
		}
	}
	b.ReportMetric(float64((cpu()-began).Milliseconds())/float64(b.N), "cpu-ms")
}

func benchmarkPaho(b *testing.B, qos byte, lines int, payload []byte, inFlight int) {
	m := brokertest.Start(b, brokertest.Options{Config: "max_inflight_messages 0\nmax_queued_messages 0"})
	o := paho.NewClientOptions().AddBroker("tcp://" + m.Addr()).SetClientID("bare").SetProtocolVersion(4)
	client := paho.NewClient(o)
	if t := client.Connect(); t.Wait() && t.Error() != nil {
		b.Fatal(t.Error())
	}
	defer client.Disconnect(100)
	began := cpu()
	for b.Loop() {
		tokens := make([]paho.Token, 0, inFlight)
		for range lines {
			if tokens = append(tokens, client.Publish("bench/line", qos, false, payload)); len(tokens) == inFlight {
				for _, t := range tokens {
					t.Wait()
				}
				tokens = tokens[:0]
			}
		}
		for _, t := range tokens {
			t.Wait()
		}
	}
	b.ReportMetric(float64((cpu()-began).Milliseconds())/float64(b.N), "cpu-ms")
}
