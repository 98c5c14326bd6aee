package payload

import (
	"strings"
	"testing"
)

func TestShort(t *testing.T) {
	for _, c := range []struct {
		name, in, path string
		max            int
		want           string
	}{
		{"empty", "", "", 40, ""},
		{"text", " run\r\n", "", 40, "run"},
		{"lines", "a\r\nb\tc", "", 40, "a ¶ b c"},
		{"exactly as long", "12345", "", 5, "12345"},
		{"one too long", "123456", "", 5, "1234…"},
		{"one rune", "123", "", 1, "…"},
		{"control characters", "a\x07b\x7f_some_more_text", "", 40, `a\x07b\x7f_some_more_text`},
		{"bidirectional override", "abc\u202edef\u200b", "", 40, `abc\u202edef\u200b`},
		{"Latin-1", "21.4 \xb0C", "", 40, `21.4 \xb0C`},
		{"exact number", `{"value":1.10000000000000000001}`, "", 40, "1.10000000000000000001"},
		{"value with unit", `{"value":22.40,"unit":"°C","n":3}`, "", 40, "22.40 °C"},
		{"only number", `{"id":"x","s":{"t":22.4,"unit":"V"}}`, "", 40, "22.4 V"},
		{"value in words", `{"value":"run","n":1}`, "", 40, "run"},
		{"unit already there", `{"value":"3 V","unit":"mV"}`, "", 40, "3 V"},
		{"members", `{"a":1,"b":"x","c":{"d":1},"e":[1],"f":null}`, "", 60, "a: 1, b: x, c: {…}, e: […], f: null"},
		{"members cut", `{"a":1,"b":2}`, "", 6, "a: 1,…"},
		{"array", `[1, 2,{"a":3}]`, "", 40, "[1, 2, {…}]"},
		{"no member", `{ }`, "", 40, "{}"},
		{"no element", `[]`, "", 40, "[]"},
		{"empty inside", `[{},[]]`, "", 40, "[{…}, […]]"},
		{"chosen", `{"a":1,"b":2,"unit":"A"}`, "b", 40, "2 A"},
		{"chosen is missing", `{"a":1,"z":"x"}`, "b", 40, "a: 1, z: x"},
		{"chosen, no JSON", `{"a":1`, "a", 40, `{"a":1`},
		{"escaped string", `{"value":"a\nb\u0000"}`, "", 40, `a ¶ b\x00`},
		{"bytes", "\x01\xff\x00\x10", "", 40, "4 B: 01 ff 00 10"},
		{"bytes just fit", "\x01\xff\x00\x10", "", 16, "4 B: 01 ff 00 10"},
		{"bytes cut", "\x01\xff\x00\x10", "", 14, "4 B: 01 ff …"},
		{"bytes, no room", "\x01\xff\x00\x10", "", 3, "4 …"},
	} {
		var path []string
		if c.path != "" {
			path = strings.Split(c.path, "/")
		}
		if got := Short([]byte(c.in), path, c.max); got != c.want {
			t.Errorf("%s: Short(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestShortPrefix(t *testing.T) {
	for _, c := range []struct {
		name, in string
		size     int64
		path     []string
		want     string
	}{
		{"text", "abc", 1000, nil, "abc…"},
		{"half a rune", "abc\xc3", 1000, nil, "abc…"},
		{"bytes", "\x01\xff\x00\x10", 212 << 20, nil, "212 MiB: 01 ff 00 10 …"},
		{"value", `{"value":3,"x":[1,2`, 1000, nil, "3"},
		{"chosen", `{"a":{"b":3},"x":[1,2`, 1000, []string{"a", "b"}, "3"},
		{"one number so far", `{"id":"x","t":3,"`, 1000, nil, "id: x, t: 3…"},
		{"broken and cut", `{"id":x,"t":3,"`, 1000, nil, `{"id":x,"t":3,"…`},
	} {
		if got := ShortPrefix([]byte(c.in), c.size, c.path, 40); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestByteCount(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 10189: "10 KiB", 1<<20 - 1: "1.0 MiB",
		212 << 20: "212 MiB", 1<<63 - 1: "8.0 EiB",
	} {
		if got := ByteCount(n); got != want {
			t.Errorf("ByteCount(%d) = %q, want %q", n, got, want)
		}
	}
}
