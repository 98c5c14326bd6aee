package protobuf

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// writer writes messages as JSON.
type writer struct {
	b     []byte
	limit int
	// known counts the fields that the schema has, strange lists the numbers of those that it
	// has not, or has as another type.
	known   int
	strange []protowire.Number
}

func (w *writer) message(m protoreflect.Message, depth int) error {
	if len(w.b) > w.limit {
		return errTooBig
	}
	if depth > 0 && wellKnown(m.Descriptor()) {
		return w.usual(m)
	}
	w.b = append(w.b, '{')
	first := true
	var err error
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if !m.Has(f) {
			continue
		}
		if !first {
			w.b = append(w.b, ',')
		}
		first = false
		w.known++
		w.text(string(f.Name()))
		w.b = append(w.b, ':')
		if err = w.field(f, m.Get(f), depth); err != nil {
			return err
		}
	}
	w.b = append(w.b, '}')
	for rest := m.GetUnknown(); len(rest) > 0; {
		number, _, n := protowire.ConsumeField(rest)
		if n < 0 {
			break
		}
		if !slices.Contains(w.strange, number) && len(w.strange) < maxStrange {
			w.strange = append(w.strange, number)
		}
		rest = rest[n:]
	}
	return nil
}

// maxStrange is how many unknown fields are named.
const maxStrange = 8

// wellKnown tells whether the JSON mapping has a form of its own for a message: a timestamp is
// a text.
func wellKnown(d protoreflect.MessageDescriptor) bool {
	return strings.HasPrefix(string(d.FullName()), "google.protobuf.")
}

// usual writes a well-known message; one whose contents are not as they should be, plainly.
func (w *writer) usual(m protoreflect.Message) error {
	b, err := protojson.Marshal(m.Interface())
	if err != nil {
		w.text(fmt.Sprintf("%v", err))
		return nil
	}
	w.b = append(w.b, b...)
	return nil
}

func (w *writer) field(f protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	switch {
	case f.IsMap():
		return w.mapping(f, v.Map(), depth)
	case f.IsList():
		return w.list(f, v.List(), depth)
	}
	return w.value(f, v, depth)
}

func (w *writer) list(f protoreflect.FieldDescriptor, list protoreflect.List, depth int) error {
	w.b = append(w.b, '[')
	for i := range list.Len() {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		if err := w.value(f, list.Get(i), depth); err != nil {
			return err
		}
	}
	w.b = append(w.b, ']')
	return nil
}

// mapping writes a map in the order of its keys: two equal messages read alike.
func (w *writer) mapping(f protoreflect.FieldDescriptor, m protoreflect.Map, depth int) error {
	var keys []protoreflect.MapKey
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool {
		keys = append(keys, k)
		return true
	})
	slices.SortFunc(keys, func(a, b protoreflect.MapKey) int { return strings.Compare(a.String(), b.String()) })
	w.b = append(w.b, '{')
	for i, k := range keys {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.text(k.String())
		w.b = append(w.b, ':')
		if err := w.value(f.MapValue(), m.Get(k), depth); err != nil {
			return err
		}
	}
	w.b = append(w.b, '}')
	return nil
}

func (w *writer) value(f protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	if len(w.b) > w.limit {
		return errTooBig
	}
	switch f.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return w.message(v.Message(), depth+1)
	case protoreflect.BoolKind:
		w.b = strconv.AppendBool(w.b, v.Bool())
	case protoreflect.StringKind:
		w.text(v.String())
	case protoreflect.BytesKind:
		w.bytes(v.Bytes())
	case protoreflect.EnumKind:
		if e := f.Enum().Values().ByNumber(v.Enum()); e != nil {
			w.text(string(e.Name()))
		} else {
			w.b = strconv.AppendInt(w.b, int64(v.Enum()), 10)
		}
	case protoreflect.FloatKind:
		w.float(v.Float(), 32)
	case protoreflect.DoubleKind:
		w.float(v.Float(), 64)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.b = strconv.AppendUint(w.b, v.Uint(), 10)
	default:
		w.b = strconv.AppendInt(w.b, v.Int(), 10)
	}
	return nil
}

func (w *writer) text(s string) {
	b, err := json.Marshal(s)
	if err != nil { // no string can make this fail
		b = []byte(`""`)
	}
	w.b = append(w.b, b...)
}

func (w *writer) bytes(b []byte) { w.text("h'" + hex.EncodeToString(b) + "'") }

// float writes a number; JSON has no word for those that are none, so they are text.
func (w *writer) float(v float64, bits int) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		w.text(strconv.FormatFloat(v, 'g', -1, bits))
		return
	}
	w.b = strconv.AppendFloat(w.b, v, 'g', -1, bits)
}

// judge tells what the schema does not explain. Bytes of another message often decode: then
// nothing of it is known, which is an error.
func (m *Message) judge(msg protoreflect.Message, w *writer) (note string, err error) {
	if len(w.strange) == 0 {
		if err := missing(msg); err != "" {
			return err, nil
		}
		return "", nil
	}
	numbers := make([]string, 0, len(w.strange))
	for _, n := range w.strange {
		numbers = append(numbers, strconv.Itoa(int(n)))
	}
	fields := "field " + numbers[0]
	if len(numbers) > 1 {
		fields = "fields " + strings.Join(numbers, ", ")
	}
	if w.known == 0 {
		return "", fmt.Errorf("not a %s: %s, all that is in it, are not in the schema, or of another type there", m.Name(), fields)
	}
	return fmt.Sprintf("%s: not in the schema of %s, or of another type there", fields, m.Name()), nil
}

// missing names a required field (proto2) that is not there.
func missing(m protoreflect.Message) string {
	numbers := m.Descriptor().RequiredNumbers()
	for i := range numbers.Len() {
		if f := m.Descriptor().Fields().ByNumber(numbers.Get(i)); !m.Has(f) {
			return fmt.Sprintf("the required field %s is missing", f.Name())
		}
	}
	return ""
}
