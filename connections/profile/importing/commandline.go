package importing

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/google/shlex"

	"streamscope/connections/profile"
)

// maxPasted is in bytes: people paste lines, not books.
const maxPasted = 1 << 20

// bareHash is the filter # without quotes. A shell would take it for a comment, but not the
// command line of Windows, and no one means a comment there.
var bareHash = regexp.MustCompile(`(?m)(\s(?:-t|--topic))[ \t]+#(?:[ \t]|$)`)

// readCommandLines reads calls of mosquitto's clients, one a line, as they stand in people's
// notes. They are divided into words as a shell would, and nothing is run.
func (r *Result) readCommandLines(text string) error {
	if len(text) > maxPasted {
		return ErrTooLarge
	}
	passedOver := 0
	text = bareHash.ReplaceAllString(text, "$1 '#' ")
	for _, line := range meaningful(joinLines(text)) {
		words, err := splitWords(line)
		if err != nil {
			return errors.New("a quotation mark in the command line has no partner")
		}
		called, words := skipToProgram(words)
		if called == "" {
			passedOver++
			continue
		}
		words, more := untilPipe(words)
		c := fromOptions(called, words, false)
		if more {
			c.unmapped("|, >, &", "only the call of "+called+" was read")
		}
		if err := r.add(c); err != nil {
			return err
		}
	}
	if passedOver > 0 {
		r.Unmapped = append(r.Unmapped, fmt.Sprintf("lines that call no client of mosquitto: %d", passedOver))
	}
	return nil
}

// joinLines puts together what \ (or ^ and ` on Windows) carries over to the next line.
func joinLines(text string) string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for _, mark := range []string{" \\\n", " ^\n", " `\n", "\\\n"} {
		text = strings.ReplaceAll(text, mark, " ")
	}
	return text
}

// splitWords divides a line into words as a shell would. In a line of Windows, known by a
// drive, the backslash divides paths and escapes nothing but quotation marks.
func splitWords(line string) ([]string, error) {
	if drive.MatchString(line) {
		line = loneBackslash.ReplaceAllString(line, `\\$1`)
	}
	return shlex.Split(line)
}

var (
	drive         = regexp.MustCompile(`(^|[\s"'=])[A-Za-z]:\\`)
	loneBackslash = regexp.MustCompile(`\\([^\\"]|$)`)
)

// skipToProgram leaves out a prompt, variables, sudo, docker exec and the like.
func skipToProgram(words []string) (called string, rest []string) {
	for i, word := range words {
		if called := program(word); called != "" {
			return called, words[i+1:]
		}
	}
	return "", nil
}

// untilPipe cuts where the shell would begin another command or another file.
func untilPipe(words []string) (call []string, more bool) {
	for i, word := range words {
		switch strings.TrimLeft(word, "12&") {
		case "|", "||", ">", ">>", "<", ";", ">/dev/null":
			return words[:i], true
		case "":
			if strings.Contains(word, "&") {
				return words[:i], true
			}
		}
	}
	return words, false
}

// readURLs reads one URL a line.
func (r *Result) readURLs(text string) error {
	if len(text) > maxPasted {
		return ErrTooLarge
	}
	for i, line := range meaningful(text) {
		t, err := profile.ParseTarget(line)
		if err != nil {
			return fmt.Errorf("URL %d: %w", i+1, err)
		}
		var c Candidate
		var password string
		c.Profile, password = t.Profile()
		c.secret(profile.SecretPassword, password)
		if err := r.add(c); err != nil {
			return err
		}
	}
	return nil
}
