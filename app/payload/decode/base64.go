package decode

import (
	"bytes"
	"encoding/base64"
	"errors"
)

func base64Kind() Kind {
	return Kind{Format: Base64, Raw: true, New: func(Choice) (Decoder, error) { return unbase64{}, nil }}
}

// unbase64 reads base64 (RFC 4648 §4 and §5), with or without padding, in one line or many.
type unbase64 struct{}

// Decode is never called: a set unwraps it.
func (unbase64) Decode(Input) Result { return fault(Base64, errors.New("wrapped")) }

func (unbase64) unwrap(_ *unpacker, b []byte, _ Limits) (inner []byte, name string, err error) {
	// Where the characters that count stand: an error is to name a byte of the payload.
	places := make([]int, 0, len(b))
	clean := make([]byte, 0, len(b))
	for i, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
			continue
		case '-':
			c = '+'
		case '_':
			c = '/'
		}
		clean, places = append(clean, c), append(places, i)
	}
	clean = bytes.TrimRight(clean, "=")
	if len(clean) == 0 {
		return nil, "", wrongAt(0, "there is no base64")
	}
	inner = make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(inner, clean)
	var corrupt base64.CorruptInputError
	switch {
	case errors.As(err, &corrupt) && int(corrupt) < len(places):
		return nil, "", wrongAt(places[corrupt], "this is no base64")
	case err != nil:
		return nil, "", wrongAt(len(b), badEnd)
	}
	return inner[:n], string(Base64), nil
}
