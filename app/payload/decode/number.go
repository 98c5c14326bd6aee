package decode

import (
	"slices"

	"streamscope/app/payload"
	"streamscope/connections"
)

// plain tells whether b is text or JSON as it stands and nothing names another way to read
// it. It costs a few compares, and nearly every payload goes this way.
func (s *Set) plain(topic string, props *connections.Properties, b []byte) bool {
	if props != nil && props.ContentType != "" {
		if k := s.registry.typed(props.ContentType); k != nil && k.Format != JSON && k.Format != Text {
			return false
		}
	}
	if len(b) == 0 {
		return true
	}
	if f, _ := magic(b); f != "" {
		return false
	}
	first := s.claims[b[0]]
	if len(first)+len(s.always) == 0 {
		return true
	}
	in := Input{Topic: topic, Props: props, Payload: b}
	claimed := func(k *Kind) bool { return k.Claim(in) != NoClaim }
	return !slices.ContainsFunc(first, claimed) && !slices.ContainsFunc(s.always, claimed)
}

// Number finds the number under a path of a payload, whatever its format, and its unit; nil
// chooses as [payload.Number] does. It is what charts, pins and rows use. Text and JSON that
// no binding reads otherwise go straight to [payload.Number].
func (s *Set) Number(topic string, props *connections.Properties, b []byte, path []string) (v float64, unit string, ok bool) {
	rule := payload.Usual
	bound := s.bound(topic)
	if bound != nil {
		rule = bound.rule
	}
	if (bound == nil || bound.simple()) && s.plain(topic, props, b) {
		return payload.NumberBy(b, path, rule)
	}
	r := s.Read(Input{Topic: topic, Props: props, Payload: b, Limits: Samples()})
	return r.Number(path, rule)
}

// Document returns the text or JSON that a payload says: for text and JSON the payload itself.
// What does not decode stays as it came.
func (s *Set) Document(topic string, props *connections.Properties, b []byte) []byte {
	if s.Direct(topic, props, b) {
		return b
	}
	r := s.Read(Input{Topic: topic, Props: props, Payload: b, Limits: Samples()})
	switch {
	case r.Err != nil:
		return b
	case r.Document != nil:
		return r.Document
	case r.Text != nil:
		return r.Text
	}
	return b
}

// simple tells whether a binding reads text and JSON as they stand.
func (b *binding) simple() bool { return b.err == nil && (b.format == Auto || b.format == JSON) }

// Number finds the number under a path of what was read.
func (r *Result) Number(path []string, rule payload.Rule) (v float64, unit string, ok bool) {
	if len(path) == 0 {
		path = r.Main
	}
	switch {
	case r.Document != nil:
		return payload.NumberBy(r.Document, path, rule)
	case r.Text != nil && r.Err == nil && len(path) == 0:
		return rule.Parse(r.Text)
	}
	return 0, "", false
}

// Values lists the values of what was read, at most limit of them.
func (r *Result) Values(limit int, rule payload.Rule) []payload.Field {
	if r.Document == nil {
		return nil
	}
	return payload.FieldsBy(r.Document, limit, rule)
}

// Direct tells whether the short form of a payload is that of its bytes as they stand, as it is
// of nearly every one. It does not look at more than the first bytes, so a prefix will do.
func (s *Set) Direct(topic string, props *connections.Properties, b []byte) bool {
	bound := s.bound(topic)
	return (bound == nil || bound.simple()) && s.plain(topic, props, b)
}

// Short makes the one line that a row shows for a message, at most limit characters: of a
// document as [payload.Short] does, of a picture its size, of what does not decode its bytes.
func (s *Set) Short(in Input, path []string, limit int) string {
	if s.Direct(in.Topic, in.Props, in.Payload) {
		return payload.Short(in.Payload, path, limit)
	}
	if in.Limits == (Limits{}) {
		in.Limits = Brief()
	}
	if in.Limits.Input > 0 && len(in.Payload) > in.Limits.Input && !imageMagic(in.Payload) {
		return payload.Short(in.Payload, nil, limit)
	}
	r := s.Read(in)
	return r.Short(path, limit)
}

// Short makes one line of what was read.
func (r *Result) Short(path []string, limit int) string {
	if len(path) == 0 {
		path = r.Main
	}
	switch {
	case r.Err != nil && r.Text == nil && r.Note == "":
		return payload.Short(r.Bytes, path, limit)
	case r.Document != nil:
		return payload.Short(r.Document, path, limit)
	case r.Format == Image:
		return payload.Short([]byte(r.Note), nil, limit)
	case r.Text != nil:
		return payload.Short(r.Text, path, limit)
	}
	return payload.Short(r.Bytes, path, limit)
}
