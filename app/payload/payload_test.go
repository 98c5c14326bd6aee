package payload

import (
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     Kind
	}{
		{"nothing", "", KindEmpty},
		{"number", "21.4", KindText},
		{"a lone JSON string", `"on"`, KindText},
		{"object", ` {"a":1}` + "\n", KindJSON},
		{"array", `[]`, KindJSON},
		{"byte order mark", "\xEF\xBB\xBF{}", KindJSON},
		{"cut object", `{"a":`, KindText},
		{"two objects", `{}{}`, KindText},
		{"NaN is no JSON", `{"a":NaN}`, KindText},
		{"500 deep", strings.Repeat("[", 500) + strings.Repeat("]", 500), KindJSON},
		{"10,000 deep", strings.Repeat("[", 10000) + strings.Repeat("]", 10000), KindText},
		{"C string", "21.4\x00", KindText},
		{"Latin-1", "21.4 \xb0C", KindText},
		{"float32 big endian", "\x41\x20\x00\x00", KindBinary},
		{"one NUL", "\x00", KindBinary},
		{"bytes", "\x01\xff\x80", KindBinary},
		{"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00", KindBinary},
		{"umlauts", "Füllstand überschritten", KindText},
	} {
		if got := Detect([]byte(c.in)); got != c.want {
			t.Errorf("%s: Detect(%q) = %v, want %v", c.name, trimmed(c.in), got, c.want)
		}
	}
}

func trimmed(s string) string { return s[:min(len(s), 40)] }

func TestParseNumber(t *testing.T) {
	for _, c := range []struct {
		in   string
		v    float64
		unit string
	}{
		{"21.4", 21.4, ""},
		{" 21.4\r\n", 21.4, ""},
		{"21.4\x00", 21.4, ""},
		{"21,4 °C", 21.4, "°C"},
		{"21.4°C", 21.4, "°C"},
		{"-3", -3, ""},
		{"\u22123.5 V", -3.5, "V"},
		{"+7", 7, ""},
		{".5", .5, ""},
		{"5.", 5, ""},
		{"1e5", 1e5, ""},
		{"1.5E-3 A", 1.5e-3, "A"},
		{"5e", 5, "e"},
		{"71 %", 71, "%"},
		{"3 m3/h", 3, "m3/h"},
		{"12 kWh/m²", 12, "kWh/m²"},
		{"1,234", 1.234, ""},
		{"1,234.5", 1234.5, ""},
		{"1.234,5 kg", 1234.5, "kg"},
		{"1.234.567", 1234567, ""},
		{"1,234,567.25", 1234567.25, ""},
		{"0x1F", 31, ""},
		{"0XffffFFFFffffFFFF", 18446744073709551615, ""},
		{"-0x10", -16, ""},
		{"ON", 1, ""}, {"off", 0, ""}, {"true", 1, ""}, {"False", 0, ""}, {"yes", 1, ""}, {"No", 0, ""},
		{`"21.4"`, 21.4, ""},
		{`"ON"`, 1, ""},
		{"9007199254740993", 9007199254740992, ""},
		{"1e308", 1e308, ""},
	} {
		v, unit, ok := ParseNumber([]byte(c.in))
		if !ok || v != c.v || unit != c.unit {
			t.Errorf("ParseNumber(%q) = %v %q %v, want %v %q", c.in, v, unit, ok, c.v, c.unit)
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	for _, in := range []string{
		"", " ", "-", ".", ",", "run", "°C", "NaN", "nan", "Infinity", "-inf", "1e999",
		"2026-11-23", "12:30", "12:30:15.5", "192.168.1.1", "1.2.3", "v1.2", "00:1b:44:11:3a:b7",
		"550e8400-e29b-41d4-a716-446655440000", "4f2a9c1", "12ab34", "0x", "0xZZ", "0x1FFFFFFFFFFFFFFFF",
		"21.4 22.5", "21.4 of 30", "3;4", "1,2,3", "1.2,3.4", "12.34.567", "--3", "1 \x07", "5 \xb0C",
		`"`, `""`, `"21.4`, "7 " + strings.Repeat("x", 40), strings.Repeat("1", 200), "<b>3</b>", "temp=21",
	} {
		if v, unit, ok := ParseNumber([]byte(in)); ok {
			t.Errorf("ParseNumber(%q) = %v %q, want none", in, v, unit)
		}
	}
}

const machine = `{"ts":1700000000123,"device":{"id":"press-4","temp":{"value":22.40,"unit":"\u00b0C"},` +
	`"a.b":{"*":[1,{"#":7},true]},"@pretty":5,"":{"":6},"name \"x\"":8},"hist":[[1,2],[3,"4,5 bar"]],"t":1,"t":2}`

func TestNumberByPath(t *testing.T) {
	for _, c := range []struct {
		path string
		v    float64
		unit string
	}{
		{"ts", 1700000000123, ""},
		{"device/temp/value", 22.4, "°C"},
		{"device/a.b/*/0", 1, ""},
		{"device/a.b/*/1/#", 7, ""},
		{"device/a.b/*/2", 1, ""},
		{"device/@pretty", 5, ""},
		{"device//", 6, ""},
		{`device/name "x"`, 8, ""},
		{"hist/0/1", 2, ""},
		{"hist/1/0", 3, ""},
		{"hist/1/1", 4.5, "bar"},
		{"t", 1, ""},
	} {
		v, unit, ok := Number([]byte(machine), strings.Split(c.path, "/"))
		if !ok || v != c.v || unit != c.unit {
			t.Errorf("Number(%q) = %v %q %v, want %v %q", c.path, v, unit, ok, c.v, c.unit)
		}
	}
	for _, path := range []string{
		"value", "device", "device/temp", "device/id", "device/a", "device/a.b/*", "device/a.b/*/3",
		"device/a.b/*/-1", "device/a.b/*/00", "device/a.b/*/#", "hist/#", "hist/0", "hist/2/0", "*", "#", "@this", "..0",
		"device/t*/value", "device/temp/value/x", "!1", "{ts}", "ts|@pretty",
	} {
		if v, _, ok := Number([]byte(machine), strings.Split(path, "/")); ok {
			t.Errorf("Number(%q) = %v, want none", path, v)
		}
	}
	for _, broken := range []string{`{"a":1,"b":`, `{"a":1,"b":[}`, `{"a":1,"b":"}`, `{"a":1}}`, `{"a":1} x`, `{"a" 1}`, `{"z":,"a":1}`} {
		if v, _, ok := Number([]byte(broken), []string{"a"}); ok {
			t.Errorf("Number(%q) = %v", broken, v)
		}
	}
	for _, beside := range []string{`{"z":[NaN],"a":1}`, `{"a":1,"z":NaN}`, `{"z":{"\"]":"}"},"a":1}`} {
		if v, _, ok := Number([]byte(beside), []string{"a"}); !ok || v != 1 {
			t.Errorf("Number(%q) = %v %v", beside, v, ok)
		}
	}
}

func TestNumberWithoutPath(t *testing.T) {
	for _, c := range []struct {
		in   string
		v    float64
		unit string
		ok   bool
	}{
		{"21,4 °C", 21.4, "°C", true},
		{`{"value":3,"x":4}`, 3, "", true},
		{`{"value":"21.4 V","x":4}`, 21.4, "V", true},
		{`{"value":true}`, 1, "", true},
		{`{"value":null,"x":4}`, 0, "", false},
		{`{"unit":"°C","s":{"t":22.4,"unit":"K"}}`, 22.4, "K", true},
		{`{"t":22.4,"u":"V"}`, 22.4, "V", true},
		{`{"a":1,"b":2}`, 0, "", false},
		{`[5]`, 5, "", true},
		{`{}`, 0, "", false},
		{`{"t":1e999}`, 0, "", false},
		{`{"t":1,"unit":"\u202eevil"}`, 1, "", true},
	} {
		v, unit, ok := Number([]byte(c.in), nil)
		if ok != c.ok || v != c.v || unit != c.unit {
			t.Errorf("Number(%s) = %v %q %v, want %v %q %v", c.in, v, unit, ok, c.v, c.unit, c.ok)
		}
	}
}
