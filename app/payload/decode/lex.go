package decode

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a piece of options and where it stands.
type word struct {
	text         string
	line, column int
	// spaced tells that white space or the beginning stands before it.
	spaced bool
}

func (w word) wrong(format string, args ...any) error {
	return &OptionError{Line: w.line, Column: w.column, Msg: fmt.Sprintf(format, args...)}
}

// after is an error about what is missing behind the word.
func (w word) after(format string, args ...any) error {
	return &OptionError{Line: w.line, Column: w.column + utf8.RuneCountInString(w.text), Msg: fmt.Sprintf(format, args...)}
}

// lex cuts options into words: runs of letters, digits and dots, and single signs. A # begins
// a comment; a ; ends a line as a line end does, and both are words of their own, "\n".
func lex(options string) []word {
	var words []word
	line, column, from := 1, 1, -1
	start, spaced := 0, true
	end := func(upTo int) {
		if from >= 0 {
			words = append(words, word{options[from:upTo], line, start, spaced})
			from, spaced = -1, false
		}
	}
	comment := false
	for i, r := range options {
		switch {
		case r == '\n' || r == ';' && !comment:
			end(i)
			words = append(words, word{"\n", line, column, spaced})
			spaced, comment = true, false
			if r == '\n' {
				line, column = line+1, 0
			}
		case comment:
		case r == '#':
			end(i)
			comment = true
		case unicode.IsSpace(r):
			end(i)
			spaced = true
		case strings.ContainsRune(":=*×/+-−[]()", r):
			end(i)
			words = append(words, word{string(r), line, column, spaced})
			spaced = false
		case from < 0:
			from, start = i, column
		}
		column++
	}
	end(len(options))
	for len(words) > 0 && words[len(words)-1].text == "\n" {
		words = words[:len(words)-1]
	}
	return words
}
