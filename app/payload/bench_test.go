package payload

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"
)

const document200 = `{"ts":"2026-11-23T04:43:00.123Z","device":{"id":"press-4","line":"north hall","state":"run"},` +
	`"measurements":{"pressure":{"value":4.82,"unit":"bar"},"temperature":{"value":22.41,"unit":"°C","ok":true}}}`

// BenchmarkNumberByPath is ours beside gjson alone, which neither checks the document nor
// looks for the unit.
func BenchmarkNumberByPath(b *testing.B) {
	doc, path := []byte(document200), []string{"measurements", "temperature", "value"}
	b.Run("ours", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if v, _, ok := Number(doc, path); !ok || v != 22.41 {
				b.Fatal(v)
			}
		}
	})
	b.Run("gjson", func(b *testing.B) {
		b.ReportAllocs()
		joined := strings.Join(path, ".")
		for b.Loop() {
			if v := gjson.GetBytes(doc, joined).Num; v != 22.41 {
				b.Fatal(v)
			}
		}
	})
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
