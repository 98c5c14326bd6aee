package decode

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"streamscope/connections"
)

// spends returns how many bytes f allocates in all.
func spends(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

func repeated(b byte, n int) []byte { return bytes.Repeat([]byte{b}, n) }

// pngSaying is the beginning of a PNG that says it is that large.
func pngSaying(w, h uint32) []byte {
	head := []byte("IHDR")
	head = binary.BigEndian.AppendUint32(head, w)
	head = binary.BigEndian.AppendUint32(head, h)
	head = append(head, 16, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

// zstdSaying is a frame that says it holds so many bytes (RFC 8878 §3.1.1).
func zstdSaying(n uint64) []byte {
	out := []byte{0x28, 0xB5, 0x2F, 0xFD, 0xE0}
	out = binary.LittleEndian.AppendUint64(out, n)
	return append(out, 1, 0, 0)
}

func TestBombs(t *testing.T) {
	zeros := strings.Repeat("\x00", 80<<20)
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		b      []byte
		choice Choice
		// says is a part of the error.
		says string
		mib  uint64
	}{
		"JSON 10,000 deep":            {bytes.Repeat([]byte("["), 10_000), Choice{Format: JSON}, "nested too deep", 1},
		"JSON 16 million deep":        {bytes.Repeat([]byte("["), 16_000_000), Choice{Format: JSON}, "nested too deep", 1},
		"CBOR array of 2^32":          {[]byte("\x9a\xff\xff\xff\xff0123456789"), Choice{Format: CBOR}, "4294967295 items or bytes are announced, 10 bytes are left", 1},
		"CBOR array of 2^64":          {[]byte("\x9b\xff\xff\xff\xff\xff\xff\xff\xff0123456789"), Choice{Format: CBOR}, "are announced", 1},
		"CBOR map of 2^32":            {[]byte("\xba\xff\xff\xff\xff0123456789"), Choice{Format: CBOR}, "are announced", 1},
		"CBOR text of 2^63":           {[]byte("\x7b\x80\x00\x00\x00\x00\x00\x00\x000123456789"), Choice{Format: CBOR}, "are announced", 1},
		"CBOR 10,000 deep":            {append(repeated(0x81, 10_000), 0), Choice{Format: CBOR}, "nested too deep", 1},
		"CBOR tags 10,000 deep":       {append(repeated(0xC1, 10_000), 0), Choice{Format: Diagnostic}, "nested too deep", 1},
		"CBOR without an end":         {append(repeated(0x9F, 10_000), 0), Choice{Format: CBOR}, "nested too deep", 1},
		"MessagePack array of 2^32":   {[]byte("\xdd\xff\xff\xff\xff0123456789"), Choice{Format: MessagePack}, "4294967295 items or bytes are announced, 10 bytes are left", 1},
		"MessagePack array of 2^27":   {[]byte("\xdd\x07\xff\xff\xff"), Choice{Format: MessagePack}, "are announced", 1},
		"MessagePack map of 2^32":     {[]byte("\xdf\xff\xff\xff\xff0123456789"), Choice{Format: MessagePack}, "are announced", 1},
		"MessagePack bin of 2^32":     {[]byte("\xc6\xff\xff\xff\xff0123456789"), Choice{Format: MessagePack}, "unexpected end", 1},
		"MessagePack ext of 2^32":     {[]byte("\xc9\xff\xff\xff\xff\x010123456789"), Choice{Format: MessagePack}, "are announced", 1},
		"MessagePack keys in keys":    {append(repeated(0x81, 500), repeated(1, 501)...), Choice{Format: MessagePack}, "", 4},
		"CBOR keys in keys":           {append(repeated(0xA1, 500), repeated(1, 501)...), Choice{Format: CBOR}, "", 4},
		"MessagePack 10,000 deep":     {append(repeated(0x91, 10_000), 0), Choice{Format: MessagePack}, "nested too deep", 1},
		"XML 10,000 deep":             {bytes.Repeat([]byte("<a>"), 10_000), Choice{Format: XML}, "nested too deep", 1},
		"XML of a billion laughs":     {[]byte(`<!DOCTYPE l [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><l>&b;</l>`), Choice{Format: XML}, "invalid character entity", 1},
		"XML of a million attributes": {[]byte("<a " + strings.Repeat(`b="" `, 100_000)), Choice{Format: XML}, "unexpected end", 64},
		"gzip of zeros":               {gzipped(zeros), Choice{Format: Gzip}, "unpacking was stopped", 80},
		"zlib of zeros":               {zlibbed(zeros), Choice{Format: Zlib}, "unpacking was stopped", 80},
		"zstd of zeros":               {encoder.EncodeAll([]byte(zeros), nil), Choice{Format: Zstd}, "unpacking was stopped", 80},
		"zstd that claims 2^40":       {zstdSaying(1 << 40), Choice{Format: Zstd}, "at byte", 40},
		"a PNG of 60,000 × 60,000":    {pngSaying(60_000, 60_000), Choice{Format: Image}, "60000 × 60000 pixels: unpacked it would take 27 GiB", 1},
		"a PNG of 2^31 × 2^31":        {pngSaying(1<<31-1, 1<<31-1), Choice{Format: Image}, "no picture", 1},
		"a PNG that ends":             {pngSaying(100, 100), Choice{Format: Image}, "", 1},
		"a GIF of 65,535 × 65,535":    {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00"), Choice{Format: Image}, "unpacked it would take", 1},
		"fields far away":             {[]byte("ab"), Choice{Format: Fields, Options: "x: uint8 at 268435456"}, "there are only 2", 1},
		"base64 of a gzip bomb":       {[]byte(base64.StdEncoding.EncodeToString(gzipped(zeros))), Choice{Format: Base64}, "", 80},
	} {
		s := compile(t)
		var r Result
		spent := spends(func() { r = s.As(c.choice, Input{Payload: c.b}) })
		if c.says != "" && (r.Err == nil || !strings.Contains(r.Err.Error(), c.says)) {
			t.Errorf("%s: error %v", name, r.Err)
		}
		if spent > c.mib<<20 {
			t.Errorf("%s: %d MiB were allocated, at most %d are allowed", name, spent>>20, c.mib)
		}
		if r.Bytes == nil {
			t.Errorf("%s: the bytes are not at hand", name)
		}
		spent = spends(func() { s.Number("a", nil, c.b, []string{"x"}); s.Short(Input{Payload: c.b}, nil, 80) })
		if spent > c.mib<<20 {
			t.Errorf("%s: %d MiB were allocated for a row", name, spent>>20)
		}
	}
}

func TestABombIsNamedAlsoWhereNobodyChose(t *testing.T) {
	r := compile(t).Decode("a", nil, gzipped(strings.Repeat("\x00", 80<<20)))
	var bomb *BombError
	if !errors.As(r.Err, &bomb) || r.Format != Gzip || r.Bytes == nil {
		t.Errorf("%s, %v", r.Format, r.Err)
	}
}

func TestABombIsNamed(t *testing.T) {
	r := compile(t).As(Choice{Format: Gzip}, Input{Payload: gzipped(strings.Repeat("\x00", 80<<20))})
	var bomb *BombError
	if !errors.As(r.Err, &bomb) || bomb.Format != Gzip || bomb.Limit != bomb.Packed*Whole().Ratio {
		t.Errorf("%#v", r.Err)
	}
}

func TestWhatWasCutSaysSo(t *testing.T) {
	in := Input{Payload: []byte(`{"a":1`), Cut: true, Props: &connections.Properties{ContentType: "application/json"}}
	r := compile(t).Read(in)
	if r.Err == nil || !strings.Contains(r.Err.Error(), "unexpected end at byte 6; the payload was cut to its first 6 B") {
		t.Error(r.Err)
	}
}
