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
		live, floor uint64
		want        int
	}{
		{0, floor, 6400}, {1 << 20, floor, 6400}, {16 << 20, floor, 400}, {64 << 20, floor, 100}, {106 << 20, floor, 60}, {1 << 40, floor, 60},
		{64 << 20, busyFloor, 200}, {128 << 20, busyFloor, 100}, {1 << 40, busyFloor, 60},
	} {
		if got := percent(c.live, c.floor); got != c.want {
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

// TestTheFloorIsHigherUnderLoad wants collections that follow each other closely to leave more
// garbage, and one that comes late to leave as little as before.
func TestTheFloorIsHigherUnderLoad(t *testing.T) {
	r, now := &rule{}, time.Now()
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{time.Hour, 400}, {time.Second, 800}, {closely - 1, 800}, {closely, 400}, {time.Hour, 400}} {
		now = now.Add(step.after)
		if got := r.next(now, 16<<20); got != step.want {
			t.Errorf("%v after the last collection: %d %%, want %d %%", step.after, got, step.want)
		}
	}
}
