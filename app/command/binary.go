package command

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/tinylib/msgp/msgp"

	"streamscope/app/payload"
)

// binary writes the items of a format whose documents are written as JSON.
type binary interface {
	null(b []byte) []byte
	bool(b []byte, v bool) []byte
	// int writes a whole number, if the format has room for it.
	int(b []byte, v *big.Int) ([]byte, error)
	float(b []byte, v float64) []byte
	text(b []byte, s string) []byte
	bytes(b []byte, v []byte) []byte
	// array and object begin what holds n items or members; what is in it follows.
	array(b []byte, n int) []byte
	object(b []byte, n int) []byte
}

// fromJSON writes a JSON text in a binary format: members in their order, whole numbers as whole
// numbers, others as floats, and a text such as "h'01ff'" as the bytes of these digits, which is
// how they are read, too. The error is a [*SyntaxError].
func fromJSON(text string, to binary) ([]byte, error) {
	if err := payload.CheckJSON([]byte(text)); err != nil {
		return nil, jsonError(text, err)
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	t := &transcoder{text: text, d: d, to: to}
	return t.next(nil)
}

type transcoder struct {
	text string
	d    *json.Decoder
	to   binary
}

// next writes the next value. How deep it calls itself is bounded by CheckJSON.
func (t *transcoder) next(out []byte) ([]byte, error) {
	token, err := t.d.Token()
	if err != nil {
		return nil, t.wrong(err.Error())
	}
	switch v := token.(type) {
	case nil:
		return t.to.null(out), nil
	case bool:
		return t.to.bool(out, v), nil
	case json.Number:
		return t.number(out, v.String())
	case string:
		return t.string(out, v), nil
	case json.Delim:
		if v == '[' {
			return t.array(out)
		}
		return t.object(out)
	}
	return nil, t.wrong("a value was expected")
}

func (t *transcoder) wrong(msg string) error {
	return syntaxError(t.text, int(t.d.InputOffset()), msg)
}

// number writes digits alone as a whole number.
func (t *transcoder) number(out []byte, s string) ([]byte, error) {
	if n, ok := new(big.Int).SetString(s, 10); ok && s != "-0" {
		b, err := t.to.int(out, n)
		if err != nil {
			return nil, t.wrong(err.Error())
		}
		return b, nil
	}
	f, err := json.Number(s).Float64()
	if err != nil {
		return nil, t.wrong(fmt.Sprintf("the number %s is too large", clipped(s)))
	}
	return t.to.float(out, f), nil
}

func (t *transcoder) string(out []byte, s string) []byte {
	if digits, ok := strings.CutPrefix(s, "h'"); ok {
		if digits, ok := strings.CutSuffix(digits, "'"); ok {
			if b, err := hex.DecodeString(digits); err == nil {
				return t.to.bytes(out, b)
			}
		}
	}
	return t.to.text(out, s)
}

// array writes its items apart, for how many they are has to stand before them.
func (t *transcoder) array(out []byte) ([]byte, error) {
	var items []byte
	var err error
	n := 0
	for ; t.d.More(); n++ {
		if items, err = t.next(items); err != nil {
			return nil, err
		}
	}
	_, _ = t.d.Token()
	return append(t.to.array(out, n), items...), nil
}

func (t *transcoder) object(out []byte) ([]byte, error) {
	var members []byte
	seen := map[string]bool{}
	for t.d.More() {
		token, err := t.d.Token()
		key, ok := token.(string)
		if err != nil || !ok {
			return nil, t.wrong("a key was expected")
		}
		if seen[key] {
			return nil, t.wrong(fmt.Sprintf("the key %q stands twice", clipped(key)))
		}
		seen[key] = true
		if members, err = t.next(t.to.text(members, key)); err != nil {
			return nil, err
		}
	}
	_, _ = t.d.Token()
	return append(t.to.object(out, len(seen)), members...), nil
}

// toCBOR writes CBOR (RFC 8949).
type toCBOR struct{ scalars cbor.EncMode }

func newCBOR() (toCBOR, error) {
	mode, err := cbor.EncOptions{ShortestFloat: cbor.ShortestFloat16, BigIntConvert: cbor.BigIntConvertShortest}.EncMode()
	return toCBOR{mode}, err
}

// scalar writes what the library writes for one value, which for these kinds never fails.
func (c toCBOR) scalar(b []byte, v any) []byte {
	item, err := c.scalars.Marshal(v)
	if err != nil {
		return append(b, 0xF7) // undefined
	}
	return append(b, item...)
}

func (c toCBOR) null(b []byte) []byte                     { return c.scalar(b, nil) }
func (c toCBOR) bool(b []byte, v bool) []byte             { return c.scalar(b, v) }
func (c toCBOR) int(b []byte, v *big.Int) ([]byte, error) { return c.scalar(b, v), nil }
func (c toCBOR) float(b []byte, v float64) []byte         { return c.scalar(b, v) }
func (c toCBOR) text(b []byte, s string) []byte           { return c.scalar(b, s) }
func (c toCBOR) bytes(b []byte, v []byte) []byte          { return c.scalar(b, v) }
func (c toCBOR) array(b []byte, n int) []byte             { return cborHead(b, 4, uint64(n)) }
func (c toCBOR) object(b []byte, n int) []byte            { return cborHead(b, 5, uint64(n)) }

// cborHead begins an item of a major type (RFC 8949 §3).
func cborHead(b []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n <= math.MaxUint8:
		return append(b, major|24, byte(n))
	case n <= math.MaxUint16:
		return append(b, major|25, byte(n>>8), byte(n))
	default:
		return append(b, major|26, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
}

// toMessagePack writes MessagePack.
type toMessagePack struct{}

func (toMessagePack) null(b []byte) []byte             { return msgp.AppendNil(b) }
func (toMessagePack) bool(b []byte, v bool) []byte     { return msgp.AppendBool(b, v) }
func (toMessagePack) float(b []byte, v float64) []byte { return msgp.AppendFloat(b, v) }
func (toMessagePack) text(b []byte, s string) []byte   { return msgp.AppendString(b, s) }
func (toMessagePack) bytes(b []byte, v []byte) []byte  { return msgp.AppendBytes(b, v) }
func (toMessagePack) array(b []byte, n int) []byte     { return msgp.AppendArrayHeader(b, uint32(n)) }
func (toMessagePack) object(b []byte, n int) []byte    { return msgp.AppendMapHeader(b, uint32(n)) }

func (toMessagePack) int(b []byte, v *big.Int) ([]byte, error) {
	switch {
	case v.IsUint64():
		return msgp.AppendUint64(b, v.Uint64()), nil
	case v.IsInt64():
		return msgp.AppendInt64(b, v.Int64()), nil
	}
	return nil, fmt.Errorf("MessagePack has no room for the number %s", clipped(v.String()))
}

// decodeBase64 reads base64 (RFC 4648 §4 and §5), with or without padding, in one line or many.
func decodeBase64(text string) ([]byte, error) {
	clean := make([]byte, 0, len(text))
	padding := false
	for i := range len(text) {
		c := text[i]
		switch c {
		case ' ', '\t', '\n', '\r':
			continue
		case '-':
			c = '+'
		case '_':
			c = '/'
		}
		switch {
		case c == '=':
			padding = true
			continue
		case !isBase64(c):
			return nil, syntaxError(text, i, fmt.Sprintf("%q is no character of base64", []rune(text[i:])[0]))
		case padding:
			return nil, syntaxError(text, i, "something follows the = at the end")
		}
		clean = append(clean, c)
	}
	out, err := base64.RawStdEncoding.DecodeString(string(clean))
	if err != nil {
		return nil, syntaxError(text, len(text), "base64 ends in the middle of a byte")
	}
	return out, nil
}

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/'
}

// writeBase64 writes bytes in lines of 76 characters.
func writeBase64(b []byte) string {
	const width = 76
	all := []byte(base64.StdEncoding.EncodeToString(b))
	var lines [][]byte
	for len(all) > width {
		lines = append(lines, all[:width])
		all = all[width:]
	}
	return string(bytes.Join(append(lines, all), []byte("\n")))
}
