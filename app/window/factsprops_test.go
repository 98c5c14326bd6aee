package window

import (
	"testing"

	"fyne.io/fyne/v2/test"
	"github.com/google/go-cmp/cmp"

	"streamscope/connections"
)

func TestPropertiesOfAMessageAreAmongItsDetails(t *testing.T) {
	test.NewTempApp(t)
	got := propertyFacts(&connections.Properties{
		ContentType: "application/json", Text: true, Expiry: 90, ResponseTopic: "answers", CorrelationData: []byte{0xab, 0x12},
		User: []connections.UserProperty{{Name: "site", Value: "north"}, {Name: "site", Value: "south\x00"}},
	})
	want := [][2]string{
		{"Content type", "application/json"}, {"Payload format", "UTF-8 text, says the sender"}, {"Expires", "1 min 30 s after it was received"},
		{"Response topic", "answers"}, {"Correlation data", "ab 12"}, {"Property site", "north"}, {"Property site", "south "},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if propertyFacts(nil) != nil || correlationText([]byte("req-7")) != "req-7" {
		t.Error("nothing is something, or text is no text")
	}
}
