package topics

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestMarks(t *testing.T) {
	for _, c := range []struct {
		query, path, level string // what is marked stands in brackets
		named              bool
	}{
		{"press", "plant/press/temp", "temp", true},
		{"press", "plant/Press", "[Press]", true},
		{"ess/te", "plant/press/temp", "[te]mp", true},
		{"a", "a/banana", "banan[a]", true},
		{"press temp", "plant/press/temp", "[temp]", true},
		{"temp press", "plant/press", "[press]", true},
		{"-temp press", "plant/press", "[press]", true},
		{"-temp", "plant/temp", "temp", true},
		{"", "plant/temp", "temp", true},
		{`"line 4"`, "plant/line 4", "[line 4]", true},
		{"plant/+", "plant/line", "line", false},
		{"überlauf", "a/ÜBERLAUF 1", "[ÜBERLAUF] 1", true},
		{"/l[0-9]+/", "plant/l42/l7x", "[l7]x", true},
		{"/^plant.l/", "plant/line", "[l]ine", true},
		{"/x*/", "plant/line", "line", true},
		{"running", "plant/state", "state", false},
		{"k", "a/\u212a", "[\u212a]", true},
		{"b", "\xff\xfe/\xffb", "\xff[b]", true},
		{"temp", "line1/OilTemp", "Oil[Temp]", true},
		{"line1/te", "line1/temp", "[te]mp", true},
		{"temp", "temp/temp", "[temp]", true},
		{"temp/", "temp/press", "press", true},
		{"TEMP", "a/İtemp", "İ[temp]", true},
		{"ÖLT", "İ/Öltemp", "[Ölt]emp", true},
		{"temp", "a\xff/a\xfftemp", "a\xff[temp]", true},
		{"a/b", "İa/b", "[b]", true},
		{"z", "a/" + strings.Repeat("é", 1000) + "z", strings.Repeat("é", 1000) + "z", true},
	} {
		q, err := ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.LastIndexByte(c.path, '/') + 1
		from, to, named := q.Mark(c.path, name)
		got := c.path[name:]
		if to > from {
			got = got[:from] + "[" + got[from:to] + "]" + got[to:]
		}
		if got != c.level {
			t.Errorf("%q in %q marks %q, want %q", c.query, c.path, got, c.level)
		}
		if c.level != c.path[name:] != (to > from) || named != c.named && !strings.HasPrefix(c.query, "z") {
			t.Errorf("%q in %q: named is %v", c.query, c.path, named)
		}
	}
}

func TestQueryErrorsSayWhere(t *testing.T) {
	for _, c := range []struct {
		text, word, part string
		column           int
	}{
		{"press /[a/", "/[a/", "[a", 8},
		{"  /a(b/ x", "/a(b/", "a(b", 4},
		{"é -/a**/", "/a**/", "**", 6},
		{`/\p{Nonsense}/`, `/\p{Nonsense}/`, `\p{Nonsense}`, 2},
		{"/a{1,5000}/", "/a{1,5000}/", "{1,5000}", 3},
		{"/a)/", "/a)/", "a)", 2},
	} {
		_, err := ParseQuery(c.text)
		var e *QueryError
		if !errors.As(err, &e) {
			t.Fatalf("%q: %v", c.text, err)
		}
		if e.Word != c.word || e.Part != c.part || e.Column != c.column || e.Reason == "" || strings.Contains(e.Error(), "?i") {
			t.Errorf("%q: %+v %v, want %+v", c.text, e, e, c)
		}
	}
}

func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{`press -"line 4" plant/+/x /[a-z]+$/`, "/(", "-/a(/", "é /\\p{x}/", `""`, "/\xff/"} {
		f.Add(s, "plant/line 4/x")
	}
	f.Fuzz(func(t *testing.T, text, path string) {
		q, err := ParseQuery(text)
		if err != nil {
			var e *QueryError
			if !errors.As(err, &e) || e.Column < 1 || e.Column > len(text)+1 || !strings.Contains(text, e.Word) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		name := strings.LastIndexByte(path, '/') + 1
		if from, to, _ := q.Mark(path, name); from < 0 || to < from || to > len(path)-name {
			t.Fatalf("%q marks %d to %d of %q", text, from, to, path[name:])
		}
	})
}

// TestExcludingHidesABranchAlone wants the word to hide a path and what is beneath, and nothing
// else.
func TestExcludingHidesABranchAlone(t *testing.T) {
	for _, path := range []string{
		"plant/line4", "plant/line 4", "a//b", "/a", "a/", "", `"a"`, `"a" b`, "$SYS/x", "$share/g/x", "a+b/c", "a.b/[c", "a\u00a0b", "é", "-a", "a\tb",
		"/a b/", "\u202eevil",
	} {
		x := New(Options{})
		put(x, path, "", 0)
		put(x, path+"/beneath/it", "", 0)
		put(x, path+"2", "", 0)
		put(x, "before/"+path, "", 0)
		q, err := ParseQuery("  " + Excluding(path) + " -nothing")
		if err != nil || !q.Excludes() {
			t.Fatalf("%q: %q: %v", path, Excluding(path), err)
		}
		f, err := x.Flatten(t.Context(), View{Query: q})
		if err != nil {
			t.Fatal(err)
		}
		var left []string
		for _, r := range f.Rows {
			if r.Hit {
				left = append(left, x.Path(r.Node))
			}
		}
		slices.Sort(left)
		want := []string{"before/" + path, path + "2"}
		slices.Sort(want)
		if !slices.Equal(left, want) {
			t.Errorf("%q by %q leaves %q, want %q", path, Excluding(path), left, want)
		}
	}
}
