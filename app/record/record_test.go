package record

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"streamscope/connections"
)

func TestAMessageComesBack(t *testing.T) {
	props := &connections.Properties{
		ContentType: "text/plain", Text: true, Expiry: 60, ResponseTopic: "answers", CorrelationData: []byte{1, 0xff},
		User: []connections.UserProperty{{Name: "n", Value: "1"}, {Name: "n", Value: "2"}},
	}
	for _, tt := range []struct {
		payload string
		props   *connections.Properties
		want    string
	}{
		{"", nil, `{"topic":"a","payload":"","size":0,"qos":1}`},
		{"21.5", nil, `{"topic":"a","payload":"21.5","size":4,"qos":1}`},
		{"\xff\x00", &connections.Properties{}, `{"topic":"a","payload_base64":"/wA=","size":2,"qos":1}`},
		{"x", props, `{"topic":"a","payload":"x","size":1,"qos":1,"properties":{"content_type":"text/plain","text":true,"expiry_seconds":60,` +
			`"response_topic":"answers","correlation_base64":"Af8=","user":[{"name":"n","value":"1"},{"name":"n","value":"2"}]}}`},
	} {
		m := Message{Topic: "a", Size: int64(len(tt.payload)), QoS: 1, Properties: PropertiesOf(tt.props)}
		m.SetPayload([]byte(tt.payload))
		line, err := json.Marshal(m)
		if err != nil || string(line) != tt.want {
			t.Errorf("%q: %s, %v, want %s", tt.payload, line, err, tt.want)
		}
		var back Message
		if err := json.Unmarshal(line, &back); err != nil {
			t.Fatal(err)
		}
		want := tt.props
		if want.Empty() {
			want = nil
		}
		if string(back.Bytes()) != tt.payload || cmp.Diff(want, back.Properties.Read()) != "" {
			t.Errorf("%s came back as %q, %+v", line, back.Bytes(), back.Properties.Read())
		}
	}
}

func TestTimeIsExact(t *testing.T) {
	if got := Time(1_700_000_000_000_000_001, time.UTC); got != "2023-11-14T22:13:20.000000001Z" {
		t.Error(got)
	}
}
