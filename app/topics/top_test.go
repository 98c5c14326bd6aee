package topics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"streamscope/connections"

	"pgregory.net/rapid"
)

// clock is set by the test.
type clock struct{ now int64 }

func (c *clock) Now() int64 { return c.now }

func TestBranchesKnowTheirRate(t *testing.T) {
	c := &clock{now: 1000 * second}
	x := New(Options{Now: c.Now})
	row := func(path string) Row { return rowOf(t, x, path) }
	near := func(got, want float64) bool { return math.Abs(got-want) <= want/50+1e-9 }
	step := func(a, b int) {
		for i := range a {
			put(x, fmt.Sprintf("plant/a/%d", i%5), "1", c.now)
		}
		for i := range b {
			x.Put(&connections.Message{Topic: fmt.Sprintf("plant/b/%d", i%5), Retained: true}, c.now)
		}
		c.now += second
		x.Housekeep()
	}
	step(50, 7)
	if r := row("plant/a"); r.Messages != 50 || !near(r.BeneathRate, 50) || r.Topics != 5 {
		t.Errorf("after the first second: %+v", r)
	}
	if r := row("plant/b"); r.Messages != 7 || r.BeneathRate != 0 {
		t.Errorf("retained messages: %+v", r)
	}
	for range 20 {
		step(200, 0)
	}
	if r := row("plant"); !near(r.BeneathRate, 200) || r.Messages != 50+7+20*200 {
		t.Errorf("after twenty: %+v", r)
	}
	x.Pause()
	step(1000, 0)
	if r := row("plant"); !near(r.BeneathRate, 200) || r.Messages != 50+7+20*200 {
		t.Errorf("while paused: %+v", r)
	}
	x.Resume()
	step(0, 0)
	if r := row("plant"); r.Messages != 50+7+20*200+1000 {
		t.Errorf("after the pause: %+v", r)
	}
	for range 30 {
		step(0, 0)
	}
	if r := row("plant/a"); r.BeneathRate > 0.1 || r.Messages == 0 {
		t.Errorf("after half a minute of silence: %+v", r)
	}
	all := x.Rows([]NodeID{0}, nil)[0]
	if all.Messages != x.Counts().Received || all.Topics != 10 {
		t.Errorf("all: %+v", all)
	}
}

// A tally may follow another within nanoseconds: rates are large then, but numbers.
func TestRatesOverNoTime(t *testing.T) {
	for _, apart := range []int64{1, 90, 1000, second / 1000} {
		c := &clock{now: 1000 * second}
		x := New(Options{Now: c.Now})
		for range 3 {
			put(x, "plant/a", "1", c.now)
		}
		c.now += apart
		x.Housekeep()
		want := 3 * float64(second) / float64(apart)
		if r := rowOf(t, x, "plant"); math.Abs(r.BeneathRate-want) > want/50 {
			t.Errorf("%d ns: %v messages/s, want %v", apart, r.BeneathRate, want)
		}
	}
}

func TestTopAgainstSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &clock{now: 1000 * second}
		x := New(Options{Now: c.Now})
		topics := map[string]*Great{}
		for range rapid.IntRange(0, 200).Draw(t, "messages") {
			c.now += rapid.Int64Range(1, second).Draw(t, "dt")
			topic := fmt.Sprintf("%d/%d", rapid.IntRange(0, 3).Draw(t, "branch"), rapid.IntRange(0, 30).Draw(t, "topic"))
			p := make([]byte, rapid.IntRange(0, 300).Draw(t, "size"))
			x.Put(&connections.Message{Topic: topic, Payload: p, Size: int64(len(p))}, c.now)
			g := topics[topic]
			if g == nil {
				g = &Great{Path: topic}
				topics[topic] = g
			}
			g.Messages++
			g.Bytes += uint64(len(p))
			g.Size, g.Time = int64(len(p)), c.now
		}
		if id, ok := x.Find("2"); ok && rapid.Bool().Draw(t, "clear") {
			x.Clear(id)
			for topic := range topics {
				if topic[0] == '2' {
					delete(topics, topic)
				}
			}
		}
		x.Housekeep()
		n, by := rapid.IntRange(0, 20).Draw(t, "n"), By(rapid.IntRange(0, 3).Draw(t, "by"))
		top, err := x.Top(context.Background(), n, by)
		if err != nil || len(top.Topics) != min(n, len(topics)) || len(top.Branches) > n {
			t.Fatalf("%d topics, %d branches, %v; want %d of %d", len(top.Topics), len(top.Branches), err, n, len(topics))
		}
		for _, branches := range []bool{false, true} {
			list := top.Topics
			if branches {
				list = top.Branches
			}
			ids := []NodeID{0, 1 << 30}
			for _, g := range list {
				ids = append(ids, g.Node)
			}
			if again := x.Measure(ids, branches); !slices.Equal(again, list) {
				t.Fatalf("measured again: %+v, want %+v", again, list)
			}
		}
		var measures []float64
		for _, g := range topics {
			id, _ := x.Find(g.Path)
			r := x.Rows([]NodeID{id}, nil)[0]
			g.Rate = r.Rate(c.now)
			g.ByteRate = g.Rate * float64(g.Bytes) / float64(g.Messages)
			measures = append(measures, measure(g, by))
		}
		slices.SortFunc(measures, func(a, b float64) int { return cmp.Compare(b, a) })
		for i, g := range top.Topics {
			want := *topics[g.Path]
			want.Node = g.Node
			if g != want || measure(&g, by) != measures[i] {
				t.Fatalf("place %d: %+v, want %+v of %v", i, g, want, measures[i])
			}
		}
		for i, g := range top.Branches {
			if i > 0 && measure(&g, by) > measure(&top.Branches[i-1], by) {
				t.Fatalf("branch %d is greater than the one before", i)
			}
			if id, ok := x.Find(g.Path); !ok || id != g.Node {
				t.Fatalf("branch %+v", g)
			}
		}
	})
}

func measure(g *Great, by By) float64 {
	size := float64(g.Size)
	if g.Topics > 0 {
		size = float64(g.Bytes)
	}
	return []float64{g.Rate, g.ByteRate, size, float64(g.Time)}[by]
}

func TestTopStops(t *testing.T) {
	x := New(Options{})
	put(x, "a", "1", 0)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := x.Top(ctx, 1, ByRate); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
