package window

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/topics"
	"streamscope/widgets/topictree"
)

func TestTopicRows(t *testing.T) {
	test.NewTempApp(t)
	const second = int64(time.Second)
	now := 1000 * second
	value := func(s string, edit func(*topics.Row)) topics.Row {
		r := topics.Row{
			Name: "temp", HasValue: true, Payload: []byte(s), Size: int64(len(s)), Whole: true, Seq: 7,
			Time: now - 3*second, First: now - 60*second, Count: 9, Interval: 2 * time.Second,
		}
		if edit != nil {
			edit(&r)
		}
		return r
	}
	tests := []struct {
		name string
		row  topics.Row
		ctx  rowContext
		want topictree.Row
	}{
		{"a number", value("22.4", nil), rowContext{live: true},
			topictree.Row{Name: "temp", Value: "22.4", Age: "3 s", Change: 7}},
		{"a retained message has no age", value("22.4", func(r *topics.Row) { r.Retained = true }), rowContext{live: true},
			topictree.Row{Name: "temp", Value: "22.4", Age: "retained", Retained: true, Change: 7}},
		{"a lost connection makes it stale", value("22.4", nil), rowContext{live: false},
			topictree.Row{Name: "temp", Value: "22.4", Age: "3 s", Stale: true, Change: 7}},
		{"silence beyond three intervals makes it stale", value("22.4", func(r *topics.Row) { r.Time = now - 7*second }), rowContext{live: true},
			topictree.Row{Name: "temp", Value: "22.4", Age: "7 s", Stale: true, Change: 7}},
		{"an empty payload says so", value("", nil), rowContext{live: true},
			topictree.Row{Name: "temp", Value: "(empty)", Age: "3 s", Change: 7}},
		{"a chosen key", value(`{"t":22.4,"h":50}`, nil), rowContext{live: true, path: []string{"h"}, pinned: true},
			topictree.Row{Name: "temp", Value: "50", Age: "3 s", Pinned: true, Change: 7}},
		{"a branch", topics.Row{Name: "line4", Topics: 86}, rowContext{live: true},
			topictree.Row{Name: "line4", Topics: 86}},
		{"a cut payload names its size", value("xyz", func(r *topics.Row) { r.Cut, r.Whole, r.Size = true, false, 212<<20 }), rowContext{live: true},
			topictree.Row{Name: "temp", Value: "xyz…", Age: "3 s", Cut: true, Note: "cut: 64 KiB of 212 MiB", Change: 7}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.ctx.now = now
			var got topictree.Row
			renderTopic(&got, &tt.row, tt.ctx)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}
