package payload

import "unicode/utf8"

// escapeLen returns the length of the escape that b begins with. When it is none, n is how
// far it looked right.
func escapeLen(b []byte) (n int, ok bool) {
	if len(b) < 2 {
		return len(b), false
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2, true
	case 'u':
		for i := 2; i < 6; i++ {
			if i >= len(b) || hexDigit(b[i]) > 15 {
				return i, false
			}
		}
		return 6, true
	}
	return 1, false
}

// hexDigit returns the value of c, or 16 if it is no hexadecimal digit.
func hexDigit(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c-'a' <= 5:
		return c - 'a' + 10
	case c-'A' <= 5:
		return c - 'A' + 10
	}
	return 16
}

// unescape returns the text of a raw JSON string. Half a surrogate pair becomes U+FFFD, as
// RFC 8259 §8.2 leaves open; bytes that are not UTF-8 stay as they are.
func unescape(raw []byte, escaped bool) string {
	if !escaped {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	for len(raw) > 0 {
		r, n := unescapeOne(raw)
		if n == 1 {
			out = append(out, raw[0])
		} else {
			out = utf8.AppendRune(out, r)
		}
		raw = raw[n:]
	}
	return string(out)
}

// unescapeOne reads one byte (n = 1: it stands for itself) or one escape from raw, which the
// scanner has checked.
func unescapeOne(raw []byte) (r rune, n int) {
	if raw[0] != '\\' || len(raw) < 2 {
		return rune(raw[0]), 1
	}
	switch raw[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		return unescapeUnicode(raw)
	}
	return rune(raw[1]), 2
}

func unescapeUnicode(raw []byte) (r rune, n int) {
	r = hex4(raw[2:])
	if r < 0xD800 || r > 0xDFFF {
		return r, 6
	}
	if r < 0xDC00 && len(raw) >= 12 && raw[6] == '\\' && raw[7] == 'u' {
		if low := hex4(raw[8:]); low >= 0xDC00 && low <= 0xDFFF {
			return (r-0xD800)<<10 | (low - 0xDC00) + 0x10000, 12
		}
	}
	return utf8.RuneError, 6
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		r = r<<4 | rune(hexDigit(c))
	}
	return r
}

// sameKey compares a raw JSON key with a key as the user knows it, without allocating.
func sameKey(raw []byte, escaped bool, key string) bool {
	if !escaped {
		return string(raw) == key
	}
	var buf [utf8.UTFMax]byte
	for len(raw) > 0 {
		r, n := unescapeOne(raw)
		w := 1
		if n == 1 {
			buf[0] = raw[0]
		} else {
			w = utf8.EncodeRune(buf[:], r)
		}
		if len(key) < w || key[:w] != string(buf[:w]) {
			return false
		}
		key, raw = key[w:], raw[n:]
	}
	return key == ""
}
