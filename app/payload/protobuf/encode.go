package protobuf

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

// MisfitError says where a document is not the message that it shall be.
type MisfitError struct {
	// Message is the full name of what it shall be.
	Message string
	// Line and Column count from 1, the column in characters; 0 if the place is not known.
	Line, Column int
	// Msg tells what is wrong, and names the field.
	Msg string
}

func (e *MisfitError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("not a %s: %s", e.Message, e.Msg)
	}
	return fmt.Sprintf("not a %s: line %d, column %d: %s", e.Message, e.Line, e.Column, e.Msg)
}

// Encode writes a message from JSON: the JSON mapping of protobuf, where bytes may stand as h'…',
// too, as [Message.Decode] writes them. The error is a [*MisfitError] if the JSON does not fit.
func (m *Message) Encode(document []byte) ([]byte, error) {
	msg := dynamicpb.NewMessage(m.descriptor)
	if err := (protojson.UnmarshalOptions{RecursionLimit: maxNesting}).Unmarshal(m.plainBytes(document), msg); err != nil {
		return nil, m.misfit(err)
	}
	return proto.MarshalOptions{Deterministic: true}.Marshal(msg)
}

// place is how the library begins an error; the space after "proto:" may be a hard one.
var place = regexp.MustCompile(`^proto:[\s\x{a0}]*(?:syntax error )?\(line (\d+):(\d+)\): *`)

func (m *Message) misfit(err error) error {
	text := err.Error()
	e := &MisfitError{Message: m.Name(), Msg: strings.TrimLeft(strings.TrimPrefix(text, "proto:"), " \u00a0")}
	if at := place.FindStringSubmatch(text); at != nil {
		e.Line, _ = strconv.Atoi(at[1])
		e.Column, _ = strconv.Atoi(at[2])
		e.Msg = text[len(at[0]):]
	}
	return e
}

// plainBytes writes the h'…' of a document's bytes as the base64 that the library reads, as long
// as before, so that lines and columns stay. What is no JSON comes back as it is.
func (m *Message) plainBytes(document []byte) []byte {
	if !bytes.Contains(document, []byte(`"h'`)) {
		return document
	}
	w := &bytesWalk{in: json.NewDecoder(bytes.NewReader(document)), out: bytes.Clone(document)}
	w.in.UseNumber()
	if w.value(scope{message: m.descriptor}) != nil {
		return document
	}
	return w.out
}

// bytesWalk follows a document along its message.
type bytesWalk struct {
	in  *json.Decoder
	out []byte
}

// scope is what the schema says about a value: one of a field, or a message; nothing if neither.
type scope struct {
	message protoreflect.MessageDescriptor
	field   protoreflect.FieldDescriptor
}

// within is the scope of a member.
func (s scope) within(key string) scope {
	switch {
	case s.field != nil && s.field.IsMap():
		return ofField(s.field.MapValue())
	case s.message != nil:
		if f := s.message.Fields().ByJSONName(key); f != nil {
			return ofField(f)
		}
		if f := s.message.Fields().ByTextName(key); f != nil {
			return ofField(f)
		}
	}
	return scope{}
}

func ofField(f protoreflect.FieldDescriptor) scope {
	if f.IsMap() {
		return scope{field: f}
	}
	return scope{field: f, message: f.Message()}
}

func (s scope) isBytes() bool {
	return s.field != nil && !s.field.IsMap() && s.field.Kind() == protoreflect.BytesKind
}

func (w *bytesWalk) value(s scope) error {
	t, err := w.in.Token()
	if err != nil {
		return err
	}
	switch t := t.(type) {
	case json.Delim:
		return w.inside(t, s)
	case string:
		if s.isBytes() {
			w.replace(t)
		}
	}
	return nil
}

func (w *bytesWalk) inside(open json.Delim, s scope) error {
	for w.in.More() {
		member := s
		if open == '{' {
			key, err := w.in.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			member = s.within(name)
		}
		if err := w.value(member); err != nil {
			return err
		}
	}
	_, err := w.in.Token()
	return err
}

// replace writes the text that was just read, which ends where the decoder stands, as base64.
// Hexadecimal digits are never shorter than that.
func (w *bytesWalk) replace(text string) {
	digits, ok := strings.CutPrefix(text, "h'")
	if !ok || !strings.HasSuffix(digits, "'") {
		return
	}
	raw, err := hex.DecodeString(strings.TrimSuffix(digits, "'"))
	end := int(w.in.InputOffset())
	start := end - len(text) - 2
	if err != nil || start < 0 || string(w.out[start+1:end-1]) != text {
		return
	}
	room := w.out[start:end]
	for i := range room {
		room[i] = ' '
	}
	copy(room, `"`+base64.StdEncoding.EncodeToString(raw)+`"`)
}
