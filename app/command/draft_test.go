package command

import (
	"errors"
	"strings"
	"testing"
)

func TestDraftValidate(t *testing.T) {
	good := Draft{Topic: "plant/line4/set", Payload: `{"sp":22}`, Format: FormatJSON, QoS: 1}
	if err := good.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*Draft)
		field  Field
		want   string
	}{
		{"no topic", func(d *Draft) { d.Topic = "" }, FieldTopic, "The topic is empty."},
		{"plus", func(d *Draft) { d.Topic = "a/+/b" }, FieldTopic, "A topic to publish to cannot contain '+'."},
		{"hash", func(d *Draft) { d.Topic = "a/#" }, FieldTopic, "A topic to publish to cannot contain '#'."},
		{"NUL", func(d *Draft) { d.Topic = "a\x00" }, FieldTopic, "The topic contains a null character."},
		{"too long", func(d *Draft) { d.Topic = strings.Repeat("x", 65536) }, FieldTopic, "The topic is longer than 65535 bytes."},
		{"QoS 3", func(d *Draft) { d.QoS = 3 }, FieldQoS, "There is no QoS 3; it is 0, 1 or 2."},
		{"broken JSON", func(d *Draft) { d.Payload = `{"sp":}` }, FieldPayload,
			"The payload cannot be sent: line 1, column 7: a value was expected."},
		{"odd hex", func(d *Draft) { d.Format, d.Payload = FormatHex, "abc" }, FieldPayload,
			`The payload cannot be sent: line 1, column 1: "abc" has an odd number of digits; a byte has two.`},
	} {
		d := good
		c.change(&d)
		err := d.Validate()
		var wrong *DraftError
		if !errors.As(err, &wrong) || wrong.Field != c.field || wrong.Error() != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestEmptyPayloadMayBeSent(t *testing.T) {
	p, err := Draft{Topic: "a", Format: FormatText, Retain: true}.Publication()
	if err != nil || len(p.Payload) != 0 || !p.Retain {
		t.Errorf("%+v, %v", p, err)
	}
}
