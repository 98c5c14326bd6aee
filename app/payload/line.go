package payload

import (
	"unicode"
	"unicode/utf8"
)

// line builds one line of at most so many runes. It may run over by one write; String cuts it.
type line struct {
	out  []byte
	left int
	// cut tells that something was left out, so that the line ends with an ellipsis.
	cut bool
}

// word appends text of our own.
func (l *line) word(s string) { l.text([]byte(s)) }

// text appends foreign bytes with everything that is not plainly visible made so.
func (l *line) text(b []byte) {
	for len(b) > 0 && l.left >= 0 {
		if c := b[0]; c >= ' ' && c < 0x7F {
			l.out = append(l.out, c)
			l.left--
			b = b[1:]
			continue
		}
		n := len(l.out)
		var w int
		l.out, w = appendVisible(l.out, b)
		l.left -= utf8.RuneCount(l.out[n:])
		b = b[w:]
	}
	if len(b) > 0 {
		l.cut = true
	}
}

func (l *line) ellipsis() { l.cut = true }

func (l *line) String() string {
	if l.left >= 0 && !l.cut {
		return string(l.out)
	}
	out := l.out
	// Make room for the ellipsis: left is negative by what is too much.
	for drop := 1 - l.left; drop > 0 && len(out) > 0; drop-- {
		_, w := utf8.DecodeLastRune(out)
		out = out[:len(out)-w]
	}
	return string(out) + "…"
}

// appendVisible appends the first rune of b to dst, made visible, and returns how many bytes
// of b it took.
func appendVisible(dst, b []byte) ([]byte, int) {
	const digits = "0123456789abcdef"
	r, w := utf8.DecodeRune(b)
	switch {
	case r == utf8.RuneError && w == 1, r < ' ' && r != '\n' && r != '\r' && r != '\t', r == 0x7F:
		return append(dst, '\\', 'x', digits[b[0]>>4], digits[b[0]&15]), 1
	case r == '\n', r == '\r':
		for w < len(b) && (b[w] == '\n' || b[w] == '\r') {
			w++
		}
		return append(dst, " ¶ "...), w
	case r == '\t':
		return append(dst, ' '), w
	case hidden(r):
		dst = append(dst, '\\', 'u')
		if r > 0xFFFF {
			dst = append(dst, '{', digits[r>>20&15], digits[r>>16&15])
		}
		dst = append(dst, digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
		if r > 0xFFFF {
			dst = append(dst, '}')
		}
		return dst, w
	}
	return append(dst, b[:w]...), w
}

// hidden tells whether r draws nothing or moves what stands around it: bidirectional
// controls, zero-width characters, line and paragraph separators.
func hidden(r rune) bool {
	return r >= utf8.RuneSelf && !unicode.IsPrint(r) && !unicode.Is(unicode.Zs, r) && !unicode.Is(unicode.Co, r)
}
