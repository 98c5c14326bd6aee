package command

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"streamscope/app/command/template"
	"streamscope/connections"
)

// Draft is a message as it stands in the composer, or in a saved command.
type Draft struct {
	Topic string `json:"topic"`
	// Payload is the text as it was typed, in Format.
	Payload string `json:"payload"`
	Format  Format `json:"format"`
	QoS     byte   `json:"qos"`
	Retain  bool   `json:"retain,omitempty"`
	// Binary asks for a binary frame of a raw WebSocket where Format would make one of text.
	Binary bool `json:"binary,omitempty"`
	// Template tells that topic, payload, response topic and correlation data hold placeholders.
	// Only a user's own words may have it: what a device sent never gets it.
	Template bool `json:"template,omitempty"`
	// Properties are for MQTT 5; nil for none.
	Properties *Properties `json:"properties,omitempty"`
	// Schema names the message that a payload of FormatProtobuf is; nil with any other format.
	Schema *Schema `json:"schema,omitempty"`
	// Answer says how an answer is told; nil if none is awaited.
	Answer *Answer `json:"answer,omitempty"`
}

// Properties is what MQTT 5 can say about a message (MQTT 5 §3.3.2.3), as a user types it.
type Properties struct {
	ContentType string `json:"contentType,omitempty"`
	// Text says that the payload is UTF-8.
	Text bool `json:"text,omitempty"`
	// Expiry is in seconds; 0 for never.
	Expiry          uint32         `json:"expiry,omitempty"`
	ResponseTopic   string         `json:"responseTopic,omitempty"`
	CorrelationData string         `json:"correlationData,omitempty"`
	User            []UserProperty `json:"user,omitempty"`
}

// UserProperty is a name and a value that travel with a message.
type UserProperty struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Empty reports whether p says nothing; nil says nothing.
func (p *Properties) Empty() bool {
	return p == nil || p.ContentType == "" && !p.Text && p.Expiry == 0 && p.ResponseTopic == "" && p.CorrelationData == "" && len(p.User) == 0
}

// wire makes what goes to the broker; nil if there is nothing.
func (p *Properties) wire() *connections.Properties {
	if p.Empty() {
		return nil
	}
	w := &connections.Properties{
		ContentType: p.ContentType, Text: p.Text, Expiry: p.Expiry, ResponseTopic: p.ResponseTopic, CorrelationData: []byte(p.CorrelationData),
	}
	for _, u := range p.User {
		w.User = append(w.User, connections.UserProperty(u))
	}
	return w
}

// Clone returns a copy that shares nothing with d.
func (d Draft) Clone() Draft {
	if d.Properties != nil {
		p := *d.Properties
		p.User = slices.Clone(p.User)
		d.Properties = &p
	}
	if d.Answer != nil {
		a := *d.Answer
		a.Path = slices.Clone(a.Path)
		d.Answer = &a
	}
	if d.Schema != nil {
		d.Schema = &Schema{Files: slices.Clone(d.Schema.Files), Message: d.Schema.Message}
	}
	return d
}

// Field names a part of a draft.
type Field string

// The fields that can be wrong.
const (
	FieldTopic      Field = "topic"
	FieldPayload    Field = "payload"
	FieldQoS        Field = "qos"
	FieldRetain     Field = "retain"
	FieldProperties Field = "properties"
	FieldAnswer     Field = "answer"
	FieldSchema     Field = "schema"
)

// DraftError says what keeps a draft from being sent. Its text is a sentence for the user; the
// cause inside may be a [*SyntaxError] or a [*template.Problem].
type DraftError struct {
	Field Field
	Err   error
}

func (e *DraftError) Error() string {
	s := e.Err.Error()
	var unfilled *template.Problem
	switch {
	case errors.As(e.Err, &unfilled):
		s = "the " + string(e.Field) + "'s placeholders cannot be filled: " + s
	case e.Field == FieldPayload:
		s = "the payload cannot be sent: " + s
	}
	r, w := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[w:] + "."
}

func (e *DraftError) Unwrap() error { return e.Err }

// templates returns the places that hold placeholders, in the order of their questions.
func (d *Draft) templates() []*string {
	all := []*string{&d.Topic, &d.Payload}
	if d.Properties != nil {
		all = append(all, &d.Properties.ResponseTopic, &d.Properties.CorrelationData)
	}
	if d.Answer != nil {
		all = append(all, &d.Answer.Topic)
	}
	return all
}

// Asks returns the questions that a draft's placeholders have; nil if it has none, or cannot be
// read.
func (d Draft) Asks() []template.Ask {
	if !d.Template {
		return nil
	}
	var asks []template.Ask
	for _, text := range d.templates() {
		t, err := template.Parse(*text)
		if err != nil {
			return nil
		}
		for _, a := range t.Asks() {
			if !slices.ContainsFunc(asks, func(b template.Ask) bool { return a.Label == b.Label }) {
				asks = append(asks, a)
			}
		}
	}
	return asks
}

// Fill returns the draft with its placeholders filled; the error is a [*DraftError]. What is
// filled is no template any more. v.JSON is set where the format wants it.
func (d Draft) Fill(v template.Values) (Draft, error) {
	if !d.Template {
		return d, nil
	}
	d = d.Clone()
	for i, text := range d.templates() {
		field := FieldProperties
		switch i {
		case 0:
			field = FieldTopic
		case 1:
			field = FieldPayload
		}
		v.JSON = field == FieldPayload && d.Format.AsJSON()
		t, err := template.Parse(*text)
		if err != nil {
			return d, &DraftError{field, err}
		}
		filled, err := t.Render(v)
		if err != nil {
			return d, &DraftError{field, err}
		}
		*text = string(filled)
	}
	d.Template = false
	return d, nil
}

// errUnfilled says that placeholders would go as they are written.
var errUnfilled = errors.New("its placeholders have to be filled first")

// reading says what may be read from disk for a payload.
type reading struct {
	// files tells that a file to be sent is read; else only its name and size are looked at.
	files bool
	// message finds the message of a schema; with nil the payload is checked as JSON only.
	message messageOf
}

// Validate tells what keeps d from being sent (MQTT 3.1.1 §1.5.3, §4.7.1); the error is a
// [*DraftError]. An empty payload is right: with Retain it deletes what the broker keeps. Of a
// file only name and size are looked at, and no schema is read.
func (d Draft) Validate() error {
	_, err := d.publication(reading{})
	return err
}

// Publication makes what goes to the broker. The errors are those of [Draft.Validate], and those
// of a payload that is not what its schema says.
func (d Draft) Publication() (connections.Publication, error) {
	return d.publication(reading{files: true, message: readMessage})
}

func (d Draft) publication(read reading) (connections.Publication, error) {
	none := connections.Publication{}
	if d.Template {
		return none, &DraftError{FieldPayload, errUnfilled}
	}
	if err := connections.ValidTopic(d.Topic); err != nil {
		return none, &DraftError{FieldTopic, err}
	}
	if d.QoS > 2 {
		return none, &DraftError{FieldQoS, fmt.Errorf("there is no QoS %d; it is 0, 1 or 2", d.QoS)}
	}
	if p := d.Properties; p != nil && p.ResponseTopic != "" {
		if err := connections.ValidTopic(p.ResponseTopic); err != nil {
			return none, &DraftError{FieldProperties, fmt.Errorf("the response topic: %w", err)}
		}
	}
	body, err := d.body(read)
	if err != nil {
		return none, payloadError(err)
	}
	p := connections.Publication{Topic: d.Topic, Payload: body, QoS: d.QoS, Retain: d.Retain, Props: d.Properties.wire()}
	if err := connections.ValidPublication(p); err != nil {
		return none, &DraftError{FieldPayload, err}
	}
	return p, nil
}

// body encodes the payload.
func (d Draft) body(read reading) ([]byte, error) {
	switch {
	case d.Format == FormatFile && !read.files:
		_, err := CheckFile(d.Payload)
		return nil, err
	case d.Format == FormatProtobuf:
		return d.encodeProtobuf(read.message)
	}
	return Encode(d.Format, d.Payload)
}

// payloadError is an error of body as one about the payload, unless it is about the schema.
func payloadError(err error) error {
	var already *DraftError
	if errors.As(err, &already) {
		return err
	}
	return &DraftError{FieldPayload, err}
}

// Frame makes what goes to a raw WebSocket, which knows no topic: a frame of text, or a binary
// one if Binary says so or the format is one of bytes. The errors are *DraftError about the
// payload.
func (d Draft) Frame() (connections.Publication, error) {
	return d.frame(reading{files: true, message: readMessage})
}

func (d Draft) frame(read reading) (connections.Publication, error) {
	if d.Template {
		return connections.Publication{}, &DraftError{FieldPayload, errUnfilled}
	}
	body, err := d.body(read)
	if err != nil {
		return connections.Publication{}, payloadError(err)
	}
	p := connections.Publication{Payload: body, Binary: d.Binary || d.Format.Binary()}
	if err := connections.ValidFrame(p); err != nil {
		return connections.Publication{}, &DraftError{FieldPayload, err}
	}
	return p, nil
}

// limited puts what the broker does not take into a [*DraftError].
func limited(l connections.Limits, p connections.Publication) error {
	err := l.Allow(p)
	var qos connections.QoSError
	var retain connections.RetainError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &qos):
		return &DraftError{FieldQoS, err}
	case errors.As(err, &retain):
		return &DraftError{FieldRetain, err}
	}
	return &DraftError{FieldPayload, err}
}

// Excerpt is the beginning of a payload as one line for the eye, at most limit characters;
// what is no text is shown as hexadecimal digits.
func Excerpt(b []byte, limit int) string {
	cut := b[:min(len(b), 4*limit)]
	for i := 0; i < utf8.UTFMax && len(cut) < len(b) && len(cut) > 0 && !utf8.Valid(cut); i++ {
		cut = cut[:len(cut)-1]
	}
	if !utf8.Valid(cut) || bytes.ContainsFunc(cut, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) {
		s := hexPairs(b[:min(len(b), max(1, limit/3))])
		return oneLine(s, limit, 3*len(b) > len(s)+1)
	}
	return oneLine(string(cut), limit, len(cut) < len(b))
}

func oneLine(s string, limit int, more bool) string {
	out := make([]rune, 0, limit)
	for _, r := range s {
		if r == '\n' || r == '\r' || r == '\t' {
			r = ' '
		}
		if len(out) == limit {
			more = true
			break
		}
		out = append(out, r)
	}
	if more {
		out = append(out, '…')
	}
	return string(out)
}
