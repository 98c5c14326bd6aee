package diff

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// shown writes a comparison as diff -u does, with changed words in brackets.
func shown(x Text) string {
	var out []string
	for _, l := range x.Lines {
		if l.Skipped > 0 {
			out = append(out, fmt.Sprintf("@%d", l.Skipped))
			continue
		}
		text := l.Text
		for i := len(l.Words) - 1; i >= 0; i-- {
			w := l.Words[i]
			text = text[:w.From] + "[" + text[w.From:w.To] + "]" + text[w.To:]
		}
		out = append(out, string(" +-"[l.Kind])+text)
	}
	return strings.Join(out, "|")
}

func TestLines(t *testing.T) {
	long := "1\n2\n3\n4\n5\n6\n7\n8\n9"
	for _, test := range []struct {
		name, older, newer string
		context            int
		want               string
	}{
		{"the same", "a\nb", "a\nb", -1, " a| b"},
		{"the same, nothing wanted", "a\nb", "a\nb", 3, "@2"},
		{"nothing at all", "", "", -1, " "},
		{"from nothing", "", "a", -1, "-|+a"},
		{"a line comes", "a\nc", "a\nb\nc", -1, " a|+b| c"},
		{"a line goes", "a\nb\nc", "a\nc", -1, " a|-b| c"},
		{"a word", `"t": 21.4, "u": "C"`, `"t": 21.55, "u": "C"`, -1, `-"t": [21.4], "u": "C"|+"t": [21.55], "u": "C"`},
		{"another line", "stop", "42", -1, "-stop|+42"},
		{"a word is added", "a b", "a x b", -1, "-a b|+a [x ]b"},
		{"pairs in order", "a 1\nb 1", "a 2\nb 2\nc 2", -1, "-a [1]|-b [1]|+a [2]|+b [2]|+c 2"},
		{"context", long, strings.Replace(long, "5", "five", 1), 1, "@3| 4|-5|+five| 6|@3"},
		{"its end", "a\n", "a", -1, " a|-"},
		{"bytes", "\xff\xfe", "\xff\xfd", -1, "-\xff[\xfe]|+\xff[\xfd]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			x, err := Lines([]byte(test.older), []byte(test.newer), test.context)
			if err != nil {
				t.Fatal(err)
			}
			if got := shown(x); got != test.want {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

func TestALongLineIsMarkedInItsMiddle(t *testing.T) {
	head, tail := strings.Repeat("x ", maxLine), strings.Repeat(" y", maxLine)
	x, err := Lines([]byte(head+"1"+tail), []byte(head+"234"+tail), 0)
	if err != nil || len(x.Lines) != 2 {
		t.Fatal(len(x.Lines), err)
	}
	if want := []Span{{len(head), len(head) + 3}}; fmt.Sprint(x.Lines[1].Words) != fmt.Sprint(want) {
		t.Errorf("words %v, want %v", x.Lines[1].Words, want)
	}
}

func TestTextsAreBounded(t *testing.T) {
	for _, b := range []string{strings.Repeat("\n", MaxLines), strings.Repeat("x", MaxBytes+1)} {
		if _, err := Lines([]byte(b), nil, 3); !errors.Is(err, ErrTooBig) {
			t.Errorf("%d bytes: %v", len(b), err)
		}
		if _, err := Lines(nil, []byte(b), 3); !errors.Is(err, ErrTooBig) {
			t.Errorf("%d bytes: %v", len(b), err)
		}
	}
}

// sides puts both texts together again from all lines of a comparison.
func sides(t require, x Text) (older, newer string) {
	var was, is []string
	for _, l := range x.Lines {
		if l.Kind != Added {
			was = append(was, l.Text)
			if l.Old != len(was) {
				t.Fatalf("line %d of the older is called %d", len(was), l.Old)
			}
		}
		if l.Kind != Removed {
			is = append(is, l.Text)
			if l.New != len(is) {
				t.Fatalf("line %d of the newer is called %d", len(is), l.New)
			}
		}
	}
	return strings.Join(was, "\n"), strings.Join(is, "\n")
}

func checkLines(t require, older, newer string) {
	x, err := Lines([]byte(older), []byte(newer), -1)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if was, is := sides(t, x); was != older || is != newer {
		t.Fatalf("%q became %q, %q became %q", older, was, newer, is)
	}
	if x.Same() != (older == newer) {
		t.Fatalf("the same: %v", x.Same())
	}
	for _, l := range x.Lines {
		end := 0
		for _, w := range l.Words {
			if w.From < end || w.To <= w.From || w.To > len(l.Text) {
				t.Fatalf("words %v in %q", l.Words, l.Text)
			}
			end = w.To
		}
	}
	few, err := Lines([]byte(older), []byte(newer), 1)
	if err != nil || few.Added != x.Added || few.Removed != x.Removed {
		t.Fatalf("with context 1: %+v, %v", few, err)
	}
	skipped := 0
	for _, l := range few.Lines {
		if l.Kind != Added {
			skipped += max(l.Skipped, 1)
		}
	}
	if lines := strings.Count(older, "\n") + 1; skipped != lines {
		t.Fatalf("%d lines stand for %d of %q", skipped, lines, older)
	}
}

func TestLinesMakeBothTexts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", " ", "\n", "1.5", "é", "\xff"})), func(p []string) string { return strings.Join(p, "") })
		checkLines(t, text.Draw(t, "older"), text.Draw(t, "newer"))
	})
}

func FuzzLines(f *testing.F) {
	f.Add("a\nb\nc", "a\nx b\nc\n")
	f.Add("\r\n\xff", "")
	f.Fuzz(func(t *testing.T, older, newer string) { checkLines(t, older, newer) })
}

// BenchmarkLines has texts that are alike, and the worst: all lines differ.
func BenchmarkLines(b *testing.B) {
	text := func(n int, seed uint64) []byte {
		r := rand.New(rand.NewPCG(seed, 1))
		var out strings.Builder
		for i := range n {
			if seed != 0 && r.IntN(int(seed)) == 0 {
				fmt.Fprintf(&out, "  \"other %d\": %d,\n", r.Uint32(), i)
			} else {
				fmt.Fprintf(&out, "  \"key %d\": %d,\n", i, i)
			}
		}
		return []byte(out.String())
	}
	for _, test := range []struct {
		name string
		n    int
		seed uint64
	}{{"alike/1000", 1000, 100}, {"alike/150000", 150_000, 100}, {"all differ/150000", 150_000, 1}} {
		x, y := text(test.n, 0), text(test.n, test.seed)
		b.Run(test.name, func(b *testing.B) {
			b.SetBytes(int64(len(x) + len(y)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Lines(x, y, 3); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
