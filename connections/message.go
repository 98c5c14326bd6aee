package connections

// Message is one PUBLISH packet (MQTT 3.1.1 §3.3) as the wire brought it, or one frame of a
// raw WebSocket, which has no topic.
//
// Whoever receives a Message owns it: the client that made it never writes to it again.
type Message struct {
	Topic   string
	Payload []byte
	// Size is the number of payload bytes on the wire. It is more than len(Payload) when the
	// guard cut a payload that exceeded the profile's limit.
	Size     int64
	QoS      byte
	Retained bool
	Dup      bool
	// Binary tells that a raw WebSocket brought it in a binary frame (RFC 6455 §5.6); it means
	// nothing on MQTT.
	Binary bool
	// Own is the time that the payload itself tells, where a mapping says how to read it, in
	// nanoseconds since 1970; 0 if none.
	Own int64
	// Props is what MQTT 5 sent beside the payload; nil if nothing.
	Props *Properties
}

// Cut reports whether the payload was shortened on its way in.
func (m *Message) Cut() bool { return m.Size > int64(len(m.Payload)) }

// Publication is what a user asks a connection to send.
type Publication struct {
	Topic   string
	Payload []byte
	QoS     byte
	Retain  bool
	// Binary asks a raw WebSocket for a binary frame instead of one of text; it means nothing
	// on MQTT.
	Binary bool
	// Props is for MQTT 5 only, and nil for none: MQTT 3.1.1 refuses a publication that has any.
	Props *Properties
}

// Properties is what MQTT 5 can say about a message (MQTT 5 §3.3.2.3).
type Properties struct {
	// ContentType is mostly a MIME type.
	ContentType string
	// Text says that the payload is UTF-8 (payload format indicator 1).
	Text bool
	// Expiry is in seconds; 0 for never. In a message received it is what is left.
	Expiry uint32
	// ResponseTopic is where an answer is awaited; CorrelationData goes with the answer.
	ResponseTopic   string
	CorrelationData []byte
	// User holds user properties in their order; names may come twice.
	User []UserProperty
}

// Empty reports whether p says nothing; nil says nothing.
func (p *Properties) Empty() bool {
	return p == nil || p.ContentType == "" && !p.Text && p.Expiry == 0 && p.ResponseTopic == "" &&
		len(p.CorrelationData) == 0 && len(p.User) == 0
}

// Bytes is about what p takes in memory; nil takes nothing.
func (p *Properties) Bytes() int64 {
	if p == nil {
		return 0
	}
	const itself, header = 112, 16
	n := int64(itself + len(p.ContentType) + len(p.ResponseTopic) + len(p.CorrelationData))
	for _, u := range p.User {
		n += int64(2*header + len(u.Name) + len(u.Value))
	}
	return n
}

// UserProperty is a name and a value that travel with a packet (MQTT 5 §3.3.2.3.7).
type UserProperty struct{ Name, Value string }

// Outcome says how far a publication is known to have come. There is no "delivered": a
// publisher never learns that (MQTT 3.1.1 §4.3).
type Outcome int

const (
	// OutcomeUnknown: the connection fell before the broker answered.
	OutcomeUnknown Outcome = iota
	// OutcomeSent: the bytes were handed to the operating system; QoS 0 never knows more.
	OutcomeSent
	// OutcomeAcknowledged: the broker confirmed it (PUBACK or PUBCOMP).
	OutcomeAcknowledged
	// OutcomeRefused: it was not sent, or the broker said no; Result.Err tells why.
	OutcomeRefused
)

func (o Outcome) String() string {
	switch o {
	case OutcomeSent:
		return "sent"
	case OutcomeAcknowledged:
		return "acknowledged"
	case OutcomeRefused:
		return "refused"
	default:
		return "unknown"
	}
}
