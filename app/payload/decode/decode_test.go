package decode

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"streamscope/app/payload"
	"streamscope/connections"
	"streamscope/connections/profile"
)

func compile(t testing.TB, bindings ...profile.Binding) *Set {
	t.Helper()
	s, err := Compile(bindings)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func gzipped(b string) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write([]byte(b))
	_ = w.Close()
	return out.Bytes()
}

func zlibbed(b string) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write([]byte(b))
	_ = w.Close()
	return out.Bytes()
}

func zstdded(b string) []byte {
	w, _ := zstd.NewWriter(nil)
	return w.EncodeAll([]byte(b), nil)
}

func pngOf(w, h int) []byte {
	var out bytes.Buffer
	_ = png.Encode(&out, image.NewGray(image.Rect(0, 0, w, h)))
	return out.Bytes()
}

func TestAutomaticOnlyWhereItIsCertain(t *testing.T) {
	s := compile(t)
	as := func(contentType string) *connections.Properties {
		return &connections.Properties{ContentType: contentType}
	}
	for name, c := range map[string]struct {
		b     string
		props *connections.Properties
		want  Format
		why   Why
	}{
		"JSON":                     {`{"a":1}`, nil, JSON, Bytes},
		"JSON that is none":        {`{"a":1`, nil, Text, Nothing},
		"a number":                 {"21.4", nil, Text, Nothing},
		"bytes":                    {"\x00\x01\x02\xff\xfe", nil, Hex, Nothing},
		"CBOR is not guessed":      {"\xa1\x61\x61\x01", nil, Hex, Nothing},
		"CBOR that says so":        {"\xd9\xd9\xf7\xa1\x61\x61\x01", nil, CBOR, Bytes},
		"CBOR by content type":     {"\xa1\x61\x61\x01", as("application/cbor"), CBOR, ContentType},
		"senml by its suffix":      {"\xa1\x61\x61\x01", as("application/senml+cbor"), CBOR, ContentType},
		"a content type's rest":    {`{"a":1}`, as("Application/JSON; charset=utf-8"), JSON, Bytes},
		"MessagePack":              {"\x81\xa1a\x01", as("application/msgpack"), MessagePack, ContentType},
		"JSON by name, but none":   {`{"a":1`, as("application/json"), JSON, ContentType},
		"XML":                      {`<?xml version="1.0"?><a/>`, nil, XML, Bytes},
		"markup that says less":    {`<a/>`, nil, Text, Nothing},
		"XML by content type":      {`<a/>`, as("text/xml"), XML, ContentType},
		"gzip that ends too early": {string(gzipped("hello"))[:12], nil, Gzip, Bytes},
		"a picture":                {string(pngOf(3, 2)), nil, Image, Bytes},
		"a picture called JSON":    {string(pngOf(3, 2)), as("application/json"), JSON, ContentType},
		"an unknown type":          {"abc", as("application/x-mine"), Text, Nothing},
		"text called bytes":        {"abc", as("application/octet-stream"), Hex, ContentType},
	} {
		r := s.Decode("a/b", c.props, []byte(c.b))
		if r.Format != c.want || r.Why != c.why {
			t.Errorf("%s: %s, because %d, want %s, %d (%v)", name, r.Format, r.Why, c.want, c.why, r.Err)
		}
		if r.Bytes == nil {
			t.Errorf("%s: the bytes are not at hand", name)
		}
	}
}

func TestUnwrapping(t *testing.T) {
	s := compile(t)
	doc := `{"temperature":21.4,"unit":"°C","more":"` + strings.Repeat("x", 1400) + `"}`
	for name, c := range map[string]struct {
		b     []byte
		wraps []string
	}{
		"gzip":        {gzipped(doc), []string{"gzip 1:15"}},
		"zlib":        {zlibbed(doc), []string{"zlib 1:18"}},
		"zstd":        {zstdded(doc), []string{"zstd 1:18"}},
		"twice":       {gzipped(string(zstdded(doc))), []string{"gzip 1:0.8", "zstd 1:18"}},
		"not wrapped": {[]byte(doc), nil},
	} {
		r := s.Decode("a", nil, c.b)
		if r.Format != JSON || string(r.Document) != doc || len(r.Wraps) != len(c.wraps) {
			t.Errorf("%s: %s %q %v", name, r.Format, r.Wraps, r.Err)
		}
		for i, w := range r.Wraps {
			if f, _, _ := strings.Cut(c.wraps[i], " "); !strings.HasPrefix(w, f+" 1:") {
				t.Errorf("%s: wraps %q, want about %q", name, r.Wraps, c.wraps)
			}
		}
		if v, unit, ok := s.Number("a", nil, c.b, []string{"temperature"}); v != 21.4 || unit != "°C" || !ok {
			t.Errorf("%s: %v %q %v", name, v, unit, ok)
		}
	}
	if r := s.Decode("a", nil, []byte("x^ is the beginning of a text")); r.Format != Text || len(r.Wraps) != 0 {
		t.Errorf("a text that begins as zlib does is %s", r.Format)
	}
}

func TestByHand(t *testing.T) {
	s := compile(t)
	for name, c := range map[string]struct {
		choice   Choice
		b        string
		document string
		text     string
		err      string
		at       int
	}{
		"base64 of JSON":     {Choice{Format: Base64}, "eyJhIjox\nfQ==", `{"a":1}`, "", "", -1},
		"base64 for URLs":    {Choice{Format: Base64}, "eyJhIjoiPz8_In0", `{"a":"???"}`, "", "", -1},
		"no base64":          {Choice{Format: Base64}, "eyJh\n!", "", "", "this is no base64 at byte 5", 5},
		"gzip that is none":  {Choice{Format: Gzip}, "hello", "", "", "unexpected end at byte 5", 5},
		"key=value":          {Choice{Format: KeyValue}, "t=21.4\n# note\nunit=°C\nname = \"press 4\"; on=true", `{"t":21.4,"unit":"°C","name":"press 4","on":true}`, "", "", -1},
		"pairs with commas":  {Choice{Format: KeyValue}, "t=21,4,h=55 p=1013 hPa x=0x1F", `{"t":"21,4","h":55,"p":"1013 hPa","x":"0x1F"}`, "", "", -1},
		"pairs with colons":  {Choice{Format: KeyValue}, "Temp: 21.4 °C\r\nState: run", `{"Temp":"21.4 °C","State":"run"}`, "", "", -1},
		"no pairs":           {Choice{Format: KeyValue}, "a=1\nhello", "", "a=1\nhello", "“hello” is no pair key=value at byte 4", 4},
		"int16 LE":           {Choice{Format: Array, Options: "int16 LE"}, "\x01\x00\xff\xff", "[1,-1]", "", "", -1},
		"uint16 BE":          {Choice{Format: Array, Options: "uint16 be"}, "\x01\x00\xff\xff", "[256,65535]", "", "", -1},
		"float32 LE":         {Choice{Format: Array, Options: "float32 LE"}, "\x33\x33\xab\x41\x00\x00\xc0\x7f", `[21.4,"NaN"]`, "", "", -1},
		"a byte too many":    {Choice{Format: Array, Options: "int16 LE"}, "\x01\x00\xff", "", "", "1 B are too few for one more number of 2 B at byte 2", 2},
		"MessagePack":        {Choice{Format: MessagePack}, "\x82\xa1t\xcb\x40\x35\x66\x66\x66\x66\x66\x66\x01\xc4\x02\x01\xff", `{"t":21.4,"1":"h'01ff'"}`, "", "", -1},
		"MessagePack, short": {Choice{Format: MessagePack}, "\x82\xa1t", "", "", "2 items or bytes are announced, 2 bytes are left at byte 0", 0},
		"CBOR, diagnostic":   {Choice{Format: Diagnostic}, "\xc1\x1a\x51\x4b\x67\xb0", "1363896240", "1(1363896240)", "", -1},
		"an XML document": {
			Choice{Format: XML}, `<plant id="4"><t unit="°C">21.4</t><x>1</x><x>a&amp;b</x><e/></plant>`,
			`{"plant":{"@id":4,"t":{"@unit":"°C","#text":21.4},"x":[1,"a&b"],"e":""}}`,
			"<plant id=\"4\">\n  <t unit=\"°C\">21.4</t>\n  <x>1</x>\n  <x>a&amp;b</x>\n  <e/>\n</plant>", "", -1,
		},
		"XML in Latin-1":     {Choice{Format: XML}, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>21 \xb0C</a>", `{"a":"21 °C"}`, "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n<a>21 °C</a>", "", -1},
		"XML, not closed":    {Choice{Format: XML}, "<a><b></a>", "", "", "</b> was expected to close the element, not </a> at byte 6", 6},
		"XML, own entities":  {Choice{Format: XML}, `<!DOCTYPE a [<!ENTITY x "xx">]><a>&x;</a>`, "", "", "invalid character entity &x; at byte 37", 37},
		"text that is UTF-8": {Choice{Format: Text}, "21 °C", "", "21 °C", "", -1},
		"text that is not":   {Choice{Format: Text}, "ab\xffc\xfe", "", "ab\xffc\xfe", "2 bytes are not UTF-8, the first at byte 2", 2},
		"a format of 2030":   {Choice{Format: "quantum"}, "x", "", "", "this version does not know the format “quantum”", -1},
	} {
		r := s.As(c.choice, Input{Payload: []byte(c.b)})
		if d := cmp.Diff(c.document, string(r.Document)); d != "" && c.document != "" {
			t.Errorf("%s: document (-want +got)\n%s(%v)", name, d, r.Err)
		}
		if d := cmp.Diff(c.text, string(r.Text)); d != "" {
			t.Errorf("%s: text (-want +got)\n%s(%v)", name, d, r.Err)
		}
		got := ""
		if r.Err != nil {
			got = r.Err.Error()
		}
		if got != c.err || r.At != c.at {
			t.Errorf("%s: error %q at %d, want %q at %d", name, got, r.At, c.err, c.at)
		}
		if r.Document != nil && payload.CheckJSON(r.Document) != nil {
			t.Errorf("%s: the document is no JSON: %s", name, r.Document)
		}
		if r.Why != Hand {
			t.Errorf("%s: because %d", name, r.Why)
		}
	}
}

func TestBindings(t *testing.T) {
	s := compile(t,
		profile.Binding{Filter: "plant/#", Format: "text", Numbers: "comma"},
		profile.Binding{Filter: "plant/+/raw", Format: "fields", Options: "t: int16 LE at 1 × 0.1 °C"},
		profile.Binding{Filter: "plant/4/raw", Format: "hex"},
	)
	raw := []byte{9, 214, 0}
	if r := s.Decode("plant/2/raw", nil, raw); r.Format != Fields || r.Why != Binding || r.Because != "plant/+/raw" || string(r.Document) != `{"t":"21.4 °C"}` {
		t.Errorf("%+v", r)
	}
	if v, unit, ok := s.Number("plant/2/raw", nil, raw, nil); v != 21.4 || unit != "°C" || !ok {
		t.Error(v, unit, ok)
	}
	if got := s.Short(Input{Topic: "plant/2/raw", Payload: raw}, nil, 40); got != "21.4 °C" {
		t.Errorf("short: %q", got)
	}
	if r := s.Decode("plant/4/raw", nil, raw); r.Format != Hex {
		t.Errorf("the narrower binding does not win: %s", r.Format)
	}
	if v, _, ok := s.Number("plant/x", nil, []byte("1.234"), nil); v != 1234 || !ok {
		t.Error("the rule of the binding is not kept:", v)
	}
	if v, _, ok := s.Number("other", nil, []byte("1.234"), nil); v != 1.234 || !ok {
		t.Error(v)
	}
	if f, ok := s.Bound("plant/2/raw"); f != "plant/+/raw" || !ok {
		t.Error(f)
	}
}

func TestAWrongBindingSaysSoBesideTheBytes(t *testing.T) {
	s, err := Compile([]profile.Binding{{Filter: "a/#", Format: "array", Options: "int16"}, {Filter: "b", Format: "json"}})
	if err == nil || !strings.Contains(err.Error(), `reading "a/#": line 1, column 6: say in which order the bytes come`) {
		t.Errorf("err = %v", err)
	}
	r := s.Decode("a/x", nil, []byte{1, 2})
	if r.Err == nil || r.Why != Binding || len(r.Bytes) != 2 {
		t.Errorf("%+v", r)
	}
	if r := s.Decode("b", nil, []byte("[1]")); r.Err != nil || r.Format != JSON {
		t.Errorf("%+v", r)
	}
}

func TestWhatWasMeantToBeJSONSaysWhyItIsNot(t *testing.T) {
	s := compile(t)
	for text, note := range map[string]string{
		`{"a": 1,, "b": 2}`:        "not JSON: ",
		` [{"a": 1} {"b": 2}] `:    "not JSON: ",
		`{a: 1}`:                   "",
		`[12:04:01] door [opened]`: "",
		`["a`:                      "",
		`{}}`:                      "",
	} {
		r := s.Read(Input{Payload: []byte(text)})
		if r.Format != Text || r.Err != nil || !strings.HasPrefix(r.Note, note) || (note == "") != (r.Note == "") {
			t.Errorf("%s: %s, %q, %v", text, r.Format, r.Note, r.Err)
		}
	}
	if r := s.Read(Input{Payload: []byte(`{"a": [1, 2`), Cut: true}); r.Note != "the beginning of what may be JSON" {
		t.Errorf("cut: %q", r.Note)
	}
}
