package sparkplug

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	// maxDepth bounds templates within templates.
	maxDepth = 16
	// maxParts bounds the metrics, properties, columns and cells of one payload together.
	maxParts = 200_000
)

// ErrTooMuch says that a payload has more parts, or deeper ones, than anybody would look at.
var ErrTooMuch = errors.New("too many metrics, or templates nested too deep")

// Payload is one message (3.0.0 §6.4.4).
type Payload struct {
	// Timestamp is in ms since 1970 UTC; nil if it is not said.
	Timestamp *uint64
	// Seq counts from 0 to 255 and around; nil where the message has none.
	Seq     *uint64
	UUID    string
	Body    []byte
	Metrics []Metric
}

// Metric is one value.
type Metric struct {
	// Name is empty where Alias stands for it.
	Name  string
	Alias *uint64
	// Timestamp is in ms since 1970 UTC; nil if it is not said.
	Timestamp *uint64
	// Type is 0 where only the birth says it.
	Type                        Type
	Historical, Transient, Null bool
	// Properties are nil for none.
	Properties *Set
	// value is the field that carried the value, as it stood; wire tells which one.
	value raw
}

// Set is a list of properties.
type Set struct {
	Keys   []string
	Values []Property
}

// Property is the value of one key.
type Property struct {
	Type  Type
	Null  bool
	value raw
	// Set and List are for the types PropertySet and PropertySetList.
	Set  *Set
	List []*Set
}

// DataSet is a table.
type DataSet struct {
	Columns []string
	Types   []Type
	Rows    [][]raw
}

// Template is a structure of metrics, or the definition of one.
type Template struct {
	Version, Reference string
	Definition         bool
	Metrics            []Metric
	Parameters         []Parameter
}

// Parameter is one of a template's.
type Parameter struct {
	Name  string
	Type  Type
	value raw
}

// carrier is the field of the oneof that a value came in: the order is the same in metrics,
// properties, parameters and cells.
type carrier uint8

const (
	noCarrier carrier = iota
	intCarrier
	longCarrier
	floatCarrier
	doubleCarrier
	boolCarrier
	stringCarrier
	bytesCarrier
	dataSetCarrier
	templateCarrier
	extensionCarrier
)

// raw is a value before its type is known.
type raw struct {
	in       carrier
	bits     uint64
	text     []byte
	dataSet  *DataSet
	template *Template
}

// Parse reads a payload. The bytes must stay as they are while the payload is used. An error
// says at which byte the wire format breaks; what was read before it is returned too.
func Parse(b []byte) (*Payload, error) {
	r := reader{whole: len(b)}
	p := &Payload{}
	err := r.fields(b, func(f field) error {
		switch f.number {
		case 1:
			return f.toUint(&p.Timestamp)
		case 2:
			m := Metric{}
			err := r.metric(f, &m, 0)
			p.Metrics = append(p.Metrics, m)
			return err
		case 3:
			return f.toUint(&p.Seq)
		case 4:
			return f.toString(&p.UUID)
		case 5:
			return f.toBytes(&p.Body)
		}
		return nil
	})
	return p, err
}

func (r *reader) metric(f field, m *Metric, depth int) error {
	if depth > maxDepth {
		return ErrTooMuch
	}
	return r.message(f, func(f field) error {
		switch f.number {
		case 1:
			return f.toString(&m.Name)
		case 2:
			return f.toUint(&m.Alias)
		case 3:
			return f.toUint(&m.Timestamp)
		case 4:
			return f.toType(&m.Type)
		case 5:
			return f.toBool(&m.Historical)
		case 6:
			return f.toBool(&m.Transient)
		case 7:
			return f.toBool(&m.Null)
		case 9:
			m.Properties = &Set{}
			return r.set(f, m.Properties, depth+1)
		case 17:
			m.value = raw{in: dataSetCarrier, dataSet: &DataSet{}}
			return r.dataSet(f, m.value.dataSet)
		case 18:
			m.value = raw{in: templateCarrier, template: &Template{}}
			return r.template(f, m.value.template, depth+1)
		case 16:
			return f.toRaw(&m.value, bytesCarrier)
		}
		return f.scalar(&m.value, 10)
	})
}

func (r *reader) set(f field, s *Set, depth int) error {
	if depth > maxDepth {
		return ErrTooMuch
	}
	return r.message(f, func(f field) error {
		switch f.number {
		case 1:
			var key string
			err := f.toString(&key)
			s.Keys = append(s.Keys, key)
			return err
		case 2:
			p := Property{}
			err := r.property(f, &p, depth)
			s.Values = append(s.Values, p)
			return err
		}
		return nil
	})
}

func (r *reader) property(f field, p *Property, depth int) error {
	return r.message(f, func(f field) error {
		switch f.number {
		case 1:
			return f.toType(&p.Type)
		case 2:
			return f.toBool(&p.Null)
		case 9:
			p.Set = &Set{}
			return r.set(f, p.Set, depth+1)
		case 10:
			return r.message(f, func(f field) error {
				if f.number != 1 {
					return nil
				}
				s := &Set{}
				p.List = append(p.List, s)
				return r.set(f, s, depth+1)
			})
		}
		return f.scalar(&p.value, 3)
	})
}

func (r *reader) dataSet(f field, d *DataSet) error {
	return r.message(f, func(f field) error {
		switch f.number {
		case 2:
			var name string
			err := f.toString(&name)
			d.Columns = append(d.Columns, name)
			return err
		case 3:
			return f.toTypes(&d.Types)
		case 4:
			var row []raw
			err := r.message(f, func(f field) error {
				if f.number != 1 {
					return nil
				}
				var cell raw
				err := r.message(f, func(f field) error { return f.scalar(&cell, 1) })
				row = append(row, cell)
				return err
			})
			d.Rows = append(d.Rows, row)
			return err
		}
		return nil
	})
}

func (r *reader) template(f field, t *Template, depth int) error {
	return r.message(f, func(f field) error {
		switch f.number {
		case 1:
			return f.toString(&t.Version)
		case 2:
			m := Metric{}
			err := r.metric(f, &m, depth)
			t.Metrics = append(t.Metrics, m)
			return err
		case 3:
			p := Parameter{}
			err := r.message(f, func(f field) error {
				switch f.number {
				case 1:
					return f.toString(&p.Name)
				case 2:
					return f.toType(&p.Type)
				}
				return f.scalar(&p.value, 3)
			})
			t.Parameters = append(t.Parameters, p)
			return err
		case 4:
			return f.toString(&t.Reference)
		case 5:
			return f.toBool(&t.Definition)
		}
		return nil
	})
}

// reader walks through a payload and counts its parts.
type reader struct {
	whole int
	parts int
}

// field is one field of a message, with the bytes that stand after it.
type field struct {
	number protowire.Number
	kind   protowire.Type
	bits   uint64
	bytes  []byte
	at     int
}

// message walks through a field that is a message.
func (r *reader) message(f field, visit func(field) error) error {
	if f.kind != protowire.BytesType {
		return f.wrong("a message")
	}
	if r.parts++; r.parts > maxParts {
		return ErrTooMuch
	}
	return r.walk(f.bytes, f.at, visit)
}

func (r *reader) fields(b []byte, visit func(field) error) error { return r.walk(b, 0, visit) }

// walk visits the fields of b, which begins at byte offset of the payload.
func (r *reader) walk(b []byte, offset int, visit func(field) error) error {
	for len(b) > 0 {
		number, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return broken(offset, n)
		}
		f := field{number: number, kind: kind, at: offset + n}
		b = b[n:]
		offset += n
		switch kind {
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
			f.at = offset + n - len(f.bytes)
		default:
			n = protowire.ConsumeFieldValue(number, kind, b)
		}
		if n < 0 {
			return broken(offset, n)
		}
		if err := visit(f); err != nil {
			return err
		}
		b = b[n:]
		offset += n
	}
	return nil
}

// BrokenError says where a payload stops being one.
type BrokenError struct {
	// At is the offset in bytes.
	At  int
	Why string
}

func (e *BrokenError) Error() string {
	return fmt.Sprintf("not a Sparkplug B payload at byte %d: %s", e.At, e.Why)
}

func broken(at, code int) error { return &BrokenError{at, protowire.ParseError(code).Error()} }

func (f *field) wrong(want string) error {
	return &BrokenError{f.at, fmt.Sprintf("field %d is not %s", f.number, want)}
}

func (f *field) toUint(to **uint64) error {
	if f.kind != protowire.VarintType {
		return f.wrong("a whole number")
	}
	v := f.bits
	*to = &v
	return nil
}

func (f *field) toBool(to *bool) error {
	if f.kind != protowire.VarintType {
		return f.wrong("true or false")
	}
	*to = f.bits != 0
	return nil
}

func (f *field) toType(to *Type) error {
	if f.kind != protowire.VarintType {
		return f.wrong("a type")
	}
	*to = Type(min(f.bits, math.MaxUint32))
	return nil
}

// toTypes reads a list of numbers, one by one or packed.
func (f *field) toTypes(to *[]Type) error {
	if f.kind == protowire.VarintType {
		*to = append(*to, Type(min(f.bits, math.MaxUint32)))
		return nil
	}
	if f.kind != protowire.BytesType {
		return f.wrong("types")
	}
	for b, at := f.bytes, f.at; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return broken(at, n)
		}
		*to = append(*to, Type(min(v, math.MaxUint32)))
		b, at = b[n:], at+n
	}
	return nil
}

func (f *field) toString(to *string) error {
	if f.kind != protowire.BytesType {
		return f.wrong("text")
	}
	*to = string(f.bytes)
	return nil
}

func (f *field) toBytes(to *[]byte) error {
	if f.kind != protowire.BytesType {
		return f.wrong("bytes")
	}
	*to = f.bytes
	return nil
}

func (f *field) toRaw(to *raw, in carrier) error {
	*to = raw{in: in}
	return f.toBytes(&to.text)
}

// scalar reads a field of a oneof whose first, int_value, has the number first; others are let
// pass.
func (f *field) scalar(to *raw, first protowire.Number) error {
	in := carrier(0)
	if d := f.number - first; d >= 0 && d <= 5 {
		in = intCarrier + carrier(d)
	}
	want := protowire.VarintType
	switch in {
	case noCarrier:
		return nil
	case floatCarrier:
		want = protowire.Fixed32Type
	case doubleCarrier:
		want = protowire.Fixed64Type
	case stringCarrier:
		return f.toRaw(to, stringCarrier)
	default:
	}
	if f.kind != want {
		return f.wrong("the value that it should be")
	}
	*to = raw{in: in, bits: f.bits}
	return nil
}
