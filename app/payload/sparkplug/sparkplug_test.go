package sparkplug

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/encoding/protowire"

	"streamscope/app/payload"
	"streamscope/app/payload/decode"
	"streamscope/connections/brokertest"
)

func TestParseTopic(t *testing.T) {
	for topic, want := range map[string]Topic{
		"spBv1.0/plant/NBIRTH/edge1":       {Group: "plant", Kind: NodeBirth, Node: "edge1"},
		"spBv1.0/plant/DDATA/edge1/press":  {Group: "plant", Kind: Data, Node: "edge1", Device: "press"},
		"spBv1.0/plant/NCMD/edge1":         {Group: "plant", Kind: NodeCommand, Node: "edge1"},
		"spBv1.0/STATE/host":               {},
		"spBv1.0/plant/NBIRTH/edge1/extra": {},
		"spBv1.0/plant/DDATA/edge1":        {},
		"spBv1.0/plant/OTHER/edge1":        {},
		"spAv1.0/plant/NBIRTH/edge1":       {},
		"plant/press":                      {},
	} {
		got, ok := ParseTopic(topic)
		if got != want || ok != (want != Topic{}) {
			t.Errorf("%s: %+v, %v", topic, got, ok)
		}
	}
}

func (e encoding) double(n protowire.Number, v float64) encoding {
	return protowire.AppendFixed64(protowire.AppendTag(e, n, protowire.Fixed64Type), math.Float64bits(v))
}

func (e encoding) float(n protowire.Number, v float32) encoding {
	return protowire.AppendFixed32(protowire.AppendTag(e, n, protowire.Fixed32Type), math.Float32bits(v))
}

func document(t *testing.T, payload encoding) string {
	t.Helper()
	r, err := NewBook().Read("spBv1.0/g/NDATA/n", 1, payload)
	if err != nil {
		t.Fatal(err)
	}
	b := r.Document()
	if !json.Valid(b) {
		t.Fatalf("not JSON: %s", b)
	}
	return string(b)
}

func TestValues(t *testing.T) {
	metric := func(kind Type, value encoding) encoding {
		return append(encoding{}.text(1, "m").varint(4, uint64(kind)), value...)
	}
	for _, c := range []struct {
		name  string
		kind  Type
		value encoding
		want  string
	}{
		{"a negative Int8 in 32 bits", Int8, encoding{}.varint(10, 0xFFFFFFFF), "-1"},
		{"a negative Int8 in 8 bits", Int8, encoding{}.varint(10, 0xFE), "-2"},
		{"a negative Int16", Int16, encoding{}.varint(10, 0xFFFFFF00), "-256"},
		{"a negative Int32", Int32, encoding{}.varint(10, 0x80000000), "-2147483648"},
		{"a negative Int64", Int64, encoding{}.varint(11, math.MaxUint64), "-1"},
		{"the largest UInt64", UInt64, encoding{}.varint(11, math.MaxUint64), "18446744073709551615"},
		{"a float keeps its digits", Float, encoding{}.float(12, 21.4), "21.4"},
		{"a double", Double, encoding{}.double(13, 1e308), "1e+308"},
		{"no number", Double, encoding{}.double(13, math.NaN()), `"NaN"`},
		{"truth", Boolean, encoding{}.varint(14, 1), "true"},
		{"text", String, encoding{}.text(15, "a\"b"), `"a\"b"`},
		{"a time", DateTime, encoding{}.varint(11, 1_700_000_000_123), `"2023-11-14T22:13:20.123Z"`},
		{"a time beyond all years", DateTime, encoding{}.varint(11, math.MaxUint64), "18446744073709551615"},
		{"null", Double, encoding{}.varint(7, 1), "null"},
		{"bytes", Bytes, encoding{}.text(16, "\x00\xff"), `"AP8="`},
		{"an array", Int16Array, encoding{}.text(16, "\x01\x00\xfe\xff"), "[1,-2]"},
		{"an array that is cut", Int16Array, encoding{}.text(16, "\x01\x00\xfe"), `"AQD+"`},
		{"bits", BooleanArray, encoding{}.text(16, "\x03\x00\x00\x00\xa0"), "[true,false,true]"},
		{"more bits than bytes", BooleanArray, encoding{}.text(16, "\xff\xff\xff\xff\x80"), "[true,false,false,false,false,false,false,false]"},
		{"texts", StringArray, encoding{}.text(16, "a\x00bc\x00"), `["a","bc"]`},
		{"nothing", Double, nil, "null"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := document(t, encoding{}.message(2, metric(c.kind, c.value)))
			if want := `{"metrics":{"m":` + c.want + `}}`; got != want {
				t.Errorf("%s, want %s", got, want)
			}
		})
	}
}

func TestTablesAndStructures(t *testing.T) {
	cell := func(e encoding) encoding { return encoding{}.message(1, e) }
	row := append(cell(encoding{}.varint(1, 0xFFFFFFFF)), cell(encoding{}.text(6, "on"))...)
	table := encoding{}.varint(1, 2).text(2, "id").text(2, "state").varint(3, uint64(Int32)).varint(3, uint64(String)).message(4, row)
	m := encoding{}.text(1, "t").varint(4, uint64(Table)).message(17, table)
	if got, want := document(t, encoding{}.message(2, m)), `{"metrics":{"t":[{"id":-1,"state":"on"}]}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	inner := encoding{}.message(2, encoding{}.text(1, "x").varint(4, uint64(Int32)).varint(10, 7)).text(4, "Motor")
	m = encoding{}.text(1, "t").varint(4, uint64(Structure)).message(18, inner)
	if got, want := document(t, encoding{}.message(2, m)), `{"metrics":{"t":{"x":7}}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestNamesComeFromTheBirthThatWasValid(t *testing.T) {
	b := NewBook()
	birth := func(name string) encoding {
		return encoding{}.varint(3, 0).message(2, encoding{}.text(1, name).varint(2, 7).varint(4, uint64(Int32)))
	}
	data := encoding{}.varint(3, 1).message(2, encoding{}.varint(2, 7).varint(10, 0xFFFFFFFF))
	b.Note("spBv1.0/g/NBIRTH/n", 10, false, birth("pressure"))
	b.Note("spBv1.0/g/NBIRTH/n", 20, false, birth("level"))
	for seq, want := range map[uint64]string{
		5: `{"seq":1,"metrics":{"alias 7":4294967295}}`, 15: `{"seq":1,"metrics":{"pressure":-1}}`, 25: `{"seq":1,"metrics":{"level":-1}}`,
	} {
		r, err := b.Read("spBv1.0/g/NDATA/n", seq, data)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(r.Document()); got != want {
			t.Errorf("at %d: %s, want %s", seq, got, want)
		}
		if (r.Unnamed > 0) != (seq == 5) {
			t.Errorf("at %d: %d unnamed", seq, r.Unnamed)
		}
	}
	// A device has names of its own.
	r, _ := b.Read("spBv1.0/g/DDATA/n/d", 30, data)
	if r.Unnamed != 1 {
		t.Errorf("the device's alias was named by the node's birth")
	}
}

func TestSequence(t *testing.T) {
	b := NewBook()
	at := Topic{Group: "g", Kind: NodeData, Node: "n"}
	seq := uint64(0)
	note := func(kind string, number int) {
		seq++
		e := encoding{}
		if number >= 0 {
			e = e.varint(3, uint64(number))
		}
		topic := "spBv1.0/g/" + kind + "/n"
		if strings.HasPrefix(kind, "D") {
			topic += "/d"
		}
		b.Note(topic, seq, false, e)
	}
	note(NodeData, 5)
	if s := b.State(at); s.Born || s.Unnamed != 1 {
		t.Errorf("before its birth: %+v", s)
	}
	note(NodeBirth, 0)
	note(Birth, 1)
	for n := 2; n < 600; n++ {
		note(Data, n%256)
	}
	if s := b.State(at); !s.Alive || s.Gaps != 0 {
		t.Errorf("without a gap: %+v", s)
	}
	note(NodeData, 600%256+1)
	if s := b.State(at); s.Gaps != 1 || s.LastGap != seq {
		t.Errorf("with a gap: %+v", s)
	}
	note(NodeDeath, -1)
	if s := b.State(at); s.Alive {
		t.Errorf("after its death: %+v", s)
	}
}

func TestALateWillEndsOnlyItsOwnBirth(t *testing.T) {
	b := NewBook()
	session := func(n uint64) encoding {
		return encoding{}.message(2, encoding{}.text(1, "bdSeq").varint(4, uint64(UInt64)).varint(11, n))
	}
	b.Note("spBv1.0/g/NBIRTH/n", 1, false, session(2))
	b.Note("spBv1.0/g/NDEATH/n", 2, false, session(1))
	at := Topic{Group: "g", Node: "n"}
	if !b.State(at).Alive {
		t.Error("the will of the session before ended this one")
	}
	b.Note("spBv1.0/g/NDEATH/n", 3, false, session(2))
	if b.State(at).Alive {
		t.Error("its own will did not end it")
	}
}

func TestInARegistry(t *testing.T) {
	book := NewBook()
	registry := decode.Standard()
	registry.Add(Kind(book))
	set, err := registry.Compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	data := encoding{}.message(2, encoding{}.varint(2, 7).varint(10, 12))
	read := func() decode.Result {
		return set.Read(decode.Input{Topic: "spBv1.0/g/NDATA/n", Seq: 9, Payload: data})
	}
	if r := read(); r.Format != decode.Sparkplug || r.Why != decode.Topic || !strings.Contains(r.Note, "rebirth") {
		t.Errorf("before the birth: %+v", r)
	}
	book.Note("spBv1.0/g/NBIRTH/n", 3, false, encoding{}.varint(3, 0).message(2, encoding{}.text(1, "a/b.c").varint(2, 7).varint(4, uint64(Int32))))
	r := read()
	if v, _, ok := r.Number([]string{"metrics", "a/b.c"}, payload.Usual); !ok || v != 12 || r.Note != "" {
		t.Errorf("after it: %v, %v, %+v", v, ok, r)
	}
	if r := set.Read(decode.Input{Topic: "plant/press", Payload: data}); r.Format == decode.Sparkplug {
		t.Error("taken for Sparkplug by its bytes")
	}
}

func TestRebirth(t *testing.T) {
	if got, want := document(t, Rebirth(1_700_000_000_000)), `{"timestamp":"2023-11-14T22:13:20.000Z","metrics":{"Node Control/Rebirth":true}}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	at, _ := ParseTopic("spBv1.0/g/DDATA/n/d")
	if got := at.CommandTopic(); got != "spBv1.0/g/NCMD/n" {
		t.Errorf("it goes to %s", got)
	}
}

func TestBrokenPayloads(t *testing.T) {
	deep := encoding{}.text(1, "m")
	for range 40 {
		deep = encoding{}.text(1, "m").message(18, encoding{}.message(2, deep))
	}
	for name, b := range map[string][]byte{
		"cut":            encoding{}.message(2, encoding{}.text(1, "metric"))[:5],
		"a length of 4G": {0x12, 0xff, 0xff, 0xff, 0xff, 0x0f},
		"wrong kind":     encoding{}.varint(2, 1),
		"too deep":       encoding{}.message(2, deep),
		"text":           []byte("hello"),
	} {
		if _, err := Parse(b); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	var broken *BrokenError
	_, err := Parse(append(encoding{}.varint(1, 1), 0x12, 0x05, 1))
	if !errors.As(err, &broken) || broken.At != 3 {
		t.Errorf("the place of the error: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(encoding{}.varint(3, 0).message(2, encoding{}.text(1, "m").varint(2, 7).varint(10, 1))))
	f.Add([]byte(encoding{}.message(2, encoding{}.text(1, "t").varint(4, uint64(StringArray)).text(16, "a\x00b"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		book := NewBook()
		book.Note("spBv1.0/g/NBIRTH/n", 1, false, b)
		book.Note("spBv1.0/g/NDATA/n", 2, false, b)
		r, _ := book.Read("spBv1.0/g/NDATA/n", 2, b)
		if d := r.Document(); !json.Valid(d) {
			t.Errorf("not JSON: %s", d)
		}
	})
}

// TestAgainstAnotherImplementation reads what npm's sparkplug-payload writes.
func TestAgainstAnotherImplementation(t *testing.T) {
	dir, err := brokertest.NodePackage("sparkplug-payload@1.0.3")
	if err != nil {
		t.Skipf("no sparkplug-payload for node here: %v", err)
	}
	const script = `
const s = require('sparkplug-payload').get('spBv1.0')
const p = s.encodePayload({ timestamp: 1700000000000, seq: 7, metrics: [
  { name: 'i8', type: 'Int8', value: -5 }, { name: 'i32', type: 'Int32', value: -70000 },
  { name: 'i64', type: 'Int64', value: -9007199254740991 }, { name: 'u32', type: 'UInt32', value: 4000000000 },
  { name: 'f', type: 'Float', value: 1.5 }, { name: 'd', type: 'Double', value: -2.25 },
  { name: 'b', type: 'Boolean', value: true }, { name: 's', type: 'String', value: 'Grüße' },
  { name: 't', type: 'DateTime', value: 1700000000123 },
  { name: 'ds', type: 'DataSet', value: { numOfColumns: 2, types: ['Int32', 'String'], columns: ['n', 's'], rows: [[1, 'a'], [-2, 'b']] } },
  { name: 'tpl', type: 'Template', value: { version: '1', templateRef: 'M', isDefinition: false, metrics: [{ name: 'x', type: 'Int32', value: -1 }], parameters: [] } },
] })
process.stdout.write(Buffer.from(p).toString('base64'))`
	node := exec.Command("node", "-e", script)
	node.Dir = dir
	out, err := node.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	payload, err := base64.StdEncoding.DecodeString(string(out))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"timestamp":"2023-11-14T22:13:20.000Z","seq":7,"metrics":{"i8":-5,"i32":-70000,"i64":-9007199254740991,` +
		`"u32":4000000000,"f":1.5,"d":-2.25,"b":true,"s":"Grüße","t":"2023-11-14T22:13:20.123Z",` +
		`"ds":[{"n":1,"s":"a"},{"n":-2,"s":"b"}],"tpl":{"x":-1}}}`
	if d := cmp.Diff(want, document(t, payload)); d != "" {
		t.Error(d)
	}
}
