package connections

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxString is the length limit of an MQTT string in bytes (MQTT 3.1.1 §1.5.3).
const maxString = 65535

// ValidTopic tells what is wrong with a topic name that someone wants to publish to
// (MQTT 3.1.1 §4.7); nil if nothing is.
func ValidTopic(topic string) error {
	if err := validString("topic", topic); err != nil {
		return err
	}
	if i := strings.IndexAny(topic, "+#"); i >= 0 {
		return fmt.Errorf("a topic to publish to cannot contain %q", topic[i])
	}
	return nil
}

// maxPayload leaves room for the longest topic in the longest packet (MQTT 3.1.1 §2.2.3).
const maxPayload = 268_435_455 - maxString - 4

// ValidPublication tells why p cannot be sent; nil if it can.
func ValidPublication(p Publication) error {
	if err := ValidTopic(p.Topic); err != nil {
		return err
	}
	if p.QoS > 2 {
		return fmt.Errorf("there is no QoS %d", p.QoS)
	}
	if len(p.Payload) > maxPayload {
		return fmt.Errorf("the payload is longer than %d bytes", maxPayload)
	}
	return nil
}

// ValidFrame tells why p cannot be sent as a frame of a raw WebSocket, which knows no topic;
// nil if it can.
func ValidFrame(p Publication) error {
	switch {
	case len(p.Payload) > maxPayload:
		return fmt.Errorf("the payload is longer than %d bytes", maxPayload)
	case !p.Binary && !utf8.Valid(p.Payload):
		return errors.New("a text frame has to be valid UTF-8; send it as binary")
	}
	return nil
}

// ValidFilter tells what is wrong with a topic filter (MQTT 3.1.1 §4.7.1), also a shared one
// ($share/group/filter); nil if nothing is.
func ValidFilter(filter string) error {
	if err := validString("filter", filter); err != nil {
		return err
	}
	if rest, shared := strings.CutPrefix(filter, "$share/"); shared {
		group, inner, found := strings.Cut(rest, "/")
		if !found || group == "" || inner == "" || strings.ContainsAny(group, "+#") {
			return errors.New("a shared filter has the form $share/group/filter")
		}
		filter = inner
	}
	for level, rest, more := "", filter, true; more; {
		level, rest, more = strings.Cut(rest, "/")
		switch {
		case strings.Contains(level, "#") && (level != "#" || more):
			return errors.New("# must be the last level of a filter, alone: a/b/#")
		case strings.Contains(level, "+") && level != "+":
			return errors.New("+ must be a level of its own: a/+/b")
		}
	}
	return nil
}

func validString(what, s string) error {
	switch {
	case s == "":
		return fmt.Errorf("the %s is empty", what)
	case len(s) > maxString:
		return fmt.Errorf("the %s is longer than %d bytes", what, maxString)
	case !utf8.ValidString(s):
		return fmt.Errorf("the %s is not valid UTF-8", what)
	case strings.IndexByte(s, 0) >= 0:
		return fmt.Errorf("the %s contains a null character", what)
	}
	return nil
}

// Match reports whether a valid filter matches a topic (MQTT 3.1.1 §4.7). A wildcard at the
// beginning matches no topic that begins with $ [MQTT-4.7.2-1]. It does not allocate.
func Match(filter, topic string) bool {
	filter = Unshared(filter)
	if topic != "" && topic[0] == '$' && wildFirst(filter) {
		return false
	}
	for {
		level, rest, more := strings.Cut(filter, "/")
		if level == "#" {
			return true
		}
		name, names, deeper := strings.Cut(topic, "/")
		if level != "+" && level != name {
			return false
		}
		switch {
		case !more:
			return !deeper
		case !deeper:
			return rest == "#" // "a/#" matches its parent, "a"
		}
		filter, topic = rest, names
	}
}

// Covers reports whether every topic that the filter narrow matches is matched by wide, too.
// Shared filters neither cover nor are covered: they share their messages with others.
func Covers(wide, narrow string) bool {
	if wide == narrow {
		return true
	}
	if Unshared(wide) != wide || Unshared(narrow) != narrow {
		return false
	}
	if narrow[0] == '$' && wildFirst(wide) {
		return false
	}
	if wide == "+/#" {
		wide = "#" // every topic has a first level
	}
	for {
		w, wideRest, wideMore := strings.Cut(wide, "/")
		if w == "#" {
			return true
		}
		n, narrowRest, narrowMore := strings.Cut(narrow, "/")
		if n == "#" || (w != "+" && w != n) {
			return false
		}
		switch {
		case !wideMore:
			return !narrowMore
		case !narrowMore:
			return wideRest == "#"
		}
		wide, narrow = wideRest, narrowRest
	}
}

// Unshared returns what a shared filter ($share/group/filter) matches; any other as it stands.
func Unshared(filter string) string {
	if rest, ok := strings.CutPrefix(filter, "$share/"); ok {
		if _, inner, found := strings.Cut(rest, "/"); found {
			return inner
		}
	}
	return filter
}

func wildFirst(filter string) bool {
	return filter != "" && (filter[0] == '+' || filter[0] == '#')
}

// Reduce divides subscriptions in those that must be asked for and those that another one
// covers; covered maps each of these to the filter that covers it. Subscriptions that are off
// appear in neither, of equal filters the first stays, with the highest QoS.
//
// One whose options of MQTT 5 are others is not covered: no local, retain as published and retain
// handling change what comes. Where both match, messages come twice then.
//
// A covered filter is left out whatever its QoS: asking for both would bring its messages
// twice (MQTT 3.1.1 §3.3.5). What it gets is the QoS of the filter that covers it.
func Reduce(subs []Subscription) (send []Subscription, covered map[string]string) {
	distinct := make([]Subscription, 0, len(subs))
	at := make(map[string]int, len(subs))
	for _, s := range subs {
		if s.Off || s.Filter == "" {
			continue
		}
		i, seen := at[s.Filter]
		if !seen {
			at[s.Filter] = len(distinct)
			distinct = append(distinct, s.asked())
			continue
		}
		distinct[i].QoS = max(distinct[i].QoS, s.QoS)
	}
	covered = make(map[string]string)
	for i, s := range distinct {
		if by, ok := coverer(distinct, i); ok {
			covered[s.Filter] = by
			continue
		}
		send = append(send, s)
	}
	return send, covered
}

// coverer finds a filter that covers the i-th one and is itself covered by none. Of two that
// cover each other, the first stays.
func coverer(subs []Subscription, i int) (by string, ok bool) {
	for j, s := range subs {
		if j == i || !s.likewise(subs[i]) || !Covers(s.Filter, subs[i].Filter) {
			continue
		}
		if Covers(subs[i].Filter, s.Filter) && i < j {
			continue
		}
		if by == "" || Covers(s.Filter, by) && !Covers(by, s.Filter) {
			by = s.Filter
		}
	}
	return by, by != ""
}

// Overlap reports whether there is a topic that both of two valid filters match.
func Overlap(a, b string) bool {
	a, b = Unshared(a), Unshared(b)
	if a == "" || b == "" {
		return false
	}
	if a[0] == '$' && wildFirst(b) || b[0] == '$' && wildFirst(a) {
		return false
	}
	for {
		one, restOne, moreOne := strings.Cut(a, "/")
		two, restTwo, moreTwo := strings.Cut(b, "/")
		switch {
		case one == "#" || two == "#":
			return true
		case one != two && one != "+" && two != "+":
			return false
		case !moreOne && !moreTwo:
			return true
		case !moreOne:
			return restTwo == "#" // "a" and "a/#"
		case !moreTwo:
			return restOne == "#"
		}
		a, b = restOne, restTwo
	}
}

// maxCompared bounds how many filters [Doubled] compares, each with all others.
const maxCompared = 500

// Doubled maps each filter that is asked for to another one that matches some of its topics, too:
// a broker may send a message on such a topic once for each of them (MQTT 5 §3.3.4). Shared
// filters are left out, for their messages go to one member of a group.
func Doubled(subs []Subscription) map[string]string {
	var asked []string
	send, _ := Reduce(subs)
	for _, s := range send {
		if Unshared(s.Filter) == s.Filter && ValidFilter(s.Filter) == nil {
			asked = append(asked, s.Filter)
		}
	}
	doubled := map[string]string{}
	for i, a := range asked[:min(len(asked), maxCompared)] {
		for _, b := range asked[:i] {
			if Overlap(a, b) {
				doubled[a] = b
				if doubled[b] == "" {
					doubled[b] = a
				}
			}
		}
	}
	return doubled
}
