package vitals

import (
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// queue runs functions when the test says so, as a window does once a frame.
type queue struct {
	mu    sync.Mutex
	funcs []func()
	most  int
}

func (q *queue) do(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.funcs = append(q.funcs, f)
	q.most = max(q.most, len(q.funcs))
}

func (q *queue) drain() {
	q.mu.Lock()
	funcs := q.funcs
	q.funcs = nil
	q.mu.Unlock()
	for _, f := range funcs {
		f()
	}
}

func TestAQuickQueueHasNoLag(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lag := NewLag(func(f func()) { f() })
		lag.Start()
		pass(time.Minute)
		lag.Close()
		recent, total := lag.Spreads()
		if recent != (Spread{}) || total != (Spread{}) {
			t.Errorf("recent %v, total %v", recent, total)
		}
		if n := lag.total.total; n < 1190 || n > 1200 {
			t.Errorf("%d samples in a minute, want 20 a second", n)
		}
	})
}

func TestAFrameOf30msIsSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queue
		lag := NewLag(q.do)
		lag.Start()
		pass(time.Millisecond) // so that frames and samples never fall on one instant
		for range 200 {
			pass(30 * time.Millisecond)
			q.drain()
		}
		lag.Close()
		recent, _ := lag.Spreads()
		if recent.Max > 30*time.Millisecond || recent.Max < 20*time.Millisecond || recent.P50 < 10*time.Millisecond {
			t.Errorf("got %v", recent)
		}
		if q.most > 1 {
			t.Errorf("%d functions waited at once", q.most)
		}
	})
}

// What stands still for a tenth of the time, four times a second by the clock, is met by a tenth of
// the samples, whenever it began.
func TestWhatHappensByTheClockIsMetByItsShare(t *testing.T) {
	for _, phase := range []time.Duration{0, 10 * time.Millisecond, 35 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var q queue
			lag := NewLag(q.do)
			pass(phase)
			lag.Start()
			for range 400 {
				for range 225 {
					pass(time.Millisecond)
					q.drain()
				}
				pass(25 * time.Millisecond)
				q.drain()
			}
			lag.Close()
			_, total := lag.Spreads()
			if total.P50 > time.Millisecond || total.P99 < 20*time.Millisecond || total.P99 > 25*time.Millisecond {
				t.Errorf("phase %v: %v", phase, total)
			}
			if most := lag.total.quantile(0.88); most > 2*time.Millisecond {
				t.Errorf("phase %v: more than an eighth waited: %v", phase, most)
			}
			if few := lag.total.quantile(0.93); few < 2*time.Millisecond {
				t.Errorf("phase %v: fewer than a fourteenth waited: %v", phase, few)
			}
		})
	}
}

// A queue that stood still for 2 s made 40 samples wait, not one.
func TestAStandstillCountsForAllWhoWouldHaveWaited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queue
		lag := NewLag(q.do)
		lag.Start()
		pass(2*time.Second + time.Millisecond)
		during, _ := lag.Spreads()
		q.drain()
		lag.Close()
		after, total := lag.Spreads()
		for name, got := range map[string]Spread{"during": during, "after": after, "total": total} {
			if got.Max < 1900*time.Millisecond || got.Max > 2*time.Second {
				t.Errorf("%s: max %v", name, got.Max)
			}
			if got.P50 < 900*time.Millisecond || got.P50 > 1100*time.Millisecond {
				t.Errorf("%s: p50 %v, want about half of the standstill", name, got.P50)
			}
		}
		if n := lag.total.total; n < 39 || n > 41 {
			t.Errorf("%d samples, want 40", n)
		}
	})
}

func TestRecentForgetsTotalDoesNot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queue
		lag := NewLag(q.do)
		lag.Start()
		defer lag.Close()
		pass(time.Second)
		q.drain()
		for range 12 * 20 {
			pass(lagInterval)
			q.drain()
		}
		recent, total := lag.Spreads()
		if recent.Max > lagInterval {
			t.Errorf("after 12 s the recent lag is still %v", recent)
		}
		if total.Max < 900*time.Millisecond {
			t.Errorf("the total lag forgot: %v", total)
		}
	})
}

func TestReadingChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var q queue
		lag := NewLag(q.do)
		lag.Start()
		defer lag.Close()
		pass(500 * time.Millisecond)
		first, firstTotal := lag.Spreads()
		second, secondTotal := lag.Spreads()
		if first != second || firstTotal != secondTotal {
			t.Errorf("%v, then %v", first, second)
		}
		q.drain()
	})
}

func TestQuantilesAreNearTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Int64Range(0, int64(10*time.Hour)), 1, 300).Draw(t, "durations")
		var h histogram
		for _, v := range values {
			h.add(time.Duration(v))
		}
		slices.Sort(values)
		for _, q := range []float64{0.5, 0.9, 0.99, 1} {
			want := time.Duration(values[max(0, int(math.Ceil(q*float64(len(values))))-1)])
			got := h.quantile(q)
			if got < want.Truncate(time.Microsecond) || float64(got) > float64(want)*1.017+float64(time.Microsecond) {
				t.Errorf("quantile %v = %v, want %v", q, got, want)
			}
		}
		if h.max != time.Duration(values[len(values)-1]) {
			t.Errorf("max %v", h.max)
		}
	})
}

func BenchmarkSample(b *testing.B) {
	lag := &Lag{start: time.Now()}
	b.ReportAllocs()
	for b.Loop() {
		lag.begin()
		lag.end()
	}
}

// pass lets the test's clock run.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}
