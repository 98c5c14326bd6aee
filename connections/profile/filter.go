package profile

import (
	"strings"
	"unicode/utf8"
)

// CheckFilter judges a topic filter (MQTT 3.1.1 §4.7).
func CheckFilter(filter string) error {
	if filter == "" {
		return wrong(FieldSubscriptions, "empty", "Enter a topic or a filter, such as plant/line1/#.")
	}
	if err := checkTopicString(FieldSubscriptions, filter); err != nil {
		return err
	}
	levels := strings.Split(filter, "/")
	if levels[0] == "$share" {
		if len(levels) < 3 || levels[1] == "" || strings.ContainsAny(levels[1], "+#") {
			return wrong(FieldSubscriptions, "share", "A shared subscription has the form $share/group/filter.")
		}
		levels = levels[2:]
		if len(levels) == 1 && levels[0] == "" {
			return wrong(FieldSubscriptions, "share", "A shared subscription has the form $share/group/filter.")
		}
	}
	for i, level := range levels {
		switch {
		case level == "#" && i < len(levels)-1:
			return wrong(FieldSubscriptions, "hash-last", "# stands only at the end of a filter.")
		case level != "#" && strings.Contains(level, "#"):
			return wrong(FieldSubscriptions, "hash-alone", "# stands alone between slashes: write “%s/#”.", strings.TrimRight(strings.Split(filter, "#")[0], "/"))
		case level != "+" && strings.Contains(level, "+"):
			return wrong(FieldSubscriptions, "plus-alone", "+ stands alone between slashes: it cannot be a part of “%s”.", level)
		}
	}
	if strings.TrimSpace(filter) != filter {
		return doubtful(FieldSubscriptions, "blanks", "The filter begins or ends with a blank, which counts.")
	}
	return nil
}

// CheckTopic judges a topic without wildcards, as a pin has it (MQTT 3.1.1 §4.7.3).
func CheckTopic(topic string) error { return checkTopic(FieldPins, topic) }

func checkTopic(field Field, topic string) error {
	switch {
	case topic == "":
		return wrong(field, "empty", "A topic has at least one character.")
	case strings.ContainsAny(topic, "+#"):
		return wrong(field, "wildcard", "“%s” has a wildcard: one topic is meant here.", topic)
	}
	return checkTopicString(field, topic)
}

// checkTopicString takes what brokers send: topics with control characters exist.
func checkTopicString(field Field, s string) error {
	switch {
	case len(s) > maxString:
		return wrong(field, "long", "MQTT allows at most %d bytes here.", maxString)
	case !utf8.ValidString(s) || strings.ContainsRune(s, 0):
		return wrong(field, "unprintable", "It holds characters that MQTT does not allow.")
	}
	return nil
}

// CheckQoS judges a quality of service.
func CheckQoS(qos byte) error {
	if qos > 2 {
		return wrong(FieldSubscriptions, "qos", "QoS is 0, 1 or 2.")
	}
	return nil
}

// Warn returns the word on what a filter does to the broker, to this computer or to others, or
// "" if there is nothing to say.
func Warn(filter string) string {
	shared := strings.HasPrefix(filter, "$share/")
	if shared {
		_, rest, _ := strings.Cut(strings.TrimPrefix(filter, "$share/"), "/")
		filter = rest
	}
	switch {
	case shared:
		return "A shared subscription takes messages away from the other members of its group: they will not see what comes here."
	case everything(filter):
		return "“" + filter + "” asks for every message of the broker. On your own it shows everything; on a public or busy one " +
			"it can be a flood, for the broker and for this computer, and some brokers refuse it or hang up. " +
			"A narrower filter, such as plant/#, is kinder."
	case strings.HasPrefix(filter, "$SYS"):
		return "$SYS holds the broker's own figures; many brokers keep them to administrators."
	}
	return ""
}

// everything reports whether a filter takes in all topics, or all with some slashes.
func everything(filter string) bool {
	levels := strings.Split(filter, "/")
	last := len(levels) - 1
	if levels[last] != "#" {
		return false
	}
	for _, l := range levels[:last] {
		if l != "+" {
			return false
		}
	}
	return true
}
