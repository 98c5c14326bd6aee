package window

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamscope/app/command"
	"streamscope/connections/profile"
)

// A message is written as JSON, sent as the message by which the profile reads the topic, and read
// back by the same.
func TestAMessageOfASchemaIsWrittenAsJSON(t *testing.T) {
	d, _, _ := composing(t)
	file := filepath.Join(t.TempDir(), "plant.proto")
	if err := os.WriteFile(file, []byte(`syntax = "proto3";
package plant;
message Setpoint { double value = 1; bytes key = 2; }
message Ack { bool ok = 1; }
`), 0o600); err != nil {
		t.Fatal(err)
	}
	d.only().SetDecoders([]profile.Binding{{Filter: "plant/+/set", Format: "protobuf", Files: []string{file}, Message: "plant.Setpoint"}})

	d.composer().format.SetSelected("Protobuf, written as JSON")
	d.fills("composer.topic", "elsewhere")
	d.fills("composer.payload", `{"value": 21.5, "key": "h'01ff'"}`)
	d.await("the check", func() bool { return !d.composer().busy() })
	d.mustRead("Choose the schema")
	d.fills("composer.topic", "plant/oven/set")
	d.await("the schema to be read", func() bool { return !d.composer().busy() && !d.composer().send.Disabled() })
	d.fills("composer.payload", "")
	d.clicks("Insert fields")
	if got := d.composer().payload.Text; got != "{\n  \"value\": 0,\n  \"key\": \"h''\"\n}" {
		t.Errorf("the fields are %q", got)
	}
	d.fills("composer.payload", `{"value": 21.5, "key": "h'01ff'"}`)
	d.mustRead("plant.proto", "As payloads of plant/+/set are read", "13 B: 09")

	d.fills("composer.payload", "{\n \"valve\": 1}")
	if got := d.composer().problem.Text; !strings.Contains(got, `line 2, column 2: not a plant.Setpoint: unknown field "valve"`) || !d.composer().send.Disabled() {
		t.Errorf("the problem is %q", got)
	}
	d.sends("plant/oven/set", `{"value": 21.5, "key": "h'01ff'"}`, "QoS 1")
	d.await("the message to come back", func() bool { return len(d.latest("plant/oven/set")) == 13 })
	r := d.only().Decoders().Decode("plant/oven/set", nil, []byte(d.latest("plant/oven/set")))
	if r.Err != nil || string(r.Document) != `{"value":21.5,"key":"h'01ff'"}` {
		t.Errorf("it is read as %s, %v", r.Document, r.Err)
	}

	// The user's own choice holds, whatever the topic; and stays with what was sent.
	d.win.composer.Get().Load(command.Draft{
		Topic: "plant/oven/set", Payload: `{"ok": true}`, Format: command.FormatProtobuf, Schema: &command.Schema{Files: []string{file}, Message: "plant.Ack"},
	})
	d.await("the other message", func() bool { return !d.composer().busy() && !d.composer().send.Disabled() })
	d.sends("plant/oven/ack", `{"ok": true}`, "QoS 0")
	d.await("the other message to come back", func() bool { return d.latest("plant/oven/ack") == "\x08\x01" })
	d = d.comesBack()
	entries := d.app.Sent.Entries()
	if s := entries[0].Draft.Schema; len(entries) != 2 || s == nil || s.Message != "plant.Ack" || s.Files[0] != file {
		t.Errorf("what was sent is kept as %+v", entries)
	}
}
