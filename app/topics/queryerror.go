package topics

import (
	"errors"
	"fmt"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// QueryError says what [ParseQuery] could not read.
type QueryError struct {
	// Word is the regular expression with its slashes, Part what is wrong in it, as it stands.
	Word, Part string
	// Column is where Part begins in the text that was parsed, in characters from 1.
	Column int
	// Reason says what is wrong.
	Reason string
}

// Error is a sentence without a capital, as errors are.
func (e *QueryError) Error() string {
	return fmt.Sprintf("the expression %s: %s at character %d: %s", e.Word, e.Reason, e.Column, e.Part)
}

// misread finds the place of an error in a word that begins at byte at of the text.
func misread(text, word string, at int, err error) *QueryError {
	e := &QueryError{Word: word, Part: word, Reason: err.Error()}
	var s *syntax.Error
	if errors.As(err, &s) {
		e.Part, e.Reason = s.Expr, s.Code.String()
	}
	if i := strings.Index(word, e.Part); i > 0 {
		at += i
	}
	e.Column = utf8.RuneCountInString(text[:at]) + 1
	return e
}
