package virtual

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	ellipsis = "…"
	// maxMarks is how many combining marks may stack on one letter: more would paint over
	// the rows above and below.
	maxMarks = 3
)

// OneLine makes text from outside fit for one line of the screen: at most limit runes, an
// ellipsis included; no line breaks, control or direction characters, which could make one
// topic look like another; U+FFFD for what isn't UTF-8 or not for showing.
func OneLine(s string, limit int) string {
	if plain(s, limit) {
		return s
	}
	var b strings.Builder
	runes, marks := 0, 0
	for i, r := range s {
		if runes >= limit-1 && utf8.RuneCountInString(s[i:]) > limit-runes {
			b.WriteString(ellipsis)
			break
		}
		runes++
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else {
			marks = 0
		}
		b.WriteRune(visible(r))
	}
	return b.String()
}

// plain tells whether s can stand as it is, the usual case.
func plain(s string, limit int) bool {
	if len(s) > limit {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func visible(r rune) rune {
	switch {
	case r == '\n', r == '\u2028', r == '\u2029', r == '\u0085':
		return '↵'
	case r == '\t':
		return ' '
	case r == '\u200c', r == '\u200d': // joiners belong to Persian, Hindi and emoji
		return r
	case unicode.Is(unicode.C, r) && !unicode.Is(unicode.Co, r):
		return unicode.ReplacementChar
	}
	return r
}
