package profile

import (
	"errors"
	"regexp"
)

// Validate checks everything about p. The returned Valid may be used if [Blocking] finds
// nothing among the problems; they come in the order of the form.
func (p Profile) Validate() (Valid, []Problem) {
	var problems []Problem
	note := func(err error) {
		var problem Problem
		if errors.As(err, &problem) {
			problems = append(problems, problem)
		}
	}
	note(checkID(p.ID))
	note(CheckName(p.Name))
	note(CheckColour(p.Colour))
	note(checkProtocol(p.Protocol))
	note(CheckHost(p.Host))
	note(CheckPort(p.Port))
	note(CheckClientID(p.ClientID, p.CleanSession))
	note(CheckUser(p.User))
	if p.AsksPassword && p.User == "" {
		note(wrong(FieldPassword, "no-user", "MQTT sends a password only with a user name: enter one."))
	}
	note(CheckKeepAlive(p.KeepAlive))
	problems = append(problems, p.checkSubscriptions()...)
	for row, pin := range p.Pins {
		note(inRow(row, CheckTopic(pin.Topic)))
	}
	if len(Blocking(problems)) > 0 {
		return Valid{}, problems
	}
	return Valid{p.Clone()}, problems
}

func (p Profile) checkSubscriptions() (problems []Problem) {
	note := func(err error) {
		var problem Problem
		if errors.As(err, &problem) {
			problems = append(problems, problem)
		}
	}
	seen := map[string]bool{}
	asked := 0
	for row, s := range p.Subscriptions {
		note(inRow(row, CheckFilter(s.Filter)))
		note(inRow(row, CheckQoS(s.QoS)))
		if seen[s.Filter] {
			note(inRow(row, wrong(FieldSubscriptions, "twice", "“%s” stands here twice.", s.Filter)))
		}
		seen[s.Filter] = true
		if !s.Off {
			asked++
		}
	}
	if asked == 0 {
		note(doubtful(FieldSubscriptions, "none", "Nothing is subscribed to, so nothing will be shown."))
	}
	return problems
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
	if protocol != MQTT {
		return wrong(FieldProtocol, "unknown", "This version does not know the protocol “%s”.", protocol)
	}
	return nil
}
