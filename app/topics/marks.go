package topics

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	// markedName is how much of a name can be marked, in bytes: no row shows more.
	markedName = 1024
	// markedPath bounds the paths that a regular expression is tried on for a mark.
	markedPath = 4096
)

// Mark finds the part of a topic's last level, as bytes from and to of it, that the query found.
// A word that began in a level above is marked from the level's beginning on: of "press/te",
// "te" is marked in the name "temp". named is false where there are words or wildcards, but no
// word is found in this level or in those above: then the hit has to be marked as a whole.
func (q *Query) Mark(path string, name int) (from, to int, named bool) {
	named = !slices.ContainsFunc(q.terms, func(t term) bool { return !t.exclude })
	for i := range q.terms {
		t := &q.terms[i]
		if t.exclude || t.wild {
			continue
		}
		a, b := t.mark(path, name)
		if b > 0 && to == 0 {
			from, to = a, b
		}
		named = named || b > 0 || t.above(path[:name])
	}
	return from, to, named
}

// mark finds the last place where a term ends in the level that begins at byte name of path.
func (t *term) mark(path string, name int) (from, to int) {
	if t.expression != nil {
		if len(path) > markedPath {
			return 0, 0
		}
		for _, at := range t.expression.FindAllStringIndex(path, -1) {
			if at[1] > name && at[1] > at[0] {
				from, to = max(at[0]-name, 0), at[1]-name
			}
		}
		return from, to
	}
	n := utf8.RuneCountInString(t.text)
	if n == 0 {
		return 0, 0
	}
	// A letter has at most four bytes.
	for i := max(0, name-n*utf8.UTFMax); i < min(len(path), name+markedName); {
		if end := i + prefixOf(path[i:], n); end > name && strings.EqualFold(path[i:end], t.text) {
			from, to = max(i-name, 0), end-name
		}
		_, w := utf8.DecodeRuneInString(path[i:])
		i += w
	}
	return from, to
}

// above reports whether the term is found in the levels above. It takes a path that is too long
// for an expression for one that has it.
func (t *term) above(path string) bool {
	return t.expression != nil && len(path) > markedPath || t.fits(path)
}

// prefixOf is the length of the first n characters of s, in bytes.
func prefixOf(s string, n int) int {
	end := 0
	for ; n > 0 && end < len(s); n-- {
		_, w := utf8.DecodeRuneInString(s[end:])
		end += w
	}
	return end
}
