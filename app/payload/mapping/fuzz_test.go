package mapping

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"streamscope/app/payload"
	"streamscope/connections"
	"streamscope/connections/profile"
)

func TestPatternsSurviveTheirText(t *testing.T) {
	key := rapid.OneOf(rapid.StringMatching(`[a-z]{1,3}`), rapid.StringMatching(`[a.:{}"\\ ü]{0,4}`))
	place := rapid.Custom(func(t *rapid.T) part {
		return part{path: rapid.SliceOfN(key, 1, maxPath).Draw(t, "path"), levels: rapid.Bool().Draw(t, "levels")}
	})
	literal := rapid.Custom(func(t *rapid.T) part { return part{text: rapid.StringMatching(`[a/{}:"ü]{1,5}`).Draw(t, "text")} })
	rapid.Check(t, func(t *rapid.T) {
		var want pattern
		for _, p := range rapid.SliceOfN(rapid.OneOf(place, literal), 0, 6).Draw(t, "parts") {
			if n := len(want); n > 0 && p.path == nil && want[n-1].path == nil {
				continue // two literals in a row are one
			}
			want = append(want, p)
		}
		got, err := parsePattern(want.String())
		if err != nil {
			t.Fatalf("%q: %v", want.String(), err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(part{})); diff != "" {
			t.Fatalf("%q:\n%s", want.String(), diff)
		}
	})
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{"", "{a}", "{{a}}", `{"a.b".c:levels}/x`, "{", "}", `{"\u0000"}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePattern(s)
		if err != nil {
			return
		}
		again, err := parsePattern(p.String())
		if err != nil {
			t.Fatalf("%q becomes %q: %v", s, p.String(), err)
		}
		if diff := cmp.Diff(p, again, cmp.AllowUnexported(part{})); diff != "" {
			t.Fatalf("%q becomes %q:\n%s", s, p.String(), diff)
		}
	})
}

// FuzzMap: whatever the rule and the frame, every topic is one, nothing is lost, and what fits
// is JSON.
func FuzzMap(f *testing.F) {
	f.Add("keys", "{a}/{b.c:levels}", "", "v", "t", "s", []byte(`{"a":"x","b":{"c":"1.2"},"v":[1],"t":5}`))
	f.Add("leaves", "p/{a}", "r", "", "", "", []byte(`{"a":"+","r":[{"":{}},[[]],"\u0000"]}`))
	f.Add("", "t", "-", "", "", "ns", []byte(`[1,2`))
	f.Add("leaves", "", "us.vs", "", "t", "rfc3339", []byte(`{"us":[{"vs":[1,{"x":[]}]}],"t":"2024-01-01T00:00:00Z"}`))
	f.Add("keys", "{0}", "-", "0", "0", "ms", []byte(` [[1e5 ],["\ud800"]] `))
	f.Fuzz(func(t *testing.T, kind, topic, each, value, at, format string, frame []byte) {
		path := func(s string) []string {
			switch s {
			case "":
				return nil
			case "-":
				return []string{}
			}
			return strings.Split(s, ".")
		}
		m, err := Compile(profile.Mapping{
			Kind: kind, Topic: topic, Each: path(each), Value: path(value), Time: path(at), TimeFormat: format,
		})
		if err != nil {
			return
		}
		before := bytes.Clone(frame)
		count, unmapped, whole := 0, 0, false
		fits := m.Map(frame, func(topic string, p []byte, at int64) {
			count++
			if err := connections.ValidTopic(topic); err != nil {
				t.Fatalf("%q: %v", topic, err)
			}
			if topic == Unmapped {
				unmapped++
				whole = whole || bytes.Equal(p, frame)
			}
			if at < 0 {
				t.Fatalf("time %d", at)
			}
		})
		if !bytes.Equal(frame, before) {
			t.Fatal("the frame has changed")
		}
		if count == 0 || count > MaxMessages+1 {
			t.Fatalf("%d messages", count)
		}
		if !fits && unmapped == 0 {
			t.Fatal("what does not fit was lost")
		}
		if payload.CheckJSON(trim(frame)) != nil && kind != profile.MapFixed && !whole {
			t.Fatal("what is no JSON was not kept whole")
		}
	})
}
