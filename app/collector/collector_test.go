package collector

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 6400}, {1 << 20, 6400}, {16 << 20, 400}, {64 << 20, 100}, {106 << 20, 60}, {1 << 40, 60}} {
		if got := percent(c.live); got != c.want {
			t.Errorf("%d bytes in use: %d %%, want %d %%", c.live, got, c.want)
		}
	}
}

// TestTheRuleFollowsWhatIsInUse fills the heap and empties it.
func TestTheRuleFollowsWhatIsInUse(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(100)
	Tune()
	await := func(what string, is func(percent uint64) bool) {
		t.Helper()
		now := []metrics.Sample{{Name: "/gc/gogc:percent"}}
		for end := time.Now().Add(10 * time.Second); ; {
			runtime.GC()
			if metrics.Read(now); is(now[0].Value.Uint64()) {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%s: %d %%", what, now[0].Value.Uint64())
			}
		}
	}
	await("empty", func(p uint64) bool { return p > 1000 })
	fill(func() { await("full", func(p uint64) bool { return p == share }) })
	await("empty again", func(p uint64) bool { return p > 1000 })
}

// fill holds 256 MB while f runs.
func fill(f func()) {
	full := make([]byte, 256<<20)
	f()
	runtime.KeepAlive(full)
}
