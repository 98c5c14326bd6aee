package command

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamscope/app/command/template"
	"streamscope/app/payload/decode"
	"streamscope/app/payload/protobuf"
)

const setpoint = `syntax = "proto3";
package plant;
enum Mode { OFF = 0; HEAT = 1; }
message Setpoint { double value = 1; Mode mode = 2; bytes key = 3; map<string, bytes> keys = 4; repeated string tags = 5; Setpoint next = 6; }
message Ack { bool ok = 1; }
`

// protoFile writes a schema.
func protoFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plant.proto")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAPayloadIsTheMessageOfItsSchema(t *testing.T) {
	file := protoFile(t, setpoint)
	for _, c := range []struct {
		payload, message string
		want             string // in hexadecimal digits
		field            Field
		wrong            string
	}{
		{payload: `{"value": 21.5, "mode": "HEAT"}`, message: "plant.Setpoint", want: "0900000000008035401001"},
		{payload: `{}`, message: "Setpoint"},
		{payload: `{"ok": true}`, message: "Ack", want: "0801"},
		{payload: `{"key": "h'01ff'", "tags": ["h'00'"]}`, message: "Setpoint", want: "1a0201ff2a056827303027"},
		{payload: `{"keys": {"value": "h'07'"}, "next": {"key": "h''"}}`, message: "Setpoint", want: "220a0a0576616c75651201073200"},
		{payload: ` `, message: "Setpoint", field: FieldPayload, wrong: "line 1, column 1: nothing is written; an empty plant.Setpoint is {}"},
		{payload: "{\n  \"value\": }", message: "Setpoint", field: FieldPayload, wrong: "line 2, column 12: a value was expected"},
		{payload: "{\n  \"valeu\": 1}", message: "Setpoint", field: FieldPayload, wrong: `line 2, column 3: not a plant.Setpoint: unknown field "valeu"`},
		{payload: `{"key": "h'01'", "mode": "WARM"}`, message: "Setpoint", field: FieldPayload, wrong: "line 1, column 26: not a plant.Setpoint: invalid value for enum field mode: \"WARM\""},
		{payload: `{}`, message: "", field: FieldSchema, wrong: "Choose a message: the schema describes plant.Setpoint, plant.Ack."},
		{payload: `{}`, message: "Nack", field: FieldSchema, wrong: "The schema does not describe “Nack”, but plant.Setpoint, plant.Ack."},
	} {
		d := Draft{Topic: "a", Payload: c.payload, Format: FormatProtobuf, Schema: &Schema{Files: []string{file}, Message: c.message}}
		p, err := d.Publication()
		if c.wrong == "" {
			if got := hex.EncodeToString(p.Payload); err != nil || got != c.want {
				t.Errorf("%s: %s, %v", c.payload, got, err)
			}
			continue
		}
		var wrong *DraftError
		if !errors.As(err, &wrong) || wrong.Field != c.field || !strings.Contains(wrong.Error(), c.wrong) {
			t.Errorf("%s as %q: %v", c.payload, c.message, err)
		}
	}
}

func TestASchemaIsNamed(t *testing.T) {
	for name, d := range map[string]struct {
		schema *Schema
		want   string
	}{
		"none":    {nil, "Choose the schema"},
		"missing": {&Schema{Files: []string{"/absent/plant.proto"}}, "There is no file /absent/plant.proto"},
		"broken":  {&Schema{Files: []string{protoFile(t, "message {")}}, "plant.proto:1:9"},
	} {
		_, err := Draft{Topic: "a", Payload: "{}", Format: FormatProtobuf, Schema: d.schema}.Publication()
		var wrong *DraftError
		if !errors.As(err, &wrong) || wrong.Field != FieldSchema || !strings.Contains(wrong.Error(), d.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A preview reads nothing from disk: it knows what was read, and that again as files change.
func TestASchemaIsReadOnceAndWhenItChanges(t *testing.T) {
	s, file := NewSender(nil), protoFile(t, setpoint)
	d := Draft{Topic: "a", Payload: `{"ok": true}`, Format: FormatProtobuf, Schema: &Schema{Files: []string{file}, Message: "Ack"}}
	if _, err := s.Preview(nil, d, nil); !errors.Is(err, ErrSchemaUnread) {
		t.Fatalf("%v", err)
	}
	if err := s.ReadSchema(*d.Schema); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Preview(nil, d, nil); err != nil || len(p.Payload) != 2 {
		t.Errorf("%x, %v", p.Payload, err)
	}
	other := strings.Replace(setpoint, "bool ok", "bool fine", 1)
	if err := os.WriteFile(file, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(file, time.Time{}, time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Prepare(nil, d, nil); err == nil || !strings.Contains(err.Error(), `unknown field "ok"`) {
		t.Errorf("what is sent is checked by a schema of yesterday: %v", err)
	}
}

func TestPlaceholdersAreFilledBeforeAMessageIsMade(t *testing.T) {
	file := protoFile(t, setpoint)
	d := Draft{Topic: "a", Payload: `{"value": {{ask "Set point" 20}}, "tags": ["{{ask "Who"}}"]}`, Format: FormatProtobuf, Template: true, Schema: &Schema{Files: []string{file}, Message: "Setpoint"}}
	filled, err := d.Fill(template.Values{Asked: map[string]string{"Who": `"`}})
	if err != nil {
		t.Fatal(err)
	}
	p, err := filled.Publication()
	if err != nil {
		t.Fatal(err)
	}
	k := protobuf.Kind()
	reader, err := k.New(decode.Choice{Files: []string{file}, Message: "Setpoint"})
	if err != nil {
		t.Fatal(err)
	}
	if r := reader.Decode(decode.Input{Payload: p.Payload, Limits: decode.Whole()}); string(r.Document) != `{"value":20,"tags":["\""]}` {
		t.Errorf("%s, %v", r.Document, r.Err)
	}
}

// What an earlier version wrote has no schema, and what is kept has one of its own.
func TestASchemaIsKeptWithItsDraft(t *testing.T) {
	var old Draft
	if err := json.Unmarshal([]byte(`{"topic":"a","payload":"{}","format":"cbor","qos":1}`), &old); err != nil || old.Schema != nil {
		t.Errorf("%+v, %v", old, err)
	}
	d := Draft{Topic: "a", Format: FormatProtobuf, Schema: &Schema{Files: []string{"x.proto"}, Message: "M"}}
	b, err := json.Marshal(d.Clone())
	if err != nil {
		t.Fatal(err)
	}
	var back Draft
	if err := json.Unmarshal(b, &back); err != nil || back.Schema.Message != "M" || back.Schema.Files[0] != "x.proto" {
		t.Errorf("%s: %+v, %v", b, back.Schema, err)
	}
	twin := d.Clone()
	if twin.Schema.Files[0] = "y.proto"; d.Schema.Files[0] != "x.proto" {
		t.Error("a copy shares the files with its original")
	}
	if err := d.Validate(); err == nil || !strings.Contains(err.Error(), "nothing is written") {
		t.Errorf("%v", err)
	}
}
