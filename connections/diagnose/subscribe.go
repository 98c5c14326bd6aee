package diagnose

import (
	"context"
	"fmt"
	"strings"

	"streamscope/connections"
)

// subscribe is the step that asks for each filter, one after the other.
func (e *examination) subscribe(ctx context.Context) finding {
	defer bound(ctx, e.mqtt.conn)()
	f := finding{state: OK}
	var refused, granted []string
	for _, s := range asked(e.p) {
		if strings.HasPrefix(s.Filter, "$share/") {
			f.found = append(f.found, s.Filter+": not tried, it would take messages away from others")
			continue
		}
		a, err := e.mqtt.subscribe(s)
		if err != nil {
			return e.cutOff(s.Filter, err, f.found)
		}
		switch {
		case a.code > 2:
			refused = append(refused, s.Filter)
			f.found = append(f.found, s.Filter+": refused"+e.subackText(a))
		case a.code < s.QoS:
			granted = append(granted, s.Filter)
			f.found = append(f.found, fmt.Sprintf("%s: granted, with QoS %d instead of %d", s.Filter, a.code, s.QoS))
		default:
			granted = append(granted, s.Filter)
			f.found = append(f.found, fmt.Sprintf("%s: granted, QoS %d", s.Filter, a.code))
		}
	}
	switch {
	case len(refused) == 0:
		return f
	case len(granted) == 0:
		f.state = Failed
	default:
		f.state = Warning
	}
	f.cause, f.cure = e.forbidden(refused)
	return f
}

func (d *dialogue) subscribe(s connections.Subscription) (answer, error) {
	d.last++
	if _, err := d.conn.Write(subscribePacket(d.version, d.last, s.Filter, s.QoS)); err != nil {
		return answer{}, err
	}
	for {
		first, body, err := readPacket(d.r)
		switch {
		case err != nil:
			return answer{}, err
		case first == 0x90:
			return parseSuback(d.version, d.last, body)
		case first>>4 == 14:
			code := byte(0)
			if len(body) > 0 {
				code = body[0]
			}
			return answer{}, &connections.Failure{Kind: connections.FailureClosed, Detail: fmt.Sprintf("reason code 0x%02X", code)}
		}
	}
}

// subackText is a reason code of SUBACK in words (MQTT 5 §3.9.3).
func (e *examination) subackText(a answer) string {
	words := map[byte]string{
		0x83: "for a reason of its own", 0x87: "not authorised", 0x8F: "not a valid filter for it", 0x91: "packet identifier in use",
		0x97: "quota exceeded", 0x9E: "no shared subscriptions", 0xA1: "no subscription identifiers", 0xA2: "no wildcards",
	}[a.code]
	if words != "" {
		words = ", " + words
	}
	if a.props.reason != "" {
		words += ": " + e.mask.foreign(a.props.reason)
	}
	return words
}

// forbidden explains filters that were refused.
func (e *examination) forbidden(refused []string) (cause, cure string) {
	cause = "The broker's access rules forbid this user to subscribe to " + strings.Join(refused, ", ") + "."
	for _, f := range refused {
		if f == "#" {
			return cause, "Many brokers forbid # and allow narrower filters: subscribe to the topics that this user may read, such as plant/#, or ask whoever runs the broker."
		}
	}
	return cause, "Subscribe to topics that this user may read, or ask whoever runs the broker."
}

// cutOff explains that the connection ended where an answer to a filter was awaited.
func (e *examination) cutOff(filter string, err error, found []string) finding {
	found = append(found, filter+": "+e.muteness(err))
	f := finding{state: Failed, found: found}
	if e.muteness(err) == "no answer" {
		f.cause = "The broker did not answer the subscription to " + filter + " in time."
		f.cure = "It may be overloaded, or the filter may bring more messages than the network carries: try a narrower one."
		return f
	}
	f.cause = "The broker ended the connection when it was asked for " + filter + ": some brokers do that instead of refusing a filter."
	f.cure = "Subscribe to topics that this user may read: # and $SYS/# are often forbidden."
	return f
}
