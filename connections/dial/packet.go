package dial

import (
	"encoding/binary"
	"fmt"

	"streamscope/connections"
)

// The control packet types of MQTT 3.1.1 §2.2.1.
const (
	typeConnect     = 1
	typeConnack     = 2
	typePublish     = 3
	typePuback      = 4
	typePubrec      = 5
	typePubrel      = 6
	typePubcomp     = 7
	typeSubscribe   = 8
	typeSuback      = 9
	typeUnsubscribe = 10
	typeUnsuback    = 11
	typePingreq     = 12
	typePingresp    = 13
	typeDisconnect  = 14
)

// header is the fixed header of a control packet (MQTT 3.1.1 §2.2).
type header struct {
	kind  byte
	flags byte
	// size is the length of the header itself, body that of what follows.
	size int
	body int64
}

func (h header) total() int64 { return int64(h.size) + h.body }
func (h header) qos() byte    { return h.flags >> 1 & 3 }

// prefix is the number of bytes in a PUBLISH body before its payload.
func (h header) prefix(topic int) int64 {
	n := 2 + int64(topic)
	if h.qos() > 0 {
		n += 2
	}
	return n
}

// parseHeader reads the fixed header at the beginning of b. ok is false when b is too short
// to tell.
func parseHeader(b []byte) (h header, ok bool, err error) {
	if len(b) < 2 {
		return header{}, false, nil
	}
	h = header{kind: b[0] >> 4, flags: b[0] & 15}
	for i := 1; i < len(b); i++ {
		h.body |= int64(b[i]&127) << (7 * (i - 1))
		if b[i] < 128 {
			h.size = i + 1
			return h, true, nil
		}
		if i == 4 {
			return header{}, false, fmt.Errorf("the length of a packet takes more than four bytes")
		}
	}
	return header{}, false, nil
}

// appendLength appends a remaining length (MQTT 3.1.1 §2.2.3).
func appendLength(b []byte, n int64) []byte {
	for n > 127 {
		b = append(b, byte(n)|128)
		n >>= 7
	}
	return append(b, byte(n))
}

// checkPublish checks the header and the topic length of a PUBLISH (MQTT 3.1.1 §3.3). The
// body may be incomplete, but not shorter than what comes before the payload.
func checkPublish(h header, body []byte) error {
	if h.qos() == 3 {
		return fmt.Errorf("a PUBLISH with QoS 3")
	}
	if len(body) < 2 {
		return fmt.Errorf("a PUBLISH of %d bytes", len(body))
	}
	topic := int(binary.BigEndian.Uint16(body))
	switch n := h.prefix(topic); {
	case topic == 0:
		return fmt.Errorf("a PUBLISH without a topic")
	case n > h.body || n > int64(len(body)):
		return fmt.Errorf("a PUBLISH whose topic is longer than the packet")
	case h.qos() > 0 && binary.BigEndian.Uint16(body[n-2:]) == 0:
		return fmt.Errorf("a PUBLISH with packet identifier 0")
	}
	return nil
}

// checkConnack turns everything but an acceptance into a failure (MQTT 3.1.1 §3.2). It knows
// the codes of MQTT 5 as well: brokers send them to clients of 3.1.1, too.
func checkConnack(body []byte) *connections.Failure {
	if len(body) < 2 {
		return &connections.Failure{Kind: connections.FailureProtocol, Detail: "a CONNACK that is too short"}
	}
	code := body[1]
	f := &connections.Failure{Detail: fmt.Sprintf("code %d", code)}
	switch code {
	case 0:
		if len(body) == 2 {
			return nil
		}
		f.Kind, f.Detail = connections.FailureVersion, "a CONNACK of another version"
	case 1, 0x84:
		f.Kind = connections.FailureVersion
	case 2, 0x85:
		f.Kind = connections.FailureClientID
	case 3, 0x88, 0x89:
		f.Kind = connections.FailureUnavailable
	case 4, 0x86:
		f.Kind = connections.FailureCredentials
	case 5, 0x87:
		f.Kind = connections.FailureNotAuthorised
	default:
		f.Kind, f.Detail = connections.FailureProtocol, fmt.Sprintf("a CONNACK with the unknown code %#02x", code)
	}
	return f
}
