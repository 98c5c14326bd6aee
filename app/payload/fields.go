package payload

import (
	"slices"
	"strconv"
)

// Field is one leaf of a JSON document.
type Field struct {
	// Path is the list of keys to it; an index into an array is its digits.
	Path []string
	// Text is the value: a string without quotes and escapes, a number as it was sent.
	Text string
	// Number is what a chart would draw; meaningful if IsNumber.
	Number   float64
	IsNumber bool
	// Unit stands with the number or beside it; often empty.
	Unit string
}

// maxFieldText bounds Field.Text in bytes.
const maxFieldText = 4096

// Fields lists the leaves of the JSON document b in their order, at most limit of them. It
// lists none if b is not valid JSON to its end.
func Fields(b []byte, limit int) []Field { return FieldsBy(b, limit, Usual) }

// FieldsBy is [Fields] with another rule for the numbers in strings.
func FieldsBy(b []byte, limit int, rule Rule) []Field {
	if !looksLikeJSON(b) || CheckJSON(b) != nil {
		return nil
	}
	var s scanner
	s.reset(b)
	w := fieldWalk{rule: rule}
	for len(w.fields) < limit {
		t := s.next()
		if t == tokenEnd || t == tokenBad {
			break
		}
		w.step(&s, t)
	}
	for len(w.open) > 0 {
		w.close(b)
	}
	return w.fields
}

type fieldWalk struct {
	rule   Rule
	fields []Field
	// path is the key under which the token at hand stands; its last key belongs to the
	// innermost open container.
	path []string
	open []openContainer
}

type openContainer struct {
	start int
	array bool
	index int
	// members are the fields that stand directly in it and lack a unit.
	members []int
}

func (w *fieldWalk) step(s *scanner, t token) {
	switch t {
	case tokenKey:
		w.path[len(w.path)-1] = unescape(s.raw(), s.escaped)
	case tokenObject, tokenArray:
		w.count()
		w.open = append(w.open, openContainer{start: s.start, array: t == tokenArray})
		w.path = append(w.path, "")
	case tokenObjectEnd, tokenArrayEnd:
		w.close(s.b)
	default:
		w.count()
		w.add(s, t)
	}
}

// count names the value at hand by its index if it stands in an array.
func (w *fieldWalk) count() {
	if len(w.open) == 0 {
		return
	}
	if c := &w.open[len(w.open)-1]; c.array {
		w.path[len(w.path)-1] = strconv.Itoa(c.index)
		c.index++
	}
}

func (w *fieldWalk) add(s *scanner, t token) {
	l := leaf{kind: t, raw: s.raw(), escaped: s.escaped}
	f := Field{Path: slices.Clone(w.path), Text: fieldText(l)}
	f.Number, f.Unit, f.IsNumber = l.number(w.rule)
	if f.IsNumber && f.Unit == "" && l.measures() {
		c := &w.open[len(w.open)-1]
		c.members = append(c.members, len(w.fields))
	}
	w.fields = append(w.fields, f)
}

func fieldText(l leaf) string {
	raw := l.raw
	if len(raw) > maxFieldText {
		raw = wholeRunes(raw[:maxFieldText])
		return string(raw) + "…"
	}
	return unescape(raw, l.kind == tokenString && l.escaped)
}

// close leaves the innermost container and gives its numbers the unit that it names.
func (w *fieldWalk) close(b []byte) {
	c := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	w.path = w.path[:len(w.path)-1]
	if c.array || len(c.members) == 0 {
		return
	}
	unit := unitIn(b, c.start)
	for _, i := range c.members {
		w.fields[i].Unit = unit
	}
}
