package payload

import (
	"strconv"
	"testing"
)

func TestRules(t *testing.T) {
	for _, c := range []struct {
		text string
		// want is the number by each of Rules, as text; "" for none.
		want [5]string
	}{
		{"21.4", [5]string{"21.4", "21.4", "", "21.4", ""}},
		{"21,4 °C", [5]string{"21.4", "", "21.4", "", ""}},
		{"1,234", [5]string{"1.234", "1234", "1.234", "", ""}},
		{"1.234", [5]string{"1.234", "1.234", "1234", "1.234", ""}},
		{"1,234.5", [5]string{"1234.5", "1234.5", "", "", ""}},
		{"1.234,5", [5]string{"1234.5", "", "1234.5", "", ""}},
		{"ON", [5]string{"1", "1", "1", "", ""}},
		{"true", [5]string{"1", "1", "1", "", ""}},
		{"0x1F", [5]string{"31", "31", "31", "", ""}},
		{"-7e2", [5]string{"-700", "-700", "-700", "-700", ""}},
		{"7 bar", [5]string{"7", "7", "7", "", ""}},
		{"2026-11-23", [5]string{}},
	} {
		for i, r := range Rules() {
			v, _, ok := r.Parse([]byte(c.text))
			got := ""
			if ok {
				got = strconv.FormatFloat(v, 'f', -1, 64)
			} else if v != 0 {
				t.Errorf("%q by %q: %v beside no number", c.text, r, v)
			}
			if got != c.want[i] {
				t.Errorf("%q by rule %q is %q, want %q", c.text, r, got, c.want[i])
			}
		}
	}
}

func TestRulesReachIntoDocuments(t *testing.T) {
	doc := []byte(`{"t":"1,234 kg","n":5}`)
	if v, unit, ok := NumberBy(doc, []string{"t"}, Point); v != 1234 || unit != "kg" || !ok {
		t.Error(v, unit, ok)
	}
	if _, _, ok := NumberBy(doc, []string{"t"}, Never); ok {
		t.Error("a text was read as a number against the rule")
	}
	if v, _, ok := NumberBy(doc, []string{"n"}, Never); v != 5 || !ok {
		t.Error("a number of JSON is one by any rule")
	}
	for _, r := range Rules() {
		if back, ok := RuleNamed(r.String()); back != r || !ok {
			t.Error(r)
		}
	}
}
