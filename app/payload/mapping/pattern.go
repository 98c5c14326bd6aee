package mapping

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// pattern is a topic with places that values fill.
type pattern []part

// part is literal text if path is nil, else a place.
type part struct {
	text   string
	path   []string
	levels bool // the dots of the value part levels
}

// asLevels is what stands behind a key path whose value has levels.
const asLevels = ":levels"

// parsePattern reads a topic as the package's documentation has it.
func parsePattern(s string) (pattern, error) {
	if !utf8.ValidString(s) {
		return nil, errors.New("the topic is not valid UTF-8")
	}
	var p pattern
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			p = append(p, part{text: literal.String()})
			literal.Reset()
		}
	}
	for s != "" {
		switch {
		case strings.HasPrefix(s, "{{"), strings.HasPrefix(s, "}}"):
			literal.WriteByte(s[0])
			s = s[2:]
		case s[0] == '}':
			return nil, errors.New("a } without its {; a brace that is meant stands twice")
		case s[0] == '{':
			place, rest, err := parsePlace(s[1:])
			if err != nil {
				return nil, err
			}
			flush()
			p = append(p, place)
			s = rest
		default:
			literal.WriteByte(s[0])
			s = s[1:]
		}
	}
	flush()
	return p, nil
}

// parsePlace reads keys up to the closing brace, behind which rest begins.
func parsePlace(s string) (p part, rest string, err error) {
	for {
		key, after, err := parseKey(s)
		if err != nil {
			return part{}, "", err
		}
		if p.path = append(p.path, key); len(p.path) > maxPath {
			return part{}, "", fmt.Errorf("a key path of more than %d keys", maxPath)
		}
		if after, ok := strings.CutPrefix(after, "."); ok {
			s = after
			continue
		}
		after, p.levels = strings.CutPrefix(after, asLevels)
		rest, ok := strings.CutPrefix(after, "}")
		if !ok {
			return part{}, "", errors.New("a key path does not end: write {key}, {key.key}, {\"odd.key\"} or {key:levels}")
		}
		return p, rest, nil
	}
}

// oddInKey are the characters for which a key needs quotes.
const oddInKey = `.:{}"`

func parseKey(s string) (key, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, oddInKey)
		if end < 0 {
			return "", "", errors.New("a { without its }; a brace that is meant stands twice")
		}
		if end == 0 {
			return "", "", errors.New("a key is missing between braces or dots")
		}
		return s[:end], s[end:], nil
	}
	for end := 1; end < len(s); end++ {
		switch s[end] {
		case '\\':
			end++
		case '"':
			if err := json.Unmarshal([]byte(s[:end+1]), &key); err != nil {
				return "", "", errors.New("a key in quotes is not written as JSON has it")
			}
			return key, s[end+1:], nil
		}
	}
	return "", "", errors.New("a key in quotes does not end")
}

// String is what parsePattern reads.
func (p pattern) String() string {
	var b strings.Builder
	double := strings.NewReplacer("{", "{{", "}", "}}")
	for _, part := range p {
		if part.path == nil {
			_, _ = double.WriteString(&b, part.text)
			continue
		}
		b.WriteByte('{')
		for i, key := range part.path {
			if i > 0 {
				b.WriteByte('.')
			}
			b.WriteString(formatKey(key))
		}
		if part.levels {
			b.WriteString(asLevels)
		}
		b.WriteByte('}')
	}
	return b.String()
}

func formatKey(key string) string {
	if key != "" && !strings.ContainsAny(key, oddInKey) {
		return key
	}
	quoted, _ := json.Marshal(key) // a string always can
	return string(quoted)
}

// literal returns the pattern's text if there is no place in it.
func (p pattern) literal() (text string, ok bool) {
	switch {
	case len(p) == 0:
		return "", true
	case len(p) == 1 && p[0].path == nil:
		return p[0].text, true
	}
	return "", false
}

// Topic writes a topic for [profile.Mapping] in which each path is a place and parts are
// joined by slashes: Topic([]string{"device"}, []string{"a.b"}) is {device}/{"a.b"}.
func Topic(paths ...[]string) string {
	parts := make([]string, len(paths))
	for i, path := range paths {
		parts[i] = pattern{{path: path}}.String()
	}
	return strings.Join(parts, "/")
}

// appendLevels appends a value as one level of a topic or several, made fit for it.
func appendLevels(b, value []byte, dots bool) []byte {
	start := len(b)
	level := start
	for len(value) > 0 && len(b)-start <= MaxTopic {
		c := value[0]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRune(value)
			b = utf8.AppendRune(b, r)
			value = value[n:]
			continue
		}
		value = value[1:]
		switch {
		case c == '/', c == '.' && dots:
			if len(b) == level {
				b = append(b, '_')
			}
			b = append(b, '/')
			level = len(b)
		case c < ' ', c == 0x7F, c == '+', c == '#', c == '$' && len(b) == 0:
			b = append(b, '_')
		default:
			b = append(b, c)
		}
	}
	if len(b) == level {
		b = append(b, '_')
	}
	return b
}
