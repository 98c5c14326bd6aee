// Package record gives a message its one form as a line of JSON Lines: what `streamscope watch
// --format json` prints, a history exports and a backup of retained messages holds is what
// `streamscope send --lines json` reads.
package record

import (
	"time"
	"unicode/utf8"

	"streamscope/connections"
)

// Message is a message as JSON has it.
type Message struct {
	// Time is when it came, and PayloadTime what it says of itself: RFC 3339, to the nanosecond.
	Time       string `json:"time,omitempty"`
	Seq        uint64 `json:"seq,omitempty"`
	Connection string `json:"connection,omitempty"` // the name of its profile
	Topic      string `json:"topic"`
	// A payload that is UTF-8 is text, also an empty one; any other stands in Base64.
	Payload     *string     `json:"payload,omitempty"`
	Base64      []byte      `json:"payload_base64,omitempty"`
	Size        int64       `json:"size"` // bytes, as sent
	QoS         byte        `json:"qos"`
	Retained    bool        `json:"retained,omitempty"`
	Dup         bool        `json:"dup,omitempty"`
	Cut         bool        `json:"cut,omitempty"` // the payload is not whole
	PayloadTime string      `json:"payload_time,omitempty"`
	Properties  *Properties `json:"properties,omitempty"`
}

// SetPayload sets the payload. The bytes are kept, not copied.
func (m *Message) SetPayload(b []byte) {
	m.Payload, m.Base64 = nil, nil
	if !utf8.Valid(b) {
		m.Base64 = b
		return
	}
	text := string(b)
	m.Payload = &text
}

// Bytes is the payload.
func (m *Message) Bytes() []byte {
	if m.Payload != nil {
		return []byte(*m.Payload)
	}
	return m.Base64
}

// Time writes an instant, in ns since 1970, as of a place.
func Time(at int64, in *time.Location) string {
	return time.Unix(0, at).In(in).Format(time.RFC3339Nano)
}

// Properties are what MQTT 5 says beside a payload (MQTT 5 §3.3.2.3).
type Properties struct {
	ContentType   string `json:"content_type,omitempty"`
	Text          bool   `json:"text,omitempty"`           // the payload format indicator
	Expiry        uint32 `json:"expiry_seconds,omitempty"` // 0: never
	ResponseTopic string `json:"response_topic,omitempty"`
	Correlation   []byte `json:"correlation_base64,omitempty"`
	User          []User `json:"user,omitempty"`
}

// User is a user property. A name may come more than once.
type User struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// PropertiesOf returns nil where there is nothing to say.
func PropertiesOf(p *connections.Properties) *Properties {
	if p.Empty() {
		return nil
	}
	made := &Properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, Correlation: p.CorrelationData,
	}
	for _, u := range p.User {
		made.User = append(made.User, User(u))
	}
	return made
}

// Read is the way back; nil for nil.
func (p *Properties) Read() *connections.Properties {
	if p == nil {
		return nil
	}
	made := &connections.Properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, CorrelationData: p.Correlation,
	}
	for _, u := range p.User {
		made.User = append(made.User, connections.UserProperty(u))
	}
	return made
}
