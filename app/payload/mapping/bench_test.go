package mapping

import (
	"testing"

	"github.com/tidwall/gjson"

	"streamscope/connections/profile"
)

// BenchmarkMap sets the mapping of a small frame beside what gjson needs for looking up the
// same three values in bytes that it does not check.
func BenchmarkMap(b *testing.B) {
	frame := []byte(`{"device":"press-4","sensor":"temperature","value":21.437,"unit":"°C","time":1700000000123,"quality":{"good":true,"age":12}}`)
	var sink int
	emit := func(topic string, payload []byte, at int64) { sink += len(topic) + len(payload) + int(at&1) }
	for _, bench := range []struct {
		name string
		rule profile.Mapping
	}{
		{"fixed", profile.Mapping{Topic: "a"}},
		{"keys", profile.Mapping{Kind: profile.MapKeys, Topic: "{device}/{sensor}", Value: []string{"value"}, Time: []string{"time"}, TimeFormat: "ms"}},
		{"leaves", profile.Mapping{Kind: profile.MapLeaves, Topic: "{device}"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			m := compile(b, bench.rule)
			b.ReportAllocs()
			for b.Loop() {
				m.Map(frame, emit)
			}
		})
	}
	b.Run("gjson", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, path := range []string{"device", "sensor", "value", "time"} {
				sink += len(gjson.GetBytes(frame, path).Raw)
			}
		}
	})
}
