package payload

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Number finds the number in b and the unit that stands with it.
//
// With a path it is the value under that path of a JSON document; the keys of the path are
// taken literally, and an index into an array is a key of digits. Without a path it is the
// number of a plain text ([ParseNumber]), or the one that a JSON document's short form shows:
// its "value", else its only number. JSON strings are read by the rule of plain text; true is
// 1 and false is 0. Without a path the document has to be valid JSON to its end; with one, it
// has to be right on the way to the number, and its brackets have to close.
//
// ok is false when there is none; v is always finite when ok.
func Number(b []byte, path []string) (v float64, unit string, ok bool) {
	return NumberBy(b, path, Usual)
}

// NumberBy is [Number] with another rule for plain text and the strings of a document.
func NumberBy(b []byte, path []string, rule Rule) (v float64, unit string, ok bool) {
	if len(path) == 0 && !looksLikeJSON(b) {
		return rule.Parse(b)
	}
	var l leaf
	if len(path) == 0 {
		l, ok = choose(b)
	} else {
		l, ok = find(b, path, false)
	}
	if !ok {
		return 0, "", false
	}
	v, unit, ok = l.number(rule)
	if ok && unit == "" && l.measures() {
		unit = unitBeside(b, &l)
	}
	return v, unit, ok
}

// maxNumberText is the longest text, in bytes, that is read as a number.
const maxNumberText = 64

// ParseNumber reads a plain text as a number with an optional unit. The rule:
//
//   - Space around it, one NUL at its end and quotes around it don't count.
//   - on, true and yes are 1; off, false and no are 0, in any case of letters.
//   - 0x and hexadecimal digits are an integer.
//   - Else digits with an optional sign, decimal mark and exponent. A single point or comma is
//     the decimal mark ("21,4" is 21.4, and so "1,234" is 1.234). Where both occur the last is
//     the decimal mark and the other parts groups of three digits ("1,234.5"); a mark that
//     occurs more than once parts groups.
//   - What follows, with or without a space, has to look like a unit: short, one word, and
//     beginning with a letter or a sign such as % or °.
//
// Anything else is no number: dates, times, addresses, versions, NaN and infinities. It is
// the [Usual] rule.
func ParseNumber(b []byte) (v float64, unit string, ok bool) { return Usual.Parse(b) }

// Parse reads a plain text as a number with an optional unit, by the rule.
func (r Rule) Parse(b []byte) (v float64, unit string, ok bool) {
	if r == Never {
		return 0, "", false
	}
	b = bytes.TrimSpace(bytes.TrimSuffix(b, []byte{0}))
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		b = bytes.TrimSpace(b[1 : n-1])
	}
	if len(b) == 0 || len(b) > maxNumberText {
		return 0, "", false
	}
	if r == Digits && (b[0] > '9' || bytes.IndexByte(b, ',') >= 0) {
		return 0, "", false
	}
	if v, ok = stateWord(b); ok {
		return v, "", true
	}
	rest, negative := cutSign(b)
	if len(rest) >= 2 && rest[0] == '0' && rest[1]|0x20 == 'x' && r != Digits {
		u, err := strconv.ParseUint(string(rest[2:]), 16, 64)
		if err != nil {
			return 0, "", false
		}
		return signed(float64(u), negative), "", true
	}
	v, rest, ok = decimal(rest, r)
	if !ok || r == Digits && len(rest) > 0 {
		return 0, "", false
	}
	if unit, ok = unitText(rest); !ok {
		return 0, "", false
	}
	return signed(v, negative), unit, true
}

func stateWord(b []byte) (v float64, ok bool) {
	switch len(b) {
	case 2:
		return boolNumber(asciiFold(b, "on"), asciiFold(b, "no"))
	case 3:
		return boolNumber(asciiFold(b, "yes"), asciiFold(b, "off"))
	case 4:
		return 1, asciiFold(b, "true")
	case 5:
		return 0, asciiFold(b, "false")
	}
	return 0, false
}

func boolNumber(one, zero bool) (v float64, ok bool) {
	if one {
		return 1, true
	}
	return 0, zero
}

// asciiFold compares b with a word of lower-case letters.
func asciiFold(b []byte, word string) bool {
	if len(b) != len(word) {
		return false
	}
	for i, c := range b {
		if c-'A' <= 'Z'-'A' {
			c |= 0x20
		}
		if c != word[i] {
			return false
		}
	}
	return true
}

// minus is U+2212, which some displays and spreadsheets send.
const minus = "\u2212"

func cutSign(b []byte) (rest []byte, negative bool) {
	switch {
	case b[0] == '+':
		return b[1:], false
	case b[0] == '-':
		return b[1:], true
	case bytes.HasPrefix(b, []byte(minus)):
		return b[len(minus):], true
	}
	return b, false
}

func signed(v float64, negative bool) float64 {
	if negative {
		return -v
	}
	return v
}

// decimal reads the unsigned number that b begins with and returns what follows it.
func decimal(b []byte, r Rule) (v float64, rest []byte, ok bool) {
	n := 0
	for n < len(b) && (b[n]-'0' <= 9 || b[n] == '.' || b[n] == ',') {
		n++
	}
	var buf [maxNumberText]byte
	text, ok := plainDigits(buf[:0], b[:n], r)
	if !ok {
		return 0, nil, false
	}
	rest = b[n:]
	if e := exponentLen(rest); e > 0 {
		text = append(text, rest[:e]...)
		rest = rest[e:]
	}
	v, ok = finite(text)
	return v, rest, ok
}

// shortDecimal reads a JSON number of at most fifteen digits without an exponent, as nearly all
// are. Both the digits and the power of ten are exact in a float64 then, so one division
// rounds as strconv does.
func shortDecimal(text []byte) (v float64, ok bool) {
	if len(text) > 17 {
		return 0, false
	}
	digits, fraction, places := int64(0), false, 0
	for i, c := range text {
		switch {
		case c-'0' <= 9:
			digits = digits*10 + int64(c-'0')
			if fraction {
				places++
			}
		case c == '.':
			fraction = true
		case c != '-' || i > 0:
			return 0, false
		}
	}
	if digits > 999_999_999_999_999 {
		return 0, false
	}
	v = float64(digits) / [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17}[places]
	return signed(v, text[0] == '-'), true
}

func finite(text []byte) (v float64, ok bool) {
	v, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// plainDigits appends to dst the digits of b with a point as the only mark.
func plainDigits(dst, b []byte, r Rule) (_ []byte, ok bool) {
	points, commas := bytes.Count(b, []byte{'.'}), bytes.Count(b, []byte{','})
	mark, group := byte('.'), byte(',')
	last := bytes.LastIndexByte(b, ',') > bytes.LastIndexByte(b, '.')
	if r == Comma || r == Usual && commas > 0 && last {
		mark, group = ',', '.'
		points, commas = commas, points
	}
	if r != Usual && (points > 1 || commas > 0 && points > 0 && last == (r != Comma)) {
		return nil, false
	}
	if points > 1 && commas > 0 {
		return nil, false
	}
	whole, fraction := b, []byte(nil)
	if points == 1 {
		i := bytes.IndexByte(b, mark)
		whole, fraction = b[:i], b[i+1:]
	} else if points > 1 {
		group, commas = mark, points
	}
	if len(whole)+len(fraction) == 0 || commas > 0 && !grouped(whole, group) {
		return nil, false
	}
	for _, c := range whole {
		if c != group {
			dst = append(dst, c)
		}
	}
	if len(fraction) > 0 {
		dst = append(append(dst, '.'), fraction...)
	}
	return dst, true
}

// grouped tells whether b is digits in groups of three after a first of one to three.
func grouped(b []byte, mark byte) bool {
	first := bytes.IndexByte(b, mark)
	if first < 1 || first > 3 {
		return false
	}
	for b = b[first:]; len(b) > 0; b = b[4:] {
		if len(b) < 4 || b[0] != mark || digits(b[1:4]) != 3 {
			return false
		}
	}
	return true
}

// exponentLen returns the length of the exponent that b begins with, or 0.
func exponentLen(b []byte) int {
	if len(b) == 0 || b[0]|0x20 != 'e' {
		return 0
	}
	i := 1
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	d := digits(b[i:])
	if d == 0 {
		return 0
	}
	return i + d
}

const maxUnitRunes = 16

// unitText reads what follows a number as a unit; nothing at all is right too.
func unitText(b []byte) (unit string, ok bool) {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return "", true
	}
	if !utf8.Valid(b) || utf8.RuneCount(b) > maxUnitRunes {
		return "", false
	}
	counted := 0
	var last rune
	for i, r := range string(b) {
		switch {
		case unicode.IsLetter(r), unitSign(r):
		case i > 0 && (r == '/' || r == '^' || r == '*' || r == '.' || r == '_' || r == '(' || r == ')'):
		case i > 0 && r >= '0' && r <= '9' && (unicode.IsLetter(last) || last == '^'):
			counted++
		default:
			return "", false
		}
		last = r
	}
	// Letters and digits that take turns are an identifier, not a unit such as m3/h.
	if counted > 1 {
		return "", false
	}
	return string(b), true
}

func unitSign(r rune) bool { return strings.ContainsRune("%‰°'\"µΩ€$£¥²³·⁻¹℃℉", r) }
