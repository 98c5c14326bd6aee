package topics

import (
	"regexp"
	"strings"
	"time"
	"unicode"

	"streamscope/connections"
)

// Query says which topics to show: those that fit all of it. The zero Query fits every topic.
type Query struct {
	// Payloads lets the words of the query be found in the latest payload as well as in the
	// topic. Wildcards stay with the topic.
	Payloads bool
	// ChangedWithin shows topics with a message that is no older; retained messages, whose age
	// nobody knows, do not count. SilentFor shows those that had none for longer. 0 asks
	// nothing.
	ChangedWithin, SilentFor time.Duration
	// Numbers shows topics whose latest payload holds a number, as the tree would show it.
	Numbers bool
	// Retained shows topics whose latest message came retained.
	Retained bool

	terms []term
}

// ParseQuery reads what a user types: words with spaces between them, all of which a topic has
// to fit. Case never matters.
//
//	press            the topic contains it
//	"line 4"         the same, with a space in it, and nothing in it means anything else
//	plant/+/temp     the filter matches the topic (MQTT 3.1.1 §4.7)
//	/temp[0-9]+$/    the regular expression (RE2) matches somewhere in the topic
//	-debug           not the topics that fit; goes with each of the above
//
// An error is a [*QueryError], which tells what is wrong with a regular expression.
func ParseQuery(text string) (Query, error) {
	var q Query
	text = strings.TrimRightFunc(text, unicode.IsSpace)
	for rest := strings.TrimSpace(text); rest != ""; rest = strings.TrimSpace(rest) {
		var t term
		if len(rest) > 1 && rest[0] == '-' && rest[1] != ' ' {
			t.exclude, rest = true, rest[1:]
		}
		if quoted, after, closed := strings.Cut(rest[1:], `"`); rest[0] == '"' && closed {
			t.text, rest = strings.ToLower(quoted), after
			if t.text == "" {
				continue
			}
		} else {
			var word string
			at := len(text) - len(rest)
			word, rest, _ = strings.Cut(rest, " ")
			if err := t.read(word); err != nil {
				return Query{}, misread(text, word, at, err)
			}
		}
		q.terms = append(q.terms, t)
	}
	return q, nil
}

// IsZero reports whether every topic fits.
func (q *Query) IsZero() bool { return len(q.terms) == 0 && !q.asksMessages() }

// asksMessages reports whether the topic's name alone does not tell.
func (q *Query) asksMessages() bool {
	return q.Payloads && len(q.terms) != 0 || q.ChangedWithin > 0 || q.SilentFor > 0 || q.Numbers || q.Retained
}

// Live reports whether the answer changes with what is received, beyond topics that come and go.
func (q *Query) Live() bool { return q.asksMessages() }

// Aged reports whether the answer changes by the mere passing of time: ask again once a second.
func (q *Query) Aged() bool { return q.ChangedWithin > 0 || q.SilentFor > 0 }

// term is one word of a query.
type term struct {
	text       string // in small letters
	exclude    bool
	wild       bool
	expression *regexp.Regexp
}

func (t *term) read(word string) error {
	t.text = strings.ToLower(word)
	if len(word) > 2 && word[0] == '/' && word[len(word)-1] == '/' {
		// Compiled twice: an error in the second would quote what the user did not write.
		_, err := regexp.Compile(word[1 : len(word)-1])
		if err == nil {
			t.expression, err = regexp.Compile("(?i)" + word[1:len(word)-1])
		}
		return err
	}
	if connections.ValidFilter(word) == nil && !strings.HasPrefix(t.text, "$share/") {
		t.wild = strings.ContainsAny(word, "+#")
	}
	return nil
}

// fits looks at a whole topic.
func (t *term) fits(topic string) bool {
	switch {
	case t.expression != nil:
		return t.expression.MatchString(topic)
	case t.wild:
		return connections.Match(t.text, strings.ToLower(topic))
	default:
		return strings.Contains(strings.ToLower(topic), t.text)
	}
}

const (
	// mostLevels bounds the slashes of a term that is looked for level by level.
	mostLevels = 6
	// unruly marks a node, and those beneath, whose names are not in the lexicon.
	unruly byte = 1 << 7
)

// stepper finds a term by going from level to level. The state of a node has bit j if the names
// down to it end with the first j+1 parts of a text, or are the first j levels of a wildcard
// filter; it follows from the state above and from the marks of the node's own name.
type stepper struct {
	marks               []byte
	root                byte // the state of the root
	always, keep, found byte
}

func (s *stepper) step(above byte, word uint32) byte {
	return (above<<1|s.always)&s.marks[word] | above&s.keep
}

// stepper prepares the search for a term; false if it has to be looked for in whole topics.
func (t *term) stepper(l *lexicon) (*stepper, bool) {
	levels := strings.Split(t.text, "/")
	if t.expression != nil || len(levels) > mostLevels+1 || t.wild && len(levels) > mostLevels {
		return nil, false
	}
	s := &stepper{marks: make([]byte, len(l.starts)-1)}
	if t.wild {
		s.wildcard(l, levels)
	} else {
		s.text(l, levels)
	}
	s.marks[0] = 0
	return s, true
}

// text looks for parts in names that follow each other: the first ends one, the last begins
// one, those between are one.
func (s *stepper) text(l *lexicon, parts []string) {
	last := len(parts) - 1
	s.found = 1 << last
	s.always, s.keep = 1, s.found
	for i, p := range parts {
		bit := byte(1) << i
		switch {
		case p == "" && (i == 0 || i == last):
			s.all(bit)
		case last == 0:
			l.mark(s.marks, p, bit)
		case i == 0:
			l.mark(s.marks, p+"/", bit)
		case i == last:
			l.mark(s.marks, "/"+p, bit)
		default:
			s.marks[l.find(p)] |= bit
		}
	}
}

// wildcard follows a filter from the first level on.
func (s *stepper) wildcard(l *lexicon, levels []string) {
	s.root = 1
	for i, level := range levels {
		bit := byte(1) << (i + 1)
		s.found = bit
		switch level {
		case "#":
			if i == 0 {
				s.all(bit)
			} else {
				s.found = bit >> 1
			}
			s.keep = s.found
		case "+":
			s.all(bit)
		default:
			s.marks[l.find(level)] |= bit
		}
	}
	if levels[0] == "+" || levels[0] == "#" {
		system := make([]byte, len(s.marks))
		l.mark(system, "/$", 1)
		for w, is := range system {
			s.marks[w] &^= is << 1
		}
	}
}

// mayFind reports whether any name can be the last of a hit.
func (s *stepper) mayFind() bool {
	if s.root&s.keep != 0 {
		return true
	}
	for _, m := range s.marks {
		if m&s.found != 0 {
			return true
		}
	}
	return false
}

func (s *stepper) all(bit byte) {
	for w := range s.marks {
		s.marks[w] |= bit
	}
}
