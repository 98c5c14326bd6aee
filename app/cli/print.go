package cli

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"streamscope/app/session"
)

// Format says how messages are printed.
type Format string

// The formats of watch.
const (
	// FormatLine prints time, topic and payload on one line each.
	FormatLine Format = "line"
	// FormatJSON prints one JSON object on a line each.
	FormatJSON Format = "json"
	// FormatNone prints nothing but the counts at the end.
	FormatNone Format = "none"
)

// stamp is RFC 3339 in local time to the millisecond, always of the same length.
const stamp = "2006-01-02T15:04:05.000Z07:00"

func (f Format) check() error {
	switch f {
	case FormatLine, FormatJSON, FormatNone:
		return nil
	}
	return fmt.Errorf("there is no format %q: line, json or none", string(f))
}

// append adds a message as text, with the line's end.
func (f Format) append(dst []byte, r *session.Record) []byte {
	switch f {
	case FormatLine:
		return appendLine(dst, r)
	case FormatJSON:
		return appendJSON(dst, r)
	}
	return dst
}

func appendLine(dst []byte, r *session.Record) []byte {
	dst = time.Unix(0, r.Time).AppendFormat(dst, stamp)
	dst = append(dst, ' ')
	dst = appendSafe(dst, r.Topic)
	dst = append(dst, ' ')
	if utf8.Valid(r.Payload) {
		dst = appendSafe(dst, string(r.Payload))
	} else {
		dst = fmt.Appendf(dst, "0x%x", r.Payload)
	}
	if n := int64(len(r.Payload)); n < r.Size {
		dst = fmt.Appendf(dst, " [cut: %d of %d bytes]", n, r.Size)
	}
	return append(dst, '\n')
}

// appendSafe adds text for a terminal: on one line, and without characters that steer it or
// turn its order round.
func appendSafe(dst []byte, s string) []byte {
	from := 0
	for i, c := range s {
		if c != '\\' && c != utf8.RuneError && unicode.IsPrint(c) {
			continue
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		dst = append(dst, s[from:i]...)
		if c == '\\' {
			dst = append(dst, `\\`...)
		} else {
			quoted := strconv.Quote(s[i : i+n])
			dst = append(dst, quoted[1:len(quoted)-1]...)
		}
		from = i + n
	}
	return append(dst, s[from:]...)
}

// message is the JSON form. A payload that is not UTF-8 stands in Base64.
type message struct {
	Time    string  `json:"time"`
	Seq     uint64  `json:"seq"`
	Topic   string  `json:"topic"`
	Payload *string `json:"payload,omitempty"`
	Base64  []byte  `json:"payload_base64,omitempty"`
	Size    int64   `json:"size"`
	QoS     byte    `json:"qos"`
	Retain  bool    `json:"retained,omitempty"`
	Dup     bool    `json:"dup,omitempty"`
	Cut     bool    `json:"cut,omitempty"`
}

func appendJSON(dst []byte, r *session.Record) []byte {
	m := message{
		Time: time.Unix(0, r.Time).Format(time.RFC3339Nano), Seq: r.Seq, Topic: r.Topic, Size: r.Size,
		QoS: r.QoS, Retain: r.Retained, Dup: r.Dup, Cut: int64(len(r.Payload)) < r.Size,
	}
	if utf8.Valid(r.Payload) {
		text := string(r.Payload)
		m.Payload = &text
	} else {
		m.Base64 = r.Payload
	}
	line, err := json.Marshal(m)
	if err != nil {
		// Strings, numbers and bytes can always be marshalled.
		panic(err)
	}
	return append(append(dst, line...), '\n')
}
