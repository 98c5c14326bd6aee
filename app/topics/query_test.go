package topics

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"streamscope/connections"

	"pgregory.net/rapid"
)

func TestQueryFindsWhatItSays(t *testing.T) {
	x := New(Options{Now: func() int64 { return 100 * second }})
	for _, m := range []struct {
		topic, payload string
		at             int64
		retained       bool
	}{
		{"Plant/line4/press/temp", "21.4", 99, false},
		{"plant/line4/press/state", "running", 80, false},
		{"plant/line 10/press/temp", `{"value":3,"note":"Überlauf"}`, 95, false},
		{"plant/debug", "", 10, true},
		{"$SYS/uptime", "17 s", 99, false},
		{"plant", "off", 100, true},
	} {
		x.Put(&connections.Message{Topic: m.topic, Payload: []byte(m.payload), Retained: m.retained}, m.at*second)
	}
	const (
		temp4, state4, temp10, debug, system, plant = 1, 2, 4, 8, 16, 32
	)
	for _, c := range []struct {
		text string
		more Query
		want int
	}{
		{"", Query{}, 63},
		{"PRESS", Query{}, temp4 | state4 | temp10},
		{"press temp", Query{}, temp4 | temp10},
		{"press -temp", Query{}, state4},
		{"-press", Query{}, debug | system | plant},
		{`"line 10"`, Query{}, temp10},
		{`-"line 10" temp`, Query{}, temp4},
		{"ess/te", Query{}, temp4 | temp10},
		{"plant/", Query{}, temp4 | state4 | temp10 | debug},
		{"plant/line4/press/temp", Query{}, temp4},
		{"plant/+/press/temp", Query{}, temp4 | temp10},
		{"plant/#", Query{}, temp4 | state4 | temp10 | debug | plant},
		{"#", Query{}, 63 &^ system},
		{"+/uptime", Query{}, 0},
		{"$SYS/#", Query{}, system},
		{"plant/# -+/+/+/state", Query{}, temp4 | temp10 | debug | plant},
		{"+", Query{}, plant},
		{`"+"`, Query{}, 0},
		{`/line\s?[0-9]+.press.T/`, Query{}, temp4 | temp10},
		{"/^plant$/", Query{}, plant},
		{"-/p/", Query{}, 0},
		{"-/press/ -$", Query{}, debug | plant},
		{"//", Query{}, 0},
		{"running", Query{}, 0},
		{"running", Query{Payloads: true}, state4},
		{"RUN press", Query{Payloads: true}, state4},
		{"überlauf", Query{Payloads: true}, temp10},
		{"-over -Überlauf plant", Query{Payloads: true}, temp4 | state4 | debug | plant},
		{`/^\d+\.\d$/`, Query{Payloads: true}, temp4},
		{"#", Query{Payloads: true}, 63 &^ system},
		{"", Query{Retained: true}, debug | plant},
		{"", Query{Numbers: true}, temp4 | temp10 | system | plant},
		{"press", Query{Numbers: true}, temp4 | temp10},
		{"", Query{ChangedWithin: 10 * time.Second}, temp4 | temp10 | system},
		{"", Query{SilentFor: 10 * time.Second}, state4 | debug},
		{"plant/#", Query{SilentFor: 2 * time.Second, Numbers: true}, temp10},
	} {
		t.Run(fmt.Sprintf("%s %+v", c.text, c.more), func(t *testing.T) {
			q, err := ParseQuery(c.text)
			if err != nil {
				t.Fatal(err)
			}
			c.more.terms = q.terms
			f, err := x.Flatten(t.Context(), View{Query: c.more, OpenAll: true})
			if err != nil {
				t.Fatal(err)
			}
			got := 0
			for _, r := range f.Rows {
				if e, ok := x.Latest(r.Node); ok && (r.Hit || c.more.IsZero()) {
					got |= 1 << (e.Seq - 1)
				}
			}
			if got != c.want || f.Partial {
				t.Errorf("found %06b, want %06b", got, c.want)
			}
		})
	}
}

func TestQueryThatCannotBeRead(t *testing.T) {
	if _, err := ParseQuery("press /[a/"); err == nil || !strings.Contains(err.Error(), "/[a/") {
		t.Errorf("error %v", err)
	}
	x := New(Options{})
	put(x, "a/[a/b", "", 0)
	if got := list(t, x, View{Filter: "/[a/"}); len(got) != 3 {
		t.Errorf("looked for as it stands, it finds %q", got)
	}
	for _, text := range []string{"-", "- a", `"`, `""`, `-""`, "-+", "  ", `"a`, "/", "#/a"} {
		if q, err := ParseQuery(text); err != nil {
			t.Errorf("%q: %v %+v", text, err, q)
		}
	}
}

// TestQueryAgainstNaive compares with looking at every topic as a whole, while topics come and
// go.
func TestQueryAgainstNaive(t *testing.T) {
	words := rapid.OneOf(
		rapid.SampledFrom([]string{
			"a", "B", "ab", "/", "a/", "/b", "b/a", "a/b/a", "//", "a//", "é", "É/a", "s1", "K", "\xff", "a b",
			"1/2/3/4/5/6/7/8", "a/b/a/b/a/b/a/b",
		}),
		rapid.SampledFrom([]string{"+", "#", "a/#", "+/b", "+/+", "a/+/#", "/+", "+/", "É/#", "+/+/+/+/+/+/+", "a/b/a/b/a/b/a/#"}),
		rapid.SampledFrom([]string{"/a.b/", "/^a/", "/[ab]$/", "/x+/"}),
	)
	levels := rapid.SampledFrom([]string{"", "a", "b", "A", "ab", "é", "É", "s1", "$x", "\u212a", "\xff", "a b", "a/b/c"})
	long := strings.Repeat("a/b/", 2100)
	rapid.Check(t, func(t *rapid.T) {
		x := New(Options{})
		messages := map[string]string{}
		for range rapid.IntRange(1, 3).Draw(t, "rounds") {
			for _, l := range rapid.SliceOfN(rapid.SliceOfN(levels, 1, 9), 1, 30).Draw(t, "topics") {
				topic := strings.Join(l, "/")
				if rapid.IntRange(0, 20).Draw(t, "long") == 0 {
					topic = long + topic
				}
				messages[topic] = rapid.SampledFrom([]string{"", "a", "x21", "É 7", "9"}).Draw(t, "payload")
				put(x, topic, messages[topic], 0)
			}
			if rapid.Bool().Draw(t, "clear") {
				for _, topic := range rapid.SliceOfN(rapid.SampledFrom(keys(messages)), 0, 2).Draw(t, "cleared") {
					if len(topic) > 1000 {
						continue // its last levels stay together, so others can begin with it
					}
					if id, ok := x.Find(topic); ok {
						x.Clear(id)
					}
					for other := range messages {
						if other == topic || strings.HasPrefix(other, topic+"/") {
							delete(messages, other)
						}
					}
				}
			}
			q := Query{Payloads: rapid.Bool().Draw(t, "payloads"), Numbers: rapid.IntRange(0, 4).Draw(t, "numbers") == 0}
			list := rapid.SliceOfN(words, 0, 3).Draw(t, "words")
			var excluded []bool
			for _, w := range list {
				term, minus := term{}, rapid.Bool().Draw(t, "exclude")
				if err := term.read(w); err != nil {
					t.Fatal(err)
				}
				term.exclude = minus
				q.terms, excluded = append(q.terms, term), append(excluded, minus)
			}
			var want []string
			for topic, p := range messages {
				if naive(list, excluded, q.Payloads, topic, p) && (!q.Numbers || strings.ContainsAny(p, "79") && p[0] == '9') {
					want = append(want, topic)
				}
			}
			slices.Sort(want)
			checkQuery(t, x, q, want)
		}
	})
}

func keys(m map[string]string) []string {
	list := []string{"nothing"}
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

func naive(words []string, excluded []bool, payloads bool, topic, p string) bool {
	for i, w := range words {
		is := false
		switch low := strings.ToLower(topic); {
		case len(w) > 2 && w[0] == '/' && w[len(w)-1] == '/':
			e := regexp.MustCompile("(?i)" + w[1:len(w)-1])
			is = e.MatchString(topic) || payloads && e.MatchString(p)
		case strings.ContainsAny(w, "+#"):
			is = connections.Match(strings.ToLower(w), low)
		default:
			is = strings.Contains(low, strings.ToLower(w)) || payloads && strings.Contains(strings.ToLower(p), strings.ToLower(w))
		}
		if is == excluded[i] {
			return false
		}
	}
	return true
}

func checkQuery(t *rapid.T, x *Index, q Query, want []string) {
	screens := 0
	f, err := x.Flatten(context.Background(), View{Query: q, OpenAll: true, Progress: func(*Flat) { screens++ }})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	path := map[int]string{}
	for i, r := range f.Rows {
		if r.Topic && (r.Hit || q.IsZero()) {
			got = append(got, x.Path(r.Node))
		}
		path[int(r.Depth)] = x.Path(r.Node)
		if r.Depth > 0 && !strings.HasPrefix(x.Path(r.Node), path[int(r.Depth)-1]+"/") {
			t.Fatalf("%q stands beneath %q", x.Path(r.Node), path[int(r.Depth)-1])
		}
		if beneath := i+1 < len(f.Rows) && f.Rows[i+1].Depth > r.Depth; r.Open != beneath || !r.Hit && !r.Branch && !q.IsZero() {
			t.Fatalf("row %d of %q: %+v", i, x.Path(r.Node), r)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) || f.Hits != len(want) {
		t.Fatalf("%+v found %.300q, %d hits, want %.300q", q.terms, fmt.Sprint(got), f.Hits, fmt.Sprint(want))
	}
}

// TestFirstScreenIsTheBeginning wants what Progress gets first to be how the whole list begins.
func TestFirstScreenIsTheBeginning(t *testing.T) {
	x := New(Options{})
	for i := range 40_000 {
		put(x, fmt.Sprintf("site%d/line%d/sensor%d", i%7, i%100/7, i*7919%40_000), fmt.Sprint(i%5), 0)
	}
	for _, v := range []View{
		{OpenAll: true}, {Filter: "sensor"}, {Filter: "sensor1 -site3"}, {Filter: "site6/+/sensor1"},
		{Filter: "site5/line3/"}, {Filter: "/sensor.*7$/"}, {Filter: "nothing"}, {Filter: "r123"},
		{Query: Query{Numbers: true}},
	} {
		var first *Flat
		v.Progress = func(f *Flat) { first = cmp.Or(first, f) }
		f, err := x.Flatten(t.Context(), v)
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			if len(f.Rows) > screen {
				t.Errorf("%+v: no first screen of %d rows", v, len(f.Rows))
			}
			continue
		}
		if !first.Partial || f.Partial || first.Hits > f.Hits || len(first.Rows) < screen/2 {
			t.Errorf("%+v: %d of %d rows, %d of %d hits", v, len(first.Rows), len(f.Rows), first.Hits, f.Hits)
		}
		for i, r := range first.Rows {
			if v.Query.Numbers || strings.HasPrefix(v.Filter, "/") {
				break // these come as they are found
			}
			if whole := f.Rows[i]; r.Node != whole.Node || r.Hit != whole.Hit || r.Depth != whole.Depth {
				t.Fatalf("%+v: row %d is %+v, then %+v", v, i, r, whole)
			}
		}
	}
}

func TestSearchStops(t *testing.T) {
	x := New(Options{})
	for i := range 5_000 {
		put(x, fmt.Sprintf("a/%d", i), "payload", 0)
	}
	for _, v := range []View{{Filter: "1"}, {Filter: "/1$/"}, {Filter: "load", Query: Query{Payloads: true}}} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if f, err := x.Flatten(ctx, v); !errors.Is(err, context.Canceled) || f != nil {
			t.Errorf("cancelled: %v", err)
		}
	}
	if !bytes.Equal(x.lexicon.text[:1], []byte("/")) {
		t.Error("a search that was cancelled left the lexicon broken")
	}
	if got := list(t, x, View{Filter: "a/77"}); len(got) != 12 {
		t.Errorf("%d rows after that", len(got))
	}
}
