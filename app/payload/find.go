package payload

import (
	"unicode"
	"unicode/utf8"
)

// leaf is one value of a JSON document, still as it was sent.
type leaf struct {
	kind    token
	raw     []byte
	escaped bool
	// object is where the object begins whose direct member this is; -1 if none.
	object int
}

func (l *leaf) number() (v float64, unit string, ok bool) {
	switch l.kind {
	case tokenNumber:
		v, ok = finite(l.raw)
		return v, "", ok
	case tokenTrue:
		return 1, "", true
	case tokenFalse:
		return 0, "", true
	case tokenString:
		if len(l.raw) > 2*maxNumberText {
			return 0, "", false
		}
		if l.escaped {
			return ParseNumber([]byte(unescape(l.raw, true)))
		}
		return ParseNumber(l.raw)
	}
	return 0, "", false
}

// measures tells whether the leaf is of a kind that a unit beside it can belong to.
func (l *leaf) measures() bool { return l.kind == tokenNumber || l.kind == tokenString }

// find returns the first scalar value under path in the JSON document b. It walks on to the
// end of b, because what stands in a broken document is not to be trusted; only where cut says
// that the end is missing does it make do with a right beginning.
func find(b []byte, path []string, cut bool) (leaf, bool) {
	var s scanner
	s.reset(b)
	w := pathWalk{path: path}
	for {
		t := s.next()
		switch t {
		case tokenBad:
			return w.hit, w.found && cut && s.truncated()
		case tokenEnd:
			return w.hit, w.found
		}
		if !w.found {
			w.step(&s, t)
		}
	}
}

// pathWalk follows a path through the tokens of a document.
type pathWalk struct {
	path []string
	// level is how many keys of the path the open containers have matched. The container in
	// which the next key is looked for is the one at depth level+1.
	level int
	// next tells that the value to come stands under path[level].
	next bool
	// index is the position of the value to come if that container is an array, want the one
	// looked for; want is -1 if it is an object or the key is no index.
	index, want int
	array       bool
	start       int
	found       bool
	hit         leaf
}

func (w *pathWalk) step(s *scanner, t token) {
	switch t {
	case tokenKey:
		if s.depth == w.level+1 {
			w.next = sameKey(s.raw(), s.escaped, w.path[w.level])
		}
	case tokenObject, tokenArray:
		w.enter(s, t)
	case tokenObjectEnd, tokenArrayEnd:
		if s.depth == w.level && w.level > 0 {
			w.leave(s)
		}
	default:
		w.value(s, t)
	}
}

func (w *pathWalk) enter(s *scanner, t token) {
	outer := s.depth - 1
	if outer == 0 {
		w.look(s, t)
		return
	}
	if outer != w.level+1 || !w.wanted() || w.level+1 == len(w.path) {
		return
	}
	w.level++
	w.look(s, t)
}

// look begins to look for path[level] in the container that t opens.
func (w *pathWalk) look(s *scanner, t token) {
	w.next, w.array, w.index, w.want, w.start = false, t == tokenArray, 0, -1, s.start
	if w.array {
		w.want = arrayIndex(w.path[w.level])
	}
}

// leave goes back to the container outside; it was entered under path[level-1].
func (w *pathWalk) leave(s *scanner) {
	w.level--
	w.next, w.array, w.want, w.start = false, !s.inObject(), -1, -1
	if w.array {
		w.want = arrayIndex(w.path[w.level])
		w.index = w.want + 1
	}
}

func (w *pathWalk) value(s *scanner, t token) {
	if s.depth != w.level+1 || !w.wanted() || w.level+1 != len(w.path) {
		return
	}
	w.found = true
	w.hit = leaf{kind: t, raw: s.raw(), escaped: s.escaped, object: -1}
	if !w.array {
		w.hit.object = w.start
	}
}

// wanted tells whether the value at hand stands under path[level], and counts it.
func (w *pathWalk) wanted() bool {
	if !w.array {
		hit := w.next
		w.next = false
		return hit
	}
	w.index++
	return w.index-1 == w.want
}

// arrayIndex reads a key as an index; -1 if it is none.
func arrayIndex(key string) int {
	if key == "" || len(key) > 9 || key[0] == '0' && len(key) > 1 {
		return -1
	}
	n := 0
	for i := range len(key) {
		if key[i]-'0' > 9 {
			return -1
		}
		n = n*10 + int(key[i]-'0')
	}
	return n
}

// choose finds the value that stands for the whole document b: the scalar under "value", else
// its only number. The document has to be valid to its end.
func choose(b []byte) (leaf, bool) {
	var s scanner
	s.reset(b)
	c, err := chooseFrom(&s)
	if err != nil {
		return leaf{}, false
	}
	return c.leaf()
}

type choice struct {
	value, only leaf
	hasValue    bool
	numbers     int
}

func (c *choice) leaf() (leaf, bool) {
	if c.hasValue {
		return c.value, true
	}
	return c.only, c.numbers == 1
}

func chooseFrom(s *scanner) (choice, error) {
	var c choice
	var starts [MaxDepth + 1]int32
	named := false
	for {
		switch t := s.next(); t {
		case tokenEnd:
			return c, nil
		case tokenBad:
			return c, s.err()
		case tokenKey:
			named = s.depth == 1 && sameKey(s.raw(), s.escaped, "value")
		case tokenObject:
			starts[s.depth] = int32(s.start)
			named = false
		case tokenArray:
			starts[s.depth] = -1
			named = false
		case tokenObjectEnd, tokenArrayEnd:
		default:
			l := leaf{kind: t, raw: s.raw(), escaped: s.escaped, object: int(starts[s.depth])}
			if named && !c.hasValue {
				c.value, c.hasValue = l, true
			}
			named = false
			if t == tokenNumber {
				if c.numbers++; c.numbers == 1 {
					c.only = l
				}
			}
		}
	}
}

// unitBeside returns the unit that the object beginning at start names for its numbers. The
// document has been checked.
func unitBeside(b []byte, start int) string {
	if start < 0 {
		return ""
	}
	var s scanner
	s.b, s.pos = b, start
	named := false
	for {
		switch t := s.next(); t {
		case tokenBad, tokenEnd:
			return ""
		case tokenKey:
			named = s.depth == 1 && unitKey(s.raw())
		default:
			if named && t == tokenString {
				return cleanUnit(&s)
			}
			named = false
			if t == tokenObjectEnd && s.depth == 0 {
				return ""
			}
		}
	}
}

// cleanUnit returns the string at hand if it can be a unit: short, and plainly visible.
func cleanUnit(s *scanner) string {
	if len(s.raw()) > 4*maxUnitRunes {
		return ""
	}
	unit := unescape(s.raw(), s.escaped)
	if !utf8.ValidString(unit) || utf8.RuneCountInString(unit) > maxUnitRunes {
		return ""
	}
	for _, r := range unit {
		if !unicode.IsPrint(r) {
			return ""
		}
	}
	return unit
}

func unitKey(raw []byte) bool {
	switch len(raw) {
	case 1:
		return raw[0] == 'u'
	case 3:
		return asciiFold(raw, "uom")
	case 4:
		return asciiFold(raw, "unit")
	case 5:
		return asciiFold(raw, "units")
	case len("unit_of_measurement"):
		return asciiFold(raw, "unit_of_measurement")
	}
	return false
}
