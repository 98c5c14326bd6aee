package window

import (
	"testing"

	"streamscope/app/window/ui"
	"streamscope/connections"
)

func TestATopicHasTheColourOfTheNarrowestFilter(t *testing.T) {
	marks := marksOf([]connections.Subscription{
		{Filter: "plant/#", Colour: "#2e9e5b"}, {Filter: "plant/line4/+", Colour: "#d9722b"},
		{Filter: "old/#", Colour: "#2f7fd6", Off: true}, {Filter: "#"}, {Filter: "+/line4/state", Colour: "#b04fc4"},
	})
	for topic, want := range map[string]string{
		"plant/line1/temp": "#2e9e5b", "plant/line4/temp": "#d9722b", "plant/line4/state": "#d9722b",
		"hall/line4/state": "#b04fc4", "old/x": "", "$SYS/uptime": "",
	} {
		got := marks.of(topic)
		if want == "" && got != nil || want != "" && got != ui.ColourOf(want) {
			t.Errorf("%s: %v, want %q", topic, got, want)
		}
	}
}
