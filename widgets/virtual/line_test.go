package virtual

import (
	"image/color"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                                 "",
		"21.4 °C":                          "21.4 °C",
		"a\nb\tc\x00d\x7fe":                "a↵b c\uFFFDd\uFFFDe",
		"\u202egnp.exe":                    "\uFFFDgnp.exe",
		"\xff\xfe":                         "\uFFFD\uFFFD",
		"e\u0301":                          "e\u0301",
		"z\u0300\u0301\u0302\u0303\u0304!": "z\u0300\u0301\u0302!",
		"0123456789":                       "0123456789",
		"0123456789a":                      "012345678…",
		"ü123456789":                       "ü123456789",
		"ü123456789a":                      "ü12345678…",
		"שלום":                             "שלום",
	} {
		if got := OneLine(in, 10); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func FuzzOneLine(f *testing.F) {
	for _, s := range []string{"a\nb", "\u202e", "\xff", strings.Repeat("ä", 300), "e\u0301\u0301\u0301\u0301\u0301"} {
		f.Add(s, 20)
	}
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = 1 + limit&0xff
		line := OneLine(s, limit)
		if !utf8.ValidString(line) || utf8.RuneCountInString(line) > limit {
			t.Fatalf("%q becomes %q, limit %d", s, line, limit)
		}
		for _, r := range line {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%q keeps %U", s, r)
			}
		}
	})
}

func TestFaceMeasuresLikeFyne(t *testing.T) {
	test.NewTempApp(t)
	for _, style := range []fyne.TextStyle{{}, {Bold: true}, {Monospace: true}} {
		face := NewFace(14, style)
		for _, s := range []string{"plant/line4/press/temperature", "-0.00012345", `{"id": 4711}`, "Zähler"} {
			got, want := face.Width(s), fyne.MeasureText(s, 14, style).Width
			if got < want-1 || got > want+3 {
				t.Errorf("%q is %v wide, not %v", s, want, got)
			}
		}
	}
}

func TestCut(t *testing.T) {
	test.NewTempApp(t)
	face := NewFace(14, fyne.TextStyle{Monospace: true})
	char := face.Width("m")
	for _, c := range []struct {
		s          string
		chars      float32
		start, end string
	}{
		{"abcdef", 6.1, "abcdef", "abcdef"},
		{"abcdef", 5.1, "abcd…", "…cdef"},
		{"abcdef", 1.1, "…", "…"},
		{"abcdef", 0.5, "", ""},
		{"äöüßé", 3.1, "äö…", "…ßé"},
		{"", 0, "", ""},
	} {
		if got, cut := face.Cut(c.s, c.chars*char); got != c.start || cut != (got != c.s) {
			t.Errorf("%q in %v characters is %q, %v", c.s, c.chars, got, cut)
		}
		if got, cut := face.CutFront(c.s, c.chars*char); got != c.end || cut != (got != c.s) {
			t.Errorf("the end of %q in %v characters is %q, %v", c.s, c.chars, got, cut)
		}
	}
}

func TestCellIsTouchedOnlyByNews(t *testing.T) {
	test.NewTempApp(t)
	face, bold := NewFace(14, fyne.TextStyle{}), NewFace(14, fyne.TextStyle{Bold: true})
	black, red := color.NRGBA{A: 255}, color.NRGBA{R: 255, A: 255}
	c := NewCell(fyne.TextAlignLeading)
	for i, step := range []struct {
		set  func() bool
		want bool
	}{
		{func() bool { return c.Set("21.4", 100, face, black) }, true},
		{func() bool { return c.Set("21.4", 100, face, black) }, false},
		{func() bool { return c.Set("21.5", 100, face, black) }, true},
		{func() bool { return c.Set("21.5", 100, face, red) }, true},
		{func() bool { return c.Set("21.5", 100, bold, red) }, true},
		{func() bool { return c.Set("21.5", 90, bold, red) }, true},
		{func() bool { return c.Clear() }, true},
		{func() bool { return c.Clear() }, false},
		{func() bool { return c.Set("21.5", 90, bold, red) }, true},
	} {
		if got := step.set(); got != step.want {
			t.Errorf("step %d: touched is %v", i, got)
		}
	}
	if c.Set(strings.Repeat("i", 10_000), 1e6, face, red); !c.Cut() || utf8.RuneCountInString(c.Text.Text) != MaxRunes {
		t.Errorf("%d characters are shaped", utf8.RuneCountInString(c.Text.Text))
	}
	same := func() { c.Set("21.5", 90, bold, red); c.Set("21.5", 90, bold, red) }
	same()
	if n := testing.AllocsPerRun(100, func() { c.Set("21.5", 90, bold, red) }); n != 0 {
		t.Errorf("the same again costs %v allocations", n)
	}
}
