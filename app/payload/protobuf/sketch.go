package protobuf

import (
	"encoding/json"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// Sketch writes the message as JSON with every field empty, to be filled in: of a oneof only the
// first. What it holds is as good as nothing for [Message.Encode].
func (m *Message) Sketch() string {
	var b strings.Builder
	b.WriteByte('{')
	fields, first := m.descriptor.Fields(), true
	for i := range fields.Len() {
		f := fields.Get(i)
		if o := f.ContainingOneof(); o != nil && o.Fields().Get(0) != f {
			continue
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		name, _ := json.Marshal(string(f.Name()))
		b.WriteString("\n  " + string(name) + ": " + emptyValue(f))
	}
	if !first {
		b.WriteByte('\n')
	}
	b.WriteByte('}')
	return b.String()
}

func emptyValue(f protoreflect.FieldDescriptor) string {
	switch {
	case f.IsMap():
		return "{}"
	case f.IsList():
		return "[]"
	}
	switch f.Kind() {
	case protoreflect.BoolKind:
		return "false"
	case protoreflect.StringKind:
		return `""`
	case protoreflect.BytesKind:
		return `"h''"`
	case protoreflect.EnumKind:
		name, _ := json.Marshal(string(f.Enum().Values().Get(0).Name()))
		return string(name)
	case protoreflect.MessageKind, protoreflect.GroupKind:
		if wellKnown(f.Message()) {
			return "null"
		}
		return "{}"
	default:
		return "0"
	}
}
