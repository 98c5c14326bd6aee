package profile

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Cautions returns what connecting with p does to others, a sentence each: what a user should
// have read before it happens to the plant. Nil if it only listens like any other.
func (p Profile) Cautions() (sentences []string) {
	say := func(format string, args ...any) { sentences = append(sentences, fmt.Sprintf(format, args...)) }
	if p.Transport.Encrypted() && p.Transport.TLS.Insecure {
		say("The server's certificate is not verified: %s", insecureDanger)
	}
	if p.Protocol == WebSocket {
		return sentences
	}
	for _, s := range p.Subscriptions {
		if word := SharedCaution(s.Filter); word != "" && !s.Off {
			sentences = append(sentences, word)
		}
	}
	if p.ClientID != "" && !ownClientID(p.ClientID) {
		say("The client ID “%s” is fixed: if a device or a program in the plant uses it, the broker throws that "+
			"one out when this one connects, and both may go on throwing each other out.", p.ClientID)
	}
	if kept := p.sessionKept(); kept != "" {
		say("The session is kept %s: the broker stores every message of its subscriptions with QoS 1 and 2 while "+
			"this program is away, at the cost of its memory, and whoever connects with the same client ID takes them.", kept)
	}
	if p.Will != nil {
		will := "When this connection breaks, the broker publishes to “%s”, and whatever listens there acts on it."
		if p.Will.Retain {
			will = "When this connection breaks, the broker publishes to “%s”, and keeps it there in place of the " +
				"retained message; whatever listens there acts on it."
		}
		say(will, p.Will.Topic)
	}
	return sentences
}

// SharedCaution returns what a shared subscription (MQTT 5 §4.8.2) does to others; "" for a filter
// that is none.
func SharedCaution(filter string) string {
	group, shared := shareGroup(filter)
	if !shared {
		return ""
	}
	return fmt.Sprintf("“%s” is shared: of each message one member of the group “%s” gets a copy, so what comes here "+
		"does not reach the others, and what they were to do with it is left undone.", filter, group)
}

func shareGroup(filter string) (string, bool) {
	rest, ok := strings.CutPrefix(filter, "$share/")
	group, _, _ := strings.Cut(rest, "/")
	return group, ok
}

// ownClientID tells the IDs that [NewClientID] makes: nobody else has them.
func ownClientID(id string) bool {
	tail, ok := strings.CutPrefix(id, clientIDPrefix)
	return ok && len(tail) == clientIDTail
}

// sessionKept tells in words for how long the broker keeps the session; "" if it does not.
func (p Profile) sessionKept() string {
	switch expiry := p.MQTT5.SessionExpiry; {
	case p.Version != Version311 && expiry == math.MaxUint32:
		return "for ever"
	case p.Version != Version311 && expiry > 0:
		return "for " + (time.Duration(expiry) * time.Second).String() + " after disconnecting"
	case !p.CleanSession && p.Version != Version5:
		return "until the broker forgets it"
	}
	return ""
}
