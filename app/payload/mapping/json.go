package mapping

import (
	"bytes"
	"encoding/json"

	"streamscope/app/payload"
)

// Everything here walks bytes that the grammar check has passed, so that no end is missing.

// trim takes off what may stand around a document.
func trim(b []byte) []byte {
	return bytes.Trim(bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF")), " \t\r\n")
}

// space returns the first index from i on that holds no white space.
func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skip returns where the value that begins at i ends.
func skip(b []byte, i int) int {
	switch b[i] {
	case '"':
		return skipString(b, i)
	case '{', '[':
		return skipContainer(b, i)
	}
	for i < len(b) && b[i] != ',' && b[i] != '}' && b[i] != ']' && b[i] > ' ' {
		i++
	}
	return i
}

func skipString(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

func skipContainer(b []byte, i int) int {
	for depth := 0; ; {
		switch b[i] {
		case '"':
			i = skipString(b, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}

// cursor goes through the members of an object or the elements of an array.
type cursor struct {
	b      []byte
	i      int
	object bool
}

// open returns a cursor before the first member of a container.
func open(container []byte) cursor {
	return cursor{b: container, i: 1, object: container[0] == '{'}
}

// next returns the next member; key keeps its quotes, and is nil in an array.
func (c *cursor) next() (key, value []byte, ok bool) {
	i := space(c.b, c.i)
	if c.b[i] == ',' {
		i = space(c.b, i+1)
	}
	if c.b[i] == '}' || c.b[i] == ']' {
		return nil, nil, false
	}
	if c.object {
		end := skipString(c.b, i)
		key = c.b[i:end]
		i = space(c.b, space(c.b, end)+1) // over the colon
	}
	end := skip(c.b, i)
	c.i = end
	return key, c.b[i:end], true
}

// lookup follows a path of keys and indices; the first of equal keys counts.
func lookup(value []byte, path []string) (found []byte, ok bool) {
	for _, key := range path {
		switch value[0] {
		case '{':
			value, ok = member(value, key)
		case '[':
			value, ok = element(value, payload.ArrayIndex(key))
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
	}
	return value, true
}

func member(object []byte, key string) ([]byte, bool) {
	for c := open(object); ; {
		name, value, ok := c.next()
		if !ok {
			return nil, false
		}
		if string(unquote(name)) == key {
			return value, true
		}
	}
}

func element(array []byte, index int) ([]byte, bool) {
	if index < 0 {
		return nil, false
	}
	for c := open(array); ; index-- {
		_, value, ok := c.next()
		if !ok || index == 0 {
			return value, ok
		}
	}
}

// text is a string without its quotes and escapes, and anything else as it was sent.
func text(raw []byte) []byte {
	if raw[0] != '"' {
		return raw
	}
	return unquote(raw)
}

// unquote returns what stands in a JSON string.
func unquote(raw []byte) []byte {
	inner := raw[1 : len(raw)-1]
	if bytes.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return inner
	}
	return []byte(s)
}
