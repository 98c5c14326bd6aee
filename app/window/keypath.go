package window

import "strings"

// pathKey makes a map key of a key path. Keys of a JSON document may hold dots, so the
// separator is one that no key path in use contains.
func pathKey(path []string) string { return strings.Join(path, "\x1f") }

// pathLabel writes a key path for the eye.
func pathLabel(path []string) string { return strings.Join(path, " › ") }

// seriesName is how a topic's value, or one key of it, is called in legends and pins.
func seriesName(topic string, path []string) string {
	if len(path) == 0 {
		return topic
	}
	return topic + " › " + pathLabel(path)
}
