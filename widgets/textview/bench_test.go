package textview

import (
	"encoding/json"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// huge is 50 MB of JSON with a line for each member.
func huge() []byte {
	const member = "  {\n    \"device\": \"press-4\",\n    \"value\": 22.40,\n    \"unit\": \"°C\"\n  },\n"
	n := 50_000_000 / len(member)
	return []byte("[\n" + strings.Repeat(member, n) + "  0\n]")
}

// BenchmarkOpen50MB is making the document and showing its first screen, beside json.Valid of
// the same bytes.
func BenchmarkOpen50MB(b *testing.B) {
	test.NewTempApp(b)
	doc := huge()
	v := New()
	w := test.NewTempWindow(b, v)
	w.Resize(fyne.NewSize(600, 700))
	b.Run("document and first screen", func(b *testing.B) {
		for b.Loop() {
			v.Open(JSON(doc))
		}
	})
	b.Run("first screen alone", func(b *testing.B) {
		d := JSON(doc)
		b.ReportAllocs()
		for b.Loop() {
			v.Open(d)
		}
	})
	b.Run("json.Valid", func(b *testing.B) {
		for b.Loop() {
			if !json.Valid(doc) {
				b.Fatal("the text is no JSON")
			}
		}
	})
}

func BenchmarkScrollByALine(b *testing.B) {
	test.NewTempApp(b)
	v := New()
	w := test.NewTempWindow(b, v)
	w.Resize(fyne.NewSize(600, 700))
	v.Open(JSON(huge()))
	b.ReportAllocs()
	for b.Loop() {
		v.pane.scrollBy(v.pane.rowHeight())
	}
}

func BenchmarkSearch50MB(b *testing.B) {
	d := JSON(huge())
	for b.Loop() {
		s := search{}
		s.restart("no such word")
		s.advance(d, func() bool { return false })
	}
}
