package diff

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamscope/app/payload"
)

// written lists changes as "~ a/b 1 -> 2".
func written(d Document) string {
	var lines []string
	for _, c := range d.Changes {
		line := string(" +-~"[c.Kind]) + " " + strings.Join(c.Path, "/")
		if c.Old != nil {
			line += " " + string(c.Old)
		}
		if c.New != nil {
			line += " > " + string(c.New)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestDocuments(t *testing.T) {
	for _, test := range []struct{ name, older, newer, want string }{
		{"nothing", `{"a":1}`, `{"a":1}`, ""},
		{"white space and order", `{"a":1,"b":[1,2]}`, " {\n\"b\": [ 1 ,2 ],\"a\" :1 }\n", ""},
		{"a value", `{"t":21.4,"u":"°C"}`, `{"t":21.5,"u":"°C"}`, "~ t 21.4 > 21.5"},
		{"a key comes", `{"a":1}`, `{"a":1,"b":{"c":[true]}}`, `+ b > {"c":[true]}`},
		{"a key goes", `{"a":1,"b":null}`, `{"a":1}`, `- b null`},
		{"deep, with dots and slashes in keys", `{"a.b":{"c":[{"d":1}]}}`, `{"a.b":{"c":[{"d":2}]}}`, "~ a.b/c/0/d 1 > 2"},
		{"an array grows", `[1,2]`, `[1,3,4]`, "~ 1 2 > 3; + 2 > 4"},
		{"an array shrinks", `{"x":[1,2,3]}`, `{"x":[1]}`, "- x/1 2; - x/2 3"},
		{"another type", `{"a":{"b":1}}`, `{"a":[1]}`, `~ a {"b":1} > [1]`},
		{"the whole", `1`, `"1"`, `~  1 > "1"`},
		{"null is a value", `{"a":null}`, `{"a":0}`, "~ a null > 0"},
		{"numbers as sent", `{"a":9007199254740993,"b":1.0}`, `{"a":9007199254740992,"b":1}`, "~ a 9007199254740993 > 9007199254740992; ~ b 1.0 > 1"},
		{"an escape means the same", `{"a":"\u0041\/"}`, `{"a":"A/"}`, ""},
		{"a key with an escape", `{"\u0061":1}`, `{"a":1}`, ""},
		{"half a pair is not known", `{"a":"\ud800"}`, `{"a":"\ud801"}`, `~ a "\ud800" > "\ud801"`},
		{"the same key twice", `{"a":1,"a":2}`, `{"a":1,"a":3,"a":4}`, "~ a 2 > 3; + a > 4"},
		{"an empty key", `{"":1}`, `{"":2}`, "~  1 > 2"},
		{"a byte order mark", "\uFEFF{\"a\":1}", `{"a":2}`, "~ a 1 > 2"},
		{"order of the older", `{"c":1,"b":1,"a":1}`, `{"z":1,"a":2,"c":2}`, "~ c 1 > 2; - b 1; ~ a 1 > 2; + z > 1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d, err := Documents([]byte(test.older), []byte(test.newer), 100)
			if err != nil {
				t.Fatal(err)
			}
			if got := written(d); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestDocumentsAreBounded(t *testing.T) {
	many := func(n int, v string) []byte { return []byte("[" + strings.Repeat(v+",", n-1) + v + "]") }
	d, err := Documents(many(1000, "1"), many(1000, "2"), 10)
	if err != nil || len(d.Changes) != 10 || d.Count() != 1000 {
		t.Errorf("%d changes of %d, %v", len(d.Changes), d.Count(), err)
	}
	deep := func(n int) []byte { return []byte(strings.Repeat("[", n) + strings.Repeat("]", n)) }
	for name, test := range map[string]struct {
		b    []byte
		want error
	}{
		"values": {many(MaxValues, "1"), ErrTooBig},
		"bytes":  {many(10, `"`+strings.Repeat("x", MaxBytes/10)+`"`), ErrTooBig},
		"depth":  {deep(10_000), payload.ErrTooDeep},
	} {
		for _, pair := range [][2][]byte{{test.b, []byte("1")}, {[]byte("1"), test.b}} {
			if _, err := Documents(pair[0], pair[1], 10); !errors.Is(err, test.want) {
				t.Errorf("%s: %v, want %v", name, err, test.want)
			}
		}
	}
	if _, err := Documents([]byte(`{"a":1}`), []byte(`{"a":`), 10); err == nil || !strings.Contains(err.Error(), "newer") || !strings.Contains(err.Error(), "byte 5") {
		t.Errorf("the error should say which and where: %v", err)
	}
}

func drawValue(t *rapid.T, depth int) any {
	kinds := 6
	if depth == 0 {
		kinds = 4
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return nil
	case 1:
		return rapid.Bool().Draw(t, "bool")
	case 2:
		return json.Number(strconv.Itoa(rapid.IntRange(-3, 3).Draw(t, "number")))
	case 3:
		return rapid.SampledFrom([]string{"", "a", "é\"\\", "1"}).Draw(t, "text")
	case 4:
		list := []any{}
		for range rapid.IntRange(0, 4).Draw(t, "length") {
			list = append(list, drawValue(t, depth-1))
		}
		return list
	default:
		members := map[string]any{}
		for range rapid.IntRange(0, 4).Draw(t, "members") {
			members[rapid.SampledFrom([]string{"", "a", "b.c", "\n", "0"}).Draw(t, "key")] = drawValue(t, depth-1)
		}
		return members
	}
}

func read(t require, b []byte) (v any) {
	d := json.NewDecoder(strings.NewReader(string(b)))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", b, err)
	}
	return v
}

type require interface{ Fatalf(string, ...any) }

// apply does to a document what a change says. What is removed from an array leaves its end, so
// those are done last to first.
func apply(t require, doc any, changes []Change) any {
	ordered := slices.Clone(changes)
	slices.SortStableFunc(ordered, func(a, b Change) int { return boolOrder(a.Kind == Removed) - boolOrder(b.Kind == Removed) })
	first := slices.IndexFunc(ordered, func(c Change) bool { return c.Kind == Removed })
	if first >= 0 {
		slices.Reverse(ordered[first:])
	}
	for _, c := range ordered {
		doc = applyAt(t, doc, c.Path, c)
	}
	return doc
}

func boolOrder(b bool) int {
	if b {
		return 1
	}
	return 0
}

func applyAt(t require, doc any, path []string, c Change) any {
	if len(path) == 0 {
		return read(t, c.New)
	}
	switch d := doc.(type) {
	case map[string]any:
		if len(path) == 1 && c.Kind == Removed {
			delete(d, path[0])
			return d
		}
		if _, there := d[path[0]]; there == (c.Kind == Added && len(path) == 1) {
			t.Fatalf("%v: key there is %v", c, there)
		}
		d[path[0]] = applyAt(t, d[path[0]], path[1:], c)
		return d
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil {
			t.Fatalf("%v: %v", c, err)
		}
		switch {
		case len(path) == 1 && c.Kind == Removed && i == len(d)-1:
			return d[:i]
		case len(path) == 1 && c.Kind == Added && i == len(d):
			return append(d, read(t, c.New))
		}
		d[i] = applyAt(t, d[i], path[1:], c)
		return d
	}
	t.Fatalf("%v leads nowhere in %v", c, doc)
	return nil
}

func TestChangesMakeTheNewOfTheOld(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		older, _ := json.Marshal(drawValue(t, 4))
		newer, _ := json.Marshal(drawValue(t, 4))
		if rapid.Bool().Draw(t, "alike") {
			newer = alike(t, older)
		}
		d, err := Documents(older, newer, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := apply(t, read(t, older), d.Changes), read(t, newer); !reflect.DeepEqual(got, want) {
			t.Fatalf("%s\n%s\n%s\nbecame %v", older, newer, written(d), got)
		}
		if back, err := Documents(newer, older, 1000); err != nil || back.Added != d.Removed || back.Removed != d.Added || back.Changed != d.Changed {
			t.Fatalf("there %s\nback %s, %v", written(d), written(back), err)
		}
	})
}

// alike is a document with one value of another changed.
func alike(t *rapid.T, b []byte) []byte {
	var change func(v any) any
	change = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			keys := slices.Sorted(maps.Keys(v))
			if len(keys) > 0 {
				k := rapid.SampledFrom(keys).Draw(t, "changed key")
				v[k] = change(v[k])
				return v
			}
		case []any:
			if len(v) > 0 {
				i := rapid.IntRange(0, len(v)-1).Draw(t, "changed index")
				v[i] = change(v[i])
				return v
			}
		}
		return drawValue(t, 1)
	}
	out, _ := json.Marshal(change(read(t, b)))
	return out
}

func FuzzDocuments(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":null}]}`), []byte(`{"a":[1,{"b":0}],"c":"\ud83d\ude00"}`))
	f.Add([]byte("\uFEFF[]"), []byte(`{"a":1,"a":2}`))
	f.Add([]byte(`"`+"\xff"+`"`), []byte(`"`+"\xfe"+`"`))
	f.Fuzz(func(t *testing.T, older, newer []byte) {
		d, err := Documents(older, newer, 50)
		if bad := payload.CheckJSON(older) != nil || payload.CheckJSON(newer) != nil; bad != (err != nil) {
			t.Fatalf("error %v", err)
		}
		for _, c := range d.Changes {
			for _, v := range [][]byte{c.Old, c.New} {
				if v != nil && payload.CheckJSON(v) != nil {
					t.Errorf("%q is no value", v)
				}
			}
			if (c.Old == nil) != (c.Kind == Added) || (c.New == nil) != (c.Kind == Removed) {
				t.Errorf("%+v", c)
			}
		}
		if same, err := Documents(older, older, 1); err == nil && same.Count() != 0 {
			t.Errorf("%q differs from itself", older)
		}
	})
}

func BenchmarkDocuments(b *testing.B) {
	for _, n := range []int{3, 1000, 50_000} {
		var older, newer strings.Builder
		for i := range n {
			fmt.Fprintf(&older, `,"key %d":{"v":%d,"unit":"°C"}`, i, i)
			fmt.Fprintf(&newer, `,"key %d":{"v":%d,"unit":"°C"}`, i, i+boolOrder(i%10 == 0))
		}
		x, y := []byte("{"+older.String()[1:]+"}"), []byte("{"+newer.String()[1:]+"}")
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.SetBytes(int64(len(x) + len(y)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Documents(x, y, 1000); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
