package series

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

type sample struct {
	t int64
	v float64
}

// plainColumns is what Columns promises, the slow way.
func plainColumns(all []sample, from, to int64, n int) (lo, hi, first, last []float64) {
	edges := newEdges(from, to, int64(n))
	for range n {
		start, end := edges.next()
		l, h, f, e, any := math.Inf(1), math.Inf(-1), math.NaN(), math.NaN(), false
		for _, s := range between(all, start, end) {
			if !any {
				f, any = s.v, true
			}
			e = s.v
			if s.v == s.v {
				l, h = min(l, s.v), max(h, s.v)
			}
		}
		if !any {
			l, h = math.NaN(), math.NaN()
		}
		lo, hi, first, last = append(lo, l), append(hi, h), append(first, f), append(last, e)
	}
	return lo, hi, first, last
}

// between is the samples in [from, to).
func between(all []sample, from, to int64) []sample {
	at := func(t int64) int { return sort.Search(len(all), func(i int) bool { return all[i].t >= t }) }
	return all[at(from):max(at(to), at(from))]
}

func columns(s *Series, from, to int64, n int) (lo, hi, first, last []float64, complete bool) {
	lo, hi, first, last = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	complete, _ = s.Columns(from, to, lo, hi, first, last)
	return lo, hi, first, last, complete
}

func same(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x == y || x != x && y != y })
}

func TestColumnsAgreeWithThePlainWay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{0, 1, 5, 40, 1500, 70_000}).Draw(t, "samples")
		late := rapid.SampledFrom([]int{0, 0, 1, 30}).Draw(t, "late in a thousand")
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		s := New(Options{})
		var all []sample
		now := int64(1_000_000)
		for range n {
			now += rnd.Int64N(4)
			at, v := now, math.Round(rnd.NormFloat64()*100)
			if rnd.IntN(1000) < late {
				at -= rnd.Int64N(60_000)
			}
			if rnd.IntN(200) == 0 {
				v = []float64{math.NaN(), math.Inf(1), math.Inf(-1)}[rnd.IntN(3)]
			}
			s.Append(at, v)
			if v-v != 0 {
				v = math.NaN()
			}
			all = append(all, sample{at, v})
		}
		slices.SortStableFunc(all, func(a, b sample) int { return int(a.t - b.t) })
		for range 4 {
			from := rapid.Int64Range(990_000, 1_200_000).Draw(t, "from")
			to := from + rapid.SampledFrom([]int64{0, 1, 7, 900, 20_000, 300_000}).Draw(t, "span")
			w := rapid.SampledFrom([]int{1, 2, 13, 40}).Draw(t, "width")
			lo, hi, first, last, complete := exactColumns(s, from, to, w)
			pl, ph, pf, pe := plainColumns(all, from, to, w)
			if !same(lo, pl) || !same(hi, ph) || !same(first, pf) || !same(last, pe) || !complete {
				t.Fatalf("[%d,%d)/%d complete=%v\n%v\n%v\n%v\n%v\n%v\n%v\n%v\n%v", from, to, w, complete, lo, pl, hi, ph, first, pf, last, pe)
			}
			checkSlack(t, s, all, from, to, w)
			checkAt(t, s, all, from)
			checkSamples(t, s, all, from, to)
			checkStats(t, s, all, from, to)
		}
	})
}

func exactColumns(s *Series, from, to int64, n int) (lo, hi, first, last []float64, complete bool) {
	lo, hi, first, last = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	complete, _ = s.columns(from, to, 0, lo, hi, first, last)
	return lo, hi, first, last, complete
}

// checkSlack: every column of Columns holds at least what lies well inside it and at most what
// lies within an eighth around it, and all together hold what there is.
func checkSlack(t *rapid.T, s *Series, all []sample, from, to int64, w int) {
	lo, hi, _, _, _ := columns(s, from, to, w)
	slack := max(to-from, 0) / int64(8*w)
	edges := newEdges(from, max(to, from), int64(w))
	for c := range w {
		start, end := edges.next()
		inner, outer := extremes(all, start+slack, end-slack), extremes(all, start-slack, end+slack)
		if start == end {
			continue
		}
		if l, h := lo[c], hi[c]; l < outer.lo || h > outer.hi || l > inner.lo || h < inner.hi || l != l && inner.lo < inner.hi {
			t.Fatalf("column %d of [%d,%d)/%d: %v to %v, inside %v, around %v", c, from, to, w, l, h, inner, outer)
		}
	}
}

type reach struct{ lo, hi float64 }

func extremes(all []sample, from, to int64) reach {
	r := reach{math.Inf(1), math.Inf(-1)}
	for _, s := range between(all, from, to) {
		if s.v == s.v {
			r = reach{min(r.lo, s.v), max(r.hi, s.v)}
		}
	}
	return r
}

func checkAt(t *rapid.T, s *Series, all []sample, instant int64) {
	var want *sample
	for i := range all {
		if all[i].t <= instant {
			want = &all[i]
		}
	}
	at, v, ok := s.At(instant)
	if ok != (want != nil) || ok && (at != want.t || !same([]float64{v}, []float64{want.v})) {
		t.Fatalf("At(%d) = %d, %v, %v; want %v", instant, at, v, ok, want)
	}
}

func checkSamples(t *rapid.T, s *Series, all []sample, from, to int64) {
	i, j := 0, len(all)
	for k := range all {
		if all[k].t < from {
			i = k
		}
	}
	for k := len(all) - 1; k >= 0; k-- {
		if all[k].t >= to {
			j = k + 1
		}
	}
	if to <= from {
		return
	}
	ts, vs := make([]int64, 600), make([]float64, 600)
	n := s.Samples(from, to, ts, vs)
	if j-i > len(ts) {
		if n != -1 {
			t.Fatalf("%d samples do not fit, yet Samples says %d", j-i, n)
		}
		return
	}
	if n != j-i {
		t.Fatalf("Samples [%d,%d) = %d, want %d", from, to, n, j-i)
	}
	for k, want := range all[i:j] {
		if ts[k] != want.t || !same(vs[k:k+1], []float64{want.v}) {
			t.Fatalf("sample %d is %d %v, want %v", k, ts[k], vs[k], want)
		}
	}
}

func checkStats(t *rapid.T, s *Series, all []sample, from, to int64) {
	n, sum := 0, 0.0
	for _, x := range all {
		if x.t >= from && x.t < to && x.v == x.v {
			n, sum = n+1, sum+x.v
		}
	}
	st := s.Stats(from, to)
	if st.Count != n || n > 0 && math.Abs(st.Mean-sum/float64(n)) > 1e-6 {
		t.Fatalf("Stats %+v, want %d samples of mean %v", st, n, sum/float64(n))
	}
}

func TestASpikeAmongTenMillionStaysVisibleAtAnyZoom(t *testing.T) {
	const n, step, spike = 10_000_000, int64(1000), 7_654_321
	s := New(Options{})
	for i := range int64(n) {
		v := float64(i & 15)
		if i == spike {
			v = 1e6
		}
		s.Append(i*step, v)
	}
	if per := float64(s.Bytes()) / n; per > 20 {
		t.Errorf("%.2f bytes a sample, want at most 20", per)
	} else {
		t.Logf("%.2f bytes a sample", per)
	}
	for span := int64(n) * step; span >= 10*step; span /= 3 {
		from := max(spike*step-span*2/3, 0)
		_, hi, _, _, complete := columns(s, from, from+span, 1000)
		if got := slices.Max(numbers(hi)); got != 1e6 || !complete {
			t.Errorf("window of %d: the largest is %v (complete %v)", span, got, complete)
		}
	}
}

func numbers(v []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(v), func(x float64) bool { return x != x })
}

func TestGapMarks(t *testing.T) {
	s := New(Options{})
	s.Append(0, 1)
	s.Gap(10)
	s.Gap(11) // the same gap
	s.Append(20, 2)
	s.Append(31, 3)
	s.Gap(32)
	lo, hi, first, last, _ := columns(s, 0, 50, 5)
	inf, nan := math.Inf(1), math.NaN()
	for name, c := range map[string]struct{ got, want []float64 }{
		"lo":    {lo, []float64{1, inf, 2, 3, nan}},
		"hi":    {hi, []float64{1, -inf, 2, 3, nan}},
		"first": {first, []float64{1, nan, 2, 3, nan}},
		"last":  {last, []float64{1, nan, 2, nan, nan}},
	} {
		if !same(c.got, c.want) {
			t.Errorf("%s = %v, want %v", name, c.got, c.want)
		}
	}
	if s.Len() != 5 {
		t.Errorf("Len = %d, want 5", s.Len())
	}
	if at, v, ok := s.At(15); at != 10 || v == v || !ok {
		t.Errorf("At(15) = %d, %v, %v, want the gap at 10", at, v, ok)
	}
}

func TestHugeValuesAndTimes(t *testing.T) {
	s := New(Options{})
	s.Append(math.MinInt64, -1e308)
	s.Append(0, 1e308)
	s.Append(math.MaxInt64-1, 1<<53+1)
	lo, hi, _, _, _ := columns(s, math.MinInt64, math.MaxInt64, 3)
	if lo[0] != -1e308 || hi[1] != 1e308 || hi[2] != 1<<53 {
		t.Errorf("lo %v hi %v", lo, hi)
	}
	if st := s.Stats(math.MinInt64, math.MaxInt64); st.Count != 3 || math.IsInf(st.Mean, 0) || math.IsNaN(st.Mean) {
		t.Errorf("%+v", st)
	}
}

func TestVersionTellsChangeWithoutColumns(t *testing.T) {
	s := New(Options{})
	_, before := s.Columns(0, 1, nil, nil, nil, nil)
	s.Append(0, 1)
	if _, after := s.Columns(0, 1, nil, nil, nil, nil); after == before {
		t.Error("the version is the same after an append")
	}
}

func TestOneWritesManyRead(t *testing.T) {
	s := New(Options{Budget: &purse{limit: 100_000}})
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 3 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				from, to, _ := s.Span()
				_, hi, _, _, _ := columns(s, from, to+1, 50)
				for _, v := range numbers(hi) {
					if v > 99 {
						t.Errorf("read %v, which nobody wrote", v)
						return
					}
				}
				s.At(to / 2)
				s.Stats(from, to)
			}
		})
	}
	for i := range int64(20_000) {
		s.Append(i, float64(i%100))
	}
	close(done)
	readers.Wait()
}
