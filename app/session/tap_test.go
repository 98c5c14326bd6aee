package session

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"streamscope/connections"

	"pgregory.net/rapid"
)

var tapTopics = []string{"a", "a/b", "a/c", "b/x", "b/y/z", "$SYS/load"}

// tapModel is a tap as a list: what it must have got or lost.
type tapModel struct {
	tap  *Tap
	want []uint64 // sequence numbers of the messages since it was made, not taken yet
	lost uint64
}

// TestTapsAgainstModel runs taps that come and go at random against lists.
func TestTapsAgainstModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := New(Options{Client: newBroker().client})
		defer s.Close()
		var taps []*tapModel
		seq := uint64(0)
		t.Repeat(map[string]func(*rapid.T){
			"receive": func(t *rapid.T) {
				for range rapid.IntRange(1, 700).Draw(t, "n") {
					topic := tapTopics[seq*7%uint64(len(tapTopics))]
					s.receive(text(topic, fmt.Sprint(seq)))
					seq++
					for _, m := range taps {
						if m.tap.wants(topic) {
							m.want = append(m.want, seq)
						}
					}
				}
			},
			"tap": func(t *rapid.T) {
				o := TapOptions{Bytes: rapid.SampledFrom([]int64{1, 100_000, 1 << 30}).Draw(t, "bytes")}
				switch rapid.IntRange(0, 2).Draw(t, "kind") {
				case 0:
					o.Topics = rapid.SliceOfDistinct(rapid.SampledFrom(tapTopics), rapid.ID).Draw(t, "topics")
				case 1:
					o.Filter = rapid.SampledFrom([]string{"#", "a/#", "+/x", "$SYS/#"}).Draw(t, "filter")
				default:
					o.All = true
				}
				tap, err := s.Tap(o)
				if err != nil {
					t.Fatal(err)
				}
				if tap.Since() != seq {
					t.Fatalf("since %d, want %d", tap.Since(), seq)
				}
				taps = append(taps, &tapModel{tap: tap})
			},
			"take": func(t *rapid.T) {
				if len(taps) == 0 {
					t.Skip("none")
				}
				rapid.SampledFrom(taps).Draw(t, "tap").take(t)
			},
			"close": func(t *rapid.T) {
				if len(taps) == 0 {
					t.Skip("none")
				}
				i := rapid.IntRange(0, len(taps)-1).Draw(t, "tap")
				taps[i].tap.Close()
				if _, err := taps[i].tap.Next(context.Background()); !errors.Is(err, ErrClosed) {
					t.Fatalf("a closed tap answers %v", err)
				}
				taps = slices.Delete(taps, i, i+1)
			},
			"clear": func(t *rapid.T) { s.Index().Clear(0) },
		})
		for _, m := range taps {
			m.take(t)
		}
	})
}

func (t *Tap) wants(topic string) bool {
	if t.o.Topics != nil {
		return slices.Contains(t.o.Topics, topic)
	}
	return t.o.All || connections.Match(t.o.Filter, topic)
}

// take reads all there is and compares: what was lost are the oldest, and as many as is said.
func (m *tapModel) take(t *rapid.T) {
	lost := int(m.tap.Lost() - m.lost)
	m.lost = m.tap.Lost()
	if lost > len(m.want) || lost > 0 && m.tap.o.Bytes == 1<<30 {
		t.Fatalf("%d lost of %d", lost, len(m.want))
	}
	m.want = m.want[lost:]
	for {
		batch, err := m.tap.take()
		if err != nil {
			t.Fatal(err)
		}
		if len(batch) == 0 {
			break
		}
		for _, r := range batch {
			if len(m.want) == 0 || r.Seq != m.want[0] || string(r.Payload) != fmt.Sprint(r.Seq-1) || !m.tap.wants(r.Topic) {
				t.Fatalf("got %d %q %q, want %v next", r.Seq, r.Topic, r.Payload, m.want[:min(3, len(m.want))])
			}
			m.want = m.want[1:]
		}
	}
	if len(m.want) != 0 || m.tap.Lag() != 0 {
		t.Fatalf("%d are missing, lag %v", len(m.want), m.tap.Lag())
	}
}

// TestTapsWhileReceiving has taps come and go, fast and slow, while messages stream in: each
// gets all from its Since on, in order, or counts what it lost.
func TestTapsWhileReceiving(t *testing.T) {
	s := newSession(t, Options{})
	const messages = 60_000
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for round := 0; ctx.Err() == nil; round++ {
				filter := []string{"#", "a/#", "+/x"}[rand.IntN(3)]
				tap, err := s.Tap(TapOptions{Filter: filter, Bytes: int64(1 << (10 + 4*i))})
				if err != nil {
					t.Error(err)
					return
				}
				watchOrder(ctx, t, tap, rand.IntN(20)+1)
				tap.Close()
			}
		})
	}
	work.Go(func() {
		for ctx.Err() == nil {
			for _, tap := range s.Taps() {
				if tap.Lag < 0 {
					t.Errorf("lag %v", tap.Lag)
				}
			}
			s.Counts()
		}
	})
	for i := range messages {
		s.receive(text(tapTopics[i%len(tapTopics)], fmt.Sprint(i)))
	}
	cancel()
	work.Wait()
}

// watchOrder reads some batches. Topics take turns, so how many messages lie between two that
// match is known.
func watchOrder(ctx context.Context, t *testing.T, tap *Tap, batches int) {
	last, got := tap.Since(), uint64(0)
	for range batches {
		batch, err := tap.Next(ctx)
		if err != nil {
			return
		}
		for _, r := range batch {
			if r.Seq <= last || string(r.Payload) != fmt.Sprint(r.Seq-1) || !tap.wants(r.Topic) {
				t.Errorf("%d %q %q after %d", r.Seq, r.Topic, r.Payload, last)
			}
			last = r.Seq
			got++
		}
	}
	var want uint64
	for seq := tap.Since() + 1; seq <= last; seq++ {
		if tap.wants(tapTopics[(seq-1)%uint64(len(tapTopics))]) {
			want++
		}
	}
	if lost := tap.Lost(); got > want || got+lost < want {
		t.Errorf("%d got and %d lost of %d", got, lost, want)
	}
}

func TestNextEndsWithItsContextAndWithTheSession(t *testing.T) {
	s := newSession(t, Options{})
	tap, err := s.Tap(TapOptions{Filter: "#"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { _, err := tap.Next(ctx); ended <- err }()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("after cancel: %v", err)
	}
	go func() { _, err := tap.Next(t.Context()); ended <- err }()
	s.Close()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
	if _, err := s.Tap(TapOptions{Filter: "#"}); !errors.Is(err, ErrClosed) {
		t.Errorf("a tap of a closed session: %v", err)
	}
}

func TestTooManyTapsAreRefused(t *testing.T) {
	s := newSession(t, Options{})
	for i := range 64 {
		if _, err := s.Tap(TapOptions{Filter: "#"}); err != nil {
			t.Fatalf("tap %d: %v", i, err)
		}
	}
	if _, err := s.Tap(TapOptions{Filter: "#"}); !errors.Is(err, ErrTooManyTaps) {
		t.Errorf("tap 65: %v", err)
	}
}

func TestAnUnreadTapHoldsNoMoreThanItsBound(t *testing.T) {
	s := newSession(t, Options{})
	tap, err := s.Tap(TapOptions{Filter: "#", Bytes: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	const messages = 20_000
	for i := range messages {
		s.receive(text("a", fmt.Sprint(i)))
	}
	held := s.log.total - tap.at.start
	if most := int64(100_000 + chunkRecords*(recordBytes+8)); held > most {
		t.Errorf("%d bytes are held, at most %d may be", held, most)
	}
	if tap.Lost() == 0 || tap.Lag() == 0 {
		t.Errorf("lost %d, lag %v", tap.Lost(), tap.Lag())
	}
	var got uint64
	for tap.pending > 0 {
		batch, _ := tap.Next(t.Context())
		got += uint64(len(batch))
	}
	if got+tap.Lost() != messages {
		t.Errorf("%d got and %d lost of %d", got, tap.Lost(), messages)
	}
}

func TestAnIdleTapHoldsNothing(t *testing.T) {
	s := newSession(t, Options{})
	idle, _ := s.Tap(TapOptions{Filter: "nothing"})
	if _, err := s.Tap(TapOptions{Filter: "#", Bytes: 1}); err != nil {
		t.Fatal(err)
	}
	for range 10 * chunkRecords {
		s.receive(text("a", "1"))
	}
	if idle.at.start == 0 || idle.Lost() != 0 {
		t.Errorf("the idle tap stands at %d, and lost %d", idle.at.start, idle.Lost())
	}
}
