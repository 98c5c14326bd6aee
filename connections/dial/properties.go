package dial

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// maxProperties bounds the properties of one packet: a library makes several times their size
// of them.
const maxProperties = 64 << 10

// The kinds of value that a property has (MQTT 5 §2.2.2.2).
const (
	propByte = iota + 1
	propTwo
	propFour
	propVarint
	propString
	propBinary
	propPair
)

// property returns what kind of value a property has and in which packets it may stand; kind is
// 0 for one that does not exist.
func property(id byte) (kind int, in uint16) {
	const (
		connack  = 1 << typeConnack
		publish  = 1 << typePublish
		suback   = 1 << typeSuback
		goodbye  = 1 << typeDisconnect
		acks     = 1<<typePuback | 1<<typePubrec | 1<<typePubrel | 1<<typePubcomp | 1<<typeUnsuback | suback
		anything = connack | publish | acks | goodbye
	)
	switch id {
	case 0x01:
		return propByte, publish
	case 0x02:
		return propFour, publish
	case 0x03, 0x08:
		return propString, publish
	case 0x09:
		return propBinary, publish
	case 0x0b:
		return propVarint, publish
	case 0x11, 0x27:
		return propFour, connack
	case 0x12, 0x1a: // not 0x15 and 0x16: we authenticate by no method, and paho would crash
		return propString, connack
	case 0x13, 0x21, 0x22:
		return propTwo, connack
	case 0x1c:
		return propString, connack | goodbye
	case 0x1f:
		return propString, connack | acks | goodbye
	case 0x23:
		return propTwo, publish
	case 0x24, 0x25, 0x28, 0x29, 0x2a:
		return propByte, connack
	case 0x26:
		return propPair, anything
	}
	return 0, 0
}

// properties are those of a packet that the guard itself needs.
type properties struct {
	keepAlive int // seconds; -1 if absent
	reason    string
	server    string
	longest   int64 // Maximum Packet Size; 0 if absent
}

// splitProperties divides b in the properties at its beginning, without their length, and what
// follows.
func splitProperties(b []byte) (props, rest []byte, err error) {
	n, size, err := varint(b)
	switch {
	case err != nil:
		return nil, nil, err
	case n > int64(len(b)-size):
		return nil, nil, fmt.Errorf("properties that are longer than their packet")
	}
	end := size + int(n)
	return b[size:end], b[end:], nil
}

// varint reads a variable byte integer (MQTT 5 §1.5.5).
func varint(b []byte) (n int64, size int, err error) {
	for i := range min(len(b), 4) {
		n |= int64(b[i]&127) << (7 * i)
		if b[i] < 128 {
			return n, i + 1, nil
		}
	}
	return 0, 0, fmt.Errorf("a length that does not end")
}

// checkProperties checks each property of a packet of some type and fills what the guard needs
// into found, if that is not nil. It does not allocate unless it does.
func checkProperties(packet byte, b []byte, found *properties) error {
	var seen uint64
	for len(b) > 0 {
		id := b[0]
		kind, in := property(id)
		if kind == 0 || in&(1<<packet) == 0 {
			return fmt.Errorf("a property %#02x, which has no place in a packet of type %d", id, packet)
		}
		// User properties may come often, and the subscription identifiers of a PUBLISH.
		if seen&(1<<id) != 0 && kind != propPair && kind != propVarint {
			return fmt.Errorf("the property %#02x twice", id)
		}
		seen |= 1 << id
		value, rest, err := propertyValue(kind, b[1:])
		if err != nil {
			return err
		}
		if err := judgeProperty(id, value); err != nil {
			return err
		}
		if found != nil {
			found.note(id, value)
		}
		b = rest
	}
	return nil
}

// propertyValue takes a value off b. Strings come without their length, pairs with theirs.
func propertyValue(kind int, b []byte) (value, rest []byte, err error) {
	n := 0
	switch kind {
	case propByte:
		n = 1
	case propTwo:
		n = 2
	case propFour:
		n = 4
	case propVarint:
		if _, n, err = varint(b); err != nil {
			return nil, nil, err
		}
	case propPair:
		_, rest, err := lengthPrefixed(b, true)
		if err == nil {
			_, rest, err = lengthPrefixed(rest, true)
		}
		if err != nil {
			return nil, nil, err
		}
		return b[:len(b)-len(rest)], rest, nil
	default:
		return lengthPrefixed(b, kind == propString)
	}
	if n > len(b) {
		return nil, nil, fmt.Errorf("a property that is cut off")
	}
	return b[:n], b[n:], nil
}

func lengthPrefixed(b []byte, text bool) (value, rest []byte, err error) {
	if len(b) < 2 || int(binary.BigEndian.Uint16(b)) > len(b)-2 {
		return nil, nil, fmt.Errorf("a property that is cut off")
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	if text && !utf8.Valid(b[2:n]) {
		return nil, nil, fmt.Errorf("a property that is not UTF-8")
	}
	return b[2:n], b[n:], nil
}

// judgeProperty refuses values that the standard excludes, as far as a library would trip over
// them or we forbade them.
func judgeProperty(id byte, value []byte) error {
	switch id {
	case 0x23: // CONNECT allowed none (MQTT 5 §3.3.2.3.4)
		return fmt.Errorf("a topic alias, though none is allowed")
	case 0x21:
		if binary.BigEndian.Uint16(value) == 0 {
			return fmt.Errorf("a receive maximum of 0")
		}
	case 0x27:
		if binary.BigEndian.Uint32(value) == 0 {
			return fmt.Errorf("a maximum packet size of 0")
		}
	case 0x01, 0x24, 0x25, 0x28, 0x29, 0x2a:
		if value[0] > 1 {
			return fmt.Errorf("the value %d for the property %#02x", value[0], id)
		}
	case 0x0b:
		if n, _, _ := varint(value); n == 0 {
			return fmt.Errorf("a subscription identifier of 0")
		}
	}
	return nil
}

func (p *properties) note(id byte, value []byte) {
	switch id {
	case 0x13:
		p.keepAlive = int(binary.BigEndian.Uint16(value))
	case 0x1c:
		p.server = string(value)
	case 0x1f:
		p.reason = string(value)
	case 0x27:
		p.longest = int64(binary.BigEndian.Uint32(value))
	}
}
