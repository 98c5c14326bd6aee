package decode

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/fxamacker/cbor/v2"
	"github.com/tinylib/msgp/msgp"

	"streamscope/app/payload"
)

// sound fails the test if a result breaks what every result promises.
func sound(t *testing.T, r Result, in []byte) {
	t.Helper()
	if r.At < -1 || r.At > len(r.Bytes) {
		t.Fatalf("%s: error at %d of %d bytes", r.Format, r.At, len(r.Bytes))
	}
	if r.Err == nil && r.At != -1 {
		t.Fatalf("%s: a place of no error", r.Format)
	}
	if len(in) > 0 && r.Bytes == nil {
		t.Fatalf("%s: the bytes are gone", r.Format)
	}
	if r.Document != nil && r.Err == nil {
		if err := payload.CheckJSON(r.Document); err != nil || !json.Valid(r.Document) {
			t.Fatalf("%s of %q: the document %q is no JSON: %v", r.Format, in, r.Document, err)
		}
	}
	if got := r.Short(nil, 40); utf8.RuneCountInString(got) > 40 {
		t.Fatalf("%s: a short form of %q", r.Format, got)
	}
	v, _, ok := r.Number(nil, payload.Usual)
	if math.IsNaN(v) || math.IsInf(v, 0) || !ok && v != 0 {
		t.Fatalf("%s: the number %v, %v", r.Format, v, ok)
	}
}

func fuzzFormat(f *testing.F, c Choice, seeds ...string) {
	s := compile(f)
	for _, b := range append(seeds, "", "21.4", `{"a":[1,"x"]}`) {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before := string(b)
		r := s.As(c, Input{Payload: b, Limits: Limits{Bytes: 1 << 20, Ratio: 100, Pixels: 1 << 16}})
		sound(t, r, b)
		if string(b) != before {
			t.Fatal("the payload was changed")
		}
	})
}

func FuzzAuto(f *testing.F) {
	fuzzFormat(f, Choice{Format: Auto}, "\xd9\xd9\xf7\x01", "<?xml version='1.0'?><a/>", string(gzipped("[1]")), string(pngOf(2, 2)))
}

func FuzzText(f *testing.F) { fuzzFormat(f, Choice{Format: Text}, "a\xffb\x00") }

func FuzzXML(f *testing.F) {
	fuzzFormat(f, Choice{Format: XML}, `<?xml version="1.0" encoding="latin1"?><a b="1"><c>2</c><c/></a>`, "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&amp;<![CDATA[<]]></a>")
}

func FuzzKeyValue(f *testing.F) {
	fuzzFormat(f, Choice{Format: KeyValue}, "a=1,b=2 c=\"d e\"\nf: g;h=i")
}
func FuzzBase64(f *testing.F) { fuzzFormat(f, Choice{Format: Base64}, "eyJhIjox\nfQ==", "_-__") }
func FuzzGzip(f *testing.F)   { fuzzFormat(f, Choice{Format: Gzip}, string(gzipped("hello"))) }
func FuzzZlib(f *testing.F)   { fuzzFormat(f, Choice{Format: Zlib}, string(zlibbed("hello"))) }
func FuzzZstd(f *testing.F)   { fuzzFormat(f, Choice{Format: Zstd}, string(zstdded("hello"))) }
func FuzzImage(f *testing.F) {
	fuzzFormat(f, Choice{Format: Image}, string(pngOf(2, 2)), "GIF89a\x01\x00\x01\x00\x00\x00\x00", "\xff\xd8\xff\xe0", "RIFF\x10\x00\x00\x00WEBPVP8L")
}

// FuzzCBOR lets fxamacker/cbor judge what is well-formed.
func FuzzCBOR(f *testing.F) {
	mode, err := cbor.DecOptions{MaxNestedLevels: maxDepth, MaxArrayElements: math.MaxInt32, MaxMapPairs: math.MaxInt32}.DecMode()
	if err != nil {
		f.Fatal(err)
	}
	s := compile(f)
	for _, b := range []string{"\xa1\x61a\x01", "\x9f\x01\xff", "\xc4\x82\x21\x19\x6a\xb3", "\xd8\x45\x44\x01\x00\x02\x00", "\x5f\x41\x01\xff", "\xf9\x3c\x00", "\xc2\x41\xff"} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, format := range []Format{CBOR, Diagnostic} {
			r := s.As(Choice{Format: format}, Input{Payload: b})
			sound(t, r, b)
			if magicOf(b) || errors.Is(r.Err, errTooBig) || r.Err != nil && (strings.Contains(r.Err.Error(), badDepth) || r.Note != "") {
				continue
			}
			if want := mode.Wellformed(b); (r.Err == nil) != (want == nil) && (format == CBOR || r.Err == nil) { // the notation asks tags to fit, too
				t.Fatalf("%s: %x: %v, want %v", format, b, r.Err, want)
			}
		}
	})
}

func magicOf(b []byte) bool {
	f, _ := magic(b)
	return f != ""
}

// FuzzMessagePack lets tinylib/msgp judge what is one object.
func FuzzMessagePack(f *testing.F) {
	s := compile(f)
	for _, b := range []string{"\x81\xa1a\x01", "\xd6\xff\x5a\x4a\xf6\xa5", "\xc4\x01\x01", "\xca\x41\xab\x33\x33", "\xc7\x01\x05\x00", "\x93\xc0\xc2\xcf\xff\xff\xff\xff\xff\xff\xff\xff"} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := s.As(Choice{Format: MessagePack}, Input{Payload: b})
		sound(t, r, b)
		if magicOf(b) || r.Err != nil && strings.Contains(r.Err.Error(), badDepth) {
			return
		}
		rest, err := msgp.Skip(b)
		if want := err == nil && len(rest) == 0; (r.Err == nil) != want {
			t.Fatalf("%x: %v, the library: %v, %d left", b, r.Err, err, len(rest))
		}
	})
}

func FuzzFields(f *testing.F) {
	for _, options := range []string{"t: int16 LE at offset 4 × 0.1 °C", "LE\na: uint8[3]; b: text[2] # c", "x: uint8 bits 1..3 × 1e-3 + 4 m/s", "bool @ 0x10"} {
		f.Add(options, []byte("0123456789"))
	}
	s := compile(f)
	f.Fuzz(func(t *testing.T, options string, b []byte) {
		_, err := Standard().New(Choice{Format: Fields, Options: options})
		var where *OptionError
		if err != nil && (!errors.As(err, &where) || where.Line < 1 || where.Column < 1) {
			t.Fatalf("%q: %v", options, err)
		}
		r := s.As(Choice{Format: Fields, Options: options}, Input{Payload: b})
		sound(t, r, b)
		if (err != nil) && r.Err == nil {
			t.Fatalf("%q was taken", options)
		}
	})
}

func FuzzArray(f *testing.F) {
	for _, options := range []string{"int16 LE", "float64 BE", "u8", "f16 le"} {
		f.Add(options, []byte("0123456789abcdef"))
	}
	s := compile(f)
	f.Fuzz(func(t *testing.T, options string, b []byte) {
		sound(t, s.As(Choice{Format: Array, Options: options}, Input{Payload: b}), b)
	})
}
