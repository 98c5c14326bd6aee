package session

import (
	"fmt"
	"math"
	"testing"
	"time"

	"streamscope/app/payload"
	"streamscope/app/series"
	"streamscope/connections"
)

func instants(s *series.Series) []int64 {
	from, to, ok := s.Span()
	if !ok {
		return nil
	}
	n := s.Len()
	ts, vs := make([]int64, n), make([]float64, n)
	return ts[:s.Samples(from, to+1, ts, vs)]
}

// seconds is a clock under "ts".
var seconds = SeriesOptions{Clock: &payload.Clock{Path: []string{"ts"}, Format: payload.TimeSeconds}}

func TestSeriesByThePayloadsTime(t *testing.T) {
	s := newSession(t, Options{})
	value := []string{"v"}
	early, release := s.Series("a", value, seconds)
	receipt, releaseReceipt := s.Series("a", value)
	defer releaseReceipt()
	for i, ts := range []string{
		"100", "101", "101", "99", // two in one nanosecond, then backwards
		"1e300", `"yesterday"`, // the time of receipt, marked
		"-5.5",
		"102",
	} {
		s.receive(text("a", fmt.Sprintf(`{"ts":%s,"v":%d}`, ts, i)))
	}
	s.receive(text("a", `{"v":8}`))
	placed := func(name string, data *series.Series) {
		eventually(t, name+": all come", func() bool { return data.Len() == 9 })
		if got := fmt.Sprint(samples(data)); got != "[6 3 0 1 2 7 4 5 8]" {
			t.Errorf("%s: samples %v", name, got)
		}
		at := instants(data)
		for i, want := range []float64{-5.5, 99, 100, 101, 101, 102} {
			if at[i] != int64(want*1e9) {
				t.Errorf("%s: sample %d stands at %d, want %v s", name, i, at[i], want)
			}
		}
		if now := s.Now(); at[6] < now-int64(time.Hour) || at[8] > now {
			t.Errorf("%s: %v should stand at the time of receipt", name, at[6:])
		}
		got, held := s.SeriesTimes("a", value, seconds)
		if want := (SeriesTimes{Told: 6, Missing: 2, Outside: 1, Back: 3}); !held || got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	placed("from the tap", early)
	release()
	late, releaseLate := s.Series("a", value, seconds)
	defer releaseLate()
	placed("from history", late)
	if got := fmt.Sprint(samples(receipt)); got != "[0 1 2 3 4 5 6 7 8]" {
		t.Errorf("by the time of receipt: %v", got)
	}
}

func TestARetainedMessageThatTellsItsTime(t *testing.T) {
	s := newSession(t, Options{})
	put := func(payload string, retained bool) {
		m := text("a", payload)
		m.Retained = retained
		s.receive(m)
	}
	data, release := s.Series("a", []string{"v"}, seconds)
	defer release()
	put(`{"ts":1,"v":1}`, true)
	put(`{"ts":1,"v":1}`, true) // the connection came back, and it with it
	put(`{"v":2}`, true)        // nobody knows how old this is
	put(`{"ts":2,"v":3}`, false)
	eventually(t, "the last sample comes", func() bool { _, v, ok := data.Last(); return ok && v == 3 })
	if got := fmt.Sprint(samples(data)); got != "[1 3]" {
		t.Errorf("samples %v", got)
	}
}

func TestALostConnectionIsAGapInThePayloadsTime(t *testing.T) {
	b := newBroker()
	s := newSession(t, Options{Client: b.client})
	c := connected(t, s, b)
	data, release := s.Series("a", []string{"v"}, seconds)
	defer release()
	c.receive(text("a", `{"ts":50,"v":1}`))
	c.Close()
	eventually(t, "it is told", func() bool { return len(s.Breaks()) == 1 })
	s.RetryNow()
	eventually(t, "it connects again", func() bool { return s.Status().State == connections.StateOpen })
	(<-b.clients).receive(text("a", `{"ts":60,"v":2}`))
	eventually(t, "both samples come", func() bool { _, v, ok := data.Last(); return ok && v == 2 })
	got, at := samples(data), instants(data)
	if len(got) != 3 || !math.IsNaN(got[1]) || at[1] != 50e9+1 {
		t.Errorf("samples %v at %v, want a gap just after 50 s", got, at)
	}
}

func TestSeriesByTheTimeThatTheMappingFound(t *testing.T) {
	s := newSession(t, Options{})
	told := SeriesOptions{Clock: &payload.Clock{}}
	m := text("a", "1")
	m.Own = 7e9
	s.receive(m)
	data, release := s.Series("a", nil, told)
	defer release()
	m = text("a", "2")
	m.Own = 8e9
	s.receive(m)
	eventually(t, "both samples come", func() bool { return data.Len() == 2 })
	if at := instants(data); at[0] != 7e9 || at[1] != 8e9 {
		t.Errorf("instants %v", at)
	}
}
