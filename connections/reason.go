package connections

import (
	"fmt"
	"unicode"
)

// ReasonText puts a reason code of MQTT 5 (§2.4) in words; what is unknown keeps its number.
func ReasonText(code byte) string {
	if text, known := reasons(code); known {
		return text
	}
	return fmt.Sprintf("reason %#02x, which MQTT does not define", code)
}

// KnownReason reports whether MQTT 5 defines a reason code.
func KnownReason(code byte) bool {
	_, known := reasons(code)
	return known
}

// DescribeReason is a reason code in words, with what the broker said beside it.
func DescribeReason(code byte, said string) string {
	if said == "" {
		return ReasonText(code)
	}
	return ReasonText(code) + ": " + OneLine(said)
}

// longestLine is how much of a peer's text is passed on.
const longestLine = 200

// OneLine makes one line, not too long, of a peer's text.
func OneLine(s string) string {
	out := make([]rune, 0, min(len(s), longestLine))
	for _, r := range s {
		if unicode.IsControl(r) {
			r = ' '
		}
		if out = append(out, r); len(out) == longestLine {
			return string(append(out, '…'))
		}
	}
	return string(out)
}

func reasons(code byte) (text string, known bool) {
	if code < 0x80 {
		text = successes(code)
	} else if text = refusals(code); text == "" {
		text = limits(code)
	}
	return text, text != ""
}

func successes(code byte) string {
	switch code {
	case 0x00:
		return "success"
	case 0x01:
		return "granted with QoS 1"
	case 0x02:
		return "granted with QoS 2"
	case 0x04:
		return "disconnected, with the last will"
	case 0x10:
		return "nobody has subscribed to that topic"
	case 0x11:
		return "there was no such subscription"
	case 0x18:
		return "the authentication goes on"
	case 0x19:
		return "authenticate again"
	}
	return ""
}

func refusals(code byte) string {
	switch code {
	case 0x80:
		return "an error that it does not specify"
	case 0x81:
		return "a malformed packet"
	case 0x82:
		return "a protocol error"
	case 0x83:
		return "an error of its own making"
	case 0x84:
		return "this version of MQTT is not supported"
	case 0x85:
		return "the client ID is not valid"
	case 0x86:
		return "wrong user name or password"
	case 0x87:
		return "not authorised"
	case 0x88:
		return "the server is not available"
	case 0x89:
		return "the server is busy"
	case 0x8a:
		return "this client is banned"
	case 0x8b:
		return "the server is shutting down"
	case 0x8c:
		return "the way of authenticating is not supported"
	case 0x8d:
		return "the keep-alive ran out"
	case 0x8e:
		return "another client has taken over the session"
	case 0x8f:
		return "the topic filter is not valid"
	}
	return ""
}

func limits(code byte) string {
	switch code {
	case 0x90:
		return "the topic name is not valid"
	case 0x91:
		return "the packet identifier is in use"
	case 0x92:
		return "the packet identifier is not known"
	case 0x93:
		return "more messages at once than it takes"
	case 0x94:
		return "the topic alias is not valid"
	case 0x95:
		return "the packet is too large"
	case 0x96:
		return "too many messages in a short time"
	case 0x97:
		return "a quota is used up"
	case 0x98:
		return "an administrator ended the connection"
	case 0x99:
		return "the payload is not of the format that it claims"
	case 0x9a:
		return "retained messages are not supported"
	case 0x9b:
		return "this QoS is not supported"
	case 0x9c:
		return "use another server for now"
	case 0x9d:
		return "the server has moved"
	case 0x9e:
		return "shared subscriptions are not supported"
	case 0x9f:
		return "too many connections in a short time"
	case 0xa0:
		return "the connection has lasted long enough"
	case 0xa1:
		return "subscription identifiers are not supported"
	case 0xa2:
		return "wildcards are not supported in subscriptions"
	}
	return ""
}
