package diagnose

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// The versions of MQTT as they stand in CONNECT.
const (
	mqtt311 = 4
	mqtt5   = 5
)

// packetLimit bounds answers; none that is asked for comes near it.
const packetLimit = 64 << 10

func appendString(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

func appendPacket(first byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{first}, uint64(len(body))), body...)
}

// login is what CONNECT says about who we are.
type login struct{ id, user, password string }

// connectPacket is a CONNECT with a clean session (MQTT 3.1.1 §3.1, MQTT 5 §3.1).
func connectPacket(version byte, l login) []byte {
	const clean, userFlag, passwordFlag = 2, 0x80, 0x40
	const keepAlive = 30
	flags := byte(clean)
	if l.user != "" {
		flags |= userFlag
		if l.password != "" || version == mqtt311 {
			flags |= passwordFlag
		}
	}
	body := append(appendString(nil, "MQTT"), version, flags, 0, keepAlive)
	if version == mqtt5 {
		body = append(body, 0) // no properties: the session ends with the connection
	}
	body = appendString(body, l.id)
	if flags&userFlag != 0 {
		body = appendString(body, l.user)
	}
	if flags&passwordFlag != 0 {
		body = appendString(body, l.password)
	}
	return appendPacket(0x10, body)
}

// subscribePacket asks for one filter (MQTT 3.1.1 §3.8, MQTT 5 §3.8).
func subscribePacket(version byte, id uint16, filter string, qos byte) []byte {
	body := binary.BigEndian.AppendUint16(nil, id)
	if version == mqtt5 {
		const noRetained = 2 << 4 // what the broker keeps need not be sent
		body = append(body, 0)
		qos |= noRetained
	}
	return appendPacket(0x82, append(appendString(body, filter), qos))
}

var disconnectPacket = [...]byte{0xe0, 0}

// errNoMQTT says that the peer sends something else.
var errNoMQTT = errors.New("that is no MQTT packet")

// readPacket reads one packet that is no PUBLISH; those are skipped.
func readPacket(r *bufio.Reader) (first byte, body []byte, err error) {
	for {
		if first, err = r.ReadByte(); err != nil {
			return 0, nil, err
		}
		size, err := readLength(r)
		if err != nil {
			return first, nil, err
		}
		if first>>4 == 3 {
			if _, err = io.CopyN(io.Discard, r, size); err != nil {
				return 0, nil, err
			}
			continue
		}
		if size > packetLimit {
			return first, nil, fmt.Errorf("%w: it would be %d bytes long", errNoMQTT, size)
		}
		body = make([]byte, size)
		if _, err = io.ReadFull(r, body); errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return first, body, err
	}
}

// readLength reads a remaining length (MQTT 3.1.1 §2.2.3).
func readLength(r io.ByteReader) (int64, error) {
	var n int64
	for i := range 4 {
		b, err := r.ReadByte()
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return 0, err
		}
		n |= int64(b&127) << (7 * i)
		if b < 128 {
			return n, nil
		}
	}
	return 0, errNoMQTT
}

// answer is a CONNACK or SUBACK.
type answer struct {
	code  byte
	props properties
}

// properties are those of MQTT 5 §2.2.2 that a report tells; nil or empty where they were not sent.
type properties struct {
	reason, assignedID, serverReference string

	keepAlive             *uint16
	maxQoS                *byte
	noRetain, noWildcards bool
	noShared              bool
	packetSize            *uint32
}

// parseConnack reads the body of a CONNACK (MQTT 3.1.1 §3.2, MQTT 5 §3.2).
func parseConnack(version byte, body []byte) (answer, error) {
	if len(body) < 2 {
		return answer{}, fmt.Errorf("%w: a CONNACK of %d bytes", errNoMQTT, len(body))
	}
	a := answer{code: body[1]}
	// A broker that knows nothing of MQTT 5 answers without properties.
	if version != mqtt5 || len(body) == 2 {
		return a, nil
	}
	var err error
	a.props, _, err = parseProperties(body[2:])
	return a, err
}

// parseSuback reads the body of a SUBACK for one filter (MQTT 3.1.1 §3.9, MQTT 5 §3.9).
func parseSuback(version byte, id uint16, body []byte) (answer, error) {
	if len(body) < 3 || binary.BigEndian.Uint16(body) != id {
		return answer{}, fmt.Errorf("%w: a SUBACK to something else", errNoMQTT)
	}
	a, rest := answer{}, body[2:]
	if version == mqtt5 {
		var err error
		if a.props, rest, err = parseProperties(rest); err != nil {
			return a, err
		}
	}
	if len(rest) != 1 {
		return a, fmt.Errorf("%w: a SUBACK with %d answers to one filter", errNoMQTT, len(rest))
	}
	a.code = rest[0]
	return a, nil
}

var errProperties = fmt.Errorf("%w: its properties are malformed", errNoMQTT)

// parseProperties reads properties and returns what follows them.
func parseProperties(b []byte) (p properties, rest []byte, err error) {
	size, n := binary.Uvarint(b)
	if n <= 0 || n > 4 || size > uint64(len(b)-n) {
		return p, nil, errProperties
	}
	b, rest = b[n:n+int(size)], b[n+int(size):]
	for len(b) > 0 {
		value, after, ok := cutProperty(b)
		if !ok {
			return p, nil, errProperties
		}
		p.set(b[0], value)
		b = after
	}
	return p, rest, nil
}

// cutProperty splits the value of the first property from what follows it.
func cutProperty(b []byte) (value, rest []byte, ok bool) {
	id, b := b[0], b[1:]
	size := 0
	switch id {
	case 0x01, 0x17, 0x19, 0x24, 0x25, 0x28, 0x29, 0x2A:
		size = 1
	case 0x13, 0x21, 0x22, 0x23:
		size = 2
	case 0x02, 0x11, 0x18, 0x27:
		size = 4
	case 0x0B:
		_, size = binary.Uvarint(b)
	case 0x03, 0x08, 0x09, 0x12, 0x15, 0x16, 0x1A, 0x1C, 0x1F:
		size = stringSize(b)
	case 0x26: // a user property: two strings
		if size = stringSize(b); size > 0 && size <= len(b) {
			size += stringSize(b[size:])
		}
	}
	if size <= 0 || size > len(b) {
		return nil, nil, false
	}
	return b[:size], b[size:], true
}

// stringSize is the length of a string with its prefix; more than there is where that is missing.
func stringSize(b []byte) int {
	if len(b) < 2 {
		return len(b) + 1
	}
	return 2 + int(binary.BigEndian.Uint16(b))
}

func (p *properties) set(id byte, value []byte) {
	text := func() string {
		if !utf8.Valid(value[2:]) {
			return ""
		}
		return string(value[2:])
	}
	switch id {
	case 0x12:
		p.assignedID = text()
	case 0x13:
		n := binary.BigEndian.Uint16(value)
		p.keepAlive = &n
	case 0x1C:
		p.serverReference = text()
	case 0x1F:
		p.reason = text()
	case 0x24:
		p.maxQoS = &value[0]
	case 0x25:
		p.noRetain = value[0] == 0
	case 0x27:
		n := binary.BigEndian.Uint32(value)
		p.packetSize = &n
	case 0x28:
		p.noWildcards = value[0] == 0
	case 0x2A:
		p.noShared = value[0] == 0
	}
}
