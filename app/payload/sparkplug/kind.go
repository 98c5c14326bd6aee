package sparkplug

import (
	"errors"
	"fmt"

	"streamscope/app/payload/decode"
)

// Kind is the format for a [decode.Registry]: chosen by the topic's namespace, never by bytes,
// it names metrics by the births in book that were valid at the message.
func Kind(book *Book) decode.Kind {
	return decode.Kind{
		Format: decode.Sparkplug,
		Raw:    true,
		New: func(decode.Choice) (decode.Decoder, error) {
			return decode.DecoderFunc(func(in decode.Input) decode.Result { return book.decode(in) }), nil
		},
		Claim: func(in decode.Input) decode.Claim {
			if _, ok := ParseTopic(in.Topic); ok {
				return decode.ByTopic
			}
			return decode.NoClaim
		},
	}
}

func (b *Book) decode(in decode.Input) decode.Result {
	r := decode.Result{Format: decode.Sparkplug, At: -1}
	reading, err := b.Read(in.Topic, in.Seq, in.Payload)
	if err != nil {
		r.Err = err
		var at *BrokenError
		if errors.As(err, &at) {
			r.At = at.At
		}
		return r
	}
	r.Document = reading.Document()
	if len(r.Document) > in.Limits.Bytes {
		r.Document, r.Err = nil, errors.New("the document would be larger than is shown")
		return r
	}
	if len(reading.Metrics) == 1 {
		name, _, _ := reading.Named(&reading.Metrics[0])
		r.Main = []string{"metrics", name}
	}
	if reading.Unnamed > 0 {
		r.Note = fmt.Sprintf("%d of %d metrics come by alias, and no birth before this message names them. Ask %s for a rebirth.",
			reading.Unnamed, len(reading.Metrics), reading.Topic.Node)
	}
	return r
}

// Rebirth is the payload that asks a node to be born again (3.0.0 §6.4.22), to be published at
// [Topic.CommandTopic]; at is in ms since 1970 UTC.
func Rebirth(at uint64) []byte {
	var e encoding
	metric := e.text(1, "Node Control/Rebirth")
	metric = metric.varint(3, at).varint(4, uint64(Boolean)).varint(14, 1)
	return encoding(nil).varint(1, at).message(2, metric)
}
