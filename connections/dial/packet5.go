package dial

import (
	"encoding/binary"
	"fmt"

	"streamscope/connections"
)

// checkPublish5 checks a PUBLISH of MQTT 5 (§3.3) up to its payload. The body may be incomplete,
// but not shorter than what comes before the payload.
func checkPublish5(h header, body []byte) error {
	if err := checkPublish(h, body); err != nil {
		return err
	}
	after := body[h.prefix(int(binary.BigEndian.Uint16(body))):]
	if len(after) > 0 && after[0] == 0 {
		return nil
	}
	props, _, err := splitProperties(after)
	if err != nil {
		return fmt.Errorf("a PUBLISH with %w", err)
	}
	if len(props) > maxProperties {
		return fmt.Errorf("a PUBLISH with %d bytes of properties", len(props))
	}
	if err := checkProperties(typePublish, props, nil); err != nil {
		return fmt.Errorf("a PUBLISH with %w", err)
	}
	return nil
}

// checkConnack5 turns everything but an acceptance into a failure (MQTT 5 §3.2). A broker of
// MQTT 3.1.1 answers without properties.
func checkConnack5(body []byte) (properties, *connections.Failure) {
	found := properties{keepAlive: -1}
	if len(body) == 2 {
		f := checkConnack(body)
		if f == nil {
			f = &connections.Failure{Kind: connections.FailureVersion, Detail: "it answers in MQTT 3.1.1"}
		}
		return found, f
	}
	broken := func(detail string) (properties, *connections.Failure) {
		return found, &connections.Failure{Kind: connections.FailureProtocol, Detail: "a CONNACK with " + detail}
	}
	if len(body) < 2 {
		return broken("one byte")
	}
	props, rest, err := splitProperties(body[2:])
	if err == nil {
		err = checkProperties(typeConnack, props, &found)
	}
	switch {
	case err != nil:
		return broken(err.Error())
	case len(rest) > 0:
		return broken("bytes behind its end")
	case body[0] > 1 || body[0] == 1 && body[1] != 0:
		return broken(fmt.Sprintf("the flags %#02x", body[0]))
	}
	switch code := body[1]; {
	case code == 0:
		return found, nil
	case code < 0x80 || !connections.KnownReason(code):
		return broken(fmt.Sprintf("the unknown code %#02x", code))
	default:
		return found, refused(code, found)
	}
}

// refused is a reason code of CONNACK or DISCONNECT, and what the broker said beside it, as a
// failure.
func refused(code byte, p properties) *connections.Failure {
	f := &connections.Failure{Kind: connections.FailureClosed, Detail: connections.DescribeReason(code, p.reason)}
	switch code {
	case 0x81, 0x82, 0x8c, 0x90, 0x94, 0x99, 0x9a, 0x9b, 0x9e, 0xa1, 0xa2:
		f.Kind = connections.FailureRejected
	case 0x84:
		f.Kind = connections.FailureVersion
	case 0x85:
		f.Kind = connections.FailureClientID
	case 0x86:
		f.Kind = connections.FailureCredentials
	case 0x87, 0x8a:
		f.Kind = connections.FailureNotAuthorised
	case 0x88, 0x89, 0x8b, 0x97, 0x9f:
		f.Kind = connections.FailureUnavailable
	case 0x95:
		f.Kind = connections.FailureRejected
	case 0x9c, 0x9d:
		f.Kind = connections.FailureMoved
		if p.server != "" {
			f.Detail += ": " + connections.OneLine(p.server)
		}
	}
	return f
}

// goodbye explains a DISCONNECT of the broker's (MQTT 5 §3.14).
func goodbye(body []byte) *connections.Failure {
	broken := &connections.Failure{Kind: connections.FailureProtocol, Detail: "a DISCONNECT that is malformed"}
	code, found := byte(0), properties{}
	if len(body) > 0 {
		code = body[0]
	}
	if len(body) > 1 {
		props, rest, err := splitProperties(body[1:])
		if err != nil || len(rest) > 0 || checkProperties(typeDisconnect, props, &found) != nil {
			return broken
		}
	}
	if !connections.KnownReason(code) {
		return broken
	}
	if code == 0 && found.reason == "" {
		return &connections.Failure{Kind: connections.FailureClosed, Detail: "DISCONNECT"}
	}
	return refused(code, found)
}

// checkAck5 checks the body of an acknowledgement of MQTT 5 (§3.4 to §3.11) and returns the
// number of its reason codes.
func checkAck5(kind byte, body []byte) (codes int, err error) {
	rest := body[2:]
	if kind == typeSuback || kind == typeUnsuback {
		props, rest, err := splitProperties(rest)
		if err == nil {
			err = checkProperties(kind, props, nil)
		}
		return len(rest), err
	}
	if len(rest) < 2 {
		return len(rest), nil // a code without properties, or not even that
	}
	props, rest, err := splitProperties(rest[1:])
	if err == nil {
		err = checkProperties(kind, props, nil)
	}
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("bytes behind its end")
	}
	return 1, err
}

// topics counts the filters in the body of an UNSUBSCRIBE or, with options, a SUBSCRIBE.
func topics(body []byte, options int) (n int) {
	for len(body) >= 2 {
		size := 2 + int(binary.BigEndian.Uint16(body)) + options
		if size > len(body) {
			break
		}
		body = body[size:]
		n++
	}
	return n
}
