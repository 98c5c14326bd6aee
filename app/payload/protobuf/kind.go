package protobuf

import (
	"errors"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"

	"streamscope/app/payload/decode"
)

// Kind is the format for a [decode.Registry]: a choice with files is read by their schema as
// its message, one without as the wire format tells.
func Kind() decode.Kind {
	return decode.Kind{
		Format: decode.Protobuf,
		Types:  []string{"application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf", "+protobuf"},
		New: func(c decode.Choice) (decode.Decoder, error) {
			if len(c.Files) == 0 {
				return decode.DecoderFunc(readBare), nil
			}
			schema, err := Load(c.Files)
			if err != nil {
				return nil, err
			}
			m, err := schema.Message(c.Message)
			if err != nil {
				return nil, err
			}
			return m, nil
		},
	}
}

// errTooBig is returned for a document that would be larger than its limit.
var errTooBig = errors.New("the document would be larger than is shown")

// Decode reads a payload as the message.
func (m *Message) Decode(in decode.Input) decode.Result {
	r := decode.Result{Format: decode.Protobuf, At: -1}
	msg := dynamicpb.NewMessage(m.descriptor)
	err := proto.UnmarshalOptions{RecursionLimit: maxNesting, AllowPartial: true}.Unmarshal(in.Payload, msg)
	if err != nil {
		// The library does not say where; the wire format does where it is broken itself.
		r.At, r.Err = notMessage(m.Name(), in.Payload, err)
		return r
	}
	w := writer{limit: in.Limits.Bytes}
	if err := w.message(msg, 0); err != nil {
		r.Err = err
		return r
	}
	r.Document = w.b
	r.Note, r.Err = m.judge(msg, &w)
	return r
}
