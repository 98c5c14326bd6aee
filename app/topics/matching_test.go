package topics

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamscope/connections"
)

func TestMatchingCountsWhatTheFilterMatches(t *testing.T) {
	level := rapid.SampledFrom([]string{"a", "b", "", "$x"})
	topic := rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(level, 1, 4).Draw(t, "levels"), "/") })
	rapid.Check(t, func(t *rapid.T) {
		x := New(Options{})
		defer x.Close()
		told := rapid.SliceOfN(topic, 1, 20).Draw(t, "topics")
		for i, name := range told {
			if name != "" {
				put(x, name, "1", int64(i+1))
			}
		}
		x.Housekeep()
		levels := rapid.SliceOfN(rapid.OneOf(level, rapid.Just("+")), 0, 3).Draw(t, "filter")
		if len(levels) == 0 || rapid.Bool().Draw(t, "deep") {
			levels = append(levels, "#")
		}
		filter := strings.Join(levels, "/")
		if filter == "" {
			return
		}
		if rapid.Bool().Draw(t, "shared") {
			filter = "$share/group/" + filter
		}
		var messages uint64
		seen := map[string]bool{}
		for _, name := range told {
			if name != "" && connections.Match(filter, name) {
				messages++
				seen[name] = true
			}
		}
		if m, n := x.Matching(filter); m != messages || n != len(seen) {
			t.Fatalf("%q of %q: %d messages on %d topics, want %d on %d", filter, told, m, n, messages, len(seen))
		}
	})
}

func TestMatchingForgetsWhatWasCleared(t *testing.T) {
	x := New(Options{})
	defer x.Close()
	for i, name := range []string{"a/b", "a/c", "a/b", "d"} {
		put(x, name, "1", int64(i+1))
	}
	x.Housekeep()
	id, _ := x.Find("a/b")
	x.Clear(id)
	x.Housekeep()
	var got []uint64
	for _, f := range []string{"#", "a/#", "a/b", "+", "nowhere/#"} {
		n, _ := x.Matching(f)
		got = append(got, n)
	}
	if want := []uint64{2, 1, 0, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	x.Clear(0)
	if n, topics := x.Matching("#"); n != 0 || topics != 0 {
		t.Errorf("after clearing: %d on %d", n, topics)
	}
}

func BenchmarkMatching(b *testing.B) {
	x := filled(1_000_000)
	defer x.Close()
	x.Housekeep()
	for _, filter := range []string{"#", "site-0001/#", "+/+/+/temperature"} {
		b.Run(filter, func(b *testing.B) {
			for b.Loop() {
				x.Matching(filter)
			}
		})
	}
}
