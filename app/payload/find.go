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
	// end is where the scanner went on.
	end int
	// object is where the object begins whose direct member this is; -1 if none.
	object int
}

func (l *leaf) number(rule Rule) (v float64, unit string, ok bool) {
	switch l.kind {
	case tokenNumber:
		if v, ok = shortDecimal(l.raw); !ok {
			v, ok = finite(l.raw)
		}
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
			return rule.Parse([]byte(unescape(l.raw, true)))
		}
		return rule.Parse(l.raw)
	}
	return 0, "", false
}

// measures tells whether the leaf is of a kind that a unit beside it can belong to.
func (l *leaf) measures() bool { return l.kind == tokenNumber || l.kind == tokenString }

// find returns the first scalar value under path in the JSON document b. What stands beside the
// path is not read, only stepped over by its brackets and quotes: a NaN that Python wrote under
// one key does not take away the numbers under the others. But the document has to end where
// its brackets say, unless cut says that its end is known to be missing.
func find(b []byte, path []string, cut bool) (leaf, bool) {
	var s scanner
	s.reset(b)
	w := pathWalk{path: path}
	for !w.found {
		switch t := s.next(); t {
		case tokenBad, tokenEnd:
			if w.level+1 == len(path) && w.wanted() {
				return leaf{kind: t, end: s.pos}, false // where the value should stand
			}
			return leaf{}, false
		case tokenObject, tokenArray:
			if !w.enter(&s, t) && !s.skip() {
				return leaf{}, false
			}
		case tokenObjectEnd, tokenArrayEnd:
			w.leave(&s)
		case tokenKey:
			w.next = sameKey(s.raw(), s.escaped, path[w.level])
		default:
			w.value(&s, t)
		}
	}
	return w.hit, cut || s.closes()
}

// pathWalk follows a path through the tokens of a document.
type pathWalk struct {
	path []string
	// level is how many keys of the path the containers that were entered have matched; the
	// next key is looked for in the innermost of them.
	level int
	// next tells that the value to come stands under path[level] of an object.
	next bool
	// index is the position of the value to come if the container is an array, want the one
	// looked for; want is -1 if the key is no index.
	index, want int
	array       bool
	start       int
	found       bool
	hit         leaf
}

// enter tells whether the path leads into the container that t opens.
func (w *pathWalk) enter(s *scanner, t token) bool {
	if s.depth > 1 {
		if !w.wanted() || w.level+1 == len(w.path) {
			return false
		}
		w.level++
	}
	w.next, w.array, w.index, w.want, w.start = false, t == tokenArray, 0, -1, s.start
	if w.array {
		w.want = ArrayIndex(w.path[w.level])
	}
	return true
}

// leave goes back to the container outside; the one that closed was entered under
// path[level-1], and so that key has been met.
func (w *pathWalk) leave(s *scanner) {
	if w.level == 0 {
		return
	}
	w.level--
	w.next, w.array, w.want, w.start = false, !s.inObject(), -1, -1
	if w.array {
		w.want = ArrayIndex(w.path[w.level])
		w.index = w.want + 1
	}
}

func (w *pathWalk) value(s *scanner, t token) {
	// A lone scalar is a document, too, but nothing stands under a path in it.
	if s.depth == 0 || !w.wanted() || w.level+1 != len(w.path) {
		return
	}
	w.found = true
	w.hit = leaf{kind: t, raw: s.raw(), escaped: s.escaped, end: s.pos, object: -1}
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

// ArrayIndex reads a key of a path as the index of an array's element; -1 if it is none.
func ArrayIndex(key string) int {
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
	nulls       int
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
			l := leaf{kind: t, raw: s.raw(), escaped: s.escaped, end: s.pos, object: int(starts[s.depth])}
			if named && !c.hasValue {
				c.value, c.hasValue = l, true
			}
			named = false
			switch t {
			case tokenNumber:
				if c.numbers++; c.numbers == 1 {
					c.only = l
				}
			case tokenNull:
				c.nulls++
			}
		}
	}
}

// unitBeside returns the unit that the object of l names for its numbers. It looks behind the
// number first, where most devices have it.
func unitBeside(b []byte, l *leaf) string {
	if l.object < 0 {
		return ""
	}
	s := scanner{b: b, pos: l.end, depth: 1, expect: expectComma}
	s.objects[0] = 1
	if unit, ok := s.unit(len(b)); ok {
		return unit
	}
	s = scanner{b: b, pos: l.object}
	unit, _ := s.unit(l.end)
	return unit
}

// unitIn returns the unit that the object beginning at start names.
func unitIn(b []byte, start int) string {
	s := scanner{b: b, pos: start}
	unit, _ := s.unit(len(b))
	return unit
}

// unit looks for a unit among the members of the object at depth 1, as far as byte end.
func (s *scanner) unit(end int) (unit string, ok bool) {
	named := false
	for s.pos < end {
		switch t := s.next(); t {
		case tokenBad, tokenEnd:
			return "", false
		case tokenObject, tokenArray:
			if s.depth > 1 && !s.skip() {
				return "", false
			}
			named = false
		case tokenObjectEnd, tokenArrayEnd:
			return "", false
		case tokenKey:
			named = unitKey(s.raw())
		default:
			if named && t == tokenString {
				return cleanUnit(s), true
			}
			named = false
		}
	}
	return "", false
}

// cleanUnit returns the string at hand if it can be a unit: short, and plainly visible.
func cleanUnit(s *scanner) string {
	if unit := commonUnit(s.raw()); unit != "" || len(s.raw()) > 4*maxUnitRunes {
		return unit
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

// commonUnit spares the allocation for what nearly every message says; empty if it does not
// know the unit.
func commonUnit(raw []byte) string {
	switch string(raw) {
	case "°C":
		return "°C"
	case "%":
		return "%"
	case "V":
		return "V"
	case "A":
		return "A"
	case "W":
		return "W"
	case "bar":
		return "bar"
	case "C":
		return "C"
	case "kW":
		return "kW"
	case "kWh":
		return "kWh"
	case "Hz":
		return "Hz"
	case "hPa":
		return "hPa"
	case "Pa":
		return "Pa"
	}
	return ""
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
