package payload

import (
	"bytes"
	"unicode/utf8"
)

// Kind is what a payload is, as far as its bytes tell for certain.
type Kind uint8

const (
	// KindEmpty: no byte at all; on MQTT the sign that a retained message was deleted.
	KindEmpty Kind = iota
	// KindText: readable text in UTF-8, with at most a few odd bytes.
	KindText
	// KindJSON: a whole JSON object or array. A lone number or string is KindText.
	KindJSON
	// KindBinary: anything else.
	KindBinary
)

func (k Kind) String() string {
	return [...]string{"empty", "text", "JSON", "binary"}[k]
}

// Detect tells what b is. It reads all of b, so call it off the UI goroutine for big ones.
func Detect(b []byte) Kind {
	switch {
	case len(b) == 0:
		return KindEmpty
	case looksLikeJSON(b) && CheckJSON(b) == nil:
		return KindJSON
	case mostlyText(b):
		return KindText
	}
	return KindBinary
}

// CheckJSON returns nil if b is one JSON value no deeper than [MaxDepth], and otherwise a
// [*SyntaxError] that says where it stops being one, or [ErrTooDeep].
func CheckJSON(b []byte) error {
	var s scanner
	s.reset(b)
	for {
		switch s.next() {
		case tokenBad:
			return s.err()
		case tokenEnd:
			return nil
		}
	}
}

// CheckDepth returns [ErrTooDeep] if brackets outside of strings nest deeper than maxDepth
// anywhere in b, be it JSON or not. Call it before any parser that recurses sees b.
func CheckDepth(b []byte, maxDepth int) error {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		c := b[i]
		if quoted {
			switch c {
			case '\\':
				i++
			case '"':
				quoted = false
			}
			continue
		}
		switch c {
		case '"':
			quoted = true
		case '{', '[':
			if depth++; depth > maxDepth {
				return ErrTooDeep
			}
		case '}', ']':
			depth = max(depth-1, 0)
		}
	}
	return nil
}

// looksLikeJSON tells whether b begins as an object or an array does.
func looksLikeJSON(b []byte) bool {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")), " \t\r\n")
	return len(b) > 0 && (b[0] == '{' || b[0] == '[')
}

// mostlyText tells whether at most one byte in six is neither valid UTF-8 nor printable. One
// NUL at the end does not count: C programs send it along.
func mostlyText(b []byte) bool {
	n := len(b)
	if n > 1 && b[n-1] == 0 {
		b = b[:n-1]
		n--
	}
	odd := 0
	for i := 0; i < len(b); {
		if c := b[i]; c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7F {
				odd++
			}
			i++
			continue
		}
		r, w := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && w == 1 {
			odd++
		}
		i += w
	}
	return odd*6 <= n
}
