package topics

import (
	"fmt"
	"testing"
)

// TestAPauseUnderLoad wants every row to show its value of then, whatever came since, and the
// memory of it to be given back.
func TestAPauseUnderLoad(t *testing.T) {
	const n = 50_000
	budget := NewBudget(8 << 20) // far less than there is to keep
	x := New(Options{Budget: budget})
	topic := func(i int) string { return fmt.Sprintf("plant/line%d/press%d/temp", i%10, i) }
	ids := make([]NodeID, n)
	for round := range 3 {
		for i := range n {
			ids[i] = put(x, topic(i), fmt.Sprint("before ", round, " ", i), int64(round)*second).Topic
		}
	}
	x.Pause()
	for round := range 3 {
		for i := range n {
			put(x, topic(i), fmt.Sprint("after ", round, " ", i), int64(10+round)*second)
		}
		x.Housekeep()
	}
	for i := range n {
		put(x, fmt.Sprint("new/", i), "late", 20*second)
	}
	var rows []Row
	for from := 0; from < n; from += 1000 {
		rows = x.Rows(ids[from:from+1000], rows)
		for k, r := range rows {
			if want := fmt.Sprint("before 2 ", from+k); string(r.Payload) != want || r.Count != 3 || r.Time != 2*second {
				t.Fatalf("while paused %s is %q, message %d, want %q", r.Path, r.Payload, r.Count, want)
			}
		}
	}
	if id, _ := x.Find("new/7"); x.Rows([]NodeID{id}, nil)[0].HasValue {
		t.Error("a topic that came later has a value")
	}
	counts := x.Counts()
	if counts.Received != 6*n+n || counts.Received != counts.Kept+counts.Evicted+counts.Cleared {
		t.Errorf("%+v", counts)
	}
	x.Resume()
	x.Housekeep()
	rows = x.Rows(ids[:1], rows)
	if string(rows[0].Payload) != "after 2 0" || rows[0].Count != 6 {
		t.Errorf("after the pause: %+v", rows[0])
	}
	if x.bytes > 8<<20 || x.pause.bytes != 0 {
		t.Errorf("%d bytes of history, %d of the pause", x.bytes, x.pause.bytes)
	}
	// What was saved in a pause is given back by clearing, too.
	x.Pause()
	for i := range n {
		put(x, topic(i), "again", 30*second)
	}
	x.Clear(0)
	x.Resume()
	x.Housekeep()
	if x.bytes != 0 || budget.used.Load() != 0 {
		t.Errorf("%d bytes, %d of the budget after clearing", x.bytes, budget.used.Load())
	}
}

// BenchmarkResume is what the end of a pause costs in which a million topics changed.
func BenchmarkResume(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		x := filled(1_000_000)
		x.Pause()
		for id := range NodeID(1_002_000) {
			if path := x.Path(id); path != "" {
				put(x, path, "1", second)
			}
		}
		b.StartTimer()
		x.Resume()
	}
}
