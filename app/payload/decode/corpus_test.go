package decode

import (
	"archive/zip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The corpora and where they come from stand in testdata/README.md.

// TestJSONTestSuite: of what starts with y all is taken, of n nothing, of i either will do.
func TestJSONTestSuite(t *testing.T) {
	archive, err := zip.OpenReader("testdata/jsontestsuite.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	right, judged, free := 0, 0, 0
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		taken := compile(t).As(Choice{Format: JSON}, Input{Payload: b}).Err == nil
		switch f.Name[0] {
		case 'i':
			free++
			continue
		case 'y', 'n':
			judged++
		}
		if taken == (f.Name[0] == 'y') {
			right++
		} else {
			t.Errorf("%s: taken: %v", f.Name, taken)
		}
	}
	t.Logf("JSONTestSuite: %d of %d, %d more are free", right, judged, free)
	if judged < 280 {
		t.Errorf("only %d files were judged", judged)
	}
}

// same compares values; numbers count as equal if they are the same float32, because a short
// float is written with no more digits than it has.
func same(t *testing.T, got, want string) bool {
	t.Helper()
	a, b := parse(t, got), parse(t, want)
	return cmp.Equal(a, b, cmp.Comparer(func(x, y json.Number) bool {
		if x == y {
			return true
		}
		f, err1 := strconv.ParseFloat(string(x), 64)
		g, err2 := strconv.ParseFloat(string(y), 64)
		return err1 == nil && err2 == nil && float32(f) == float32(g) && (strings.ContainsAny(string(x+y), ".eE"))
	}))
}

func parse(t *testing.T, doc string) (v any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	return v
}

func TestCBORVectors(t *testing.T) {
	b, err := os.ReadFile("testdata/cbor-appendix-a.json")
	if err != nil {
		t.Fatal(err)
	}
	var vectors []struct {
		CBOR, Hex  string
		Decoded    json.RawMessage
		Diagnostic *string
	}
	if err := json.Unmarshal(b, &vectors); err != nil {
		t.Fatal(err)
	}
	s, right := compile(t), 0
	for _, v := range vectors {
		if v.Hex == "f818" {
			continue // RFC 8949 §3.3 forbids it since
		}
		item, err := base64.StdEncoding.DecodeString(v.CBOR)
		if err != nil {
			t.Fatal(err)
		}
		r := s.As(Choice{Format: CBOR}, Input{Payload: item})
		d := s.As(Choice{Format: Diagnostic}, Input{Payload: item})
		switch {
		case r.Err != nil || d.Err != nil:
			t.Errorf("%x: %v, %v", item, r.Err, d.Err)
		case v.Decoded != nil && !same(t, string(r.Document), string(v.Decoded)):
			t.Errorf("%x is %s, want %s", item, r.Document, v.Decoded)
		case v.Diagnostic != nil && string(d.Text) != *v.Diagnostic:
			t.Errorf("%x is %s, want %s", item, d.Text, *v.Diagnostic)
		default:
			right++
		}
	}
	t.Logf("CBOR, RFC 7049 appendix A: %d of %d, and one that RFC 8949 took back", right, len(vectors)-1)
}

func TestMessagePackSuite(t *testing.T) {
	b, err := os.ReadFile("testdata/msgpack-test-suite.json")
	if err != nil {
		t.Fatal(err)
	}
	var groups map[string][]map[string]json.RawMessage
	if err := json.Unmarshal(b, &groups); err != nil {
		t.Fatal(err)
	}
	s, right, all := compile(t), 0, 0
	for _, group := range groups {
		for _, c := range group {
			want := packed(t, c)
			for _, text := range forms(t, c["msgpack"]) {
				object, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
				if err != nil {
					t.Fatal(err)
				}
				all++
				r := s.As(Choice{Format: MessagePack}, Input{Payload: object})
				if r.Err != nil || !same(t, string(r.Document), want) {
					t.Errorf("%s is %s, want %s (%v)", text, r.Document, want, r.Err)
					continue
				}
				right++
			}
		}
	}
	t.Logf("msgpack-test-suite: %d of %d", right, all)
}

func forms(t *testing.T, raw json.RawMessage) (out []string) {
	t.Helper()
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// packed is the document that a case asks for: what JSON has no type for stands in our words.
func packed(t *testing.T, c map[string]json.RawMessage) string {
	t.Helper()
	text := func(raw json.RawMessage) string {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	switch {
	case c["binary"] != nil:
		return `"h'` + strings.ReplaceAll(text(c["binary"]), "-", "") + `'"`
	case c["bignum"] != nil:
		return text(c["bignum"])
	case c["timestamp"] != nil:
		var at [2]int64
		if err := json.Unmarshal(c["timestamp"], &at); err != nil {
			t.Fatal(err)
		}
		return strconv.Quote(instant(at[0], at[1]))
	case c["ext"] != nil:
		var ext [2]json.RawMessage
		if err := json.Unmarshal(c["ext"], &ext); err != nil {
			t.Fatal(err)
		}
		return strconv.Quote(fmt.Sprintf("ext(%s) h'%s'", ext[0], strings.ReplaceAll(text(ext[1]), "-", "")))
	}
	for _, kind := range []string{"nil", "bool", "number", "string", "array", "map"} {
		if raw, ok := c[kind]; ok {
			return string(raw)
		}
	}
	t.Fatalf("an unknown kind: %v", c)
	return ""
}

func instant(seconds, nanos int64) string {
	return time.Unix(seconds, nanos).UTC().Format(time.RFC3339Nano)
}
