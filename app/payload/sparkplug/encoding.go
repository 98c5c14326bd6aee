package sparkplug

import "google.golang.org/protobuf/encoding/protowire"

// encoding is a message that is being written, field by field.
type encoding []byte

func (e encoding) varint(n protowire.Number, v uint64) encoding {
	return protowire.AppendVarint(protowire.AppendTag(e, n, protowire.VarintType), v)
}

func (e encoding) text(n protowire.Number, s string) encoding {
	return protowire.AppendString(protowire.AppendTag(e, n, protowire.BytesType), s)
}

func (e encoding) message(n protowire.Number, m encoding) encoding {
	return protowire.AppendBytes(protowire.AppendTag(e, n, protowire.BytesType), m)
}
