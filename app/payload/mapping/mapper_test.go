package mapping

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections/profile"
)

// compile makes the mapper of a rule that has to be right.
func compile(t testing.TB, rule profile.Mapping) *Mapper {
	t.Helper()
	m, err := Compile(rule)
	if err != nil {
		t.Fatalf("Compile(%+v): %v", rule, err)
	}
	return m
}

// mapped lists what a rule makes of frames, as "topic = payload" and with "@ time" if it has one.
func mapped(t testing.TB, rule profile.Mapping, frames ...string) (lines []string, fits bool) {
	t.Helper()
	m := compile(t, rule)
	fits = true
	for _, frame := range frames {
		ok := m.Map([]byte(frame), func(topic string, payload []byte, at int64) {
			line := topic + " = " + string(payload)
			if at != 0 {
				line += " @ " + time.Unix(0, at).UTC().Format(time.RFC3339Nano)
			}
			lines = append(lines, line)
		})
		fits = fits && ok
	}
	return lines, fits
}

func TestMap(t *testing.T) {
	keys := func(topic string) profile.Mapping { return profile.Mapping{Kind: profile.MapKeys, Topic: topic} }
	leaves := profile.Mapping{Kind: profile.MapLeaves}
	for name, test := range map[string]struct {
		rule  profile.Mapping
		frame string
		want  []string
	}{
		"fixed":              {profile.Mapping{Topic: "a/b"}, "whatever\x00", []string{"a/b = whatever\x00"}},
		"fixed, empty":       {profile.Mapping{Topic: "a/b"}, "", []string{"a/b = "}},
		"fixed, unnamed":     {profile.Mapping{}, "x", []string{"frames = x"}},
		"fixed with a value": {profile.Mapping{Topic: "a", Value: []string{"v"}}, `{"v":"x\ty"}`, []string{"a = x\ty"}},
		"fixed with a time": {profile.Mapping{Topic: "a", Time: []string{"t"}, TimeFormat: "ms"}, `{"t":1700000000123}`,
			[]string{`a = {"t":1700000000123} @ 2023-11-14T22:13:20.123Z`}},
		"keys":            {keys("{device}/{sensor}"), `{"device":"d1","sensor":"temp","v":1}`, []string{`d1/temp = {"device":"d1","sensor":"temp","v":1}`}},
		"literals":        {keys("plant/{{{device}}}/x"), `{"device":"d"}`, []string{`plant/{d}/x = {"device":"d"}`}},
		"nested keys":     {keys(`{a.b.1}`), `{"a":{"b":["x","y"]}}`, []string{`y = {"a":{"b":["x","y"]}}`}},
		"keys with dots":  {keys(`{"a.b".c}`), `{"a.b":{"c":"x"}}`, []string{`x = {"a.b":{"c":"x"}}`}},
		"escaped key":     {keys(`{ä}`), `{"\u00e4":"x"}`, []string{`x = {"\u00e4":"x"}`}},
		"number":          {keys("n/{n}"), `{"n":-1.5e3}`, []string{`n/-1.5e3 = {"n":-1.5e3}`}},
		"true":            {keys("{b}"), `{"b":true}`, []string{`true = {"b":true}`}},
		"levels":          {keys("{p:levels}"), `{"p":"a.b.c"}`, []string{`a/b/c = {"p":"a.b.c"}`}},
		"dots stay":       {keys("{p}"), `{"p":"a.b.c"}`, []string{`a.b.c = {"p":"a.b.c"}`}},
		"slashes":         {keys("x/{p}"), `{"p":"a/b"}`, []string{`x/a/b = {"p":"a/b"}`}},
		"wildcards":       {keys("{p}"), `{"p":"+/#/a+b#\u0000\u0007"}`, []string{`_/_/a_b___ = {"p":"+/#/a+b#\u0000\u0007"}`}},
		"empty levels":    {keys("{p}"), `{"p":"/a//"}`, []string{`_/a/_/_ = {"p":"/a//"}`}},
		"empty":           {keys("{p}"), `{"p":""}`, []string{`_ = {"p":""}`}},
		"system topics":   {keys("{p}"), `{"p":"$SYS/x"}`, []string{`_SYS/x = {"p":"$SYS/x"}`}},
		"money":           {keys("a/{p}"), `{"p":"$5"}`, []string{`a/$5 = {"p":"$5"}`}},
		"no UTF-8":        {keys("{p}"), "{\"p\":\"a\xffb\"}", []string{"a\uFFFDb = {\"p\":\"a\xffb\"}"}},
		"missing key":     {keys("{p}"), `{"q":1}`, []string{`unmapped = {"q":1}`}},
		"null":            {keys("{p}"), `{"p":null}`, []string{`unmapped = {"p":null}`}},
		"object as level": {keys("{p}"), `{"p":{}}`, []string{`unmapped = {"p":{}}`}},
		"no JSON":         {keys("{p}"), `hello`, []string{`unmapped = hello`}},
		"half JSON":       {keys("{p}"), `{"p":"a"`, []string{`unmapped = {"p":"a"`}},
		"nothing":         {keys("{p}"), ``, []string{`unmapped = `}},
		"space":           {keys("{p}"), " \n{ \"p\" : \"a\" , \"q\" : [ 1 , 2 ] }\n", []string{"a = { \"p\" : \"a\" , \"q\" : [ 1 , 2 ] }"}},
		"byte order mark": {keys("{p}"), "\xEF\xBB\xBF{\"p\":\"a\"}", []string{`a = {"p":"a"}`}},
		"long topic":      {keys("{p}"), `{"p":"` + strings.Repeat("x", MaxTopic+1) + `"}`, []string{`unmapped = {"p":"` + strings.Repeat("x", MaxTopic+1) + `"}`}},
		"value":           {profile.Mapping{Kind: profile.MapKeys, Topic: "{p}", Value: []string{"v"}}, `{"p":"a","v":[1,2]}`, []string{`a = [1,2]`}},
		"missing value":   {profile.Mapping{Kind: profile.MapKeys, Topic: "{p}", Value: []string{"v"}}, `{"p":"a"}`, []string{`unmapped = {"p":"a"}`}},
		"literal topic":   {profile.Mapping{Kind: profile.MapKeys, Topic: "x/y", Value: []string{"v"}}, `{"v":1}`, []string{`x/y = 1`}},
		"first of equals": {keys("{p}"), `{"p":"a","p":"b"}`, []string{`a = {"p":"a","p":"b"}`}},

		"leaves": {leaves, `{"a":{"b":1,"c":[true,null,{"d":"x"}]},"e":""}`,
			[]string{"a/b = 1", "a/c/0 = true", "a/c/1 = null", "a/c/2/d = x", "e = "}},
		"leaves with a prefix": {profile.Mapping{Kind: profile.MapLeaves, Topic: "dev/{id}", Value: []string{"d"}}, `{"id":7,"d":{"x":1}}`, []string{"dev/7/x = 1"}},
		"leaves with a time": {profile.Mapping{Kind: profile.MapLeaves, Time: []string{"t"}, TimeFormat: "s"}, `{"t":1700000000.5,"v":1}`,
			[]string{"t = 1700000000.5 @ 2023-11-14T22:13:20.5Z", "v = 1 @ 2023-11-14T22:13:20.5Z"}},
		"empty containers": {leaves, `{"a":{},"b":[ ],"c":{ }}`, []string{"a = {}", "b = [ ]", "c = { }"}},
		"odd keys":         {leaves, `{"a/b":1,"":2,"+":3,"c\"d":4,"$x":5}`, []string{"a/b = 1", "_ = 2", "_ = 3", `c"d = 4`, "_x = 5"}},
		"lone value":       {profile.Mapping{Kind: profile.MapLeaves, Topic: "v"}, `42`, []string{"v = 42"}},
		"nameless value":   {leaves, `42`, []string{"unmapped = 42"}},
		"nameless object":  {leaves, `{}`, []string{"unmapped = {}"}},
		"array of leaves":  {leaves, `[1,[2]]`, []string{"0 = 1", "1/0 = 2"}},
		"long key": {leaves, `{"` + strings.Repeat("k", MaxTopic) + `":{"x":1},"y":2}`,
			[]string{"unmapped = 1", "y = 2"}},

		"each": {profile.Mapping{Kind: profile.MapKeys, Topic: "{dev}/{n}", Each: []string{"r"}, Value: []string{"v"}}, `{"dev":"d","r":[{"n":"a","v":1},{"n":"b","v":2}]}`,
			[]string{"d/a = 1", "d/b = 2"}},
		"inner before outer": {profile.Mapping{Kind: profile.MapKeys, Topic: "{n}", Each: []string{"r"}}, `{"n":"outer","r":[{"n":"inner"},{}]}`,
			[]string{`inner = {"n":"inner"}`, `outer = {}`}},
		"each of the document": {profile.Mapping{Topic: "x", Each: []string{}}, `[1,"two",{"three":3}]`, []string{"x = 1", "x = two", `x = {"three":3}`}},
		"each through arrays": {profile.Mapping{Kind: profile.MapKeys, Topic: "{u}/{n}", Each: []string{"us", "vs"}}, `{"us":[{"u":1,"vs":[{"n":"a"},{"n":"b"}]},{"u":2,"vs":[{"n":"c"}]}]}`,
			[]string{`1/a = {"n":"a"}`, `1/b = {"n":"b"}`, `2/c = {"n":"c"}`}},
		"each by index": {profile.Mapping{Topic: "x", Each: []string{"us", "1", "vs"}}, `{"us":[{"vs":[1]},{"vs":[2,3]}]}`, []string{"x = 2", "x = 3"}},
		"each of one":   {profile.Mapping{Kind: profile.MapKeys, Topic: "{n}", Each: []string{"r"}}, `{"r":{"n":"a"}}`, []string{`a = {"n":"a"}`}},
		"each of none":  {profile.Mapping{Topic: "x", Each: []string{"r"}}, `{"r":[]}`, []string{`unmapped = {"r":[]}`}},
		"each missing":  {profile.Mapping{Topic: "x", Each: []string{"r"}}, `{"q":[]}`, []string{`unmapped = {"q":[]}`}},
		"one misfit": {profile.Mapping{Kind: profile.MapKeys, Topic: "{n}", Each: []string{"r"}}, `{"r":[{"n":"a"},{"m":"b"}]}`,
			[]string{`a = {"n":"a"}`, `unmapped = {"m":"b"}`}},
		"each with a time": {profile.Mapping{Topic: "x", Each: []string{"r"}, Value: []string{"v"}, Time: []string{"t"}}, `{"t":"2024-05-01T00:00:00Z","r":[{"v":1},{"v":2,"t":"2024-05-02T00:00:00Z"}]}`,
			[]string{"x = 1 @ 2024-05-01T00:00:00Z", "x = 2 @ 2024-05-02T00:00:00Z"}},
		"leaves of each": {profile.Mapping{Kind: profile.MapLeaves, Topic: "{n}", Each: []string{"r"}, Value: []string{"v"}}, `{"r":[{"n":"a","v":{"x":1}},{"n":"b","v":{"x":2}}]}`,
			[]string{"a/x = 1", "b/x = 2"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, fits := mapped(t, test.rule, test.frame)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			misfit := strings.Contains(strings.Join(test.want, "\n"), Unmapped+" =")
			if fits == misfit {
				t.Errorf("fits: %v", fits)
			}
		})
	}
}

func TestCompileSaysWhatIsWrong(t *testing.T) {
	for name, rule := range map[string]profile.Mapping{
		"kind":                {Kind: "regexp"},
		"wildcard":            {Topic: "a/#"},
		"wildcard in pattern": {Kind: profile.MapKeys, Topic: "a/+/{b}"},
		"empty pattern":       {Kind: profile.MapKeys},
		"open":                {Kind: profile.MapKeys, Topic: "{a"},
		"closed":              {Kind: profile.MapKeys, Topic: "a}"},
		"no key":              {Kind: profile.MapKeys, Topic: "{}"},
		"no key after a dot":  {Kind: profile.MapKeys, Topic: "{a.}"},
		"two keys":            {Kind: profile.MapKeys, Topic: `{a"b"}`},
		"modifier":            {Kind: profile.MapKeys, Topic: "{a:upper}"},
		"open quote":          {Kind: profile.MapKeys, Topic: `{"a}`},
		"bad quote":           {Kind: profile.MapKeys, Topic: `{"\x"}`},
		"long path":           {Kind: profile.MapKeys, Topic: "{" + strings.Repeat("a.", maxPath) + "a}"},
		"long value path":     {Value: make([]string, maxPath+1)},
		"no UTF-8":            {Kind: profile.MapKeys, Topic: "\xff{a}"},
		"time format":         {Time: []string{"t"}, TimeFormat: "unix"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Compile(rule); err == nil || len(err.Error()) < 10 {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestTooManyMessagesAreKeptInOne(t *testing.T) {
	array := func(n int) string { return "[" + strings.TrimSuffix(strings.Repeat("1,", n), ",") + "]" }
	for name, rule := range map[string]profile.Mapping{
		"each": {Topic: "x", Each: []string{}}, "leaves": {Kind: profile.MapLeaves, Topic: "x"}, "misfits": {Kind: profile.MapKeys, Topic: "{a}", Each: []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := mapped(t, rule, array(MaxMessages)); len(got) != MaxMessages {
				t.Errorf("%d messages of %d elements", len(got), MaxMessages)
			}
			frame := array(MaxMessages + 1)
			got, fits := mapped(t, rule, frame)
			if len(got) != MaxMessages+1 || fits || got[MaxMessages] != Unmapped+" = "+frame {
				t.Errorf("%d messages, fits %v; the last: %.50q", len(got), fits, got[len(got)-1])
			}
		})
	}
}

// TestHostileFramesCostLittle gives frames to which a careless walk takes minutes.
func TestHostileFramesCostLittle(t *testing.T) {
	const size = 4 << 20
	deep := strings.Repeat(`{"a":`, 511) + `"` + strings.Repeat("x", size) + `"` + strings.Repeat("}", 511)
	long := `{"n":"` + strings.Repeat("n", 60_000) + `","r":[` + strings.TrimSuffix(strings.Repeat(`{},`, 9000), ",") + `]}`
	for name, test := range map[string]struct {
		rule  profile.Mapping
		frame string
	}{
		"deep":         {profile.Mapping{Kind: profile.MapLeaves}, deep},
		"deeper":       {profile.Mapping{Kind: profile.MapLeaves}, strings.Repeat("[", size)},
		"long topics":  {profile.Mapping{Kind: profile.MapKeys, Topic: "{n}", Each: []string{"r"}}, long},
		"long strings": {profile.Mapping{Kind: profile.MapKeys, Topic: "{n}"}, `{"n":"` + strings.Repeat(`\n`, size) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			m := compile(t, test.rule)
			var topics int
			start := time.Now()
			m.Map([]byte(test.frame), func(topic string, _ []byte, _ int64) { topics += len(topic) })
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
			if topics > 64*MaxTopic+MaxMessages*len(Unmapped) {
				t.Errorf("%d bytes of topics", topics)
			}
		})
	}
}

func TestTopicsAreInternedWithinBounds(t *testing.T) {
	m := compile(t, profile.Mapping{Kind: profile.MapKeys, Topic: "{n}"})
	for i := range 100_000 {
		m.Map(fmt.Appendf(nil, `{"n":"%d%s"}`, i, strings.Repeat("x", 100)), func(string, []byte, int64) {})
		if m.bytes > maxInterned || len(m.known)*64 > maxInterned {
			t.Fatalf("%d bytes in %d topics", m.bytes, len(m.known))
		}
	}
}

func TestMappingAllocatesLittle(t *testing.T) {
	frame := []byte(`{"dev":"d1","r":[{"n":"temp","v":21.5,"t":1700000000},{"n":"hum","v":40,"t":1700000001}]}`)
	var sink int
	emit := func(topic string, payload []byte, at int64) { sink += len(topic) + len(payload) + int(at&1) }
	for name, rule := range map[string]profile.Mapping{
		"fixed":  {Topic: "a/b"},
		"keys":   {Kind: profile.MapKeys, Topic: "{dev}/{n}", Each: []string{"r"}, Value: []string{"v"}, Time: []string{"t"}, TimeFormat: "s"},
		"leaves": {Kind: profile.MapLeaves, Topic: "x"},
	} {
		t.Run(name, func(t *testing.T) {
			m := compile(t, rule)
			if n := testing.AllocsPerRun(100, func() { m.Map(frame, emit) }); n != 0 {
				t.Errorf("%v allocations a frame", n)
			}
		})
	}
}

func TestPreview(t *testing.T) {
	rule := profile.Mapping{Kind: profile.MapKeys, Topic: "{n}", Each: []string{}}
	many := []byte("[" + strings.TrimSuffix(strings.Repeat(`{"n":"x"},`, 500), ",") + "]")
	got, err := Preview(rule, [][]byte{[]byte(`[{"n":"a"},{}]`), many})
	if err != nil {
		t.Fatal(err)
	}
	want := []Result{
		{Frame: 0, Topic: "a", Payload: []byte(`{"n":"a"}`), Fits: true},
		{Frame: 0, Topic: Unmapped, Payload: []byte(`{}`)},
	}
	if diff := cmp.Diff(want, got[:2]); diff != "" {
		t.Error(diff)
	}
	if len(got) != 2+previewed {
		t.Errorf("%d results", len(got))
	}
	if _, err := Preview(profile.Mapping{Kind: "?"}, nil); err == nil {
		t.Error("a rule that is wrong has a preview")
	}
}

func TestTemplates(t *testing.T) {
	samples := map[string]struct {
		frame string
		want  []string
	}{
		"signalk": {`{"context":"vessels.urn:mrn:imo:mmsi:234567890","updates":[{"$source":"gps","timestamp":"2024-05-01T12:00:00.500Z","values":[{"path":"navigation.speedOverGround","value":3.85},{"path":"navigation.position","value":{"latitude":60.1,"longitude":24.9}}]},{"timestamp":"2024-05-01T12:00:01Z","values":[{"path":"environment.depth.belowKeel","value":4}]}]}`,
			[]string{
				"vessels/urn:mrn:imo:mmsi:234567890/navigation/speedOverGround = 3.85 @ 2024-05-01T12:00:00.5Z",
				`vessels/urn:mrn:imo:mmsi:234567890/navigation/position = {"latitude":60.1,"longitude":24.9} @ 2024-05-01T12:00:00.5Z`,
				"vessels/urn:mrn:imo:mmsi:234567890/environment/depth/belowKeel = 4 @ 2024-05-01T12:00:01Z",
			}},
		"homeassistant": {`{"id":1,"type":"event","event":{"event_type":"state_changed","data":{"entity_id":"sensor.kitchen","old_state":null,"new_state":{"entity_id":"sensor.kitchen","state":"21.4","attributes":{"unit_of_measurement":"°C"}}},"time_fired":"2024-05-01T12:00:00.123456+00:00"}}`,
			[]string{"sensor/kitchen = 21.4 @ 2024-05-01T12:00:00.123456Z"}},
		"nodered": {`{"topic":"line/temp","payload":{"v":1},"_msgid":"abc"}`, []string{`line/temp = {"v":1}`}},
		"json":    {`{"temp":1,"tank":{"level":2}}`, []string{"temp = 1", "tank/level = 2"}},
	}
	for _, template := range Templates() {
		t.Run(template.ID, func(t *testing.T) {
			p := template.Profile
			if p.Protocol != profile.WebSocket || p.Stream == nil || p.Port == 0 || template.Name == "" || !strings.HasSuffix(template.About, ".") {
				t.Errorf("%+v", template)
			}
			sample := samples[template.ID]
			got, fits := mapped(t, p.Stream.Mapping, sample.frame)
			if diff := cmp.Diff(sample.want, got); diff != "" || !fits {
				t.Errorf("fits %v; want -, got +:\n%s", fits, diff)
			}
			hello, fits := mapped(t, p.Stream.Mapping, `"hello"`)
			if fits || len(hello) != 1 {
				t.Errorf("another frame becomes %q", hello)
			}
		})
	}
}

func TestTopicOfPaths(t *testing.T) {
	got := Topic([]string{"device"}, []string{"a.b", "c"})
	if got != `{device}/{"a.b".c}` {
		t.Error(got)
	}
	lines, _ := mapped(t, profile.Mapping{Kind: profile.MapKeys, Topic: got, Value: []string{"device"}}, `{"device":"d","a.b":{"c":1}}`)
	if !bytes.Equal([]byte(lines[0]), []byte("d/1 = d")) {
		t.Error(lines)
	}
}
