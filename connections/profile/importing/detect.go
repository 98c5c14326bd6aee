package importing

import (
	"bytes"
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind is what a file or a pasted text is.
type Kind string

// The kinds, as a window names them.
const (
	MQTTExplorer Kind = "MQTT Explorer settings"
	MQTTX        Kind = "MQTTX export"
	Mosquitto    Kind = "mosquitto options"
	CommandLine  Kind = "mosquitto command line"
	URLs         Kind = "URLs"
	Own          Kind = "Streamscope connections"
)

// ErrUnknown says that a file is of no kind that is known.
var ErrUnknown = errors.New("this is nothing that Streamscope can import: it reads MQTT Explorer's settings.json, MQTTX's export as JSON or YAML, " +
	"option files and command lines of mosquitto_sub and mosquitto_pub, URLs, and its own exports")

// Refusal is a kind that is recognised and not read; it says what to do instead.
type Refusal string

func (r Refusal) Error() string { return string(r) }

// The kinds that are refused.
const (
	RefusedDatabase Refusal = "this is a database; in MQTTX choose “Export data” and JSON instead"
	RefusedXML      Refusal = "this is XML; in MQTTX choose “Export data” and JSON instead"
	RefusedTable    Refusal = "this is a table of messages, which holds no settings of connections; in MQTTX choose “Export data” and JSON instead"
	RefusedBinary   Refusal = "this is no text; connections are imported from text files"
)

// Detect finds out what b is, from its content; name, which may be empty, only helps.
func Detect(name string, b []byte) (Kind, error) {
	if len(b) > MaxSize {
		return "", ErrTooLarge
	}
	b = withoutMark(b)
	text := bytes.TrimSpace(b)
	switch {
	case len(text) == 0:
		return "", errors.New("there is nothing in it")
	case bytes.HasPrefix(b, []byte("SQLite format 3\x00")):
		return "", RefusedDatabase
	case bytes.HasPrefix(b, []byte("PK\x03\x04")) && strings.EqualFold(filepath.Ext(name), ".xlsx"):
		return "", RefusedTable
	case bytes.IndexByte(b, 0) >= 0 || !utf8.Valid(b):
		return "", RefusedBinary
	case text[0] == '{' || text[0] == '[':
		if kind, err := detectJSON(text); err == nil || text[0] == '{' {
			return kind, err
		}
	case text[0] == '<':
		return "", RefusedXML
	}
	return detectText(name, string(b))
}

func detectJSON(text []byte) (Kind, error) {
	var fields map[string]json.RawMessage
	if text[0] == '[' {
		var list []map[string]json.RawMessage
		if err := json.Unmarshal(text, &list); err != nil {
			return "", notJSON(text, err)
		}
		if len(list) > 0 {
			fields = list[0]
		}
	} else if err := json.Unmarshal(text, &fields); err != nil {
		return "", notJSON(text, err)
	}
	has := func(names ...string) bool {
		return !slices.ContainsFunc(names, func(n string) bool { return fields[n] == nil })
	}
	switch {
	case has("ConnectionManager_connections"):
		return MQTTExplorer, nil
	case has(ownMark):
		return Own, nil
	case has("clientId", "host", "port"), has("name", "host", "port", "protocol"):
		return MQTTX, nil
	}
	return "", ErrUnknown
}

func detectText(name, text string) (Kind, error) {
	lines := meaningful(text)
	base := strings.TrimSuffix(strings.ToLower(filepath.Base(name)), ".conf")
	switch {
	case len(lines) == 0:
		return "", errors.New("there are only comments in it")
	case strings.HasPrefix(strings.TrimSpace(text), "- ") && strings.Contains(text, "clientId:") && strings.Contains(text, "host:"):
		return MQTTX, nil
	case strings.Contains(lines[0], "client_id,") || strings.Contains(lines[0], "clientId,"):
		return "", RefusedTable
	case isCommandLine(joinLines(text)):
		return CommandLine, nil
	case allOf(lines, func(l string) bool { return strings.HasPrefix(l, "-") }):
		return Mosquitto, nil
	case allOf(lines, func(l string) bool { return strings.Contains(l, "://") && !strings.ContainsAny(l, " \t{}<>\"") }):
		return URLs, nil
	case slices.Contains(programs, base):
		return Mosquitto, nil
	}
	return "", ErrUnknown
}

// meaningful returns the lines of text that are neither empty nor comments.
func meaningful(text string) (lines []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

func allOf(lines []string, test func(string) bool) bool {
	return !slices.ContainsFunc(lines, func(l string) bool { return !test(l) })
}

// programs are mosquitto's clients.
var programs = []string{"mosquitto_sub", "mosquitto_pub", "mosquitto_rr"}

// program returns the name of mosquitto's client that a word calls, or "".
func program(word string) string {
	if i := strings.LastIndexAny(word, `/\`); i >= 0 {
		word = word[i+1:]
	}
	word = strings.TrimSuffix(strings.ToLower(word), ".exe")
	if slices.Contains(programs, word) {
		return word
	}
	return ""
}

// isCommandLine looks for a call of mosquitto's clients in the first lines.
func isCommandLine(text string) bool {
	for _, line := range meaningful(text) {
		words, err := splitWords(line)
		if err != nil {
			words = strings.Fields(line)
		}
		for _, word := range words[:min(len(words), 12)] {
			if program(word) != "" {
				return true
			}
		}
	}
	return false
}

var byteOrderMark = []byte("\xef\xbb\xbf")

func withoutMark(b []byte) []byte { return bytes.TrimPrefix(b, byteOrderMark) }
