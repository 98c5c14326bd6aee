package decode

import (
	"errors"
	"strconv"
	"time"

	"github.com/tinylib/msgp/msgp"
)

func messagePackKind() Kind {
	k := plain(MessagePack, readMessagePack)
	k.Types = []string{"application/msgpack", "application/x-msgpack", "application/vnd.msgpack", "+msgpack"}
	return k
}

// readMessagePack makes a document of one MessagePack object, its members in their order.
func readMessagePack(in Input) Result {
	r := packReader{whole: in.Payload, b: in.Payload, out: writer{limit: in.Limits.Bytes}}
	err := r.item(0)
	if err == nil && len(r.b) > 0 {
		err = wrongAt(r.at(), "something follows the object")
	}
	if err != nil {
		return fault(MessagePack, err)
	}
	return Result{Format: MessagePack, Document: r.out.b, Note: r.out.note}
}

// packReader reads from b, the rest of whole.
type packReader struct {
	whole, b []byte
	out      writer
}

func (r *packReader) at() int { return len(r.whole) - len(r.b) }

// explain puts the library's error into words, with the place.
func (r *packReader) explain(err error) error {
	if errors.Is(err, msgp.ErrShortBytes) {
		return wrongAt(len(r.whole), badEnd)
	}
	return wrongAt(r.at(), err.Error())
}

func (r *packReader) item(depth int) error {
	switch {
	case r.out.full():
		return errTooBig
	case len(r.b) == 0:
		return wrongAt(len(r.whole), badEnd)
	}
	kind := msgp.NextType(r.b)
	switch {
	case kind != msgp.MapType && kind != msgp.ArrayType:
		return r.scalar(kind)
	case depth == maxDepth:
		return wrongAt(r.at(), badDepth)
	case kind == msgp.MapType:
		return r.object(depth)
	}
	return r.array(depth)
}

// scalar writes what holds nothing else.
func (r *packReader) scalar(kind msgp.Type) error {
	var rest []byte
	var err error
	switch kind {
	case msgp.StrType:
		var s []byte
		if s, rest, err = msgp.ReadStringZC(r.b); err == nil {
			r.out.text(s, r.at())
		}
	case msgp.BinType:
		var s []byte
		if s, rest, err = msgp.ReadBytesZC(r.b); err == nil {
			r.out.bytes(s)
		}
	case msgp.IntType:
		var v int64
		if v, rest, err = msgp.ReadInt64Bytes(r.b); err == nil {
			r.out.int(v)
		}
	case msgp.UintType:
		var v uint64
		if v, rest, err = msgp.ReadUint64Bytes(r.b); err == nil {
			r.out.uint(v)
		}
	case msgp.Float32Type:
		var v float32
		if v, rest, err = msgp.ReadFloat32Bytes(r.b); err == nil {
			r.out.float(float64(v), 32)
		}
	case msgp.Float64Type:
		var v float64
		if v, rest, err = msgp.ReadFloat64Bytes(r.b); err == nil {
			r.out.float(v, 64)
		}
	case msgp.BoolType:
		var v bool
		if v, rest, err = msgp.ReadBoolBytes(r.b); err == nil {
			r.out.b = strconv.AppendBool(r.out.b, v)
		}
	case msgp.NilType:
		if rest, err = msgp.ReadNilBytes(r.b); err == nil {
			r.out.raw("null")
		}
	case msgp.InvalidType:
		return wrongAt(r.at(), "this byte begins no MessagePack object")
	default:
		return r.extension()
	}
	if err != nil {
		return r.explain(err)
	}
	r.b = rest
	return nil
}

func (r *packReader) array(depth int) error {
	n, rest, err := msgp.ReadArrayHeaderBytes(r.b)
	if err != nil {
		return r.explain(err)
	}
	if int64(n) > int64(len(rest)) {
		return wrongAt(r.at(), claims(uint64(n), len(rest)))
	}
	r.b = rest
	r.out.raw("[")
	for i := range n {
		if i > 0 {
			r.out.comma()
		}
		if err := r.item(depth + 1); err != nil {
			return err
		}
	}
	r.out.raw("]")
	return nil
}

func (r *packReader) object(depth int) error {
	n, rest, err := msgp.ReadMapHeaderBytes(r.b)
	if err != nil {
		return r.explain(err)
	}
	if 2*int64(n) > int64(len(rest)) {
		return wrongAt(r.at(), claims(uint64(n), len(rest)))
	}
	r.b = rest
	r.out.raw("{")
	for i := range n {
		if i > 0 {
			r.out.comma()
		}
		from := len(r.out.b)
		if err := r.item(depth + 1); err != nil {
			return err
		}
		r.out.keyFrom(from)
		if err := r.item(depth + 1); err != nil {
			return err
		}
	}
	r.out.raw("}")
	return nil
}

// timestampType is the extension type of the specification's own timestamps.
const timestampType = -1

// extension reads ext 8/16/32 and fixext 1 to 16. The library knows some types of its own that
// nobody else has, so the few bytes are read here.
func (r *packReader) extension() error {
	c := r.b[0]
	head, n := 2, 0
	switch {
	case c >= 0xD4 && c <= 0xD8:
		n = 1 << (c - 0xD4)
	case c >= 0xC7 && c <= 0xC9:
		w := 1 << (c - 0xC7)
		if head = 2 + w; len(r.b) < head {
			return wrongAt(len(r.whole), badEnd)
		}
		n = int(bigEndian(r.b[1 : 1+w]))
	default:
		return wrongAt(r.at(), "this byte begins no MessagePack object")
	}
	if len(r.b) < head || n > len(r.b)-head {
		return wrongAt(r.at(), claims(uint64(n), max(len(r.b)-head, 0)))
	}
	kind, data := int8(r.b[head-1]), r.b[head:head+n]
	r.b = r.b[head+n:]
	if t, ok := timestamp(data); ok && kind == timestampType {
		r.out.raw(`"`)
		r.out.b = t.AppendFormat(r.out.b, time.RFC3339Nano)
		r.out.raw(`"`)
		return nil
	}
	r.out.raw(`"ext(`)
	r.out.int(int64(kind))
	r.out.raw(") ")
	from := len(r.out.b)
	r.out.bytes(data)
	r.out.b = append(r.out.b[:from], r.out.b[from+1:]...)
	return nil
}

// timestamp reads the three forms of a timestamp. Years beyond four digits have no text that
// others would read.
func timestamp(b []byte) (t time.Time, ok bool) {
	switch len(b) {
	case 4:
		t = time.Unix(int64(bigEndian(b)), 0)
	case 8:
		v := bigEndian(b)
		t = time.Unix(int64(v&(1<<34-1)), int64(v>>34))
	case 12:
		t = time.Unix(int64(bigEndian(b[4:])), int64(bigEndian(b[:4])))
	default:
		return t, false
	}
	t = t.UTC()
	return t, t.Year() >= 0 && t.Year() <= 9999
}
