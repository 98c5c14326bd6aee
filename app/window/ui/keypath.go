package ui

import "strings"

// PathKey makes a map key of a key path. Keys of a JSON document may hold dots, so the
// separator is one that no key path in use contains.
func PathKey(path []string) string { return strings.Join(path, "\x1f") }

// PathLabel writes a key path for the eye.
func PathLabel(path []string) string { return strings.Join(path, " › ") }

// SeriesName is how a topic's value, or one key of it, is called in legends and pins.
func SeriesName(topic string, path []string) string {
	if len(path) == 0 {
		return topic
	}
	return topic + " › " + PathLabel(path)
}
