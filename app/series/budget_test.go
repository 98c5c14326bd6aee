package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

// purse is a Budget that checks its user.
type purse struct {
	mu          sync.Mutex
	limit, used int64
}

func (p *purse) Reserve(n int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n <= 0 {
		panic("reserve of nothing")
	}
	if p.used+n > p.limit {
		return false
	}
	p.used += n
	return true
}

func (p *purse) Release(n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n <= 0 || n > p.used {
		panic("released more than was reserved")
	}
	p.used -= n
}

func TestAFullBudgetThinsTheOldestAndKeepsItsShape(t *testing.T) {
	const n, spike = 1_000_000, 123_456
	b := &purse{limit: 4 << 20}
	s := New(Options{Budget: b})
	for i := range int64(n) {
		v := float64(i % 10)
		if i == spike {
			v = 1e6
		}
		s.Append(i, v)
	}
	if s.Bytes() > b.limit || b.used != s.Bytes() {
		t.Errorf("holds %d and has reserved %d of %d", s.Bytes(), b.used, b.limit)
	}
	_, hi, _, _, complete := columns(s, 0, n, 500)
	if complete {
		t.Error("claims to be complete")
	}
	if len(numbers(hi)) != 500 || slices.Max(hi) != 1e6 || slices.Index(hi, 1e6) > spike*500/n {
		t.Errorf("the old samples lost their shape: %v", hi)
	}
	if _, _, _, _, complete = columns(s, n-50_000, n, 500); !complete {
		t.Error("the newest samples are not complete")
	}
	if st := s.Stats(0, n); st.Count != n || st.Complete {
		t.Errorf("%+v", st)
	}
	if n := s.Samples(0, 100, make([]int64, 500), make([]float64, 500)); n != -1 {
		t.Errorf("Samples gives %d samples that are no longer held", n)
	}
	if at, v, ok := s.At(5000); !ok || at > 5000 || at < 5000-chunkLen || v != float64(at%10) {
		t.Errorf("At(5000) = %d, %v, %v", at, v, ok)
	}
	s.Close()
	if b.used != 0 {
		t.Errorf("%d bytes are still reserved after Close", b.used)
	}
}

func TestATinyBudgetNeverStopsASeries(t *testing.T) {
	const n = 1_000_000
	for _, limit := range []int64{0, 10_000, 60_000} {
		b := &purse{limit: limit}
		s := New(Options{Budget: b})
		for i := range int64(n) {
			s.Append(i, float64(i))
		}
		if max := limit + 60_000; s.Bytes() > max {
			t.Errorf("limit %d: holds %d bytes", limit, s.Bytes())
		}
		lo, hi, _, _, _ := columns(s, 0, n, 10)
		if lo[0] != 0 || hi[9] != n-1 || len(numbers(hi)) != 10 {
			t.Errorf("limit %d: lo %v hi %v", limit, lo, hi)
		}
		if st := s.Stats(0, n); st.Count != n {
			t.Errorf("limit %d: counts %d", limit, st.Count)
		}
	}
}

func TestLateSamplesReachWhatWasThinned(t *testing.T) {
	s := New(Options{Budget: &purse{limit: 200_000}})
	for i := range int64(100_000) {
		s.Append(i*10, 1)
	}
	for _, late := range []int64{-5, 3, 17, 5_001, 50_003} {
		s.Append(late, 1000+float64(late))
	}
	_, hi, _, _, _ := columns(s, -10, 1_000_000, 400)
	if got := slices.Max(hi); got != 51_003 {
		t.Errorf("the largest is %v", got)
	}
	if from, _, _ := s.Span(); from != -5 {
		t.Errorf("begins at %d", from)
	}
	if st := s.Stats(math.MinInt64, math.MaxInt64); st.Count != 100_005 {
		t.Errorf("counts %d", st.Count)
	}
}

func TestShrinkGivesBackToTheBudget(t *testing.T) {
	b := &purse{limit: 100 << 20}
	s := New(Options{Budget: b})
	for i := range int64(200_000) {
		s.Append(i, 1)
	}
	before := b.used
	if freed := s.Shrink(1 << 20); freed < 1<<20 || b.used != before-freed {
		t.Errorf("freed %d, budget went from %d to %d", freed, before, b.used)
	}
}

func TestThinnedColumnsHoldAllThatWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		n := rapid.IntRange(3000, 40_000).Draw(t, "samples")
		s := New(Options{Budget: &purse{limit: rapid.Int64Range(0, 400_000).Draw(t, "budget")}})
		var all []sample
		now := int64(0)
		for range n {
			now += 1 + rnd.Int64N(20)
			all = append(all, sample{now, math.Round(rnd.NormFloat64() * 1000)})
			s.Append(now, all[len(all)-1].v)
		}
		from := rapid.Int64Range(0, now/2).Draw(t, "from")
		to := rapid.Int64Range(from+10, now+1000).Draw(t, "to")
		w := rapid.IntRange(1, 700).Draw(t, "width")
		lo, hi, first, last, _ := columns(s, from, to, w)
		slack := (to - from) / int64(8*w)
		edges := newEdges(from, to, int64(w))
		for c := range w {
			start, end := edges.next()
			inner := extremes(all, start+slack, end-slack)
			if lo[c] > inner.lo || hi[c] < inner.hi || inner.lo <= inner.hi && !(lo[c] <= hi[c] && first[c] == first[c] && last[c] == last[c]) {
				t.Fatalf("column %d of [%d,%d)/%d: %v to %v, %v %v, inside %v", c, from, to, w, lo[c], hi[c], first[c], last[c], inner)
			}
		}
	})
}
