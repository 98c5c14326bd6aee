package topics

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
)

// Excluding is the word of a query that hides a topic and everything beneath it.
func Excluding(path string) string {
	plain := path + "/#"
	if t := (term{}); !strings.ContainsFunc(path, unicode.IsSpace) && !strings.ContainsAny(path, `"+#`) && t.read(plain) == nil && t.wild {
		return "-" + plain
	}
	var b strings.Builder
	b.WriteString("-/^")
	for _, r := range regexp.QuoteMeta(path) {
		if unicode.IsSpace(r) {
			fmt.Fprintf(&b, `\x{%x}`, r)
		} else {
			b.WriteRune(r)
		}
	}
	b.WriteString("(/|$)/")
	return b.String()
}

// Excludes reports whether a part of the query hides topics.
func (q *Query) Excludes() bool {
	for i := range q.terms {
		if q.terms[i].exclude {
			return true
		}
	}
	return false
}
