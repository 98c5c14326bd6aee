package decode

import (
	"bytes"

	"streamscope/app/payload"
)

// auto reads a payload as it says itself that it is.
func (s *Set) auto(in Input) Result {
	s.decoded.Add(1)
	in.Limits = in.Limits.orWhole()
	return s.inside(in)
}

// certain tries the topic, the content type and the bytes, in this order.
func (s *Set) certain(in Input) Result {
	named := s.named(in)
	for i := len(s.registry.kinds) - 1; i >= 0; i-- {
		k := &s.registry.kinds[i]
		if k.Claim == nil {
			continue
		}
		claim := k.Claim(in)
		if claim == NoClaim || claim != ByTopic && named != nil && named != k {
			continue
		}
		if r := s.by(k, in); r.Err == nil || claim != IfDecodes {
			r.Why = Bytes
			if claim == ByTopic {
				r.Why = Topic
			}
			return r
		}
	}
	if named != nil {
		r := s.by(named, in)
		r.Why, r.Because = ContentType, in.Props.ContentType
		return r
	}
	return s.lacking(in)
}

// named is the kind that the sender names, or nil.
func (s *Set) named(in Input) *Kind {
	if in.Props == nil {
		return nil
	}
	if k := s.registry.typed(in.Props.ContentType); k != nil && !k.wraps() {
		return k
	}
	return nil
}

func (k *Kind) wraps() bool { return k.Format == Gzip || k.Format == Zlib || k.Format == Zstd }

// by reads with a kind that needs no options.
func (s *Set) by(k *Kind, in Input) Result {
	d, err := k.New(Choice{Format: k.Format})
	if err != nil {
		r := fault(k.Format, err)
		r.Bytes = in.Payload
		return r
	}
	return s.decode(d, in)
}

// lacking shows what nothing is certain about, as text if it can be read as such.
func (s *Set) lacking(in Input) Result {
	if payload.Detect(in.Payload) == payload.KindBinary && !(in.Props != nil && in.Props.Text) {
		return Result{Format: Hex, Bytes: in.Payload, At: -1}
	}
	r := readText(in)
	// Some odd bytes in a text that nobody called UTF-8 are worth a note, not an error.
	if r.Err != nil && (in.Props == nil || !in.Props.Text) {
		r.Note, r.Err, r.At = r.Err.Error(), nil, -1
	}
	if why := notJSON(in); why != "" && r.Err == nil && r.Note == "" {
		r.Note = why
	}
	r.Bytes = in.Payload
	return r
}

// notJSON says what is wrong with a text that somebody surely meant to be JSON: it begins and ends
// so, or its end was cut off.
func notJSON(in Input) string {
	b := bytes.Trim(withoutBOM(in.Payload), " \t\r\n")
	if len(b) < 2 {
		return ""
	}
	first, last := b[0], b[len(b)-1]
	switch {
	case first == '{' && (in.Cut || last == '}') && bytes.IndexByte(b, '"') >= 0, first == '[' && (in.Cut || last == ']') && bytes.IndexByte([]byte("[{\""), b[1]) >= 0:
	default:
		return ""
	}
	if in.Cut {
		return "the beginning of what may be JSON"
	}
	if err := payload.CheckJSON(in.Payload); err != nil {
		return "not JSON: " + err.Error()
	}
	return ""
}
