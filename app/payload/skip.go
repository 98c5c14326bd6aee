package payload

import (
	"encoding/binary"
	"math/bits"
)

const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
)

// zeroes has the top bit set in the lowest byte of x that is zero; bits above it may be wrong.
func zeroes(x uint64) uint64 { return (x - ones) &^ x & tops }

// exactZeroes has the top bit of each byte of x that is zero.
func exactZeroes(x uint64) uint64 {
	const rest = ^uint64(tops)
	return ^(x&rest + rest | x | rest)
}

// plainLen returns how many bytes of b come before a quote, a backslash or a control
// character. It looks at eight bytes at a time: most of a document is strings.
func plainLen(b []byte) int {
	n := 0
	for ; len(b)-n >= 8; n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		found := zeroes(x^ones*'"') | zeroes(x^ones*'\\') | (x-ones*' ')&^x&tops
		if found != 0 {
			return n + bits.TrailingZeros64(found)/8
		}
	}
	for n < len(b) && b[n] >= ' ' && b[n] != '"' && b[n] != '\\' {
		n++
	}
	return n
}

// balancer follows brackets outside of strings until all of them are closed.
type balancer struct {
	depth           int
	quoted, escaped bool
}

// balancedLen returns how many bytes of b it takes until depth open brackets are closed. Eight
// bytes go at a time, except where a backslash is.
func balancedLen(b []byte, depth int) (n int, ok bool) {
	s := balancer{depth: depth}
	for ; len(b)-n >= 8; n += 8 {
		x := binary.LittleEndian.Uint64(b[n:])
		if s.escaped || exactZeroes(x^ones*'\\') != 0 {
			if k := s.bytes(b[n : n+8]); s.depth == 0 {
				return n + k, true
			}
			continue
		}
		if k := s.word(x); s.depth == 0 {
			return n + k, true
		}
	}
	n += s.bytes(b[n:])
	return n, s.depth == 0
}

// bytes takes one byte after the other and returns how many it took.
func (s *balancer) bytes(b []byte) int {
	for i, c := range b {
		switch {
		case s.escaped:
			s.escaped = false
		case c == '"':
			s.quoted = !s.quoted
		case s.quoted:
			s.escaped = c == '\\'
		case c|0x20 == '{':
			s.depth++
		case c|0x20 == '}':
			if s.depth--; s.depth == 0 {
				return i + 1
			}
		}
	}
	return len(b)
}

// word takes eight bytes without a backslash, the first of them lowest, and returns how many
// it took. Masks have the top bit of each byte.
func (s *balancer) word(x uint64) int {
	// From each quote to the next the bits are set: a running exclusive or.
	in := exactZeroes(x ^ ones*'"')
	in ^= in << 8
	in ^= in << 16
	in ^= in << 32
	if s.quoted {
		in ^= tops
	}
	s.quoted = in>>63 != 0
	// One bit tells [ from { and ] from }.
	y := x | ones*0x20
	opens := exactZeroes(y^ones*'{') &^ in
	for m := opens | exactZeroes(y^ones*'}')&^in; m != 0; m &= m - 1 {
		if opens&m&-m != 0 {
			s.depth++
			continue
		}
		if s.depth--; s.depth == 0 {
			return bits.TrailingZeros64(m)/8 + 1
		}
	}
	return 8
}

// skip steps over the rest of the container that was opened last.
func (s *scanner) skip() bool {
	n, ok := balancedLen(s.b[s.pos:], 1)
	s.pos += n
	if !ok {
		s.bad = badEnd
		return false
	}
	s.depth--
	s.done()
	return true
}

// closes tells whether the open containers close and nothing but space follows.
func (s *scanner) closes() bool {
	n, ok := balancedLen(s.b[s.pos:], s.depth)
	rest := s.b[s.pos+n:]
	return ok && spaceLen(rest) == len(rest)
}
