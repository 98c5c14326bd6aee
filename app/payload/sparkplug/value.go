package sparkplug

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// Type is a data type (3.0.0 §6.4.16).
type Type uint32

// The types that are read in ways of their own.
const (
	Unknown       Type = 0
	Int8          Type = 1
	Int16         Type = 2
	Int32         Type = 3
	Int64         Type = 4
	UInt8         Type = 5
	UInt16        Type = 6
	UInt32        Type = 7
	UInt64        Type = 8
	Float         Type = 9
	Double        Type = 10
	Boolean       Type = 11
	String        Type = 12
	DateTime      Type = 13
	Text          Type = 14
	UUID          Type = 15
	Table         Type = 16 // DataSet
	Bytes         Type = 17
	File          Type = 18
	Structure     Type = 19 // Template
	Properties    Type = 20 // PropertySet
	PropertyList  Type = 21 // PropertySetList
	Int8Array     Type = 22
	Int16Array    Type = 23
	Int32Array    Type = 24
	Int64Array    Type = 25
	UInt8Array    Type = 26
	UInt16Array   Type = 27
	UInt32Array   Type = 28
	UInt64Array   Type = 29
	FloatArray    Type = 30
	DoubleArray   Type = 31
	BooleanArray  Type = 32
	StringArray   Type = 33
	DateTimeArray Type = 34
)

// String is the type's name in the specification.
func (t Type) String() string {
	names := [...]string{
		"Unknown", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float", "Double",
		"Boolean", "String", "DateTime", "Text", "UUID", "DataSet", "Bytes", "File", "Template", "PropertySet",
		"PropertySetList", "Int8Array", "Int16Array", "Int32Array", "Int64Array", "UInt8Array", "UInt16Array",
		"UInt32Array", "UInt64Array", "FloatArray", "DoubleArray", "BooleanArray", "StringArray", "DateTimeArray",
	}
	if int(t) < len(names) {
		return names[t]
	}
	return "type " + strconv.FormatUint(uint64(t), 10)
}

// width is the bytes of one element of an array; 0 for those of no fixed width.
func (t Type) width() int {
	switch t {
	case Int8Array, UInt8Array:
		return 1
	case Int16Array, UInt16Array:
		return 2
	case Int32Array, UInt32Array, FloatArray:
		return 4
	case Int64Array, UInt64Array, DoubleArray, DateTimeArray:
		return 8
	default:
		return 0
	}
}

// appendValue writes a value as JSON. Where the type is unknown the field that carried the
// value says what it is; a negative number then looks like a large one.
func appendValue(dst []byte, t Type, v *raw) []byte {
	switch v.in {
	case noCarrier:
		return append(dst, "null"...)
	case boolCarrier:
		return strconv.AppendBool(dst, v.bits != 0)
	case floatCarrier:
		return appendFloat(dst, float64(math.Float32frombits(uint32(v.bits))), 32)
	case doubleCarrier:
		return appendFloat(dst, math.Float64frombits(v.bits), 64)
	case stringCarrier:
		return appendText(dst, string(v.text))
	case bytesCarrier:
		return appendBytes(dst, t, v.text)
	case dataSetCarrier:
		return appendTable(dst, v.dataSet)
	case templateCarrier:
		return appendTemplate(dst, v.template)
	default:
		return appendInteger(dst, t, v.bits)
	}
}

// appendInteger writes a whole number: the negative ones come as two's complement in a field
// without a sign.
func appendInteger(dst []byte, t Type, bits uint64) []byte {
	switch t {
	case Int8:
		return strconv.AppendInt(dst, int64(int8(bits)), 10)
	case Int16:
		return strconv.AppendInt(dst, int64(int16(bits)), 10)
	case Int32:
		return strconv.AppendInt(dst, int64(int32(bits)), 10)
	case Int64:
		return strconv.AppendInt(dst, int64(bits), 10)
	case DateTime:
		return appendTime(dst, bits)
	case Boolean:
		return strconv.AppendBool(dst, bits != 0)
	default:
		return strconv.AppendUint(dst, bits, 10)
	}
}

// appendTime writes ms since 1970 as RFC 3339 in UTC; beyond its years, as the number.
func appendTime(dst []byte, ms uint64) []byte {
	const end = 253_402_300_800_000 // the year 10000
	if ms >= end {
		return strconv.AppendUint(dst, ms, 10)
	}
	return appendText(dst, time.UnixMilli(int64(ms)).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// appendFloat writes a number; JSON has no word for those that are none, so they are text.
func appendFloat(dst []byte, v float64, bits int) []byte {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return appendText(dst, strconv.FormatFloat(v, 'g', -1, bits))
	}
	return strconv.AppendFloat(dst, v, 'g', -1, bits)
}

func appendText(dst []byte, s string) []byte {
	b, err := json.Marshal(s)
	if err != nil { // no string can make this fail
		return append(dst, `""`...)
	}
	return append(dst, b...)
}

// appendBytes writes an array as its elements, other bytes in base64.
func appendBytes(dst []byte, t Type, b []byte) []byte {
	switch {
	case t == BooleanArray && len(b) >= 4:
		return appendBits(dst, b)
	case t == StringArray:
		return appendStrings(dst, b)
	case t.width() > 0 && len(b)%t.width() == 0:
		dst = append(dst, '[')
		for i := 0; i < len(b); i += t.width() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendElement(dst, t, b[i:i+t.width()])
		}
		return append(dst, ']')
	}
	return appendText(dst, base64.StdEncoding.EncodeToString(b))
}

// appendElement writes an element, which comes with its low byte first.
func appendElement(dst []byte, t Type, b []byte) []byte {
	var whole [8]byte
	copy(whole[:], b)
	bits := binary.LittleEndian.Uint64(whole[:])
	switch t {
	case Int8Array:
		return appendInteger(dst, Int8, bits)
	case Int16Array:
		return appendInteger(dst, Int16, bits)
	case Int32Array:
		return appendInteger(dst, Int32, bits)
	case Int64Array:
		return appendInteger(dst, Int64, bits)
	case FloatArray:
		return appendFloat(dst, float64(math.Float32frombits(uint32(bits))), 32)
	case DoubleArray:
		return appendFloat(dst, math.Float64frombits(bits), 64)
	case DateTimeArray:
		return appendTime(dst, bits)
	default:
		return strconv.AppendUint(dst, bits, 10)
	}
}

// appendBits writes booleans: their number in four bytes, then a bit for each, the highest of
// a byte first. A number that the bytes do not hold is what they hold.
func appendBits(dst, b []byte) []byte {
	n := min(uint64(binary.LittleEndian.Uint32(b)), uint64(len(b)-4)*8)
	b = b[4:]
	dst = append(dst, '[')
	for i := range n {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendBool(dst, b[i/8]&(0x80>>(i%8)) != 0)
	}
	return append(dst, ']')
}

// appendStrings writes texts, each of which ends with a zero byte.
func appendStrings(dst, b []byte) []byte {
	dst = append(dst, '[')
	first := true
	for len(b) > 0 {
		end := 0
		for end < len(b) && b[end] != 0 {
			end++
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendText(dst, string(b[:end]))
		b = b[min(end+1, len(b)):]
	}
	return append(dst, ']')
}

// appendTable writes a data set as a list of rows, each an object of its columns.
func appendTable(dst []byte, d *DataSet) []byte {
	dst = append(dst, '[')
	for i, row := range d.Rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		o := object{dst: dst}
		for k := range row {
			name := "column " + strconv.Itoa(k+1)
			if k < len(d.Columns) {
				name = d.Columns[k]
			}
			o.key(name)
			o.dst = appendValue(o.dst, at(d.Types, k), &row[k])
		}
		dst = o.end()
	}
	return append(dst, ']')
}

func at(types []Type, i int) Type {
	if i < len(types) {
		return types[i]
	}
	return Unknown
}

// appendTemplate writes a structure with its metrics and parameters.
func appendTemplate(dst []byte, t *Template) []byte {
	o := object{dst: dst}
	for i := range t.Metrics {
		m := &t.Metrics[i]
		o.key(m.label())
		o.dst = m.appendTo(o.dst, m.Type)
	}
	for i := range t.Parameters {
		p := &t.Parameters[i]
		o.key("parameter " + p.Name)
		o.dst = appendValue(o.dst, p.Type, &p.value)
	}
	return o.end()
}

// label names a metric that no birth names.
func (m *Metric) label() string {
	if m.Name == "" && m.Alias != nil {
		return "alias " + strconv.FormatUint(*m.Alias, 10)
	}
	return m.Name
}

// appendTo writes the value of a metric that is of type t.
func (m *Metric) appendTo(dst []byte, t Type) []byte {
	if m.Null {
		return append(dst, "null"...)
	}
	return appendValue(dst, t, &m.value)
}

// object writes a JSON object whose keys are all different.
type object struct {
	dst  []byte
	seen map[string]int
}

// key begins a member; a key that was there is told apart by a number.
func (o *object) key(name string) {
	if o.seen == nil {
		o.seen = map[string]int{}
		o.dst = append(o.dst, '{')
	} else {
		o.dst = append(o.dst, ',')
	}
	o.seen[name]++
	if n := o.seen[name]; n > 1 {
		name += " (" + strconv.Itoa(n) + ")"
	}
	o.dst = append(appendText(o.dst, name), ':')
}

// end closes the object.
func (o *object) end() []byte {
	if o.seen == nil {
		o.dst = append(o.dst, '{')
	}
	return append(o.dst, '}')
}
