package repeat

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/mqtt"
)

func source(t *testing.T, g Generator) Source {
	t.Helper()
	s, err := g.Source()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestShapes(t *testing.T) {
	at := []time.Duration{0, 250 * time.Millisecond, 500 * time.Millisecond, 750 * time.Millisecond, time.Second}
	for shape, want := range map[Shape]string{
		Constant: "    ", Sine: "5.0 10.0 5.0 0.0 5.0", Ramp: "0.0 2.5 5.0 7.5 0.0", Step: "0.0 0.0 0.0 10.0 0.0",
	} {
		s := source(t, Generator{Shape: shape, Min: 0, Max: 10, Period: time.Second, Decimals: 1})
		var got []string
		for _, d := range at {
			got = append(got, s(d))
		}
		if d := strings.Join(got, " "); d != want {
			t.Errorf("%s: %q, want %q", shape, d, want)
		}
	}
}

func TestAWalkStaysInItsRange(t *testing.T) {
	s := source(t, Generator{Shape: Walk, Min: -1, Max: 1, Decimals: -1, Random: rand.New(rand.NewPCG(1, 2))})
	last, moved := 0.0, false
	for range 10_000 {
		v, err := strconv.ParseFloat(s(0), 64)
		if err != nil || v < -1 || v > 1 || v-last > 0.1001 || last-v > 0.1001 {
			t.Fatalf("%v after %v, %v", v, last, err)
		}
		moved = moved || v > 0.9
		last = v
	}
	if !moved {
		t.Error("it never came near an end")
	}
}

func TestRows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "values.csv")
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a,1\n\"b, c\",2\n")
	s := source(t, Generator{Shape: Rows, File: file, Column: 1})
	if got := s(0) + "|" + s(0) + "|" + s(0); got != "a|b, c|a" {
		t.Error(got)
	}
	for name, text := range map[string]string{"empty": "", "too few columns": "a,1\nb\n", "broken": "a,\"b\n"} {
		write(text)
		if _, err := (Generator{Shape: Rows, File: file, Column: 2}).Source(); err == nil || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadColumn(f *testing.F) {
	f.Add("a,1\n\"b, c\",2\n", 1)
	f.Fuzz(func(t *testing.T, text string, column int) {
		values, err := readColumn(strings.NewReader(text), max(1, min(column, 50)))
		if err == nil && len(values) == 0 {
			t.Error("nothing, and no error")
		}
	})
}

// plan is a repetition on a broker that delivers back what is sent.
func plan(t *testing.T) (Plan, func() []string) {
	t.Helper()
	broker := brokertest.Start(t, brokertest.Options{})
	s := session.New(session.Options{
		ID: "p-1", Name: "Bench", Subscriptions: []connections.Subscription{{Filter: "#"}},
		Client: func(receive func(*connections.Message)) connections.Client {
			return mqtt.NewFactory(mqtt.Config{Host: broker.Host, Port: broker.Port, ClientID: "bench", CleanSession: true, KeepAlive: time.Minute}, receive).New()
		},
	})
	t.Cleanup(s.Close)
	tap, err := s.Tap(session.TapOptions{Name: "test", All: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tap.Close)
	s.Connect()
	for deadline := time.Now().Add(30 * time.Second); s.Status().State != connections.StateOpen; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no connection")
		}
	}
	var mu sync.Mutex
	var got []string
	go func() {
		for {
			batch, err := tap.Next(context.Background())
			if err != nil {
				return
			}
			mu.Lock()
			for i := range batch {
				got = append(got, string(batch[i].Payload))
			}
			mu.Unlock()
		}
	}()
	return Plan{
			Session: s, Sender: command.NewSender(nil), Every: Shortest,
			Draft: command.Draft{Topic: "a", Payload: "x", Format: command.FormatText, QoS: 1},
		}, func() []string {
			mu.Lock()
			defer mu.Unlock()
			return append([]string(nil), got...)
		}
}

func await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !cond(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func TestSoManyTimes(t *testing.T) {
	p, got := plan(t)
	file := filepath.Join(t.TempDir(), "v.csv")
	if err := os.WriteFile(file, []byte("1\n2\n3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.Times, p.Generator = 5, Generator{Shape: Rows, File: file}
	p.Draft.Payload, p.Draft.Template = `{{counter}}:{{ask "value"}}`, true
	report, progress, err := p.Run(context.Background())
	if err != nil || report.Err != nil || report.Acknowledged != 5 || progress.Last != "2" {
		t.Fatalf("%+v, %+v, %v", report, progress, err)
	}
	await(t, "the messages", func() bool { return len(got()) == 5 })
	if d := cmp.Diff([]string{"1:1", "2:2", "3:3", "4:1", "5:2"}, got()); d != "" {
		t.Error(d)
	}
}

func TestItStopsAtOnce(t *testing.T) {
	p, got := plan(t)
	p.Every = time.Hour
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan session.RunReport)
	go func() {
		report, _, _ := p.Run(ctx)
		ended <- report
	}()
	await(t, "the first message", func() bool { return len(got()) == 1 })
	cancel()
	select {
	case report := <-ended:
		if report.Asked != 1 {
			t.Errorf("%d went", report.Asked)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("it goes on")
	}
}

func TestNothingIsMadeUpFor(t *testing.T) {
	p, got := plan(t)
	p.Every, p.Times = 5*time.Millisecond, 3
	slow := true
	p.Progress = func(Progress) {
		if slow { // the first message takes as long as ten
			slow = false
			<-time.After(50 * time.Millisecond)
		}
	}
	report, progress, err := p.Run(context.Background())
	if err != nil || report.Asked != 3 || progress.Late < 9 {
		t.Errorf("%+v, %+v, %v", report, progress, err)
	}
	await(t, "the messages", func() bool { return len(got()) == 3 })
}

func TestWhatCannotBeSentBeginsNothing(t *testing.T) {
	p, got := plan(t)
	for name, change := range map[string]func(*Plan){
		"too fast":              func(p *Plan) { p.Every = time.Microsecond },
		"nowhere for the value": func(p *Plan) { p.Generator = Generator{Shape: Sine, Max: 1, Period: time.Second} },
		"an empty range": func(p *Plan) {
			p.Draft.Payload, p.Draft.Template = `{{ask "value"}}`, true
			p.Generator = Generator{Shape: Ramp, Period: time.Second}
		},
		"no such file": func(p *Plan) {
			p.Draft.Payload, p.Draft.Template = `{{ask "value"}}`, true
			p.Generator = Generator{Shape: Rows, File: "nothing.csv"}
		},
	} {
		q := p
		change(&q)
		if _, _, err := q.Run(context.Background()); err == nil {
			t.Errorf("%s: it began", name)
		}
	}
	q := p
	q.Draft.Topic = "a/#"
	if report, _, err := q.Run(context.Background()); err != nil || report.Err == nil || report.Asked != 0 {
		t.Errorf("a wildcard: %+v, %v", report, err)
	}
	if n := len(got()); n != 0 {
		t.Errorf("%d messages left", n)
	}
}
