package payload

import (
	"errors"
	"fmt"
)

// MaxDepth is how many objects and arrays may stand inside each other. Deeper documents are
// not read as JSON.
const MaxDepth = 512

// ErrTooDeep is returned for a document that nests deeper than allowed.
var ErrTooDeep = errors.New("nested too deep")

// SyntaxError says where a document stops being JSON.
type SyntaxError struct {
	// Offset counts bytes from the beginning, from 0.
	Offset int
	Msg    string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at byte %d", e.Msg, e.Offset) }

type token uint8

const (
	tokenEnd token = iota
	tokenBad
	tokenObject
	tokenObjectEnd
	tokenArray
	tokenArrayEnd
	tokenKey
	tokenString
	tokenNumber
	tokenTrue
	tokenFalse
	tokenNull
)

type expectation uint8

const (
	expectValue expectation = iota
	expectFirstValue
	expectFirstKey
	expectKey
	expectComma
	expectNothing
)

// scanner walks a JSON document token by token without recursion and without allocating.
// After next, raw is the token as sent; keys and strings come without their quotes.
type scanner struct {
	b          []byte
	pos        int
	start, end int
	depth      int
	// escaped tells that the last key or string holds a backslash.
	escaped bool
	expect  expectation
	// bad says what was wrong at pos once next has returned tokenBad.
	bad string
	// objects has a bit for each open container: set for an object.
	objects [MaxDepth / 64]uint64
}

func (s *scanner) reset(b []byte) {
	s.b = b
	if len(b) >= 3 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		s.pos = 3
	}
}

func (s *scanner) raw() []byte { return s.b[s.start:s.end] }

// err explains the tokenBad that next returned.
func (s *scanner) err() error {
	if s.bad == badDepth {
		return ErrTooDeep
	}
	return &SyntaxError{Offset: s.pos, Msg: s.bad}
}

// truncated reports that the document was right until its last byte and ends too early.
func (s *scanner) truncated() bool { return s.pos >= len(s.b) && s.bad != badDepth }

const (
	badEnd     = "unexpected end"
	badDepth   = "nested too deep"
	badKey     = "a key in quotes was expected"
	badColon   = "a colon was expected"
	badComma   = "a comma or the end of the list was expected"
	badValue   = "a value was expected"
	badAfter   = "something follows the document"
	badControl = "a control character stands in a string"
	badEscape  = "an unknown escape stands in a string"
	badNumber  = "this is not a number"
)

func (s *scanner) fail(why string) token {
	s.bad = why
	return tokenBad
}

// space skips white space. Most tokens have none before them, so that test is inlined.
func (s *scanner) space() {
	if s.pos < len(s.b) && s.b[s.pos] <= ' ' {
		s.pos += spaceLen(s.b[s.pos:])
	}
}

func spaceLen(b []byte) int {
	for i, c := range b {
		if c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return i
		}
	}
	return len(b)
}

func (s *scanner) next() token {
	s.space()
	if s.pos >= len(s.b) {
		if s.expect == expectNothing {
			return tokenEnd
		}
		return s.fail(badEnd)
	}
	c := s.b[s.pos]
	switch s.expect {
	case expectNothing:
		return s.fail(badAfter)
	case expectComma:
		if c == ',' {
			return s.afterComma()
		}
		return s.close(c)
	case expectFirstKey:
		if c == '}' {
			return s.close(c)
		}
		return s.key(c)
	case expectFirstValue:
		if c == ']' {
			return s.close(c)
		}
	}
	return s.value(c)
}

func (s *scanner) afterComma() token {
	s.pos++
	s.space()
	if s.pos >= len(s.b) {
		return s.fail(badEnd)
	}
	if s.inObject() {
		return s.key(s.b[s.pos])
	}
	return s.value(s.b[s.pos])
}

func (s *scanner) inObject() bool {
	d := s.depth - 1
	return s.objects[d>>6]&(1<<(d&63)) != 0
}

func (s *scanner) key(c byte) token {
	if c != '"' {
		return s.fail(badKey)
	}
	if t := s.str(); t == tokenBad {
		return t
	}
	s.space()
	if s.pos >= len(s.b) {
		return s.fail(badEnd)
	}
	if s.b[s.pos] != ':' {
		return s.fail(badColon)
	}
	s.pos++
	s.expect = expectValue
	return tokenKey
}

func (s *scanner) value(c byte) token {
	switch c {
	case '"':
		if t := s.str(); t == tokenBad {
			return t
		}
		s.done()
		return tokenString
	case '{', '[':
		return s.open(c)
	case 't':
		return s.literal("true", tokenTrue)
	case 'f':
		return s.literal("false", tokenFalse)
	case 'n':
		return s.literal("null", tokenNull)
	}
	if c == '-' || c-'0' <= 9 {
		return s.number()
	}
	return s.fail(badValue)
}

func (s *scanner) done() {
	s.expect = expectComma
	if s.depth == 0 {
		s.expect = expectNothing
	}
}

func (s *scanner) open(c byte) token {
	if s.depth == MaxDepth {
		return s.fail(badDepth)
	}
	s.start, s.end = s.pos, s.pos+1
	s.pos++
	bit := uint64(1) << (s.depth & 63)
	if c == '{' {
		s.objects[s.depth>>6] |= bit
		s.depth++
		s.expect = expectFirstKey
		return tokenObject
	}
	s.objects[s.depth>>6] &^= bit
	s.depth++
	s.expect = expectFirstValue
	return tokenArray
}

func (s *scanner) close(c byte) token {
	object := s.inObject()
	if object && c != '}' || !object && c != ']' {
		return s.fail(badComma)
	}
	s.start, s.end = s.pos, s.pos+1
	s.pos++
	s.depth--
	s.done()
	if object {
		return tokenObjectEnd
	}
	return tokenArrayEnd
}

func (s *scanner) str() token {
	// Most strings are plain to their end.
	rest := s.b[s.pos+1:]
	if n := plainLen(rest); n < len(rest) && rest[n] == '"' {
		s.start, s.escaped = s.pos+1, false
		s.end = s.start + n
		s.pos = s.end + 1
		return tokenString
	}
	return s.oddString()
}

// oddString reads a string with escapes, or says what is wrong with it.
func (s *scanner) oddString() token {
	b := s.b
	i := s.pos + 1
	s.start, s.escaped = i, false
	for {
		i += plainLen(b[i:])
		if i >= len(b) {
			s.pos = len(b)
			return s.fail(badEnd)
		}
		if b[i] == '"' {
			s.end, s.pos = i, i+1
			return tokenString
		}
		if b[i] < ' ' {
			s.pos = i
			return s.fail(badControl)
		}
		s.escaped = true
		n, ok := escapeLen(b[i:])
		if !ok {
			s.pos = min(i+n, len(b))
			return s.fail(badEscape)
		}
		i += n
	}
}

func (s *scanner) literal(word string, t token) token {
	rest := s.b[s.pos:]
	for i := range len(word) {
		if i >= len(rest) || rest[i] != word[i] {
			s.pos += i
			return s.fail(badValue)
		}
	}
	s.start, s.end = s.pos, s.pos+len(word)
	s.pos = s.end
	s.done()
	return t
}

func (s *scanner) number() token {
	n, ok := numberLen(s.b[s.pos:])
	if !ok {
		s.pos += n
		return s.fail(badNumber)
	}
	s.start, s.end = s.pos, s.pos+n
	s.pos = s.end
	s.done()
	return tokenNumber
}

// numberLen returns the length of the JSON number (RFC 8259 §6) that b begins with. When it
// is none, n is how far it looked right.
func numberLen(b []byte) (n int, ok bool) {
	i := 0
	if b[0] == '-' {
		i++
	}
	whole := i
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	if i == whole {
		return i, false
	}
	if b[whole] == '0' && i > whole+1 {
		return whole + 1, true // what follows is for the next token to refuse
	}
	if i < len(b) && b[i] == '.' {
		i++
		fraction := i
		for i < len(b) && b[i]-'0' <= 9 {
			i++
		}
		if i == fraction {
			return i, false
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		return exponentEnd(b, i+1)
	}
	return i, true
}

func exponentEnd(b []byte, i int) (n int, ok bool) {
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	d := digits(b[i:])
	return i + d, d > 0
}

func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	return n
}
