package protobuf

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"streamscope/app/payload/decode"
	"streamscope/connections/profile"
)

const plant = `syntax = "proto3";
package plant;
import "google/protobuf/timestamp.proto";
import "unit.proto";
enum State { IDLE = 0; RUN = 1; }
message Sensor {
  string name = 1;
  double value = 2;
  int64 count = 3;
  sint32 offset = 4;
  repeated float samples = 5;
  map<string, int32> marks = 6;
  State state = 7;
  bytes raw = 8;
  google.protobuf.Timestamp at = 9;
  Unit unit = 10;
  oneof last { bool ok = 11; string fault = 12; }
}
`

const unit = `syntax = "proto3";
package plant;
message Unit { string symbol = 1; }
`

// schemaFiles writes .proto files and returns the path of the first.
func schemaFiles(t testing.TB, files map[string]string, first string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, first)
}

func sensor(t testing.TB) *Message {
	t.Helper()
	s, err := Load([]string{schemaFiles(t, map[string]string{"plant.proto": plant, "unit.proto": unit}, "plant.proto")})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Message("Sensor")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMessageGoesThereAndBack(t *testing.T) {
	m := sensor(t)
	const document = `{"name":"press","value":21.4,"count":9007199254740993,"offset":-5,"samples":[1.5,0.1],"marks":{"a":1,"b":-2},` +
		`"state":"RUN","raw":"AP8=","at":"2023-11-14T22:13:20Z","unit":{"symbol":"°C"},"ok":true}`
	b, err := m.Encode([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	r := m.Decode(decode.Input{Payload: b, Limits: decode.Whole()})
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if d := cmp.Diff(strings.Replace(document, `"AP8="`, `"h'00ff'"`, 1), string(r.Document)); d != "" {
		t.Error(d)
	}
}

func TestThroughASet(t *testing.T) {
	file := schemaFiles(t, map[string]string{"plant.proto": plant, "unit.proto": unit}, "plant.proto")
	registry := decode.Standard()
	registry.Add(Kind())
	set, err := registry.Compile([]profile.Binding{{Filter: "plant/+/raw", Format: string(decode.Protobuf), Files: []string{file}, Message: "plant.Sensor"}})
	if err != nil {
		t.Fatal(err)
	}
	b := protowire.AppendFixed64(protowire.AppendTag(nil, 2, protowire.Fixed64Type), 0x4035666666666666)
	if v, _, ok := set.Number("plant/press/raw", nil, b, []string{"value"}); !ok || v != 21.4 {
		t.Errorf("the value is %v, %v", v, ok)
	}
}

func TestADescriptorSet(t *testing.T) {
	set := &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{protodesc.ToFileDescriptorProto(timestamppb.File_google_protobuf_timestamp_proto)}}
	b, err := proto.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "plant.binpb")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load([]string{file})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"google.protobuf.Timestamp"}, s.Messages()); d != "" {
		t.Error(d)
	}
}

func TestWrongSchemas(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a mistake":        {"syntax = \"proto3\";\nmessage A {\n  strin name = 1;\n}\n", "a.proto:3:"},
		"no message":       {`syntax = "proto3";`, "no message"},
		"a missing import": {"syntax = \"proto3\";\nimport \"other.proto\";\nmessage A {}\n", "other.proto"},
	} {
		_, err := Load([]string{schemaFiles(t, map[string]string{"a.proto": c.text}, "a.proto")})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want a word of %q", name, err, c.want)
		}
	}
	if _, err := Load([]string{schemaFiles(t, map[string]string{"a.txt": "hello"}, "a.txt")}); err == nil {
		t.Error("a text was taken for a descriptor set")
	}
	s, err := Load([]string{schemaFiles(t, map[string]string{"a.proto": "syntax = \"proto3\"; message A {} message B {}"}, "a.proto")})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "C"} {
		if _, err := s.Message(name); err == nil || !strings.Contains(err.Error(), "A, B") {
			t.Errorf("message %q: %v", name, err)
		}
	}
}

func TestPayloadsOfAnotherType(t *testing.T) {
	m := sensor(t)
	for name, c := range map[string]struct {
		b      []byte
		err    string
		offset int
	}{
		"text":                {b: []byte("hello"), err: "at byte 2", offset: 2},
		"another message":     {b: protowire.AppendVarint(protowire.AppendTag(nil, 90, protowire.VarintType), 1), err: "not a plant.Sensor: field 90", offset: -1},
		"a type that differs": {b: protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 1), err: "field 1", offset: -1},
		"invalid text":        {b: protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), []byte{0xff}), err: "not a plant.Sensor", offset: -1},
	} {
		r := m.Decode(decode.Input{Payload: c.b, Limits: decode.Whole()})
		if r.Err == nil || !strings.Contains(r.Err.Error(), c.err) {
			t.Errorf("%s: %v, want a word of %q", name, r.Err, c.err)
		}
		if r.At != c.offset {
			t.Errorf("%s: at byte %d", name, r.At)
		}
	}
	r := m.Decode(decode.Input{Limits: decode.Whole(), Payload: protowire.AppendVarint(protowire.AppendTag(
		protowire.AppendVarint(protowire.AppendTag(nil, 3, protowire.VarintType), 7), 90, protowire.VarintType), 1)})
	if r.Err != nil || string(r.Document) != `{"count":7}` || !strings.Contains(r.Note, "field 90") {
		t.Errorf("%s, %q, %v", r.Document, r.Note, r.Err)
	}
}

func TestWithoutASchema(t *testing.T) {
	inner := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 300)
	b := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), "press")
	b = protowire.AppendFixed64(protowire.AppendTag(b, 2, protowire.Fixed64Type), 0x4035666666666666)
	b = protowire.AppendBytes(protowire.AppendTag(b, 3, protowire.BytesType), inner)
	b = protowire.AppendVarint(protowire.AppendTag(b, 4, protowire.VarintType), 1<<64-5)
	b = protowire.AppendVarint(protowire.AppendTag(b, 4, protowire.VarintType), 6)
	b = protowire.AppendBytes(protowire.AppendTag(b, 5, protowire.BytesType), []byte{0xff, 0})
	b = protowire.AppendFixed32(protowire.AppendTag(b, 6, protowire.Fixed32Type), 1)
	r := readBare(decode.Input{Payload: b, Limits: decode.Whole()})
	const want = `{"1":"press","2":21.4,"3":{"1":300},"4":[-5,6],"5":"h'ff00'","6":1}`
	if r.Err != nil || string(r.Document) != want || r.Note == "" {
		t.Errorf("%s, %v, want %s", r.Document, r.Err, want)
	}
	if r = readBare(decode.Input{Payload: []byte{0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 1}, Limits: decode.Whole()}); r.Err == nil || r.At != 1 {
		t.Errorf("a length of 4 GiB: %v at %d", r.Err, r.At)
	}
	if r = readBare(decode.Input{Payload: b, Limits: decode.Limits{Bytes: 4}}); r.Err == nil {
		t.Error("a limit was not kept")
	}
}

func TestEncodeSaysWhere(t *testing.T) {
	_, err := sensor(t).Encode([]byte("{\n  \"value\": \"much\"\n}"))
	if err == nil || !strings.Contains(err.Error(), "2:") {
		t.Errorf("%v", err)
	}
}

func FuzzDecode(f *testing.F) {
	m := sensor(f)
	f.Add([]byte{0x0a, 0x01, 'x', 0x10, 0x01})
	f.Add([]byte{0x0b, 0x0b, 0x0c, 0x0c})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, r := range []decode.Result{
			m.Decode(decode.Input{Payload: b, Limits: decode.Brief()}), readBare(decode.Input{Payload: b, Limits: decode.Brief()}),
		} {
			if r.Document != nil && !json.Valid(r.Document) {
				t.Errorf("not JSON: %s", r.Document)
			}
			if r.At >= len(b)+1 {
				t.Errorf("wrong at byte %d of %d", r.At, len(b))
			}
		}
	})
}

func FuzzLoad(f *testing.F) {
	f.Add(plant)
	f.Add("syntax = \"proto2\"; message A { required int32 a = 1; extensions 100 to max; }")
	f.Fuzz(func(t *testing.T, text string) {
		_, _ = Load([]string{schemaFiles(t, map[string]string{"a.proto": text}, "a.proto")})
	})
}

// A sketch names every field that can be filled in, and is a message itself.
func TestASketchIsAnEmptyMessage(t *testing.T) {
	m := sensor(t)
	sketch := m.Sketch()
	for _, want := range []string{`"value": 0`, `"samples": []`, `"marks": {}`, `"state": "IDLE"`, `"raw": "h''"`, `"at": null`, `"unit": {}`, `"ok": false`} {
		if !strings.Contains(sketch, want) {
			t.Errorf("%s is not in %s", want, sketch)
		}
	}
	if strings.Contains(sketch, "fault") {
		t.Error("two of a oneof are set")
	}
	b, err := m.Encode([]byte(sketch))
	if r := m.Decode(decode.Input{Payload: b, Limits: decode.Whole()}); err != nil || r.Err != nil || string(r.Document) != `{"unit":{},"ok":false}` {
		t.Errorf("%s, %v, %v", r.Document, err, r.Err)
	}
}
