package topics

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"streamscope/connections"

	"pgregory.net/rapid"
)

// oddLevels are levels that a broker may send although nobody would choose them.
var oddLevels = []string{
	"", " ", "$SYS", "=1+2", "+1", "@sum", "-x", "<b>bold</b>", "&amp;", "**md**", "[x](y)", "'; DROP TABLE", "a\tb", "line\nbreak",
	"\x01\x1b[31m", "\u202eevil\u202c", "שלום", "مرحبا", "e\u0301", "é", "👩‍👩‍👧‍👦", "🇩🇪", "\u200b", "\ufeff", "ẞ", "İ", "ı", "ſ", "K", "\xff\xfe", "日本",
	strings.Repeat("x", 300), "#", "+", "\"quoted\"", "/regex", "2", "10", "010", "9999999999999999999999",
}

// TestOddNames wants every topic to be found by its path, listed once beneath its parents, found
// by its own words, and hidden by its own exclusion with all beneath and nothing else.
func TestOddNames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := New(Options{})
		levels := rapid.SliceOfN(rapid.SampledFrom(oddLevels), 1, 5)
		all := map[string]bool{}
		for _, l := range rapid.SliceOfN(levels, 1, 30).Draw(t, "topics") {
			topic := strings.Join(l, "/")
			all[topic] = true
			put(x, topic, "1", 0)
		}
		f, err := x.Flatten(context.Background(), View{OpenAll: true})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, r := range f.Rows {
			path := x.Path(r.Node)
			if seen[path] {
				t.Fatalf("%q is listed twice", path)
			}
			seen[path] = true
			if id, ok := x.Find(path); !ok || id != r.Node || r.Topic != all[path] || int(r.Depth) != strings.Count(path, "/") {
				t.Fatalf("%q: %v %v, %+v", path, id, ok, r)
			}
		}
		for topic := range all {
			if !seen[topic] {
				t.Fatalf("%q is not listed", topic)
			}
		}
		one := rapid.SampledFrom(slices.Sorted(func(yield func(string) bool) {
			for topic := range all {
				if !yield(topic) {
					return
				}
			}
		})).Draw(t, "one")
		if !utf8.ValidString(one) {
			return // no broker may send it, and no text says it
		}
		checkExcluding(t, x, all, one)
	})
}

func checkExcluding(t *rapid.T, x *Index, all map[string]bool, one string) {
	q, err := ParseQuery(Excluding(one))
	if err != nil {
		t.Fatal(err)
	}
	f, err := x.Flatten(context.Background(), View{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, r := range f.Rows {
		if r.Hit {
			left[x.Path(r.Node)] = true
		}
	}
	for topic := range all {
		// Capitals do not matter to a filter.
		beneath := strings.EqualFold(topic, one) || len(topic) > len(one) && strings.HasPrefix(strings.ToLower(topic), strings.ToLower(one)+"/")
		if !beneath && !left[topic] {
			t.Fatalf("%q hides %q", Excluding(one), topic)
		}
		if (topic == one || strings.HasPrefix(topic, one+"/")) && left[topic] {
			t.Fatalf("%q leaves %q", Excluding(one), topic)
		}
	}
}

// TestTopicsThatDifferAtTheEndAlone has a plant's worth of names that are alike for long.
func TestTopicsThatDifferAtTheEndAlone(t *testing.T) {
	const n = 100_000
	stem := "plant/" + strings.Repeat("very-long-", 12)
	x := New(Options{})
	for i := range n {
		put(x, stem+string([]byte{'a' + byte(i>>16), 'a' + byte(i>>12&15), 'a' + byte(i>>8&15), 'a' + byte(i>>4&15), 'a' + byte(i&15)}), "", int64(i))
	}
	f, err := x.Flatten(t.Context(), View{OpenAll: true})
	if err != nil || len(f.Rows) != n+1 || f.Topics != n {
		t.Fatal(len(f.Rows), err)
	}
	for i := 2; i < len(f.Rows); i++ {
		if a, b := x.Path(f.Rows[i-1].Node), x.Path(f.Rows[i].Node); a >= b {
			t.Fatalf("%q stands before %q", a, b)
		}
	}
	if f, err = x.Flatten(t.Context(), View{Filter: "-babab"}); err != nil || f.Hits != n-1 {
		t.Errorf("%d hits, %v", f.Hits, err)
	}
	for _, i := range []int{0, 1, n / 2, n - 1} {
		path := stem + string([]byte{'a' + byte(i>>16), 'a' + byte(i>>12&15), 'a' + byte(i>>8&15), 'a' + byte(i>>4&15), 'a' + byte(i&15)})
		if r := rowOf(t, x, path); r.Time != int64(i) {
			t.Errorf("%q holds the message of %d", path, r.Time)
		}
	}
}

// TestTopicsThatComeAndGo wants the memory of what was cleared back, over and over.
func TestTopicsThatComeAndGo(t *testing.T) {
	const n, rounds = 10_000, 30
	x := New(Options{Budget: NewBudget(16 << 20)})
	var first, last uint64
	for round := range rounds {
		for i := range n {
			put(x, fmt.Sprintf("come/and-%d/go-%d", round, i), "21.5", int64(round)*second)
		}
		x.Housekeep()
		if f, err := x.Flatten(t.Context(), View{Filter: fmt.Sprintf("and-%d", round)}); err != nil || f.Hits != n {
			t.Fatalf("round %d: %d hits, %v", round, f.Hits, err)
		}
		if f, err := x.Flatten(t.Context(), View{OpenAll: true, Order: OrderRate, Hold: true}); err != nil || f.Topics != n {
			t.Fatalf("round %d: %d topics, %v", round, f.Topics, err)
		}
		id, _ := x.Find("come")
		x.Clear(id)
		x.Housekeep()
		if c := x.Counts(); c.Topics != 0 || c.Kept != 0 || c.Cleared != uint64((round+1)*n) {
			t.Fatalf("round %d: %+v", round, c)
		}
		switch round {
		case 4:
			first = live()
		case rounds - 1:
			last = live()
		}
	}
	if last > first+4<<20 {
		t.Errorf("the heap grew from %d to %d bytes", first, last)
	}
	runtime.KeepAlive(x)
}

// TestAFloodOfRetainedMessages has a broker send all that it keeps at once: it is shown, and
// counts as nothing that happens now.
func TestAFloodOfRetainedMessages(t *testing.T) {
	const n = 50_000
	c := &clock{now: 1000 * second}
	x := New(Options{Now: c.Now})
	for i := range n {
		x.Put(&connections.Message{Topic: fmt.Sprintf("plant/line%d/press%d", i%50, i), Payload: []byte("7"), Size: 1, Retained: true}, c.now)
	}
	c.now += second
	x.Housekeep()
	if r := rowOf(t, x, "plant"); r.Messages != n || r.BeneathRate != 0 || r.Topics != n {
		t.Errorf("%+v", r)
	}
	if r := rowOf(t, x, "plant/line7/press7"); !r.Retained || r.Rate(c.now) != 0 || r.Silent(c.now) {
		t.Errorf("%+v", r)
	}
	for _, q := range []struct {
		query Query
		hits  int
	}{{Query{Retained: true}, n}, {Query{Numbers: true}, n}, {Query{ChangedWithin: time.Minute}, 0}} {
		if f, err := x.Flatten(t.Context(), View{Query: q.query}); err != nil || f.Hits != q.hits {
			t.Errorf("%+v: %d hits, %v", q.query, f.Hits, err)
		}
	}
	put(x, "plant/line7/press7", "8", c.now)
	c.now += second
	x.Housekeep()
	if f, err := x.Flatten(t.Context(), View{Order: OrderRate, OpenAll: true}); err != nil || x.Path(f.Rows[1].Node) != "plant/line7" {
		t.Errorf("%v: the one branch with news is not first", err)
	}
	if r := rowOf(t, x, "plant"); math.Abs(r.BeneathRate-1) > 0.5 {
		t.Errorf("a rate of %v", r.BeneathRate)
	}
}
