package websocket

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
	"streamscope/connections/dial"
)

const (
	// firstBuffer is where messages are gathered; keepBuffer is the largest one that stays.
	firstBuffer = 4 << 10
	keepBuffer  = 1 << 20
)

// hardLimit is how long a message may be, after decompression, until the connection is given
// up: streaming away the rest of a cut one must end.
func hardLimit(limit int64) int64 { return max(256<<20, 4*limit) }

// read hands over messages until the connection ends.
func (c *Client) read(m *meter) {
	g := gatherer{limit: c.cfg.MessageLimit, buf: make([]byte, 0, firstBuffer)}
	for {
		kind, r, err := c.ws.NextReader()
		if err != nil {
			_ = m.fail(c.ended(m, err))
			return
		}
		payload, size, err := g.take(r)
		if err != nil {
			_ = m.fail(c.ended(m, err))
			return
		}
		c.frames.Add(1)
		if size > int64(len(payload)) {
			c.cut.Add(1)
		}
		c.receive(&connections.Message{Payload: payload, Size: size, Binary: kind == gorilla.BinaryMessage})
	}
}

// gatherer takes messages off the stream.
type gatherer struct {
	limit int64
	buf   []byte
}

var errTooLarge = errors.New("the message is too large")

// take returns the payload, which is its own, and how long the message was. Memory grows with
// the bytes that come, not with what a header promises.
func (g *gatherer) take(r io.Reader) (payload []byte, size int64, err error) {
	if cap(g.buf) > keepBuffer {
		g.buf = make([]byte, 0, firstBuffer)
	}
	buf := g.buf[:0]
	for int64(len(buf)) <= g.limit {
		if len(buf) == cap(buf) {
			buf = slices.Grow(buf, len(buf))
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			g.buf = buf
			if int64(len(buf)) > g.limit {
				break
			}
			return bytes.Clone(buf), int64(len(buf)), nil
		}
		if err != nil {
			return nil, 0, err
		}
	}
	g.buf = buf
	payload = bytes.Clone(buf[:min(g.limit, dial.CutPayload)])
	size, err = g.discard(r, int64(len(buf)))
	return payload, size, err
}

// discard streams the rest away, up to the hard limit.
func (g *gatherer) discard(r io.Reader, size int64) (int64, error) {
	for size <= hardLimit(g.limit) {
		n, err := r.Read(g.buf[:cap(g.buf)])
		size += int64(n)
		if err == io.EOF {
			return size, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return 0, errTooLarge
}

// ended explains the error that ended the reading.
func (c *Client) ended(m *meter, err error) *connections.Failure {
	if f := m.cause(); f != nil {
		return f
	}
	var known *connections.Failure
	var bye *gorilla.CloseError
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &bye):
		return &connections.Failure{Kind: connections.FailureEnded, Detail: closeWords(bye.Code, bye.Text)}
	case errors.Is(err, errTooLarge), errors.Is(err, gorilla.ErrReadLimit):
		c.protest(gorilla.CloseMessageTooBig)
		detail := fmt.Sprintf("a message of more than %d MiB", hardLimit(c.cfg.MessageLimit)>>20)
		return &connections.Failure{Kind: connections.FailurePacketTooLarge, Detail: detail}
	case errors.As(err, &corrupt), errors.Is(err, io.ErrUnexpectedEOF):
		c.protest(gorilla.CloseInvalidFramePayloadData)
		return &connections.Failure{Kind: connections.FailureFrames, Detail: "a message that cannot be decompressed"}
	}
	return &connections.Failure{Kind: connections.FailureFrames, Detail: strings.TrimPrefix(err.Error(), "websocket: ")}
}
