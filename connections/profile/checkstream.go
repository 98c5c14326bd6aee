package profile

import (
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const (
	maxPing         = 3600     // seconds; proxies drop a silent connection long before
	maxMessageLimit = 1 << 30  // bytes
	minMessageLimit = 1 << 10  // bytes
	maxTopicPattern = 4 * 1024 // bytes
)

// check judges a raw WebSocket's settings; nil is a mistake.
func (s *Stream) check(asksPassword bool) (problems []Problem) {
	note := noting(&problems)
	if s == nil {
		note(wrong(FieldStream, "missing", "A raw WebSocket needs to know what to make of its frames."))
		return problems
	}
	for row, name := range s.Subprotocols {
		note(inRow(row, CheckSubprotocol(name)))
		if slices.Index(s.Subprotocols, name) < row {
			note(inRow(row, wrong(FieldSubprotocols, "twice", "“%s” stands here twice.", name)))
		}
	}
	note(CheckOrigin(s.Origin))
	note(CheckPingInterval(s.PingInterval))
	note(CheckMessageLimit(s.MessageLimit))
	for row, o := range s.Opening {
		note(inRow(row, CheckOpening(o, asksPassword)))
	}
	return append(problems, s.Mapping.check()...)
}

// CheckSubprotocol judges a name for Sec-WebSocket-Protocol (RFC 6455 §4.1).
func CheckSubprotocol(name string) error {
	if !isToken(name) {
		return wrong(FieldSubprotocols, "form", "“%s” is no name of a subprotocol: it takes letters, digits, dots and hyphens.", name)
	}
	return nil
}

// CheckOrigin judges an origin (RFC 6454 §6.2); empty for none.
func CheckOrigin(origin string) error {
	if origin == "" || origin == "null" {
		return nil
	}
	u, err := url.Parse(origin)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" || u.User != nil:
		return wrong(FieldOrigin, "form", "An origin has the form https://host or https://host:port.")
	case u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return doubtful(FieldOrigin, "path", "An origin ends after the host and port; servers compare it to the letter.")
	}
	return nil
}

// CheckPingInterval judges seconds.
func CheckPingInterval(seconds int) error {
	if seconds < 0 || seconds > maxPing {
		return wrong(FieldPingInterval, "range", "The interval of pings is 1 to %d seconds; 0 takes the usual 30.", maxPing)
	}
	return nil
}

// CheckMessageLimit judges a number of bytes.
func CheckMessageLimit(bytes int64) error {
	if bytes != 0 && (bytes < minMessageLimit || bytes > maxMessageLimit) {
		return wrong(FieldMessageLimit, "range", "The limit of a message is 1 KiB to 1 GiB; 0 takes the usual 16 MiB.")
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// CheckOpening judges a message that is sent on opening.
func CheckOpening(o Opening, asksPassword bool) error {
	switch {
	case o.Text == "":
		return wrong(FieldOpening, "empty", "Enter the message, or remove its row.")
	case o.Binary:
		if _, err := hex.DecodeString(strings.Join(strings.Fields(o.Text), "")); err != nil {
			return wrong(FieldOpening, "hex", "A binary message is written in pairs of hexadecimal digits: 01 a0 ff.")
		}
		return nil
	}
	for _, found := range placeholder.FindAllStringSubmatch(o.Text, -1) {
		switch name := found[1]; {
		case name == "password" && !asksPassword:
			return doubtful(FieldOpening, "no-password", "{{password}} stands for nothing: this connection has no password.")
		case name != "user" && name != "password":
			return doubtful(FieldOpening, "placeholder", "“{{%s}}” is sent as it stands: only {{user}} and {{password}} are filled in.", name)
		}
	}
	return nil
}

func (m Mapping) check() (problems []Problem) {
	note := noting(&problems)
	switch m.Kind {
	case MapFixed:
		note(checkTopic(FieldMappingTopic, m.Topic))
	case MapKeys:
		note(CheckPattern(m.Topic, true))
	case MapLeaves:
		note(CheckPattern(m.Topic, false))
	default:
		note(wrong(FieldMapping, "unknown", "This version does not know the mapping “%s”.", m.Kind))
	}
	if len(m.Time) > 0 && !slices.Contains([]string{"rfc3339", "s", "ms", "us", "ns"}, m.TimeFormat) {
		note(wrong(FieldMappingTime, "format", "Choose how the time is written: RFC 3339, or a number of s, ms, µs or ns."))
	}
	return problems
}

// CheckPattern judges a topic with key paths in braces, such as "{device}/{sensor.name}".
// needsKey tells that one without braces would put everything on one topic.
func CheckPattern(pattern string, needsKey bool) error {
	if pattern == "" && needsKey {
		return wrong(FieldMappingTopic, "empty", "Enter a pattern for the topic, such as {device}/{sensor}.")
	}
	if len(pattern) > maxTopicPattern {
		return wrong(FieldMappingTopic, "long", "A pattern has at most %d bytes.", maxTopicPattern)
	}
	keys, rest := 0, pattern
	for rest != "" {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return wrong(FieldMappingTopic, "brace", "A } in the pattern has no { before it.")
		}
		if strings.ContainsAny(before, "+#") {
			return wrong(FieldMappingTopic, "wildcard", "“%s” has a wildcard: topics are made here, not asked for.", pattern)
		}
		if !found {
			break
		}
		key, after, closed := strings.Cut(after, "}")
		switch {
		case !closed || strings.Contains(key, "{"):
			return wrong(FieldMappingTopic, "brace", "A { in the pattern has no } behind it.")
		case strings.TrimSpace(key) == "":
			return wrong(FieldMappingTopic, "no-key", "Between { and } stands the key whose value becomes a part of the topic.")
		}
		keys++
		rest = after
	}
	if needsKey && keys == 0 {
		return wrong(FieldMappingTopic, "no-braces", "Write the keys whose values make the topic in braces: {device}/{sensor}.")
	}
	return checkTopicString(FieldMappingTopic, pattern)
}
