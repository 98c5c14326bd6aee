package textview

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// hostile has what a device may send and a screen must not obey.
const hostile = "{\n  \"device\": \"press-4\",\n  \"on\": true,\n  \"temp\": {\n    \"value\": 22.40,\n    \"unit\": \"°C\"\n  },\n" +
	"  \"hist\": [\n    1,\n    null\n  ],\n  \"odd\": \"tab\tbell\x07 byte\xb0 \u202e end\",\n" +
	"  \"long\": \"the quick brown fox jumps over the lazy dog and the cat\"\n}"

// scene is everything at once: a fold, a selection, hits, the focus.
func scene(t *testing.T, variant fyne.ThemeVariant, wrap bool) *reader {
	t.Helper()
	r := read(t, JSON([]byte(hostile)))
	test.ApplyTheme(t, variantTheme{theme.DefaultTheme(), variant})
	r.w.Resize(fyne.NewSize(440, 300))
	r.SetWrap(wrap)
	r.ShowFind()
	r.Find("the")
	at := r.point(7, 0)
	r.press(fyne.NewPos(2, at.Y), 0)
	r.drag(r.point(4, 6), r.point(6, 3))
	return r
}

func TestLook(t *testing.T) {
	for _, c := range []struct {
		name    string
		variant fyne.ThemeVariant
		wrap    bool
	}{
		{"light", theme.VariantLight, false},
		{"dark", theme.VariantDark, false},
		{"light_wrapped", theme.VariantLight, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scene(t, c.variant, c.wrap)
			test.AssertRendersToImage(t, c.name+".png", r.w.Canvas())
		})
	}
}

func TestMarkup(t *testing.T) {
	r := scene(t, theme.VariantLight, false)
	test.AssertRendersToMarkup(t, "scene.xml", r.w.Canvas())
}

// diff is a document with marks.
type diff struct{ *TextDocument }

func (diff) Mark(i int) Mark {
	return []Mark{MarkNone, MarkRemoved, MarkAdded, MarkChanged, MarkNone}[i%5]
}

// Emphases are the figures.
func (d diff) Emphases(i int) []Span {
	line := d.Line(i)
	if at := strings.IndexAny(line, "0123456789"); at >= 0 {
		return []Span{{From: at, To: len(line)}}
	}
	return nil
}

func TestDiffLook(t *testing.T) {
	for name, variant := range map[string]fyne.ThemeVariant{"diff": theme.VariantLight, "diff_dark": theme.VariantDark} {
		r := read(t, diff{Text([]byte("same\nit was 22.40\nit is 23.10\nits unit\nsame"))})
		r.w.Resize(fyne.NewSize(240, 120))
		test.ApplyTheme(t, variantTheme{theme.DefaultTheme(), variant})
		test.AssertRendersToImage(t, name+".png", r.w.Canvas())
	}
}

func TestEmptyLook(t *testing.T) {
	r := read(t, Text(nil))
	r.SetEmpty("(empty)")
	r.w.Resize(fyne.NewSize(240, 80))
	test.AssertRendersToMarkup(t, "empty.xml", r.w.Canvas())
}
