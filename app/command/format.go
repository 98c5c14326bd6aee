package command

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"streamscope/app/payload"
)

// Format is how a payload is written in the composer.
type Format string

// The formats of the composer.
const (
	// FormatText sends the text as it stands, in UTF-8.
	FormatText Format = "text"
	// FormatJSON sends the text as it stands, if it is one JSON value.
	FormatJSON Format = "json"
	// FormatHex sends the bytes whose hexadecimal digits are written: "01 ff", "0x01, 0xFF".
	FormatHex Format = "hex"
	// FormatBase64 sends the bytes that are written in base64.
	FormatBase64 Format = "base64"
	// FormatCBOR and FormatMessagePack send what is written as JSON in these formats; a text such
	// as "h'01ff'" stands for bytes.
	FormatCBOR        Format = "cbor"
	FormatMessagePack Format = "messagepack"
	// FormatProtobuf sends the message of the draft's schema, written as JSON.
	FormatProtobuf Format = "protobuf"
	// FormatFile sends the content of the file whose path is written.
	FormatFile Format = "file"
)

// Formats returns all formats, in the order in which they are offered.
func Formats() []Format {
	return []Format{FormatText, FormatJSON, FormatHex, FormatBase64, FormatCBOR, FormatMessagePack, FormatProtobuf, FormatFile}
}

// AsJSON reports whether a payload of this format is written as JSON.
func (f Format) AsJSON() bool {
	return f == FormatJSON || f == FormatCBOR || f == FormatMessagePack || f == FormatProtobuf
}

// Binary reports whether a payload of this format is bytes rather than text.
func (f Format) Binary() bool {
	return f == FormatHex || f == FormatBase64 || f == FormatCBOR || f == FormatMessagePack || f == FormatProtobuf || f == FormatFile
}

// SyntaxError says where a text is not what its format asks for.
type SyntaxError struct {
	// Line and Column count from 1, the column in characters.
	Line, Column int
	// Msg tells what is wrong, in a few words.
	Msg string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// syntaxError finds the line and column of a byte of text.
func syntaxError(text string, offset int, msg string) *SyntaxError {
	before := text[:min(max(offset, 0), len(text))]
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return &SyntaxError{
		Line: strings.Count(before, "\n") + 1, Column: utf8.RuneCountInString(line) + 1, Msg: msg,
	}
}

// Encode makes the bytes that text stands for. The error is a [*SyntaxError] if text is not
// right in its format. It is quick enough to be called while one types, but for FormatFile, which
// reads the file. FormatProtobuf needs a [Draft], for it needs a schema.
func Encode(f Format, text string) ([]byte, error) {
	switch f {
	case FormatText:
		return []byte(text), nil
	case FormatJSON:
		return encodeJSON(text)
	case FormatHex:
		return decodeHex(text)
	case FormatBase64:
		return decodeBase64(text)
	case FormatMessagePack:
		return fromJSON(text, toMessagePack{})
	case FormatCBOR:
		to, err := newCBOR()
		if err != nil {
			return nil, err
		}
		return fromJSON(text, to)
	case FormatFile:
		return readFile(text)
	case FormatProtobuf:
		return nil, ErrNoSchema
	}
	return nil, fmt.Errorf("unknown format %q", string(f))
}

func encodeJSON(text string) ([]byte, error) {
	b := []byte(text)
	err := payload.CheckJSON(b)
	if err == nil {
		return b, nil
	}
	return nil, jsonError(text, err)
}

func jsonError(text string, err error) error {
	var syntax *payload.SyntaxError
	switch {
	case strings.TrimSpace(text) == "":
		return &SyntaxError{Line: 1, Column: 1, Msg: "nothing is written; JSON needs at least a value such as {} or 0"}
	case errors.As(err, &syntax):
		return syntaxError(text, syntax.Offset, syntax.Msg)
	}
	return err
}

// decodeHex reads pairs of digits. They may stand together or apart, by white space or commas,
// each group with 0x before it or without.
func decodeHex(text string) ([]byte, error) {
	out := make([]byte, 0, len(text)/2)
	for at := 0; at < len(text); {
		if hexSeparator(text[at]) {
			at++
			continue
		}
		end := at
		for end < len(text) && !hexSeparator(text[end]) {
			end++
		}
		var err error
		if out, err = appendHex(out, text, at, end); err != nil {
			return nil, err
		}
		at = end
	}
	return out, nil
}

func hexSeparator(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ','
}

// appendHex appends the bytes of the group text[at:end].
func appendHex(out []byte, text string, at, end int) ([]byte, error) {
	group := at
	if end-at >= 2 && text[at] == '0' && text[at+1]|0x20 == 'x' {
		at += 2
	}
	for i := at; i < end; i++ {
		if _, ok := hexDigit(text[i]); !ok {
			r, _ := utf8.DecodeRuneInString(text[i:])
			return nil, syntaxError(text, i, fmt.Sprintf("%q is not a hexadecimal digit", r))
		}
	}
	if (end-at)%2 != 0 || at == end {
		return nil, syntaxError(text, group, fmt.Sprintf("%q has an odd number of digits; a byte has two", clipped(text[group:end])))
	}
	for i := at; i < end; i += 2 {
		high, _ := hexDigit(text[i])
		low, _ := hexDigit(text[i+1])
		out = append(out, high<<4|low)
	}
	return out, nil
}

func clipped(group string) string {
	if len(group) > 12 {
		return group[:12] + "…"
	}
	return group
}

func hexDigit(c byte) (v byte, ok bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
}

// Reformat writes text tidily without changing what it stands for: JSON with a line for each
// member, its numbers and order untouched; hexadecimal digits as pairs, sixteen to a line; base64
// in lines. Text and paths stay as they are. The errors are those of [Encode].
func Reformat(f Format, text string) (string, error) {
	switch f {
	case FormatBase64:
		b, err := decodeBase64(text)
		if err != nil {
			return "", err
		}
		return writeBase64(b), nil
	case FormatJSON, FormatCBOR, FormatMessagePack, FormatProtobuf:
		b, err := payload.PrettyJSON([]byte(text))
		if err != nil {
			return "", jsonError(text, err)
		}
		return string(b), nil
	case FormatHex:
		b, err := decodeHex(text)
		if err != nil {
			return "", err
		}
		return hexPairs(b), nil
	}
	return text, nil
}

func hexPairs(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for i, c := range b {
		switch {
		case i == 0:
		case i%16 == 0:
			out.WriteByte('\n')
		default:
			out.WriteByte(' ')
		}
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}
