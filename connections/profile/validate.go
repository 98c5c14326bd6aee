package profile

import (
	"errors"
	"regexp"

	"streamscope/connections"
)

// Validate checks everything about p. The returned Valid may be used if [Blocking] finds
// nothing among the problems; they come in the order of the form.
func (p Profile) Validate() (Valid, []Problem) {
	var problems []Problem
	note := noting(&problems)
	note(checkID(p.ID))
	note(CheckName(p.Name))
	note(CheckGroup(p.Group))
	note(CheckColour(p.Colour))
	note(checkProtocol(p.Protocol))
	problems = append(problems, p.checkTransport()...)
	note(CheckUser(p.User))
	if p.Protocol != WebSocket {
		problems = append(problems, p.checkMQTT()...)
	} else {
		problems = append(problems, p.Stream.check(p.AsksPassword)...)
	}
	problems = append(problems, p.checkSubscriptions()...)
	for row, pin := range p.Pins {
		note(inRow(row, CheckTopic(pin.Topic)))
	}
	for row, b := range p.Decoders {
		note(inRow(row, CheckBinding(b)))
	}
	if len(Blocking(problems)) > 0 {
		return Valid{}, problems
	}
	// A chart that was spoilt by hand is mended: it is no reason to refuse a connection.
	p.Charts = SaneCharts(p.Charts)
	return Valid{p.Clone()}, problems
}

func (p Profile) checkSubscriptions() (problems []Problem) {
	note := noting(&problems)
	seen := map[string]bool{}
	asked := 0
	for row, s := range p.Subscriptions {
		note(inRow(row, CheckFilter(s.Filter)))
		note(inRow(row, CheckQoS(s.QoS)))
		note(inRow(row, checkVersion5(s, p.Version)))
		if seen[s.Filter] {
			note(inRow(row, wrong(FieldSubscriptions, "twice", "“%s” stands here twice.", s.Filter)))
		}
		seen[s.Filter] = true
		if !s.Off {
			asked++
		}
	}
	if asked == 0 && p.Protocol != WebSocket {
		note(doubtful(FieldSubscriptions, "none", "Nothing is subscribed to, so nothing will be shown."))
	}
	return problems
}

// checkVersion5 judges what only MQTT 5 has (§3.8.3.1).
func checkVersion5(s connections.Subscription, version string) error {
	_, shared := shareGroup(s.Filter)
	switch {
	case s.RetainHandling > 2:
		return wrong(FieldSubscriptions, "retain-handling", "Retained messages come at each subscribing, at a new one, or never (0, 1 or 2).")
	case s.NoLocal && shared:
		return wrong(FieldSubscriptions, "no-local", "A shared subscription cannot leave out this program's own messages: brokers hang up on that.")
	case version == Version311 && (s.NoLocal || s.RetainAsPublished || s.RetainHandling > 0):
		return wrong(FieldSubscriptions, "version", "No local, retain as published and retain handling need MQTT 5.")
	case version == Version311 && shared:
		return doubtful(FieldSubscriptions, "share-version", "Shared subscriptions belong to MQTT 5; not every broker takes them in 3.1.1.")
	}
	return nil
}

// noting returns a function that adds what a check found to problems.
func noting(problems *[]Problem) func(error) {
	return func(err error) {
		var p Problem
		if errors.As(err, &p) {
			*problems = append(*problems, p)
		}
	}
}

func inRow(row int, err error) error {
	var p Problem
	if !errors.As(err, &p) {
		return err
	}
	p.Row = row
	return p
}

// An ID is a file name on every system, and no word that the folder has for itself.
var id = regexp.MustCompile(`^[0-9a-z][0-9a-z-]{0,63}$`)

func checkID(s string) error {
	if !id.MatchString(s) || s == indexName {
		return wrong(FieldID, "form", "“%s” cannot name a profile.", s)
	}
	return nil
}

func checkProtocol(protocol string) error {
	if protocol != MQTT && protocol != WebSocket {
		return wrong(FieldProtocol, "unknown", "This version does not know the protocol “%s”.", protocol)
	}
	return nil
}
