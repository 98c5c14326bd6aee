package session

import (
	"fmt"
	"math"
	"testing"

	"streamscope/app/series"
	"streamscope/connections"
)

func samples(s *series.Series) []float64 {
	from, to, ok := s.Span()
	if !ok {
		return nil
	}
	n := s.Len()
	ts, vs := make([]int64, n), make([]float64, n)
	return vs[:s.Samples(from, to+1, ts, vs)]
}

// TestSeriesHasEverySampleOnce makes series while messages stream in: history up to some
// message, the tap from the next on.
func TestSeriesHasEverySampleOnce(t *testing.T) {
	s := newSession(t, Options{})
	const messages = 30_000
	var all []*series.Series
	for i := range messages {
		s.receive(text("press/temp", fmt.Sprint(i)))
		s.receive(text("press/json", fmt.Sprintf(`{"value":%d,"other":-1}`, i)))
		if i%3000 == 1500 {
			for _, path := range [][]string{nil, {"value"}} {
				data, release := s.Series([]string{"press/temp", "press/json"}[len(path)], path)
				defer release()
				all = append(all, data)
			}
		}
	}
	for i, data := range all {
		eventually(t, "all samples come", func() bool { return data.Len() >= messages })
		for k, v := range samples(data) {
			if v != float64(k) {
				t.Fatalf("series %d: sample %d is %v", i, k, v)
			}
		}
	}
}

// TestASecondSeriesOfATopic begins while records for the first are still on their way: they are
// in the index by then.
func TestASecondSeriesOfATopic(t *testing.T) {
	s := newSession(t, Options{})
	first, release := s.Series("a", nil)
	defer release()
	s.receive(text("a", `{"value":0}`))
	eventually(t, "the first is fed", func() bool { return first.Len() == 1 })
	const rounds, burst = 20, 50
	for round := range rounds {
		for i := range burst {
			s.receive(text("a", fmt.Sprintf(`{"value":%d}`, 1+round*burst+i)))
		}
		second, release := s.Series("a", []string{"value"})
		// Each round ends with a value of its own: while the series is being filled, its last
		// sample may well be the end of an earlier round.
		end := float64(-1 - round)
		s.receive(text("a", fmt.Sprintf(`{"value":%v}`, end)))
		eventually(t, "the last sample comes", func() bool { _, v, ok := second.Last(); return ok && v == end })
		if want := 1 + (round+1)*(burst+1); second.Len() != want {
			t.Fatalf("round %d: %d samples, want %d", round, second.Len(), want)
		}
		release()
	}
}

func TestSeriesIsSharedAndForgotten(t *testing.T) {
	s := newSession(t, Options{})
	one, releaseOne := s.Series("a", nil)
	two, releaseTwo := s.Series("a", nil)
	other, releaseOther := s.Series("a", []string{"k"})
	if one != two || one == other {
		t.Error("the same topic and path must give the same series, and another path another")
	}
	releaseOne()
	releaseOne()
	s.receive(text("a", "1"))
	eventually(t, "the shared series goes on", func() bool { return two.Len() == 1 })
	releaseTwo()
	releaseOther()
	again, releaseAgain := s.Series("a", nil)
	defer releaseAgain()
	if again == two {
		t.Error("a series that nobody holds is not forgotten")
	}
	eventually(t, "the new one is filled", func() bool { return again.Len() == 1 })
}

func TestSeriesLeavesRetainedOutAndTextToo(t *testing.T) {
	s := newSession(t, Options{})
	put := func(topic, payload string, retained bool) {
		m := text(topic, payload)
		m.Retained = retained
		s.receive(m)
	}
	put("a", "1", true)
	put("a", "2", false)
	data, release := s.Series("a", nil)
	defer release()
	put("a", "hello", false)
	put("a", "3", true)
	put("a", "4", false)
	eventually(t, "the last sample comes", func() bool { _, v, ok := data.Last(); return ok && v == 4 })
	if got := fmt.Sprint(samples(data)); got != "[2 4]" {
		t.Errorf("samples %v", got)
	}
}

// A device that says that it does not know is no reason to draw a line to what it says next.
func TestAMissingValueIsAGap(t *testing.T) {
	for name, c := range map[string]struct {
		path     []string
		payloads []string
	}{
		"text":               {nil, []string{"1", "NaN", "-Inf", "2"}},
		"of a document":      {[]string{"v"}, []string{`{"v":1}`, `{"v":null}`, `{"w":5}`, `{"v":2}`}},
		"its usual one":      {nil, []string{`{"v":1}`, `{"v":null}`, `{"v":2}`}},
		"as Python has it":   {[]string{"v"}, []string{`{"v":1}`, `{"v":NaN}`, `{"v":2}`}},
		"more than a number": {[]string{"v"}, []string{`{"v":1}`, `{"v":1e999}`, `{"v":2}`}},
	} {
		s := newSession(t, Options{})
		data, release := s.Series("a", c.path)
		for _, p := range c.payloads {
			s.receive(text("a", p))
		}
		eventually(t, "the last sample comes", func() bool { _, v, ok := data.Last(); return ok && v == 2 })
		if got := samples(data); len(got) != 3 || got[0] != 1 || got[1] == got[1] {
			t.Errorf("%s: samples %v, want a gap between 1 and 2", name, got)
		}
		release()
	}
}

func TestALostConnectionIsAGap(t *testing.T) {
	b := newBroker()
	s := newSession(t, Options{Client: b.client})
	c := connected(t, s, b)
	early, release := s.Series("a", nil)
	defer release()
	c.receive(text("a", "1"))
	c.Close()
	eventually(t, "it is told", func() bool { return len(s.Breaks()) == 1 })
	s.RetryNow()
	eventually(t, "it connects again", func() bool { return s.Status().State == connections.StateOpen })
	(<-b.clients).receive(text("a", "2"))
	late, release := s.Series("a", nil)
	defer release()
	for name, data := range map[string]*series.Series{"made before": early, "made after": late} {
		eventually(t, "both samples come", func() bool { _, v, ok := data.Last(); return ok && v == 2 })
		if got := samples(data); len(got) != 3 || !math.IsNaN(got[1]) {
			t.Errorf("%s: samples %v, want a gap between 1 and 2", name, got)
		}
	}
}
