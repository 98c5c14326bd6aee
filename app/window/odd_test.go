package window

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"streamscope/app/window/ui"
	"streamscope/widgets/topictree"
)

func TestOddTopicsAreTopicsToo(t *testing.T) {
	d, _, p := connected(t)
	odd := []string{"/", "/a//b", "a", "a/b", "a/b/", " blank ", "日本/温度", strings.Repeat("deep/", 60) + "end"}
	for i, topic := range odd {
		d.hears(p, topic, fmt.Sprint(i))
	}
	d.chooses("View", "Expand all")
	d.await("all topics", func() bool { return d.win.tree.filter.Hits.Full == fmt.Sprint(len(odd)) })
	for i, topic := range odd {
		l, ok := d.row(topic)
		if !ok || l.Value != fmt.Sprint(i) || l.Kind != topictree.Topic {
			t.Errorf("%q: %v, %+v", topic, ok, l.Row)
			continue
		}
		d.selects(topic)
		d.ticks()
		if d.win.detail.title.Full != topic || d.payload() != fmt.Sprint(i) {
			t.Errorf("%q: the pane shows %q, %q", topic, d.win.detail.title.Full, d.payload())
		}
	}
	if l, _ := d.row("a"); !l.Branch || l.Topics != 2 {
		t.Errorf("a topic with topics beneath is %+v", l.Row)
	}
	d.chooses("Tools", "Publish on the selected topic")
	if got := d.composer().topic.Text; got != odd[len(odd)-1] {
		t.Errorf("publishes to %q", got)
	}
	d = d.comesBack()
	d.await("the connection", d.isOpen)
	if d.win.detail.title.Full != odd[len(odd)-1] {
		t.Errorf("the pane shows %q", d.win.detail.title.Full)
	}
}

func TestOddPayloadsAreShownForWhatTheyAre(t *testing.T) {
	d, _, p := connected(t)
	tests := []struct{ topic, payload, row, pane string }{
		{"empty", "", "(empty)", ""},
		{"escape", "\x1b[31mred", "", "red"},
		{"half json", `{"a":`, `{"a":`, `{"a":`},
		{"big number", `{"v":12345678901234567890}`, "12345678901234567890", "12345678901234567890"},
		{"deep", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "", ""},
	}
	for _, tt := range tests {
		d.hears(p, tt.topic, tt.payload)
		d.selects(tt.topic)
		d.ticks()
		if got := d.value(tt.topic); !strings.Contains(got, tt.row) || strings.ContainsRune(got, 0x1b) {
			t.Errorf("%s: the row says %q", tt.topic, got)
		}
		if got := d.payload(); !strings.Contains(got, tt.pane) {
			t.Errorf("%s: the pane says %q", tt.topic, got)
		}
		for _, tab := range []string{"Values", "History", "Details", "Payload"} {
			d.turnsTo(tab)
		}
	}
}

func TestManyTopics(t *testing.T) {
	d, _, p := connected(t)
	const branches, leaves = 50, 100
	for i := range branches {
		for j := range leaves {
			p.Send(fmt.Sprintf("plant/line%d/value%d", i, j), fmt.Sprint(j), false)
		}
	}
	p.Sync()
	d.await("all topics", func() bool { return d.win.tree.filter.Hits.Full == "5"+ui.ThinSpace+"000" })
	d.chooses("View", "Expand all")
	d.await("all rows", func() bool { return len(d.topicsInSight()) == 1+branches+branches*leaves })
	if first, n := d.win.tree.tree.InView(); first != 0 || n > 60 {
		t.Errorf("%d rows from %d are in view", n, first)
	}
	d.selects("plant/line49/value99")
	if first, n := d.win.tree.tree.InView(); first+n < 5000 {
		t.Errorf("the selected row is not in view: %d rows from %d", n, first)
	}
	d.fills("filter", "line7/value9")
	d.await("the hits", func() bool { return d.win.tree.filter.Hits.Full == "11/5"+ui.ThinSpace+"000" })
	want := []string{"plant", "plant/line7", "plant/line7/value9"}
	for j := range 10 {
		want = append(want, fmt.Sprintf("plant/line7/value9%d", j))
	}
	if diff := cmp.Diff(want, d.topicsInSight()); diff != "" {
		t.Error(diff)
	}
	d.countsAddUp()
}
