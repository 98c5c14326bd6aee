package connections

import "fmt"

// Limits are what a peer said that it takes (MQTT 5 §3.2.2.3).
type Limits struct {
	// Known tells that it has said so; without, the rest means nothing.
	Known bool
	// QoS is the highest.
	QoS byte
	// Retain tells whether retained messages are taken.
	Retain bool
	// Packet is the size of the longest packet in bytes; 0 for any.
	Packet int64
}

// QoSError says that the broker takes at most this QoS.
type QoSError byte

// RetainError says that the broker takes no retained messages.
type RetainError struct{}

// SizeError says that the packet would be larger than the broker takes, in bytes.
type SizeError struct{ Is, Longest int64 }

func (e QoSError) Error() string  { return fmt.Sprintf("the broker takes at most QoS %d", byte(e)) }
func (RetainError) Error() string { return "the broker takes no retained messages" }
func (e SizeError) Error() string {
	return fmt.Sprintf("the packet would have %d bytes, and the broker takes at most %d", e.Is, e.Longest)
}

// Allow tells why the peer would end the connection if it got p; nil if it would not.
func (l Limits) Allow(p Publication) error {
	switch {
	case !l.Known:
		return nil
	case p.QoS > l.QoS:
		return QoSError(l.QoS)
	case p.Retain && !l.Retain:
		return RetainError{}
	case l.Packet > 0 && p.wireSize() > l.Packet:
		return SizeError{p.wireSize(), l.Packet}
	}
	return nil
}

// wireSize is the length of p as an MQTT 5 packet (MQTT 5 §3.3).
func (p Publication) wireSize() int64 {
	props := p.Props.wireSize()
	n := 2 + int64(len(p.Topic)) + varint(props) + props + int64(len(p.Payload))
	if p.QoS > 0 {
		n += 2
	}
	return 1 + varint(n) + n
}

func (p *Properties) wireSize() (n int64) {
	if p == nil {
		return 0
	}
	for _, s := range []int{len(p.ContentType), len(p.ResponseTopic), len(p.CorrelationData)} {
		if s > 0 {
			n += 3 + int64(s)
		}
	}
	if p.Text {
		n += 2
	}
	if p.Expiry > 0 {
		n += 5
	}
	for _, u := range p.User {
		n += 5 + int64(len(u.Name)+len(u.Value))
	}
	return n
}

// varint is how many bytes a length takes (MQTT 5 §1.5.5).
func varint(n int64) int64 {
	size := int64(1)
	for n >>= 7; n > 0; n >>= 7 {
		size++
	}
	return size
}
