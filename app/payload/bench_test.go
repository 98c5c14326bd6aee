package payload

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"
)

const document200 = `{"ts":"2026-11-23T04:43:00.123Z","device":{"id":"press-4","line":"north hall","state":"run"},` +
	`"measurements":{"pressure":{"value":4.82,"unit":"bar"},"temperature":{"value":22.41,"unit":"°C","ok":true}}}`

// BenchmarkNumberByPath is ours beside gjson alone, which neither checks the document to its
// end nor looks for the unit. The two take turns in small batches, and the quickest batch of
// each counts, so that whatever else the computer does weighs on neither.
func BenchmarkNumberByPath(b *testing.B) {
	doc, path := []byte(document200), []string{"measurements", "temperature", "value"}
	joined := strings.Join(path, ".")
	ours := func() {
		if v, unit, ok := Number(doc, path); !ok || v != 22.41 || unit != "°C" {
			b.Fatal(v, unit)
		}
	}
	theirs := func() {
		if v := gjson.GetBytes(doc, joined).Num; v != 22.41 {
			b.Fatal(v)
		}
	}
	checked := func() {
		if !gjson.ValidBytes(doc) {
			b.Fatal("no JSON")
		}
		theirs()
	}
	if n := testing.AllocsPerRun(1000, ours); n > 1 {
		b.Errorf("%v allocations, at most 1 is allowed", n)
	}
	best := [3]time.Duration{time.Hour, time.Hour, time.Hour}
	for b.Loop() {
		for i, f := range []func(){ours, theirs, checked} {
			began := time.Now()
			for range 200 {
				f()
			}
			best[i] = min(best[i], time.Since(began))
		}
	}
	b.ReportMetric(float64(best[0].Nanoseconds())/200, "ours-ns")
	b.ReportMetric(float64(best[1].Nanoseconds())/200, "gjson-ns")
	b.ReportMetric(float64(best[2].Nanoseconds())/200, "gjson+valid-ns")
	b.ReportMetric(float64(best[0])/float64(best[1]), "ratio")
	b.ReportMetric(0, "ns/op")
}

func BenchmarkShort(b *testing.B) {
	for name, doc := range map[string]string{"text": "21.4", "json": document200, "bytes": strings.Repeat("\xff\x00", 2000)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Short([]byte(doc), nil, 60)
			}
		})
	}
}

// BenchmarkPretty50MB is all that a big document goes through before it is shown, beside
// json.Valid of the same bytes.
func BenchmarkPretty50MB(b *testing.B) {
	const member = `{"device":"press-4","value":22.40,"unit":"°C","tags":["north hall","line 4"],"on":true},`
	doc := []byte("[" + strings.Repeat(member, 50_000_000/len(member)) + "0]")
	b.Run("Detect", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		for b.Loop() {
			Detect(doc)
		}
	})
	b.Run("PrettyJSON", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		for b.Loop() {
			if _, err := PrettyJSON(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("json.Valid", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		for b.Loop() {
			json.Valid(doc)
		}
	})
}

func BenchmarkClock(b *testing.B) {
	doc := []byte(`{"device":"a","ts":1700000000123,"v":21.5}`)
	c := Clock{[]string{"ts"}, TimeMillis}
	b.ReportAllocs()
	for b.Loop() {
		c.Time(doc)
	}
}
