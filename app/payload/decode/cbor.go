package decode

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/big"

	"github.com/fxamacker/cbor/v2"
)

func cborKind() Kind {
	k := plain(CBOR, readCBOR)
	k.Types = []string{"application/cbor", "+cbor"}
	k.First = "\xd9"
	k.Claim = func(in Input) Claim {
		// The tag "self-described CBOR" (RFC 8949 §3.4.6) begins nothing else.
		if bytes.HasPrefix(in.Payload, []byte{0xD9, 0xD9, 0xF7}) {
			return Certainly
		}
		return NoClaim
	}
	return k
}

// readCBOR makes a document of one CBOR data item (RFC 8949), its members in their order.
func readCBOR(in Input) Result {
	r := cborReader{b: in.Payload, out: writer{limit: in.Limits.Bytes}}
	err := r.item(0)
	if err == nil && r.at < len(r.b) {
		err = wrongAt(r.at, "something follows the data item")
	}
	if err != nil {
		return fault(CBOR, err)
	}
	return Result{Format: CBOR, Document: r.out.b, Note: r.out.note}
}

func diagnosticKind() Kind {
	return Kind{Format: Diagnostic, New: func(Choice) (Decoder, error) {
		mode, err := cbor.DiagOptions{
			ByteStringText: false, MaxNestedLevels: maxDepth, MaxArrayElements: math.MaxInt32, MaxMapPairs: math.MaxInt32,
		}.DiagMode()
		return diagnostic{mode}, err
	}}
}

type diagnostic struct{ mode cbor.DiagMode }

// Decode checks the item by our own reader first: it knows where something is wrong, and
// bounds what follows.
func (d diagnostic) Decode(in Input) Result {
	r := readCBOR(in)
	r.Format = Diagnostic
	if r.Err != nil {
		return r
	}
	if r.Note != "" {
		r.Err, r.Document = errors.New(r.Note), nil // the notation has no place for it
		return r
	}
	text, err := d.mode.Diagnose(in.Payload)
	if err != nil {
		return fault(Diagnostic, err)
	}
	r.Text = []byte(text)
	return r
}

// Major types and additional information of CBOR (RFC 8949 §3).
const (
	cborUint = iota
	cborNegative
	cborBytes
	cborText
	cborArray
	cborMap
	cborTag
	cborSimple

	cborIndefinite = 31
	cborBreak      = 0xFF
)

type cborReader struct {
	b   []byte
	at  int
	out writer
}

// head reads the first byte of an item and its argument.
func (r *cborReader) head() (major, info byte, arg uint64, err error) {
	if r.at >= len(r.b) {
		return 0, 0, 0, wrongAt(r.at, badEnd)
	}
	start := r.at
	c := r.b[r.at]
	r.at++
	major, info = c>>5, c&31
	switch {
	case info < 24:
		return major, info, uint64(info), nil
	case info < 28:
		n := 1 << (info - 24)
		if len(r.b)-r.at < n {
			return 0, 0, 0, wrongAt(len(r.b), badEnd)
		}
		arg = bigEndian(r.b[r.at : r.at+n])
		r.at += n
		return major, info, arg, nil
	case info == cborIndefinite && (major >= cborBytes && major <= cborMap || major == cborSimple):
		return major, info, 0, nil
	}
	return 0, 0, 0, wrongAt(start, "this byte begins no CBOR item")
}

func bigEndian(b []byte) (v uint64) {
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v
}

func (r *cborReader) item(depth int) error {
	start := r.at
	if depth > maxDepth {
		return wrongAt(start, badDepth)
	}
	if r.out.full() {
		return errTooBig
	}
	major, info, arg, err := r.head()
	if err != nil {
		return err
	}
	switch major {
	case cborUint:
		r.out.uint(arg)
	case cborNegative:
		r.out.negative(arg)
	case cborBytes, cborText:
		s, err := r.str(start, major, info, arg)
		if err == nil && major == cborBytes {
			r.out.bytes(s)
		} else if err == nil {
			r.out.text(s, start)
		}
		return err
	case cborArray:
		return r.array(start, info, arg, depth)
	case cborMap:
		return r.object(start, info, arg, depth)
	case cborTag:
		return r.tag(arg, depth)
	default:
		return r.simple(start, info, arg)
	}
	return nil
}

// left refuses counts that the bytes left cannot hold, before anybody counts to them.
func (r *cborReader) left(start int, n uint64, each int) error {
	if n > uint64(len(r.b)-r.at)/uint64(each) {
		return wrongAt(start, claims(n, len(r.b)-r.at))
	}
	return nil
}

// str returns a string; one of indefinite length is put together of its chunks.
func (r *cborReader) str(start int, major, info byte, n uint64) ([]byte, error) {
	if info != cborIndefinite {
		if err := r.left(start, n, 1); err != nil {
			return nil, err
		}
		s := r.b[r.at : r.at+int(n)]
		r.at += int(n)
		return s, nil
	}
	var whole []byte
	for {
		if done, err := r.ends(); done || err != nil {
			return whole, err
		}
		at := r.at
		m, info, n, err := r.head()
		if err == nil && (m != major || info == cborIndefinite) {
			err = wrongAt(at, "a chunk of the string was expected")
		}
		if err == nil {
			err = r.left(at, n, 1)
		}
		if err != nil {
			return nil, err
		}
		whole = append(whole, r.b[r.at:r.at+int(n)]...)
		r.at += int(n)
	}
}

// ends takes the break at the end of what has no length.
func (r *cborReader) ends() (bool, error) {
	if r.at >= len(r.b) {
		return false, wrongAt(r.at, badEnd)
	}
	if r.b[r.at] != cborBreak {
		return false, nil
	}
	r.at++
	return true, nil
}

// each calls f for each of n items, or until the break.
func (r *cborReader) each(start int, info byte, n uint64, bytesEach int, f func(i int) error) error {
	if info != cborIndefinite {
		if err := r.left(start, n, bytesEach); err != nil {
			return err
		}
	}
	for i := 0; info == cborIndefinite || i < int(n); i++ {
		if info == cborIndefinite {
			if done, err := r.ends(); done || err != nil {
				return err
			}
		}
		if i > 0 {
			r.out.comma()
		}
		if err := f(i); err != nil {
			return err
		}
	}
	return nil
}

func (r *cborReader) array(start int, info byte, n uint64, depth int) error {
	if depth >= maxDepth {
		return wrongAt(start, badDepth)
	}
	r.out.raw("[")
	err := r.each(start, info, n, 1, func(int) error { return r.item(depth + 1) })
	r.out.raw("]")
	return err
}

func (r *cborReader) object(start int, info byte, n uint64, depth int) error {
	if depth >= maxDepth {
		return wrongAt(start, badDepth)
	}
	r.out.raw("{")
	err := r.each(start, info, n, 2, func(int) error {
		from := len(r.out.b)
		if err := r.item(depth + 1); err != nil {
			return err
		}
		r.out.keyFrom(from)
		return r.item(depth + 1)
	})
	r.out.raw("}")
	return err
}

// Tags that change what a reader sees (RFC 8949 §3.4).
const (
	tagBignum         = 2
	tagNegativeBignum = 3
	tagDecimal        = 4
	// Typed arrays (RFC 8746 §2.1).
	tagArrayFirst = 64
	tagArrayLast  = 87
)

func (r *cborReader) tag(tag uint64, depth int) error {
	start := r.at
	switch {
	case tag == tagBignum || tag == tagNegativeBignum:
		major, info, n, err := r.head()
		if err == nil && major == cborBytes {
			s, err := r.str(start, major, info, n)
			if err == nil {
				r.out.bignum(s, tag == tagNegativeBignum)
			}
			return err
		}
	case tag == tagDecimal:
		if done := r.decimal(); done {
			return nil
		}
	case tag >= tagArrayFirst && tag <= tagArrayLast:
		if e, ok := typedArray(byte(tag)); ok {
			major, info, n, err := r.head()
			if err == nil && major == cborBytes {
				s, err := r.str(start, major, info, n)
				if err == nil && len(s)%e.size == 0 {
					r.out.numbers(e, s)
					return nil
				} else if err != nil {
					return err
				}
			}
		}
	}
	// Whatever does not fit its tag shows as what it is.
	r.at = start
	return r.item(depth + 1)
}

// decimal writes [exponent, mantissa] as the number that it is, digit for digit.
func (r *cborReader) decimal() bool {
	if r.at >= len(r.b) || r.b[r.at] != 0x82 {
		return false
	}
	start := r.at
	r.at++
	exponent, ok := r.integer()
	mantissa, ok2 := r.integer()
	if !ok || !ok2 || !exponent.IsInt64() || exponent.Int64() > 9999 || exponent.Int64() < -9999 {
		r.at = start
		return false
	}
	r.out.raw(mantissa.String())
	if exponent.Sign() != 0 {
		r.out.raw("e" + exponent.String())
	}
	return true
}

func (r *cborReader) integer() (*big.Int, bool) {
	major, _, arg, err := r.head()
	if err != nil || major > cborNegative {
		return nil, false
	}
	v := new(big.Int).SetUint64(arg)
	if major == cborNegative {
		v.Not(v)
	}
	return v, true
}

func (r *cborReader) simple(start int, info byte, arg uint64) error {
	switch {
	case info == 20:
		r.out.raw("false")
	case info == 21:
		r.out.raw("true")
	case info == 22, info == 23:
		r.out.raw("null")
	case info == 25:
		r.out.float(halfFloat(uint16(arg)), 32)
	case info == 26:
		r.out.float(float64(math.Float32frombits(uint32(arg))), 32)
	case info == 27:
		r.out.float(math.Float64frombits(arg), 64)
	case info == cborIndefinite:
		return wrongAt(start, "a break stands where nothing is open")
	case info == 24 && arg < 32:
		return wrongAt(start, "this byte begins no CBOR item")
	default:
		r.out.raw(`"simple(`)
		r.out.uint(arg)
		r.out.raw(`)"`)
	}
	return nil
}

// halfFloat widens a float of 16 bits (RFC 8949 appendix D).
func halfFloat(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&0x3FF)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		v = math.Inf(1)
		if fraction != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(fraction+1024, exponent-25)
	}
	if h&0x8000 != 0 {
		v = -v
	}
	return v
}

// typedArray is the element that a tag of RFC 8746 names: the bits are float, signed, little
// endian, and the size.
func typedArray(tag byte) (element, bool) {
	bits := tag & 31
	float, signed, little, size := bits&16 != 0, bits&8 != 0, bits&4 != 0, 1<<(bits&3)
	e := element{size: size, signed: signed}
	if little {
		e.order = binary.LittleEndian
	} else {
		e.order = binary.BigEndian
	}
	if float {
		// Half, single, double; the quadruple has no type of its own here.
		if signed || bits&3 == 3 {
			return element{}, false
		}
		e.float, e.size = true, size*2
	}
	return e, !(signed && little && size == 1)
}
