package payload

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFields(t *testing.T) {
	got := Fields([]byte(`{"t":22.40,"unit":"°C","on":true,"a":[1,{"b.c":"2 V"}],"n":null,"e":{}}`), 100)
	want := []Field{
		{Path: []string{"t"}, Text: "22.40", Number: 22.4, IsNumber: true, Unit: "°C"},
		{Path: []string{"unit"}, Text: "°C"},
		{Path: []string{"on"}, Text: "true", Number: 1, IsNumber: true},
		{Path: []string{"a", "0"}, Text: "1", Number: 1, IsNumber: true},
		{Path: []string{"a", "1", "b.c"}, Text: "2 V", Number: 2, IsNumber: true, Unit: "V"},
		{Path: []string{"n"}, Text: "null"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFieldsAreCapped(t *testing.T) {
	doc := []byte(`{"unit":"V","a":[` + strings.Repeat("1,", 999) + `1]}`)
	if got := len(Fields(doc, 10)); got != 10 {
		t.Errorf("%d fields, want 10", got)
	}
	if got := Fields([]byte(`{"a":1}x`), 10); got != nil {
		t.Errorf("fields of a broken document: %v", got)
	}
}

func TestPrettyJSON(t *testing.T) {
	got, err := PrettyJSON([]byte(`{"b":1.10,"a":[ 1 ,{}, [ ] ,"x\u00e9"],"c":{"d":null}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := `{
  "b": 1.10,
  "a": [
    1,
    {},
    [],
    "x\u00e9"
  ],
  "c": {
    "d": null
  }
}`
	if d := cmp.Diff(want, string(got)); d != "" {
		t.Error(d)
	}
}

func TestPrettyJSONNamesWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		in     string
		offset int
		msg    string
	}{
		{`{"a":1,}`, 7, badKey},
		{`{"a" 1}`, 5, badColon},
		{`[1 2]`, 3, badComma},
		{`[1,]`, 3, badValue},
		{`{"a":1`, 6, badEnd},
		{`"abc`, 4, badEnd},
		{`[01]`, 2, badComma},
		{`[-]`, 2, badNumber},
		{`[1.]`, 3, badNumber},
		{"[\"a\tb\"]", 3, badControl},
		{`["\q"]`, 3, badEscape},
		{`["\u12g4"]`, 6, badEscape},
		{`[tru]`, 4, badValue},
		{`{} x`, 3, badAfter},
		{`[}`, 1, badValue},
		{`[1}`, 2, badComma},
	} {
		_, err := PrettyJSON([]byte(c.in))
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset != c.offset || syntax.Msg != c.msg {
			t.Errorf("PrettyJSON(%q): %v, want %q at %d", c.in, err, c.msg, c.offset)
		}
	}
}

func TestPrettyJSONIsBounded(t *testing.T) {
	deep := strings.Repeat("[", 100000)
	if _, err := PrettyJSON([]byte(deep)); !errors.Is(err, ErrTooDeep) {
		t.Errorf("100,000 deep: %v", err)
	}
	wide := strings.Repeat("[", 500) + strings.Repeat("1,", 200000) + "1" + strings.Repeat("]", 500)
	if _, err := PrettyJSON([]byte(wide)); !errors.Is(err, ErrTooBig) {
		t.Errorf("wide and deep: %v", err)
	}
}

func TestCheckDepth(t *testing.T) {
	for in, deep := range map[string]bool{
		"[[[]]]":                       false,
		"[[[[]]]]":                     true,
		`["[[[["]`:                     false,
		`["\"[[[["]`:                   false,
		`{"a":[{"b":[]}]}`:             true,
		strings.Repeat("[]", 100):      false,
		"]]]][[[":                      false,
		strings.Repeat("[", 1<<20):     true,
		strings.Repeat("{\"a\":", 100): true,
	} {
		if err := CheckDepth([]byte(in), 3); (err != nil) != deep {
			t.Errorf("CheckDepth(%q) = %v", trimmed(in), err)
		}
	}
}

func TestHexDump(t *testing.T) {
	h := HexDump("PLC line 4\x00\xff and more")
	want := []string{
		"00000000  50 4c 43 20 6c 69 6e 65  20 34 00 ff 20 61 6e 64  |PLC line 4.. and|",
		"00000010  20 6d 6f 72 65                                    | more|",
	}
	if h.Len() != 2 || h.Line(0) != want[0] || h.Line(1) != want[1] {
		t.Errorf("%d lines:\n%s\n%s", h.Len(), h.Line(0), h.Line(1))
	}
	if h.Line(2) != "" || h.Line(-1) != "" || HexDump(nil).Len() != 0 {
		t.Error("lines outside of the dump")
	}
}
