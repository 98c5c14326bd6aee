package dial

import (
	"encoding/binary"
	"fmt"

	"streamscope/connections"
)

// shorten takes a PUBLISH over the limit off the stream and returns it with what may stay of
// its payload, under a header of its new length. The rest is thrown away as it comes.
func (c *Conn) shorten(h *header) ([]byte, error) {
	in := &c.in
	prefix, err := c.collectPrefix(*h)
	if err != nil {
		return nil, err
	}
	payload := h.body - prefix
	keep := min(payload, CutPayload, max(0, c.o.PacketLimit-int64(h.size)-prefix))
	if err := c.more(int(keep)); err != nil {
		return nil, err
	}
	if err := c.discard(payload - keep); err != nil {
		return nil, err
	}
	in.cut = keep < payload
	if in.cut {
		c.sizes.put(c.publishes.Load()+1, payload)
	}
	// The new header never takes more bytes than the old one, so it fits before the body.
	was := h.size
	length := appendLength(make([]byte, 0, 4), prefix+keep)
	h.size, h.body = 1+len(length), prefix+keep
	packet := in.big[was-h.size:]
	packet[0] = in.big[0]
	copy(packet[1:], length)
	return packet, nil
}

// collectPrefix takes the header of a PUBLISH and all that comes before its payload off the
// stream, and returns the length of the latter.
func (c *Conn) collectPrefix(h header) (int64, error) {
	in := &c.in
	if err := c.collect(h.size + 2); err != nil {
		return 0, err
	}
	prefix := h.prefix(int(binary.BigEndian.Uint16(in.big[h.size:])))
	if prefix > h.body {
		return 0, c.broken("a PUBLISH whose topic is longer than the packet")
	}
	if err := c.more(int(prefix) - 2); err != nil || c.o.Version != 5 {
		return prefix, err
	}
	at := len(in.big)
	for range 4 {
		if int64(len(in.big)-h.size) == h.body {
			return 0, c.broken("a PUBLISH without properties")
		}
		if err := c.more(1); err != nil {
			return 0, err
		}
		if in.big[len(in.big)-1] < 128 {
			break
		}
	}
	n, size, err := varint(in.big[at:])
	switch {
	case err != nil:
		return 0, c.broken("a PUBLISH with " + err.Error())
	case prefix+int64(size)+n > h.body:
		return 0, c.broken("a PUBLISH with properties that are longer than their packet")
	case n > maxProperties:
		return 0, c.tooManyProperties(n)
	}
	return prefix + int64(size) + n, c.more(int(n))
}

func (c *Conn) tooManyProperties(n int64) error {
	return c.fail(&connections.Failure{
		Kind: connections.FailurePacketTooLarge, Detail: fmt.Sprintf("a PUBLISH with %d bytes of properties", n),
	})
}

func (c *Conn) discard(n int64) error {
	in := &c.in
	have := min(n, int64(in.w-in.r))
	in.r += int(have)
	for n -= have; n > 0; {
		in.r, in.w = 0, 0
		m, err := c.read(in.buf[:min(n, bufferSize)], false)
		if err != nil {
			return err
		}
		n -= int64(m)
	}
	return nil
}
