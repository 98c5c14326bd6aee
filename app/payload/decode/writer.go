package decode

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"unicode/utf8"
)

// Words that several formats say.
const (
	badEnd   = "unexpected end"
	badDepth = "nested too deep"
)

// errTooBig is returned for a document that would be larger than its limit.
var errTooBig = errors.New("the document would be larger than is shown")

// claims says that a length is too much for what is there.
func claims(n uint64, left int) string {
	return fmt.Sprintf("%d items or bytes are announced, %d bytes are left", n, left)
}

// writer writes a document as JSON.
type writer struct {
	b     []byte
	limit int
	// note is about the first text that is no UTF-8.
	note string
}

func (w *writer) full() bool { return len(w.b) > w.limit }

func (w *writer) raw(s string)  { w.b = append(w.b, s...) }
func (w *writer) comma()        { w.b = append(w.b, ',') }
func (w *writer) int(v int64)   { w.b = strconv.AppendInt(w.b, v, 10) }
func (w *writer) uint(v uint64) { w.b = strconv.AppendUint(w.b, v, 10) }

// negative writes -1-n.
func (w *writer) negative(n uint64) {
	if n == math.MaxUint64 {
		w.raw("-18446744073709551616")
		return
	}
	w.b = append(w.b, '-')
	w.uint(n + 1)
}

// float writes the shortest text that means the same in a float of so many bits. What JSON has
// no number for becomes a text.
func (w *writer) float(v float64, bits int) {
	switch {
	case math.IsNaN(v):
		w.raw(`"NaN"`)
	case math.IsInf(v, 1):
		w.raw(`"Infinity"`)
	case math.IsInf(v, -1):
		w.raw(`"-Infinity"`)
	default:
		w.b = appendFloat(w.b, v, bits)
	}
}

// appendFloat writes floats as JSON mostly does: without an exponent where people read none.
func appendFloat(b []byte, v float64, bits int) []byte {
	format := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	if v == math.Trunc(v) {
		bits = 64 // the digits of a whole number are all meant
	}
	return strconv.AppendFloat(b, v, format, -1, bits)
}

// bytes writes a byte string as text that cannot be taken for a number: h'01ff'.
func (w *writer) bytes(s []byte) {
	w.raw(`"h'`)
	w.b = hex.AppendEncode(w.b, s)
	w.raw(`'"`)
}

// text writes a string; what is no UTF-8 in it becomes U+FFFD, and at says where it was.
func (w *writer) text(s []byte, at int) {
	if !utf8.Valid(s) && w.note == "" {
		w.note = fmt.Sprintf("the text at byte %d is not UTF-8", at)
	}
	w.b = appendQuoted(w.b, s)
}

// appendQuoted writes a JSON string. It escapes only what it must (RFC 8259 §7).
func appendQuoted(b, s []byte) []byte {
	const digits = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		b = append(b, s[from:i]...)
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c >= utf8.RuneSelf:
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
		i++
		from = i
	}
	return append(append(b, s[from:]...), '"')
}

// maxKey bounds, in bytes, the key that is made of a list or a map: quoted within each other they
// would double at every level.
const maxKey = 256

// keyFrom makes a key of the value that was written from there on: a string stays as it is, of
// anything else the text becomes the key.
func (w *writer) keyFrom(from int) {
	if w.b[from] != '"' {
		key := append([]byte(nil), w.b[from:]...)
		if len(key) > maxKey {
			key = append(bytes.ToValidUTF8(key[:maxKey], nil), "…"...)
		}
		w.b = appendQuoted(w.b[:from], key)
	}
	w.b = append(w.b, ':')
}

// maxBignum is the longest number, in bytes, that is written out: making digits takes time
// that grows with the square of the length.
const maxBignum = 512

func (w *writer) bignum(s []byte, negative bool) {
	if len(s) > maxBignum {
		w.bytes(s)
		return
	}
	v := new(big.Int).SetBytes(s)
	if negative {
		v.Not(v)
	}
	w.b = v.Append(w.b, 10)
}

// numbers writes an array of elements.
func (w *writer) numbers(e element, s []byte) {
	w.b = append(w.b, '[')
	for i := 0; i+e.size <= len(s); i += e.size {
		if i > 0 {
			w.comma()
		}
		e.write(w, s[i:i+e.size])
	}
	w.b = append(w.b, ']')
}

// surePrecision is how many digits a float64 means for certain.
const surePrecision = 15

// rounded writes a value that was calculated, without the noise of its last digits.
func (w *writer) rounded(v float64) {
	if exact, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', surePrecision, 64), 64); err == nil {
		v = exact
	}
	w.float(v, 64)
}
