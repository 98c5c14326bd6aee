package textview

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"
)

func lines(d Document) (out []string) {
	for i := range d.Len() {
		out = append(out, d.Line(i))
	}
	return out
}

func TestTextLines(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"a", []string{"a"}},
		{"\n", []string{"", ""}},
		{"a\n\nb", []string{"a", "", "b"}},
		{"a\r\nb\n", []string{"a\r", "b", ""}},
	} {
		if d := cmp.Diff(c.want, lines(Text([]byte(c.in)))); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
	}
}

func TestTextCutsLongLines(t *testing.T) {
	long := strings.Repeat("ä", 2000) // two bytes each
	d := Text([]byte("first\n" + long + "\nlast"))
	if d.Len() != 1+4+1 {
		t.Fatalf("%d lines", d.Len())
	}
	var numbers []int
	var rest []bool
	for i := range d.Len() {
		if !utf8.ValidString(d.Line(i)) {
			t.Errorf("line %d was cut within a letter", i)
		}
		numbers, rest = append(numbers, d.Number(i)), append(rest, d.Continues(i))
	}
	if want := []int{1, 2, 0, 0, 0, 3}; !cmp.Equal(numbers, want) {
		t.Errorf("numbers %v, want %v", numbers, want)
	}
	if want := []bool{false, false, true, true, true, false}; !cmp.Equal(rest, want) {
		t.Errorf("continues %v, want %v", rest, want)
	}
	if got := extract(d, place{1, 0}, place{4, 1 << 20}); got != long {
		t.Errorf("%d bytes came back of %d", len(got), len(long))
	}
}

// plainDocument has none of the optional methods.
type plainDocument []string

func (d plainDocument) Len() int          { return len(d) }
func (d plainDocument) Line(i int) string { return d[i] }

func TestExtract(t *testing.T) {
	text := "alpha\nbeta\ngamma"
	for _, d := range []Document{Text([]byte(text)), plainDocument(strings.Split(text, "\n"))} {
		for _, c := range []struct {
			from, to place
			want     string
		}{
			{place{0, 0}, place{0, 5}, "alpha"},
			{place{0, 2}, place{1, 2}, "pha\nbe"},
			{place{0, 5}, place{2, 0}, "\nbeta\n"},
			{place{1, 1}, place{9, 9}, "eta\ngamma"},
			{place{1, 3}, place{1, 1}, ""},
		} {
			if got := extract(d, c.from, c.to); got != c.want {
				t.Errorf("%T %v to %v: %q, want %q", d, c.from, c.to, got, c.want)
			}
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("a\r\nb\x00\xff\n"))
	f.Add(bytes.Repeat([]byte("äb\n\tc"), 600))
	f.Add(bytes.Repeat([]byte("\xe4"), 5000))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := Text(b)
		if n := d.Len(); n > 0 {
			if got := d.Extract(0, 0, n-1, 1<<30); got != string(b) {
				t.Fatalf("%q became %q", b, got)
			}
			if got := extract(hideExtract{d}, place{}, place{n - 1, 1 << 30}); got != string(b) {
				t.Fatalf("line by line %q became %q", b, got)
			}
		}
		number := 0
		for i := range d.Len() {
			if len(d.Line(i)) > segment || strings.Contains(d.Line(i), "\n") {
				t.Fatalf("line %d is %q", i, d.Line(i))
			}
			if !d.Continues(i) {
				number++
				if d.Number(i) != number {
					t.Fatalf("line %d has number %d, want %d", i, d.Number(i), number)
				}
			}
		}
	})
}

type hideExtract struct{ d *TextDocument }

func (h hideExtract) Len() int             { return h.d.Len() }
func (h hideExtract) Line(i int) string    { return h.d.Line(i) }
func (h hideExtract) Continues(i int) bool { return h.d.Continues(i) }

func FuzzJSON(f *testing.F) {
	f.Add([]byte("{\n\"a\": [\n1,\n\"x\\\"]\"\n]\n}"))
	f.Add([]byte("]]{[\n}\n\""))
	f.Add(bytes.Repeat([]byte("[\n"), 5000))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := JSON(b)
		for i := range d.Len() {
			if end, ok := d.Fold(i); ok && (end <= i || end >= d.Len()) {
				t.Fatalf("line %d folds to %d of %d", i, end, d.Len())
			}
			at := 0
			for _, s := range d.Spans(i) {
				if s.From < at || s.To <= s.From || s.To > len(d.Line(i)) {
					t.Fatalf("spans %v of %q", d.Spans(i), d.Line(i))
				}
				at = s.To
			}
		}
	})
}

func TestJSONFoldsAndSpans(t *testing.T) {
	d := JSON([]byte("{\n  \"a\": [\n    1,\n    true\n  ],\n  \"b\": \"x: \\\"y\\\"\"\n}"))
	folds := map[int]int{}
	for i := range d.Len() {
		if end, ok := d.Fold(i); ok {
			folds[i] = end
		}
	}
	if want := map[int]int{0: 6, 1: 4}; !cmp.Equal(folds, want) {
		t.Errorf("folds %v, want %v", folds, want)
	}
	want := []Span{{2, 5, StyleKey}, {7, 17, StyleString}}
	if d := cmp.Diff(want, d.Spans(5)); d != "" {
		t.Error(d)
	}
	if got := d.Spans(2); !cmp.Equal(got, []Span{{4, 5, StyleNumber}}) {
		t.Error(got)
	}
}

func testFace() *face {
	measure := func(s string) fyne.Size {
		switch s {
		case "世":
			return fyne.NewSize(17, 20)
		case "\u0301":
			return fyne.NewSize(0, 20)
		}
		return fyne.NewSize(10, 20)
	}
	return &face{size: 14, cell: 10, height: 20, measure: measure, advances: map[rune]float32{}}
}

func TestShapeMakesEverythingVisible(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain text", "plain text"},
		{"with return\r", "with return"},
		{"a\rb", `a\x0db`},
		{"a\tb", "a   b"},
		{"abcd\te", "abcd    e"},
		{"bell \x07", `bell \x07`},
		{"del \x7f", `del \x7f`},
		{"byte \xb0", `byte \xb0`},
		{"rtl \u202e", `rtl \u202e`},
		{"wide \U000e0001", `wide \u{0e0001}`},
		{"°ä世", "°ä世"},
		{"a\u0301\u0301\u0301\u0301\u0301", "a\u0301\u0301\u0301\\u0301\\u0301"},
	} {
		if got := testFace().shape(c.in, "").text; got != c.want {
			t.Errorf("%q shows as %q, want %q", c.in, got, c.want)
		}
	}
}

func TestWrapBreaksAfterSpaces(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", []string{""}},
		{"0123456789", []string{"0123456789"}},
		{"0123456789a", []string{"0123456789", "a"}},
		{"the quick brown", []string{"the quick ", "brown"}},
		{"a bcdefghijklm", []string{"a bcdefghi", "jklm"}},
		{"12345678\x07 x", []string{"12345678", `\x07 x`}},
		{"世世世世世世", []string{"世世世世世", "世"}},
	} {
		s := testFace().shape(c.in, "")
		s.wrap(100)
		var got []string
		for i := range s.rowCount() {
			from, to := s.row(i)
			got = append(got, s.slice(from, to))
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%q: %s", c.in, d)
		}
	}
}

func FuzzShape(f *testing.F) {
	f.Add("a\tb\x07\xff\u202e世\u0301", 55)
	f.Add(strings.Repeat("x ", 300), 100)
	f.Add("\x00\x00\x00\x00", 1)
	f.Fuzz(func(t *testing.T, line string, width int) {
		line = line[:min(len(line), segment)]
		s := testFace().shape(line, " … }")
		for _, r := range s.text {
			if r < ' ' || r == 0x7F || r == '\u202e' || r > 0x7F && unicode.Is(unicode.Cc, r) {
				t.Fatalf("%q shows %U", line, r)
			}
		}
		s.wrap(float32(width % 500))
		at := 0
		for i := range s.rowCount() {
			from, to := s.row(i)
			if from != at || to <= from && s.glyphs() > 0 {
				t.Fatalf("row %d of %q is %d to %d after %d", i, line, from, to, at)
			}
			at = to
		}
		if at != s.glyphs() {
			t.Fatalf("rows of %q end at %d of %d", line, at, s.glyphs())
		}
		for g := range s.glyphs() {
			if s.source(g) > s.source(g+1) || s.left(g) > s.left(g+1) {
				t.Fatalf("glyphs of %q are out of order at %d", line, g)
			}
			if back := s.glyph(s.source(g)); back > g || s.source(back) != s.source(g) {
				t.Fatalf("glyph %d of %q leads back to %d", g, line, back)
			}
		}
	})
}

func TestFolds(t *testing.T) {
	var f folds
	f.reset(20, nil)
	f.fold(2, 5)
	f.fold(3, 4) // within
	f.fold(10, 19)
	want := []int{0, 1, 2, 6, 7, 8, 9, 10}
	if f.shown() != len(want) {
		t.Fatalf("%d lines are shown, want %d", f.shown(), len(want))
	}
	for o, line := range want {
		if f.line(o) != line || f.ordinal(line) != o {
			t.Errorf("ordinal %d is line %d, and line %d ordinal %d", o, f.line(o), line, f.ordinal(line))
		}
	}
	for _, hidden := range []int{3, 4, 5} {
		if f.ordinal(hidden) != 2 {
			t.Errorf("hidden line %d has ordinal %d", hidden, f.ordinal(hidden))
		}
	}
	if !f.reveal(4) || f.ordinal(4) != 4 || f.reveal(4) {
		t.Error("line 4 was not revealed")
	}
	if end, ok := f.foldedAt(10); !ok || end != 19 {
		t.Errorf("fold at 10: %d %v", end, ok)
	}
}

func TestMatcher(t *testing.T) {
	for _, c := range []struct {
		query, line string
		want        string
	}{
		{"ab", "xABab", "[1:3 3:5]"},
		{"ÄÖ", "x äö ÄÖ", "[2:6 7:11]"},
		{"aa", "aaaa", "[0:2 2:4]"},
		{"k", "K k \u212a", "[0:1 2:3 4:7]"},
		{"x", "abc", "[]"},
		{"\u00e9", "\xe9", "[]"},
		{"ße", "STRAßE", "[4:7]"},
	} {
		s := search{}
		s.restart(c.query)
		s.advance(plainDocument{c.line}, func() bool { return false })
		var got []string
		for _, h := range s.hits {
			got = append(got, fmt.Sprintf("%d:%d", h.from, h.to))
		}
		if g := fmt.Sprint(got); g != c.want {
			t.Errorf("%q in %q: %s, want %s", c.query, c.line, g, c.want)
		}
	}
}

func TestSearchFindsAcrossCuts(t *testing.T) {
	b := []byte(strings.Repeat("x", segment-3) + "needle" + strings.Repeat("y", segment))
	s := search{}
	s.restart("needle")
	s.advance(Text(b), func() bool { return false })
	if len(s.hits) != 1 || s.hits[0] != (hit{0, segment - 3, segment + 3}) {
		t.Errorf("%v", s.hits)
	}
}

func TestSearchIsBounded(t *testing.T) {
	s := search{}
	s.restart("a")
	s.advance(Text(bytes.Repeat([]byte("aaaa\n"), maxHits)), func() bool { return false })
	if len(s.hits) != maxHits || !s.more {
		t.Errorf("%d hits, more %v", len(s.hits), s.more)
	}
}

func TestWordAt(t *testing.T) {
	for _, c := range []struct {
		line string
		at   int
		want string
	}{
		{`"temp_1": 22.40,`, 2, "temp_1"},
		{`"temp_1": 22.40,`, 11, "22.40"},
		{`"temp_1": 22.40,`, 13, "22.40"},
		{`"temp_1": 22.40,`, 15, ","},
		{"a.b", 0, "a"},
		{"größer als", 2, "größer"},
		{"a   b", 2, "   "},
		{"end", 3, "end"},
		{"", 0, ""},
	} {
		from, to := wordAt(c.line, c.at)
		if got := c.line[from:to]; got != c.want {
			t.Errorf("word at %d of %q: %q, want %q", c.at, c.line, got, c.want)
		}
	}
}

func TestFoldsOfStringsWithBrackets(t *testing.T) {
	for in, want := range map[string]map[int]int{
		"{\"a\\\\\": [\n]}":         {0: 1},
		"[\"\\\"[\",\n\"]\\\\\"\n]": {0: 2},
		"[\n\"[\n]\"\n]":            {0: 3},
		"[[\n],\n{\n}]":             {0: 3, 2: 3},
		"]\n}\n[\n]":                {2: 3},
		"[\"" + strings.Repeat("x", 3*segment) + "\",\n{\n}]": {0: 6, 4: 6},
	} {
		d := JSON([]byte(in))
		got := map[int]int{}
		for i := range d.Len() {
			if end, ok := d.Fold(i); ok {
				got[i] = end
			}
		}
		if in[0] == '[' && len(in) > segment {
			want = map[int]int{0: d.Len() - 1, d.Len() - 2: d.Len() - 1}
		}
		if !cmp.Equal(got, want) {
			t.Errorf("%q: folds %v, want %v", in[:min(len(in), 20)], got, want)
		}
	}
}
