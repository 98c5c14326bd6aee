package payload

import (
	"strconv"
	"unicode/utf8"
)

// Short makes the one line that a row shows for b: at most limit runes, an ellipsis the last of
// them if something did not fit. Numbers stand as they were sent.
//
// A JSON document shows the value under path; without a path its "value", else its only number
// (with the unit that stands beside it), else "key: v, key: v". Bytes show as their count and
// their first ones in hexadecimal. An empty payload gives "": the word for that is the
// caller's, who has the translations.
//
// Line ends show as ¶ and other control characters, invisible ones and bytes that are no
// UTF-8 as escapes such as \x07, so that a payload cannot disguise itself.
func Short(b []byte, path []string, limit int) string {
	return ShortPrefix(b, int64(len(b)), path, limit)
}

// ShortPrefix is [Short] for a payload of size bytes of which only the first are at hand. A
// document that was cut shows what its beginning says.
func ShortPrefix(b []byte, size int64, path []string, limit int) string {
	if len(b) == 0 || limit <= 0 {
		return ""
	}
	cut := size > int64(len(b))
	if cut {
		b = wholeRunes(b)
	}
	l := line{left: limit}
	switch {
	case looksLikeJSON(b) && l.json(b, path, cut):
	case mostlyText(b):
		l.text(trimText(b))
		if cut {
			l.ellipsis()
		}
	default:
		l.bytes(b, size)
	}
	return l.String()
}

// wholeRunes drops the beginning of a rune from the end of b.
func wholeRunes(b []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		c := b[len(b)-n]
		if utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return b[:len(b)-n]
			}
			break
		}
	}
	return b
}

// trimText drops what is not seen anyway: space at both ends and a NUL at the end.
func trimText(b []byte) []byte {
	if n := len(b); n > 1 && b[n-1] == 0 {
		b = b[:n-1]
	}
	for len(b) > 0 && b[0] <= ' ' && (b[0] == ' ' || b[0]-'\t' <= '\r'-'\t') {
		b = b[1:]
	}
	for n := len(b); n > 0 && b[n-1] <= ' ' && (b[n-1] == ' ' || b[n-1]-'\t' <= '\r'-'\t'); n-- {
		b = b[:n-1]
	}
	return b
}

// bytes shows the count and as many bytes in hexadecimal as fit.
func (l *line) bytes(b []byte, size int64) {
	l.word(ByteCount(size))
	l.word(":")
	const digits = "0123456789abcdef"
	shown := 0
	for int64(shown) < size && shown < len(b) {
		// The last byte of all needs three places; after any other " …" has to fit.
		last := int64(shown+1) == size
		if l.left < 3 || l.left < 5 && !last {
			break
		}
		c := b[shown]
		l.out = append(l.out, ' ', digits[c>>4], digits[c&15])
		l.left -= 3
		shown++
	}
	if int64(shown) < size {
		l.word(" …")
	}
}

// ByteCount writes n bytes as people say it: "12 B", "4.0 KiB", "212 MiB".
func ByteCount(n int64) string {
	const units = "KMGTPE"
	if n < 1024 {
		return strconv.FormatInt(n, 10) + " B"
	}
	v, i := float64(n)/1024, 0
	for v >= 1023.5 && i < len(units)-1 {
		v /= 1024
		i++
	}
	precision := 0
	if v < 9.95 {
		precision = 1
	}
	return strconv.FormatFloat(v, 'f', precision, 64) + " " + units[i:i+1] + "iB"
}

// json shows a JSON document; false if b is none, and nothing was written.
func (l *line) json(b []byte, path []string, cut bool) bool {
	if len(path) > 0 {
		return l.chosen(b, path, cut)
	}
	var s scanner
	s.reset(b)
	c, err := chooseFrom(&s)
	if err != nil {
		if !cut || !s.truncated() {
			return false
		}
		// The rest is unknown, so there may be more numbers; a "value" is one all the same.
		c.numbers = 0
	}
	if hit, ok := c.leaf(); ok {
		l.leafWithUnit(b, hit)
		return true
	}
	l.members(b)
	return true
}

// chosen shows the value under path. Where this message has none, it shows the members, and
// never another number in its place.
func (l *line) chosen(b []byte, path []string, cut bool) bool {
	if hit, ok := find(b, path, cut); ok {
		l.leafWithUnit(b, hit)
		return true
	}
	var s scanner
	s.reset(b)
	for t := s.next(); t != tokenEnd; t = s.next() {
		if t == tokenBad && !(cut && s.truncated()) {
			return false
		}
		if t == tokenBad {
			break
		}
	}
	l.members(b)
	return true
}

func (l *line) leafWithUnit(b []byte, hit leaf) {
	l.leaf(hit.kind, hit.raw, hit.escaped)
	if _, unit, ok := hit.number(Usual); !ok || unit != "" || !hit.measures() {
		return
	}
	if unit := unitBeside(b, &hit); unit != "" {
		l.word(" ")
		l.word(unit)
	}
}

func (l *line) leaf(kind token, raw []byte, escaped bool) {
	switch {
	case kind == tokenString && escaped:
		l.text([]byte(unescape(raw, true)))
	default:
		l.text(raw)
	}
}

// members shows the outermost members of a document, the inner ones as {…} and […].
func (l *line) members(b []byte) {
	var s scanner
	s.reset(b)
	first, array := true, false
	for l.left > 0 {
		t := s.next()
		switch {
		case t == tokenEnd || t == tokenBad:
			if t == tokenBad {
				l.ellipsis()
			}
			return
		case t == tokenArray && s.depth == 1:
			array = true
			l.word("[")
		case t == tokenObject && s.depth == 1, s.depth > 2 || s.depth == 2 && t != tokenObject && t != tokenArray:
		case (t == tokenObjectEnd || t == tokenArrayEnd) && s.depth == 0:
			l.close(first, array)
		case t == tokenObjectEnd || t == tokenArrayEnd:
		default:
			l.member(&s, t, array, &first)
		}
	}
}

func (l *line) close(empty, array bool) {
	if array {
		l.word("]")
	} else if empty {
		l.word("{}")
	}
}

func (l *line) member(s *scanner, t token, array bool, first *bool) {
	if (t == tokenKey || array) && !*first {
		l.word(", ")
	}
	*first = false
	switch t {
	case tokenKey:
		l.leaf(tokenString, s.raw(), s.escaped)
		l.word(": ")
	case tokenObject:
		l.word("{…}")
	case tokenArray:
		l.word("[…]")
	default:
		l.leaf(t, s.raw(), s.escaped)
	}
}
