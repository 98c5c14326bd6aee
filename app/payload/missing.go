package payload

import "bytes"

// Missing tells whether a payload says, where [Number] looks for its number, that there is none that
// could be drawn: null, NaN, an infinity, 1e999. It is false for one that says nothing of it, be it
// another text or a document without the key.
func Missing(b []byte, path []string) bool {
	if len(path) == 0 && !looksLikeJSON(b) {
		return noNumber(bytes.TrimSpace(b))
	}
	var s scanner
	s.reset(b)
	if len(path) == 0 {
		c, err := chooseFrom(&s)
		if err != nil {
			return c.numbers == 0 && bareNoNumber(b[min(s.pos, len(b)):])
		}
		if l, ok := c.leaf(); ok {
			return l.missing()
		}
		return c.numbers == 0 && c.nulls == 1
	}
	l, ok := find(b, path, false)
	if l.kind == tokenBad {
		return bareNoNumber(b[min(l.end, len(b)):])
	}
	return ok && l.missing()
}

func (l *leaf) missing() bool {
	switch l.kind {
	case tokenNull:
		return true
	case tokenString:
		return noNumber(l.raw)
	case tokenNumber: // 1e999
		_, _, ok := l.number(Usual)
		return !ok
	}
	return false
}

// noNumber tells whether a text is what programs write for a number that is none.
func noNumber(b []byte) bool {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	switch len(b) {
	case 3:
		return asciiFold(b, "nan") || asciiFold(b, "inf")
	case 4:
		return asciiFold(b, "null")
	case 8:
		return asciiFold(b, "infinity")
	}
	return false
}

// bareNoNumber tells whether what stopped the scanner is a NaN or an infinity: no JSON may have
// them, but Python writes them.
func bareNoNumber(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("-"))
	return bytes.HasPrefix(b, []byte("NaN")) || bytes.HasPrefix(b, []byte("Infinity"))
}
