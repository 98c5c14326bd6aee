package decode

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"streamscope/app/payload"
)

// element is a number of fixed size.
type element struct {
	size          int
	signed, float bool
	order         binary.ByteOrder
}

// elementNamed returns the element of a name such as int16 or f32; its order is still open.
func elementNamed(name string) (element, bool) {
	name = strings.ToLower(name)
	switch name {
	case "byte":
		return element{size: 1}, true
	case "float":
		return element{size: 4, float: true}, true
	case "double":
		return element{size: 8, float: true}, true
	}
	for _, prefix := range []struct {
		word          string
		signed, float bool
	}{{"uint", false, false}, {"int", true, false}, {"float", false, true}, {"u", false, false}, {"s", true, false}, {"i", true, false}, {"f", false, true}} {
		digits, ok := strings.CutPrefix(name, prefix.word)
		if !ok {
			continue
		}
		bits, err := strconv.Atoi(digits)
		if err != nil || bits%8 != 0 || bits < 8 || bits > 64 {
			continue
		}
		e := element{size: bits / 8, signed: prefix.signed, float: prefix.float}
		if e.float && e.size != 2 && e.size != 4 && e.size != 8 {
			continue
		}
		return e, true
	}
	return element{}, false
}

// orderNamed reads LE and BE, and the words for them.
func orderNamed(name string) (binary.ByteOrder, bool) {
	switch strings.ToLower(name) {
	case "le", "little":
		return binary.LittleEndian, true
	case "be", "big":
		return binary.BigEndian, true
	}
	return nil, false
}

// bits returns the bytes of b as an unsigned integer.
func (e element) bits(b []byte) (v uint64) {
	if e.order == binary.LittleEndian {
		for i := range b {
			v |= uint64(b[i]) << (8 * i)
		}
		return v
	}
	return bigEndian(b)
}

// extend gives the integer of so many bits its sign.
func extend(v uint64, bits int) int64 { return int64(v<<(64-bits)) >> (64 - bits) }

// value returns the number as a float.
func (e element) value(b []byte) float64 {
	v := e.bits(b)
	switch {
	case e.float && e.size == 2:
		return halfFloat(uint16(v))
	case e.float && e.size == 4:
		return float64(math.Float32frombits(uint32(v)))
	case e.float:
		return math.Float64frombits(v)
	case e.signed:
		return float64(extend(v, 8*e.size))
	}
	return float64(v)
}

// write writes the number exactly.
func (e element) write(w *writer, b []byte) {
	switch v := e.bits(b); {
	case e.float && e.size == 8:
		w.float(e.value(b), 64)
	case e.float:
		w.float(e.value(b), 32)
	case e.signed:
		w.int(extend(v, 8*e.size))
	default:
		w.uint(v)
	}
}

func arrayKind() Kind {
	return Kind{Format: Array, Raw: true, New: func(c Choice) (Decoder, error) {
		e, err := parseElement(c.Options)
		if err != nil {
			return nil, err
		}
		return DecoderFunc(func(in Input) Result { return readArray(e, in) }), nil
	}}
}

func parseElement(options string) (element, error) {
	words := lex(options)
	if len(words) == 0 {
		return element{}, &OptionError{Line: 1, Column: 1, Msg: "name the type of the numbers, such as int16 LE or float32 BE"}
	}
	e, ok := elementNamed(words[0].text)
	if !ok {
		return element{}, words[0].wrong("“%s” is no type of number; there are int8 to int64, uint8 to uint64, float16, float32, float64", words[0].text)
	}
	e.order = binary.BigEndian
	switch {
	case len(words) > 1:
		if e.order, ok = orderNamed(words[1].text); !ok {
			return element{}, words[1].wrong("“%s” is no byte order: write LE or BE", words[1].text)
		}
	case e.size > 1:
		return element{}, words[0].after("say in which order the bytes come: LE (little end first) or BE")
	}
	if len(words) > 2 {
		return element{}, words[2].wrong("“%s” is too much: an array has a type and an order", words[2].text)
	}
	return e, nil
}

func readArray(e element, in Input) Result {
	if len(in.Payload)/e.size > in.Limits.Bytes/4 {
		return fault(Array, errTooBig)
	}
	if rest := len(in.Payload) % e.size; rest != 0 {
		return fault(Array, wrongAt(len(in.Payload)-rest, fmt.Sprintf("%s are too few for one more number of %s",
			payload.ByteCount(int64(rest)), payload.ByteCount(int64(e.size)))))
	}
	w := writer{limit: in.Limits.Bytes}
	w.numbers(e, in.Payload)
	r := Result{Format: Array, Document: w.b}
	if len(in.Payload) == e.size {
		r.Main = []string{"0"}
	}
	return r
}

// OptionError says where options are wrong.
type OptionError struct {
	// Line and Column count from 1, the column in characters.
	Line, Column int
	Msg          string
}

func (e *OptionError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}
