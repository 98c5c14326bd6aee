package decode

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamscope/app/payload"
)

// BenchmarkFirstScreen50MB is what stands between a payload of 50 MB and its first screen,
// beside reading the same bytes from a file and json.Valid of them.
func BenchmarkFirstScreen50MB(b *testing.B) {
	const member = `{"device":"press-4","value":22.40,"unit":"°C","tags":["north hall","line 4"],"on":true},`
	doc := []byte("[" + strings.Repeat(member, 50_000_000/len(member)) + "0]")
	file := filepath.Join(b.TempDir(), "big.json")
	if err := os.WriteFile(file, doc, 0o600); err != nil {
		b.Fatal(err)
	}
	s := compile(b)
	ours := func() {
		r := s.Decode("a", nil, doc)
		if r.Format != JSON || len(payload.PrettyStart(r.Document, 128<<10)) < 128<<10 {
			b.Fatal(r.Err)
		}
	}
	theirs := func() {
		read, err := os.ReadFile(file)
		if err != nil || !json.Valid(read) {
			b.Fatal(err)
		}
	}
	best := [2]time.Duration{time.Hour, time.Hour}
	for b.Loop() {
		for i, f := range []func(){ours, theirs} {
			began := time.Now()
			f()
			best[i] = min(best[i], time.Since(began))
		}
	}
	b.ReportMetric(float64(best[0].Milliseconds()), "ours-ms")
	b.ReportMetric(float64(best[1].Milliseconds()), "read+valid-ms")
	b.ReportMetric(float64(best[0])/float64(best[1]), "ratio")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkNumber is a number out of a payload of each kind, as a chart asks for it.
func BenchmarkNumber(b *testing.B) {
	text := `{"ts":"2026-11-23T04:43:00.123Z","device":{"id":"press-4"},"t":{"value":22.41,"unit":"°C"}}`
	s := compile(b)
	for name, p := range map[string][]byte{"JSON": []byte(text), "gzip": gzipped(text), "zstd": zstdded(text)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v, _, ok := s.Number("a/b", nil, p, []string{"t", "value"}); v != 22.41 || !ok {
					b.Fatal(v)
				}
			}
		})
	}
}

// BenchmarkNumberBare is what the way through a set costs beside [payload.Number] alone.
func BenchmarkNumberBare(b *testing.B) {
	doc := []byte(`{"ts":"2026-11-23T04:43:00.123Z","device":{"id":"press-4"},"t":{"value":22.41,"unit":"°C"}}`)
	s, path := compile(b), []string{"t", "value"}
	best := [2]time.Duration{time.Hour, time.Hour}
	for b.Loop() {
		began := time.Now()
		for range 200 {
			s.Number("a/b", nil, doc, path)
		}
		best[0] = min(best[0], time.Since(began))
		began = time.Now()
		for range 200 {
			payload.Number(doc, path)
		}
		best[1] = min(best[1], time.Since(began))
	}
	b.ReportMetric(float64(best[0].Nanoseconds())/200, "set-ns")
	b.ReportMetric(float64(best[1].Nanoseconds())/200, "bare-ns")
	b.ReportMetric(0, "ns/op")
}
