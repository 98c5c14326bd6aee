package payload

import "testing"

func TestMissing(t *testing.T) {
	for _, c := range []struct {
		text string
		path []string
		want bool
	}{
		{"NaN", nil, true}, {"nan", nil, true}, {" -Inf\n", nil, true}, {"+Infinity", nil, true}, {"null", nil, true},
		{"", nil, false}, {"offline", nil, false}, {"1", nil, false}, {"-", nil, false}, {"NaN°C", nil, false},
		{`{"value":null}`, nil, true}, {`{"v":null,"unit":"C"}`, nil, true}, {`{"value":"NaN"}`, nil, true}, {`{"v":NaN}`, nil, true},
		{`{"v":-Infinity}`, nil, true},
		{`{"v":1e999}`, nil, true}, {`{"v":1e999}`, []string{"v"}, true},
		{`{"v":null,"w":1}`, nil, false}, {`{"v":null,"w":null}`, nil, false}, {`{"w":1,"v":NaN}`, nil, false}, {`{"v":}`, nil, false},
		{`{"value":"off"}`, nil, false}, {`[]`, nil, false}, {`{`, nil, false},
		{`{"a":{"v":null}}`, []string{"a", "v"}, true}, {`{"a":{"v":"nan"}}`, []string{"a", "v"}, true},
		{`{"a":{"v":NaN},"b":1}`, []string{"a", "v"}, true}, {`{"a":[1,-Infinity]}`, []string{"a", "1"}, true},
		{`{"a":[NaN,2]}`, []string{"a", "1"}, false}, {`{"a":{"w":NaN}}`, []string{"a", "v"}, false},
		{`{"a":{"w":1}}`, []string{"a", "v"}, false}, {`{"a":null}`, []string{"a", "v"}, false}, {`{"a":{"v":2}}`, []string{"a", "v"}, false},
		{`{"a":{"v":`, []string{"a", "v"}, false}, {"NaN", []string{"v"}, false},
	} {
		if got := Missing([]byte(c.text), c.path); got != c.want {
			t.Errorf("%s %q: %v", c.text, c.path, got)
		}
		if _, _, ok := Number([]byte(c.text), c.path); ok && c.want {
			t.Errorf("%s %q is a number, too", c.text, c.path)
		}
	}
}
