package command

import (
	"fmt"
	"unicode"
	"unicode/utf8"

	"streamscope/connections"
)

// Draft is a message as it stands in the composer.
type Draft struct {
	Topic string `json:"topic"`
	// Payload is the text as it was typed, in Format.
	Payload string `json:"payload"`
	Format  Format `json:"format"`
	QoS     byte   `json:"qos"`
	Retain  bool   `json:"retain,omitempty"`
}

// Field names a part of a draft.
type Field string

// The fields that can be wrong.
const (
	FieldTopic   Field = "topic"
	FieldPayload Field = "payload"
	FieldQoS     Field = "qos"
)

// DraftError says what keeps a draft from being sent. Its text is a sentence for the user; the
// cause inside may be a [*SyntaxError].
type DraftError struct {
	Field Field
	Err   error
}

func (e *DraftError) Error() string {
	s := e.Err.Error()
	if e.Field == FieldPayload {
		s = "the payload cannot be sent: " + s
	}
	r, w := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[w:] + "."
}

func (e *DraftError) Unwrap() error { return e.Err }

// Validate tells what keeps d from being sent (MQTT 3.1.1 §1.5.3, §4.7.1); the error is a
// [*DraftError]. An empty payload is right: with Retain it deletes what the broker keeps.
func (d Draft) Validate() error {
	_, err := d.Publication()
	return err
}

// Publication makes what goes to the broker. The errors are those of [Draft.Validate].
func (d Draft) Publication() (connections.Publication, error) {
	none := connections.Publication{}
	if err := connections.ValidTopic(d.Topic); err != nil {
		return none, &DraftError{FieldTopic, err}
	}
	if d.QoS > 2 {
		return none, &DraftError{FieldQoS, fmt.Errorf("there is no QoS %d; it is 0, 1 or 2", d.QoS)}
	}
	body, err := Encode(d.Format, d.Payload)
	if err != nil {
		return none, &DraftError{FieldPayload, err}
	}
	p := connections.Publication{Topic: d.Topic, Payload: body, QoS: d.QoS, Retain: d.Retain}
	if err := connections.ValidPublication(p); err != nil {
		return none, &DraftError{FieldPayload, err}
	}
	return p, nil
}

// Frame makes what goes to a raw WebSocket, which knows no topic: a text frame, or a binary one
// of what is written in hexadecimal digits. The errors are *DraftError about the payload.
func (d Draft) Frame() (connections.Publication, error) {
	body, err := Encode(d.Format, d.Payload)
	if err != nil {
		return connections.Publication{}, &DraftError{FieldPayload, err}
	}
	p := connections.Publication{Payload: body, Binary: d.Format == FormatHex}
	if err := connections.ValidFrame(p); err != nil {
		return connections.Publication{}, &DraftError{FieldPayload, err}
	}
	return p, nil
}
