package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

func seed(f *testing.F) {
	for _, s := range []string{
		"", "21.4", "21,4 °C", "ON", "0x1F", `"on"`, machine, `{"value":1,"unit":"V"}`, `[1,[2,[3]]]`, "\x01\xff",
		`{"a":"\ud83d\ude00\ud800"}`, `{"a\u0062":1}`, strings.Repeat("[", 600), "\xEF\xBB\xBF{}", `{"a":`, "a\u202eb",
		`{"value":"1,5 bar","n":[true,null]}`, "1.234.567,8 kg", "a\r\n\tb\x7f",
	} {
		f.Add([]byte(s), "a/0", 20)
	}
}

// FuzzCheckJSON lets the standard library judge what is JSON.
func FuzzCheckJSON(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, _ string, _ int) {
		err := CheckJSON(b)
		if errors.Is(err, ErrTooDeep) {
			if CheckDepth(b, MaxDepth) == nil {
				t.Fatal("the two checks of depth disagree")
			}
			return
		}
		if (err == nil) != json.Valid(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))) {
			t.Fatalf("CheckJSON(%q) = %v", b, err)
		}
		pretty, err2 := PrettyJSON(b)
		if err != nil || err2 != nil {
			if (err2 == nil) != (err == nil) && !errors.Is(err2, ErrTooBig) {
				t.Fatalf("PrettyJSON(%q): %v, CheckJSON: %v", b, err2, err)
			}
			return
		}
		var was, is bytes.Buffer
		if json.Compact(&was, bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))) != nil || json.Compact(&is, pretty) != nil || was.String() != is.String() {
			t.Fatalf("PrettyJSON(%q) = %q", b, pretty)
		}
	})
}

func FuzzNumber(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, path string, _ int) {
		keys := strings.Split(path, "/")
		for _, p := range [][]string{nil, keys} {
			v, unit, ok := Number(b, p)
			if math.IsNaN(v) || math.IsInf(v, 0) || !ok && v != 0 {
				t.Fatalf("Number(%q, %q) = %v %v", b, p, v, ok)
			}
			if !utf8.ValidString(unit) || utf8.RuneCountInString(unit) > maxUnitRunes {
				t.Fatalf("unit %q", unit)
			}
		}
		compareWithGjson(t, b, keys)
	})
}

// compareWithGjson looks up plain keys with both.
func compareWithGjson(t *testing.T, b []byte, keys []string) {
	t.Helper()
	for _, k := range keys {
		if k == "" || strings.Trim(k, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || ArrayIndex(k) < 0 && k[0] <= '9' {
			return
		}
	}
	if !looksLikeJSON(b) || CheckJSON(b) != nil || bytes.HasPrefix(b, []byte("\xEF\xBB\xBF")) {
		return
	}
	want := gjson.GetBytes(b, strings.Join(keys, "."))
	got, ok := find(b, keys, false)
	if scalar := want.Exists() && want.Type != gjson.JSON; scalar != ok {
		if !scalar && want.Exists() {
			return // gjson stops at the first key of the name, we look for the first scalar
		}
		t.Fatalf("find(%q, %q) = %v, gjson has %v", b, keys, ok, want.Raw)
	}
	if ok && want.Type == gjson.Number && want.Raw != string(got.raw) {
		t.Fatalf("find(%q, %q) = %q, gjson has %q", b, keys, got.raw, want.Raw)
	}
}

func FuzzShort(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, path string, limit int) {
		limit %= 300
		for _, size := range []int64{int64(len(b)), int64(len(b)) + 7} {
			s := ShortPrefix(b, size, strings.Split(path, "/"), limit)
			if utf8.RuneCountInString(s) > max(limit, 0) || !utf8.ValidString(s) {
				t.Fatalf("Short(%q, %d) = %q", b, limit, s)
			}
			for _, r := range s {
				if r < ' ' || r == 0x7F || hidden(r) {
					t.Fatalf("Short(%q) = %q shows %U", b, s, r)
				}
			}
		}
	})
}

func FuzzFields(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, _ string, limit int) {
		fields := Fields(b, limit%200)
		if len(fields) > max(limit%200, 0) {
			t.Fatalf("%d fields", len(fields))
		}
		seen := map[string]bool{}
		for _, x := range fields {
			name := strings.Join(x.Path, "\x00/")
			if seen[name] {
				continue
			}
			seen[name] = true
			l, ok := find(b, x.Path, false)
			if !ok || fieldText(l) != x.Text && len(seen) == len(fields) {
				t.Fatalf("%q in %q: field %q, found %v %q", x.Path, b, x.Text, ok, l.raw)
			}
		}
	})
}

func FuzzShortDecimal(f *testing.F) {
	for _, s := range []string{"22.41", "-0.0", "123456789012345", "0.1234567890123456", "-1e5", "9999999999999999"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		if n, ok := numberLen(b); !ok || n != len(b) {
			return
		}
		v, ok := shortDecimal(b)
		want, _ := strconv.ParseFloat(string(b), 64)
		if ok && math.Float64bits(v) != math.Float64bits(want) {
			t.Fatalf("%q is %v, want %v", b, v, want)
		}
	})
}

func FuzzHexDump(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, b []byte, _ string, i int) {
		for _, n := range []int{i, 0, HexDump(b).Len() - 1} {
			for _, r := range HexDump(b).Line(n) {
				if r < ' ' || r > '~' {
					t.Fatalf("line %d shows %U", n, r)
				}
			}
		}
	})
}
