package profile

import (
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxString is the longest string that MQTT can carry, in bytes (MQTT 3.1.1 §1.5.3).
const maxString = 65535

// maxName is in characters: what a chip can show.
const maxName = 80

// CheckName judges what the user calls the connection.
func CheckName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return wrong(FieldName, "empty", "Give the connection a name.")
	case !printable(name):
		return wrong(FieldName, "unprintable", "The name holds characters that cannot be shown.")
	case utf8.RuneCountInString(name) > maxName:
		return wrong(FieldName, "long", "The name is longer than %d characters.", maxName)
	}
	return nil
}

// CheckHost judges a host name or IP address. It foresees what people paste there.
func CheckHost(host string) error {
	switch {
	case host == "":
		return wrong(FieldHost, "empty", "Enter the broker's host name or IP address.")
	case strings.TrimSpace(host) != host:
		return wrong(FieldHost, "blanks", "Remove the blanks around the host name.")
	case strings.Contains(host, "://"):
		return wrong(FieldHost, "scheme", "Enter only the host, without “%s” in front of it.", host[:strings.Index(host, "://")+3])
	case strings.Contains(host, "@"):
		return wrong(FieldHost, "user", "Enter only the host: user and password have fields of their own.")
	case strings.ContainsAny(host, `/\?#`):
		return wrong(FieldHost, "path", "Enter only the host, without a path.")
	}
	if _, err := netip.ParseAddr(bareHost(host)); err == nil {
		return nil
	}
	if name, port, ok := strings.Cut(host, ":"); ok {
		if _, err := strconv.Atoi(port); err == nil && name != "" {
			return wrong(FieldHost, "port", "Enter the port %s in the field of its own.", port)
		}
		return wrong(FieldHost, "ipv6", "“%s” is not a host name, nor an IPv6 address.", host)
	}
	return checkHostName(host)
}

var (
	hostLabel   = regexp.MustCompile(`^[0-9A-Za-z_]([0-9A-Za-z_-]*[0-9A-Za-z_])?$`)
	onlyNumbers = regexp.MustCompile(`^[0-9.]+$`)
)

// checkHostName judges what is not an address. Underscores are no part of RFC 1123, but of many
// container networks.
func checkHostName(host string) error {
	for _, r := range host {
		switch {
		case unicode.IsSpace(r):
			return wrong(FieldHost, "space", "A host name has no blanks.")
		case r > unicode.MaxASCII:
			return wrong(FieldHost, "unicode", "Write the host name in its ASCII form (xn--…): “%c” does not work.", r)
		}
	}
	if onlyNumbers.MatchString(host) {
		return wrong(FieldHost, "ipv4", "“%s” looks like an IPv4 address, but is none: it takes four numbers from 0 to 255.", host)
	}
	if len(host) > 253 {
		return wrong(FieldHost, "long", "A host name has at most 253 characters.")
	}
	for _, label := range strings.Split(strings.TrimSuffix(host, "."), ".") {
		if len(label) > 63 || !hostLabel.MatchString(label) {
			return wrong(FieldHost, "name", "“%s” is not a host name: between dots it takes letters, digits and hyphens.", host)
		}
	}
	return nil
}

// CheckPort judges a TCP port.
func CheckPort(port int) error {
	if port < 1 || port > 65535 {
		return wrong(FieldPort, "range", "A port is a number from 1 to 65535; MQTT mostly has 1883.")
	}
	return nil
}

// CheckPortFor judges whether a port fits what is to be spoken there.
func CheckPortFor(protocol, transport string, port int) error {
	if err := CheckPort(port); err != nil {
		return err
	}
	encrypted := transport == TLS || transport == WSS
	overHTTP := transport == WS || transport == WSS
	switch port {
	case 1883:
		switch {
		case protocol == WebSocket:
			return doubtful(FieldPort, "mqtt", "Port 1883 is mostly for MQTT; this connection is a raw WebSocket.")
		case overHTTP:
			return doubtful(FieldPort, "plain", "Port 1883 is mostly for MQTT over TCP; this connection goes over WebSocket.")
		case encrypted:
			return doubtful(FieldPort, "no-tls", "Port 1883 is mostly for MQTT without TLS; this connection is encrypted.")
		}
	case 8883:
		switch {
		case protocol == WebSocket:
			return doubtful(FieldPort, "mqtt", "Port 8883 is mostly for MQTT; this connection is a raw WebSocket.")
		case overHTTP:
			return doubtful(FieldPort, "plain", "Port 8883 is mostly for MQTT over TLS; this connection goes over WebSocket.")
		case !encrypted:
			return doubtful(FieldPort, "tls", "Port 8883 is mostly for MQTT over TLS; this connection is not encrypted.")
		}
	case 9001, 8083, 8084:
		if !overHTTP {
			return doubtful(FieldPort, "websocket", "Port %d is mostly for MQTT over WebSocket; this connection is plain MQTT.", port)
		}
	case 443:
		if transport == WS {
			return doubtful(FieldPort, "tls", "Port 443 is mostly for TLS; this connection is not encrypted.")
		}
	}
	return nil
}

// ParsePort reads a port as it is typed and judges it.
func ParsePort(text string) (int, error) {
	port, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		port = 0
	}
	return port, CheckPort(port)
}

// CheckClientID judges a client ID (MQTT 3.1.1 §3.1.3.1). Brokers must accept 23 bytes of
// letters and digits and may accept more, so most of what it says is a warning.
func CheckClientID(id string, cleanSession bool) error {
	switch {
	case id == "" && cleanSession:
		return nil
	case id == "":
		return wrong(FieldClientID, "empty", "A session that is kept needs a client ID; enter one or choose a clean session.")
	case !mqttString(id):
		return wrong(FieldClientID, "unprintable", "The client ID holds characters that MQTT does not allow, or is too long.")
	case len(id) > 23:
		return doubtful(FieldClientID, "long", "The client ID is longer than 23 bytes: some brokers refuse that.")
	case strings.ContainsFunc(id, unusualInClientID):
		return doubtful(FieldClientID, "unusual", "Some brokers refuse client IDs with other characters than letters and digits.")
	}
	return nil
}

// unusualInClientID lets the hyphen and the underscore pass beside what the standard lists: no
// broker is known that refuses them.
func unusualInClientID(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' && r != '_'
}

// CheckGroup judges the heading under which a connection is listed.
func CheckGroup(group string) error {
	switch {
	case !printable(group):
		return wrong(FieldGroup, "unprintable", "The group's name holds characters that cannot be shown.")
	case utf8.RuneCountInString(group) > maxName:
		return wrong(FieldGroup, "long", "The group's name is longer than %d characters.", maxName)
	}
	return nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// CheckUser judges a user name.
func CheckUser(user string) error {
	if !mqttString(user) {
		return wrong(FieldUser, "unprintable", "The user name holds characters that MQTT does not allow, or is too long.")
	}
	return nil
}

// CheckKeepAlive judges the seconds between two signs of life (MQTT 3.1.1 §3.1.2.10).
func CheckKeepAlive(seconds int) error {
	switch {
	case seconds < 0 || seconds > 65535:
		return wrong(FieldKeepAlive, "range", "Keep-alive takes 0 to 65535 seconds; 60 is usual.")
	case seconds == 0:
		return doubtful(FieldKeepAlive, "off", "Without keep-alive a connection that died may look open for a long time.")
	}
	return nil
}

// ParseKeepAlive reads a number of seconds as it is typed and judges it. The error may be a
// warning, with the number beside it.
func ParseKeepAlive(text string) (int, error) {
	seconds, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		seconds = -1
	}
	return seconds, CheckKeepAlive(seconds)
}

var colour = regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`)

// CheckColour judges a colour of the form #rrggbb.
func CheckColour(c string) error {
	if !colour.MatchString(c) {
		return wrong(FieldColour, "form", "A colour has the form #rrggbb.")
	}
	return nil
}

// mqttString reports whether MQTT can carry s (MQTT 3.1.1 §1.5.3). Control characters may be
// sent, but no broker need take them.
func mqttString(s string) bool {
	return len(s) <= maxString && printable(s)
}
