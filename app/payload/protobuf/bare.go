package protobuf

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	"streamscope/app/payload/decode"
)

// bareNote stands beside what was read without a schema.
const bareNote = "Read without a schema: fields have numbers for names, and what is a text, bytes or a message is a guess."

// readBare reads the wire format alone. A field that comes several times is a list.
func readBare(in decode.Input) decode.Result {
	r := decode.Result{Format: decode.Protobuf, At: -1}
	fields, err := parse(in.Payload, 0)
	if err != nil {
		r.Err = err
		var at *wireError
		if errors.As(err, &at) {
			r.At = at.at
		}
		return r
	}
	w := writer{limit: in.Limits.Bytes}
	if err := w.bare(fields, 0); err != nil {
		r.Err = err
		return r
	}
	r.Document, r.Note = w.b, bareNote
	return r
}

// wireError says where bytes stop being the wire format.
type wireError struct {
	at  int
	why string
}

func (e *wireError) Error() string { return fmt.Sprintf("not protobuf at byte %d: %s", e.at, e.why) }

// notMessage explains why bytes are no message: by the wire format where that is broken.
func notMessage(name string, b []byte, err error) (offset int, why error) {
	var at *wireError
	if _, wire := parse(b, 0); errors.As(wire, &at) {
		return at.at, at
	}
	return -1, fmt.Errorf("not a %s: %w", name, err)
}

// bareField is one field of the wire format.
type bareField struct {
	number protowire.Number
	kind   protowire.Type
	bits   uint64
	bytes  []byte
	at     int
	// group holds the fields of a group.
	group []bareField
}

// maxFields bounds the fields of one message.
const maxFields = 1 << 20

// parse splits a message into its fields.
func parse(b []byte, depth int) ([]bareField, error) {
	if depth > maxNesting {
		return nil, &wireError{0, "nested too deep"}
	}
	var fields []bareField
	for at := 0; at < len(b); {
		number, kind, n := protowire.ConsumeTag(b[at:])
		if n < 0 {
			return nil, &wireError{at, protowire.ParseError(n).Error()}
		}
		f := bareField{number: number, kind: kind, at: at}
		at += n
		var err error
		if n, err = f.consume(b[at:], depth); err != nil {
			return nil, err
		}
		if n < 0 {
			return nil, &wireError{at, protowire.ParseError(n).Error()}
		}
		at += n
		if fields = append(fields, f); len(fields) > maxFields {
			return nil, &wireError{at, "too many fields"}
		}
	}
	return fields, nil
}

func (f *bareField) consume(b []byte, depth int) (n int, err error) {
	switch f.kind {
	case protowire.VarintType:
		f.bits, n = protowire.ConsumeVarint(b)
	case protowire.Fixed32Type:
		var v uint32
		v, n = protowire.ConsumeFixed32(b)
		f.bits = uint64(v)
	case protowire.Fixed64Type:
		f.bits, n = protowire.ConsumeFixed64(b)
	case protowire.BytesType:
		f.bytes, n = protowire.ConsumeBytes(b)
	case protowire.StartGroupType:
		var inner []byte
		if inner, n = protowire.ConsumeGroup(f.number, b); n >= 0 {
			f.group, err = parse(inner, depth+1)
		}
	default:
		return 0, &wireError{f.at, "a group ends that has not begun"}
	}
	return n, err
}

// bare writes the fields as an object, in the order of their first coming.
func (w *writer) bare(fields []bareField, depth int) error {
	if len(w.b) > w.limit {
		return errTooBig
	}
	var order []protowire.Number
	same := map[protowire.Number][]*bareField{}
	for i := range fields {
		f := &fields[i]
		if same[f.number] == nil {
			order = append(order, f.number)
		}
		same[f.number] = append(same[f.number], f)
	}
	w.b = append(w.b, '{')
	for i, number := range order {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.text(strconv.Itoa(int(number)))
		w.b = append(w.b, ':')
		list := same[number]
		if len(list) > 1 {
			w.b = append(w.b, '[')
		}
		for k, f := range list {
			if k > 0 {
				w.b = append(w.b, ',')
			}
			if err := w.bareValue(f, depth); err != nil {
				return err
			}
		}
		if len(list) > 1 {
			w.b = append(w.b, ']')
		}
	}
	w.b = append(w.b, '}')
	return nil
}

func (w *writer) bareValue(f *bareField, depth int) error {
	if len(w.b) > w.limit {
		return errTooBig
	}
	switch f.kind {
	case protowire.VarintType:
		// A negative int32 or int64 sets the highest bit; a count that does is rare.
		w.b = strconv.AppendInt(w.b, int64(f.bits), 10)
	case protowire.Fixed32Type:
		w.fixed(float64(math.Float32frombits(uint32(f.bits))), f.bits, 32)
	case protowire.Fixed64Type:
		w.fixed(math.Float64frombits(f.bits), f.bits, 64)
	case protowire.StartGroupType:
		return w.bare(f.group, depth+1)
	default:
		return w.bareBytes(f.bytes, depth)
	}
	return nil
}

// fixed writes four or eight bytes as the float that they would be, where that is a number of
// common size; else as a whole number.
func (w *writer) fixed(v float64, bits uint64, size int) {
	if a := math.Abs(v); v == 0 || a >= 1e-9 && a <= 1e15 {
		w.float(v, size)
		return
	}
	w.b = strconv.AppendUint(w.b, bits, 10)
}

// bareBytes writes readable text as text, what parses as a message as one, the rest as bytes.
func (w *writer) bareBytes(b []byte, depth int) error {
	if readable(b) {
		w.text(string(b))
		return nil
	}
	if depth < maxNesting {
		if inner, err := parse(b, depth+1); err == nil && len(inner) > 0 {
			return w.bare(inner, depth+1)
		}
	}
	w.bytes(b)
	return nil
}

// readable tells whether b is text without control characters.
func readable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !unicode.IsGraphic(r) && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return true
}
