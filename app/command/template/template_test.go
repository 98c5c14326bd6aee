package template

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func values(topics map[string]string) Values {
	return Values{
		Now:     time.Date(2026, 11, 23, 8, 15, 30, 250_000_000, time.UTC),
		Counter: 7, Random: rand.New(rand.NewPCG(1, 2)), NewUUID: func() string { return "u-1" },
		Value: func(topic string) ([]byte, bool) {
			v, ok := topics[topic]
			return []byte(v), ok
		},
	}
}

func TestRender(t *testing.T) {
	topics := map[string]string{
		"plant/temp": "21.4", "plant/state": `{"mode":"auto","list":[{"x":1}, "b"]}`, "plant/text": "hot \"oven\"",
	}
	for _, c := range []struct {
		name, text string
		json       bool
		asked      map[string]string
		want       string
	}{
		{"nothing to fill", "{ }} {a", false, nil, "{ }} {a"},
		{"now", "{{now}}", false, nil, "2026-11-23T08:15:30.250Z"},
		{"now in a form", `{{ now "15:04" }}`, false, nil, "08:15"},
		{"unixms", `{"t":{{unixms}}}`, true, nil, `{"t":1795421730250}`},
		{"uuid", `{{uuid}} {{uuid}}`, false, nil, "u-1 u-1"},
		{"uuid in JSON", `{"id":{{uuid}}}`, true, nil, `{"id":"u-1"}`},
		{"uuid in quotes", `{"id":"x-{{uuid}}"}`, true, nil, `{"id":"x-u-1"}`},
		{"counter", "{{counter}}", false, nil, "7"},
		{"random is within", "{{random 5 5}}", false, nil, "5"},
		{"random has the decimals written", "{{random 1.50 1.50}}", false, nil, "1.50"},
		{"random below zero", "{{random -3 -3}}", false, nil, "-3"},
		{"value", `{{value "plant/temp"}} °C`, false, nil, "21.4 °C"},
		{"value at keys", `{{value "plant/state" "mode"}} {{value "plant/state" "list" "0" "x"}}`, false, nil, "auto 1"},
		{"value in JSON", `{"was":{{value "plant/temp"}},"all":{{value "plant/state"}}}`, true, nil, `{"was":21.4,"all":{"mode":"auto","list":[{"x":1}, "b"]}}`},
		{"text in JSON", `{"was":{{value "plant/text"}}}`, true, nil, `{"was":"hot \"oven\""}`},
		{"text in quotes in JSON", `{"was":"{{value "plant/text"}}!"}`, true, nil, `{"was":"hot \"oven\"!"}`},
		{"ask: default", `{{ask "Set point" 20}}`, false, nil, "20"},
		{"ask: answered", `{{ask "Set point" 20}}`, false, map[string]string{"Set point": " 22,5 "}, "22.5"},
		{"ask: text", `{{ask "Mode" "auto"}}`, false, map[string]string{"Mode": "manual"}, "manual"},
		{"ask: text is quoted in JSON", `{"m":{{ask "Mode" "auto"}}}`, true, map[string]string{"Mode": "1"}, `{"m":"1"}`},
		{"ask: without default", `{{ask "Mode"}}`, false, nil, ""},
		{"braces in a constant", `{{ask "a }} b" "c"}}`, false, nil, "c"},
		{"raw string", "{{ask `Set point` 20}}", false, nil, "20"},
	} {
		tpl, err := Parse(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		v := values(topics)
		v.JSON, v.Asked = c.json, c.asked
		got, err := tpl.Render(v)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestProblemsNameThePlace(t *testing.T) {
	for _, c := range []struct {
		text         string
		line, column int
		msg          string
	}{
		{"a\nä {{nu}}", 2, 3, `there is no placeholder "nu"`},
		{"{{", 1, 1, "has no end"},
		{"{{now\n}}", 1, 1, "has no end"},
		{`{{ask "x}}`, 1, 1, "has no end"},
		{"{{}}", 1, 1, "empty"},
		{"{{now 1}}", 1, 1, `{{now "2006`},
		{"{{uuid 1}}", 1, 1, "nothing after"},
		{"{{random 20 10}}", 1, 1, "least and the greatest"},
		{"{{random 1}}", 1, 1, "least and the greatest"},
		{"{{value}}", 1, 1, "the topic whose latest"},
		{"{{value 3}}", 1, 1, "texts in quotes"},
		{"{{ask}}", 1, 1, "what is asked for"},
		{"{{ask 3}}", 1, 1, "what is asked for"},
		{"{{value .x}}", 1, 1, "no constant"},
		{"{{value (now)}}", 1, 1, "no constant"},
		{"{{now | printf}}", 1, 1, "cannot be read"},
		{"{{now | now}}", 1, 1, "constants after it"},
		{"{{if true}}", 1, 1, "no placeholder"},
		{"{{define}}", 1, 1, "no placeholder"},
		{"{{$x := now}}", 1, 1, "no placeholder"},
		{"{{- now}}", 1, 1, "no placeholder"},
		{"{{/* x */}}", 1, 1, "no placeholder"},
		{"{{ask \"x\" 1}} {{ask 'x'}}", 1, 15, "what is asked for"},
	} {
		_, err := Parse(c.text)
		var p *Problem
		if !errors.As(err, &p) || p.Line != c.line || p.Column != c.column || !strings.Contains(p.Msg, c.msg) {
			t.Errorf("%q: %v", c.text, err)
		}
	}
	for text, msg := range map[string]string{
		`{{value "absent"}}`:       "nothing has been received",
		`{{value "plant" "x"}}`:    "no value at x",
		`{{value "plant" "a" ""}}`: "",
		` {{ask "Speed" 3}}`:       "no number",
	} {
		tpl, err := Parse(text)
		if err == nil {
			v := values(map[string]string{"plant": `{"a":[1]}`})
			v.Asked = map[string]string{"Speed": "fast"}
			_, err = tpl.Render(v)
		}
		var p *Problem
		if !errors.As(err, &p) || !strings.Contains(p.Msg, msg) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAsks(t *testing.T) {
	tpl, err := Parse(`{{ask "Set point" 20.5}} {{now}} {{ask "Mode" "auto"}} {{ask "Set point" 20.5}} {{ask "Who"}}`)
	if err != nil {
		t.Fatal(err)
	}
	want := []Ask{{"Set point", "20.5", true}, {"Mode", "auto", false}, {"Who", "", false}}
	if got := tpl.Asks(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if !tpl.Uses("now") || tpl.Uses("counter") || tpl.Plain() {
		t.Error("Uses, Plain")
	}
}

// What a device sends is data, whatever it looks like: it fills one place, and is not read again.
func TestDataIsNeverATemplate(t *testing.T) {
	hostile := []string{
		`{{now}}`, `{{value "other"}}`, `{{ask "x" 1}}`, `}}{{now}}{{`, `1, "danger": true`, `", "danger": true, "x": "`,
		`"}`, `\`, `\"`, `",`, `"a"`, `":1,"`, `", "`, "\u2028\x00", `null`, `{"danger":true}`, `[1`, "1\n2", `{"a":{{now}}}`,
	}
	for _, data := range hostile {
		for _, text := range []string{
			`{"sp":{{value "t"}},"end":1}`, `{"sp":"{{value "t"}}","end":1}`, `["{{value "t"}}"]`, `{"a":"\\{{value "t"}}","sp":1,"end":1}`,
			`{"sp":{{ask "q" "x"}},"end":1}`,
		} {
			tpl, err := Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := tpl.Render(Values{Value: func(string) ([]byte, bool) { return []byte(data), true }, Asked: map[string]string{"q": data}})
			if err != nil {
				t.Fatal(err)
			}
			// As text, exactly one place is filled, with exactly the data.
			open, rest, _ := strings.Cut(text, "{{")
			_, tail, _ := strings.Cut(rest, "}}")
			filled := data
			if strings.Contains(text, "ask") {
				filled = strings.TrimSpace(data)
			}
			if string(plain) != open+filled+tail {
				t.Errorf("%q in %s: %s", data, text, plain)
			}
			filledJSON, err := tpl.Render(Values{JSON: true, Value: func(string) ([]byte, bool) { return []byte(data), true }, Asked: map[string]string{"q": data}})
			if err != nil {
				t.Fatalf("%q in %s: %v", data, text, err)
			}
			checkShape(t, data, text, filledJSON)
		}
	}
}

// checkShape asserts that data has changed nothing but the one value that it stands for.
func checkShape(t *testing.T, data, text string, filled []byte) {
	t.Helper()
	var doc any
	if err := json.Unmarshal(filled, &doc); err != nil {
		t.Errorf("%q in %s breaks it: %s", data, text, filled)
		return
	}
	switch doc := doc.(type) {
	case []any:
		if len(doc) != 1 {
			t.Errorf("%q in %s adds elements: %s", data, text, filled)
		}
	case map[string]any:
		want := 2 + strings.Count(text, `"a":`)
		if len(doc) != want || doc["end"] != 1.0 {
			t.Errorf("%q in %s adds members: %s", data, text, filled)
		}
	default:
		t.Errorf("%q in %s: %s", data, text, filled)
	}
}

func TestOutputIsBounded(t *testing.T) {
	tpl, err := Parse(strings.Repeat(`{{value "t"}}`, 100))
	if err != nil {
		t.Fatal(err)
	}
	big := make([]byte, 1<<20)
	if _, err := tpl.Render(Values{Value: func(string) ([]byte, bool) { return big, true }}); err == nil || !strings.Contains(err.Error(), "grows beyond") {
		t.Errorf("%v", err)
	}
	if _, err := Parse(strings.Repeat("{{now}}", maxPlaceholders+1)); err == nil {
		t.Error("there is no end of placeholders")
	}
	if _, err := Parse(strings.Repeat("x", MaxTemplate+1)); err == nil {
		t.Error("there is no end of text")
	}
}

func FuzzTemplate(f *testing.F) {
	for _, s := range []string{`{"t":{{unixms}},"x":"{{value "t" "a"}}"}`, `{{ask "x" 1.5}}`, "{{random -1 1e3}}", "{{", "{{now `}}", `"\{{uuid}}`, `{{random 0x10 1_000}}`} {
		f.Add(s, "21.4")
		f.Add(s, `{{now}}`)
	}
	f.Fuzz(func(t *testing.T, text, data string) {
		tpl, err := Parse(text)
		if err != nil {
			var p *Problem
			if !errors.As(err, &p) || p.Line < 1 || p.Column < 1 || p.Msg == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		tpl.Asks()
		value := func(string) ([]byte, bool) { return []byte(data), true }
		for _, asJSON := range []bool{false, true} {
			out, err := tpl.Render(Values{Value: value, JSON: asJSON})
			if err == nil && tpl.Plain() && string(out) != text {
				t.Fatalf("%q became %q", text, out)
			}
		}
	})
}
