package connections

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		filter, topic string
		want          bool
	}{
		// The examples of MQTT 3.1.1 §4.7.
		{"sport/tennis/player1/#", "sport/tennis/player1", true},
		{"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
		{"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
		{"sport/#", "sport", true},
		{"sport/tennis/+", "sport/tennis/player1", true},
		{"sport/tennis/+", "sport/tennis/player1/ranking", false},
		{"sport/+", "sport", false},
		{"sport/+", "sport/", true},
		{"+/+", "/finance", true},
		{"/+", "/finance", true},
		{"+", "/finance", false},
		{"#", "$SYS/uptime", false},
		{"+/monitor/Clients", "$SYS/monitor/Clients", false},
		{"$SYS/#", "$SYS/uptime", true},
		{"$SYS/monitor/+", "$SYS/monitor/Clients", true},
		// And what else may come.
		{"#", "a", true},
		{"#", "/", true},
		{"a", "a", true},
		{"a", "A", false},
		{"a", "a/b", false},
		{"a/b", "a", false},
		{"a/+/c", "a//c", true},
		{"+/$x", "a/$x", true},
		{"$share/group/a/+", "a/b", true},
		{"$share/group/#", "$SYS/uptime", false},
	}
	for _, tt := range tests {
		if got := Match(tt.filter, tt.topic); got != tt.want {
			t.Errorf("Match(%q, %q) = %v", tt.filter, tt.topic, got)
		}
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() { Match("a/+/c/#", "a/b/c/d/e") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestValid(t *testing.T) {
	long := strings.Repeat("x", 65536)
	for filter, want := range map[string]bool{
		"#": true, "+": true, "a/#": true, "+/a/+": true, "/": true, "a b": true, "$share/g/a/#": true, long[:65535]: true,
		"": false, "a#": false, "#/a": false, "a/#/b": false, "a+": false, "a/+b/c": false, "a\x00": false, "\xff": false,
		long: false, "$share/g": false, "$share//a": false, "$share/g/": false, "$share/+/a": false,
	} {
		if err := ValidFilter(filter); (err == nil) != want {
			t.Errorf("ValidFilter(%.20q) = %v", filter, err)
		}
	}
	for topic, want := range map[string]bool{
		"a": true, "/": true, "a//b": true, "$SYS/x": true, "ü/☆": true,
		"": false, "a/+": false, "#": false, "a\x00b": false, "\xc3": false, long: false,
	} {
		if err := ValidTopic(topic); (err == nil) != want {
			t.Errorf("ValidTopic(%.20q) = %v", topic, err)
		}
	}
}

func TestReduce(t *testing.T) {
	tests := map[string]struct {
		subs    []Subscription
		send    []string
		covered map[string]string
	}{
		"nothing":              {nil, nil, map[string]string{}},
		"apart":                {filterList("a/#", "b/+"), []string{"a/#", "b/+"}, map[string]string{}},
		"one covers all":       {filterList("a/b", "#", "a/#"), []string{"#"}, map[string]string{"a/b": "#", "a/#": "#"}},
		"twice the same":       {filterList("a", "a"), []string{"a"}, map[string]string{}},
		"two of equal meaning": {filterList("#", "+/#", "a"), []string{"#"}, map[string]string{"+/#": "#", "a": "#"}},
		"$SYS stands apart":    {filterList("#", "$SYS/#"), []string{"#", "$SYS/#"}, map[string]string{}},
		"off covers nothing":   {append(filterList("a"), Subscription{Filter: "#", Off: true}), []string{"a"}, map[string]string{}},
		"shared stands apart":  {filterList("a/#", "$share/g/a/b"), []string{"a/#", "$share/g/a/b"}, map[string]string{}},
	}
	for name, tt := range tests {
		send, covered := Reduce(tt.subs)
		var got []string
		for _, s := range send {
			got = append(got, s.Filter)
		}
		if diff := cmp.Diff(tt.send, got) + cmp.Diff(tt.covered, covered); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	narrow := Subscription{Filter: "a/b", Colour: "#ff0000"}
	for _, other := range []Subscription{{NoLocal: true}, {RetainAsPublished: true}, {RetainHandling: 1}, {Colour: "#00ff00"}} {
		wide := other
		wide.Filter = "a/#"
		send, covered := Reduce([]Subscription{wide, narrow})
		if alone := other.Colour != ""; (len(send) == 1) != alone || (covered["a/b"] != "") != alone || send[0].Colour != "" {
			t.Errorf("%+v beside %+v: sent %+v", narrow, wide, send)
		}
	}
	if send, _ := Reduce([]Subscription{{Filter: "a"}, {Filter: "a", QoS: 2}}); send[0].QoS != 2 {
		t.Errorf("of two equal filters %v stays", send)
	}
}

func filterList(filters ...string) (subs []Subscription) {
	for _, f := range filters {
		subs = append(subs, Subscription{Filter: f})
	}
	return subs
}

var (
	levels    = rapid.SampledFrom([]string{"a", "b", "", "$x"})
	topicGen  = rapid.Custom(func(t *rapid.T) string { return strings.Join(rapid.SliceOfN(levels, 1, 4).Draw(t, "levels"), "/") })
	filterGen = rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.OneOf(levels, rapid.Just("+")), 0, 3).Draw(t, "levels")
		if len(parts) == 0 || rapid.Bool().Draw(t, "deep") {
			parts = append(parts, "#")
		}
		return strings.Join(parts, "/")
	})
)

// matchSlowly is Match written from the specification, level by level.
func matchSlowly(filter, topic []string) bool {
	switch {
	case len(filter) == 0:
		return len(topic) == 0
	case filter[0] == "#":
		return true
	case len(topic) == 0:
		return false
	}
	return (filter[0] == "+" || filter[0] == topic[0]) && matchSlowly(filter[1:], topic[1:])
}

func TestMatchIsWhatTheSpecificationSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		filter, topic := filterGen.Draw(t, "filter"), topicGen.Draw(t, "topic")
		if filter == "" || topic == "" {
			return
		}
		want := matchSlowly(strings.Split(filter, "/"), strings.Split(topic, "/"))
		if topic[0] == '$' && strings.ContainsAny(filter[:1], "+#") {
			want = false
		}
		if got := Match(filter, topic); got != want {
			t.Fatalf("Match(%q, %q) = %v", filter, topic, got)
		}
	})
}

func TestReduceLosesNoTopic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(filterGen, 1, 6).Draw(t, "filters")
		topic := topicGen.Draw(t, "topic")
		if topic == "" { // no topic of MQTT is empty (MQTT 3.1.1 §4.7.3)
			return
		}
		send, covered := Reduce(filterList(all...))
		matches := func(s Subscription) bool { return Match(s.Filter, topic) }
		if want := slices.ContainsFunc(filterList(all...), matches); want != slices.ContainsFunc(send, matches) {
			t.Fatalf("%q: asking for %v instead of %v", topic, send, all)
		}
		for narrow, wide := range covered {
			if Match(narrow, topic) && !Match(wide, topic) {
				t.Fatalf("%q is said to cover %q, but not for %q", wide, narrow, topic)
			}
			if !slices.ContainsFunc(send, func(s Subscription) bool { return s.Filter == wide }) {
				t.Fatalf("%q covers %q and is not asked for", wide, narrow)
			}
		}
		for _, s := range send {
			for _, o := range send {
				if s != o && Covers(s.Filter, o.Filter) {
					t.Fatalf("%q is asked for beside %q", o.Filter, s.Filter)
				}
			}
		}
	})
}

func TestDoubledNamesWhatABrokerMaySendTwice(t *testing.T) {
	for _, tt := range []struct {
		name string
		subs []Subscription
		want map[string]string
	}{
		{"apart", filterList("a/#", "b/#", "a"), map[string]string{}},
		{"covered, so not asked for", filterList("a/#", "a/b"), map[string]string{}},
		{"crossing", filterList("a/#", "+/temp", "b"), map[string]string{"a/#": "+/temp", "+/temp": "a/#"}},
		{"other options", []Subscription{{Filter: "#"}, {Filter: "a/b", NoLocal: true}}, map[string]string{"#": "a/b", "a/b": "#"}},
		{"off", []Subscription{{Filter: "a/#"}, {Filter: "+/temp", Off: true}}, map[string]string{}},
		{"shared", filterList("a/#", "$share/g/a/b"), map[string]string{}},
		{"half typed", filterList("#", "a#", "$SYS/#", ""), map[string]string{}},
	} {
		if diff := cmp.Diff(tt.want, Doubled(tt.subs)); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

func TestOverlapIsNeverMissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, topic := filterGen.Draw(t, "a"), filterGen.Draw(t, "b"), topicGen.Draw(t, "topic")
		if a == "" || b == "" || topic == "" || ValidFilter(a) != nil || ValidFilter(b) != nil {
			return
		}
		if Match(a, topic) && Match(b, topic) && !Overlap(a, b) {
			t.Fatalf("%q and %q both match %q", a, b, topic)
		}
		if Overlap(a, b) != Overlap(b, a) {
			t.Fatalf("%q and %q depend on their order", a, b)
		}
	})
}
