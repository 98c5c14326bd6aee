package profile

import (
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// checkTransport judges how p is reached. What the chosen transport does not use may hold
// anything but a secret: a form keeps it for the day when the user switches back.
func (p Profile) checkTransport() (problems []Problem) {
	note := noting(&problems)
	note(CheckTransport(p.Protocol, p.Transport.Kind))
	if p.Transport.Kind == Unix {
		note(CheckSocketFile(p.Transport.Path))
		return append(problems, secretsOf(p.Transport.Headers)...)
	}
	note(CheckHost(p.Host))
	note(CheckPortFor(p.Protocol, p.Transport.Kind, p.Port))
	if p.Transport.upgrades() {
		note(CheckPath(p.Transport.Path))
		for row, h := range p.Transport.Headers {
			note(inRow(row, CheckHeader(h)))
		}
	} else {
		problems = append(problems, secretsOf(p.Transport.Headers)...)
	}
	if p.Transport.Encrypted() {
		problems = append(problems, p.Transport.TLS.check()...)
	}
	return append(problems, p.Transport.Proxy.check()...)
}

// Encrypted reports whether the transport goes over TLS.
func (t Transport) Encrypted() bool { return t.Kind == TLS || t.Kind == WSS }

// upgrades reports whether the transport begins with an HTTP request.
func (t Transport) upgrades() bool { return t.Kind == WS || t.Kind == WSS }

// CheckTransport judges whether a protocol can go over a kind of transport.
func CheckTransport(protocol, kind string) error {
	switch {
	case !slices.Contains([]string{TCP, TLS, WS, WSS, Unix}, kind):
		return wrong(FieldTransport, "unknown", "This version does not know the transport “%s”.", kind)
	case protocol == WebSocket && kind != WS && kind != WSS:
		return wrong(FieldTransport, "websocket", "A raw WebSocket goes over ws or wss.")
	}
	return nil
}

// CheckPath judges the path and query of a WebSocket URL. An empty one means "/".
func CheckPath(path string) error {
	switch {
	case strings.Contains(path, "://"):
		return wrong(FieldPath, "scheme", "Enter only the path, without scheme and host: /mqtt.")
	case !printable(path) || strings.ContainsFunc(path, unicode.IsSpace):
		return wrong(FieldPath, "unprintable", "A path has no blanks and no control characters; write a blank as %%20.")
	case strings.Contains(path, "#"):
		return wrong(FieldPath, "fragment", "A path has no #: write it as %%23.")
	case len(path) > 8000:
		return wrong(FieldPath, "long", "Web servers take paths of at most 8000 bytes.")
	}
	before, query, _ := strings.Cut(path, "?")
	if _, err := url.PathUnescape(before); err != nil {
		return wrong(FieldPath, "escape", "A %% in the path is not followed by two hexadecimal digits; write it as %%25.")
	}
	if name := secretParameter(query); name != "" {
		return doubtful(FieldPath, "secret", "“%s” in the path looks like a secret, and a path is not kept like one; a secret header is safer, if the server takes it.", name)
	}
	return nil
}

var secretName = regexp.MustCompile(`(?i)(token|passw|pwd|secret|api[-_]?key|^key$|^auth$|credential|signature|^sig$)`)

// secretParameter returns the name of a parameter of a query that looks like a secret, or "".
func secretParameter(query string) string {
	for _, part := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if value != "" && value != SecretPlace && secretName.MatchString(name) {
			return name
		}
	}
	return ""
}

// maxSocketName is what fits in sun_path everywhere (macOS and the BSDs have 104 bytes).
const maxSocketName = 103

// CheckSocketFile judges the name of a Unix socket. One that begins with @ is Linux's abstract
// kind.
func CheckSocketFile(name string) error {
	switch {
	case name == "":
		return wrong(FieldPath, "no-socket", "Enter the file of the Unix socket, such as /run/mosquitto.sock.")
	case !utf8.ValidString(name) || strings.ContainsRune(name, 0):
		return wrong(FieldPath, "unprintable", "The name of the socket holds characters that no file has.")
	case len(name) > maxSocketName:
		return wrong(FieldPath, "long-socket", "The name of a Unix socket has at most %d bytes.", maxSocketName)
	case !filepath.IsAbs(name) && name[0] != '@' && name[0] != '/':
		return wrong(FieldPath, "relative", "Enter the whole path of the socket, from the root: /run/mosquitto.sock.")
	}
	return nil
}

// The headers that the handshake makes itself (RFC 6455 §4.1, RFC 9110 §7.6.1).
var ownHeaders = []string{
	"connection", "upgrade", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions",
	"content-length", "transfer-encoding",
}

// The headers that carry credentials by definition (RFC 9110 §11, RFC 6265).
var secretHeaders = []string{"authorization", "proxy-authorization", "cookie"}

// CheckHeader judges a header of the handshake (RFC 9110 §5).
func CheckHeader(h Header) error {
	if err := checkScheme(h); err != nil {
		return err
	}
	name := strings.ToLower(h.Name)
	switch {
	case h.Name == "":
		return wrong(FieldHeaders, "empty", "Enter the name of the header, such as Authorization.")
	case !isToken(h.Name):
		return wrong(FieldHeaders, "name", "“%s” is no name of a header: it takes letters, digits and hyphens.", h.Name)
	case name == "sec-websocket-protocol":
		return wrong(FieldHeaders, "subprotocol", "Subprotocols have a field of their own.")
	case slices.Contains(ownHeaders, name):
		return wrong(FieldHeaders, "own", "“%s” is set by the handshake itself.", h.Name)
	case h.Secret && h.Value != "":
		return wrong(FieldHeaders, "kept", "The value of “%s” is secret, so it must not stand in the settings.", h.Name)
	case !h.Secret && slices.Contains(secretHeaders, name):
		return wrong(FieldHeaders, "secret", "“%s” carries credentials: mark it as secret.", h.Name)
	case !fieldValue(h.Value):
		return wrong(FieldHeaders, "value", "The value of “%s” holds characters that a header cannot carry.", h.Name)
	case strings.TrimSpace(h.Value) != h.Value:
		return doubtful(FieldHeaders, "blanks", "The blanks around the value of “%s” get lost on the way.", h.Name)
	case !h.Secret && h.Value != "" && secretName.MatchString(h.Name):
		return doubtful(FieldHeaders, "doubt", "“%s” looks like a secret: mark it as one, so that it is not kept in the file.", h.Name)
	}
	return nil
}

// checkScheme judges how the value is made of a secret.
func checkScheme(h Header) error {
	switch {
	case h.Scheme != SchemeWhole && h.Scheme != SchemeBearer && h.Scheme != SchemeBasic:
		return wrong(FieldHeaders, "scheme", "This version does not know how to make “%s” of its secret.", h.Name)
	case h.Scheme != SchemeWhole && !h.Secret:
		return wrong(FieldHeaders, "secret", "“%s” carries credentials: mark it as secret.", h.Name)
	case h.Scheme == SchemeBasic && (h.User == "" || strings.Contains(h.User, ":")):
		return wrong(FieldHeaders, "user", "Enter the user of “%s”; it cannot hold a colon.", h.Name)
	}
	return nil
}

// secretsOf finds the headers whose value must not be written to a file.
func secretsOf(headers []Header) (problems []Problem) {
	note := noting(&problems)
	for row, h := range headers {
		if h.Value != "" && (h.Secret || slices.Contains(secretHeaders, strings.ToLower(h.Name))) {
			note(inRow(row, wrong(FieldHeaders, "kept", "The value of “%s” is secret, so it must not stand in the settings.", h.Name)))
		}
	}
	return problems
}

// isToken tells whether s is a token (RFC 9110 §5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r <= ' ' || r >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

// fieldValue tells whether HTTP can carry s (RFC 9110 §5.5).
func fieldValue(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' && s[i] != '\t' || s[i] == 0x7f {
			return false
		}
	}
	return true
}

// The kinds of proxy.
const (
	ProxyNone        = ""
	ProxyEnvironment = "environment"
	ProxyHTTP        = "http"
	ProxySOCKS5      = "socks5"
)

func (x Proxy) check() (problems []Problem) {
	note := noting(&problems)
	switch x.Kind {
	case ProxyNone, ProxyEnvironment:
	case ProxyHTTP, ProxySOCKS5:
		note(CheckProxyAddress(x.Address))
		note(checkProxyUser(x))
	default:
		note(wrong(FieldProxy, "unknown", "This version does not know the proxy “%s”.", x.Kind))
	}
	return problems
}

// CheckProxyAddress judges host:port.
func CheckProxyAddress(address string) error {
	if address == "" {
		return wrong(FieldProxy, "empty", "Enter the proxy's host and port, such as proxy.example.com:3128.")
	}
	if strings.Contains(address, "://") || strings.Contains(address, "@") {
		return wrong(FieldProxy, "url", "Enter only host:port: the kind and the user have fields of their own.")
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil || host == "" {
		return wrong(FieldProxy, "form", "A proxy's address has the form host:port, or [::1]:port.")
	}
	if isMistake(CheckHost(host)) {
		return wrong(FieldProxy, "host", "“%s” is not a host name, nor an IP address.", host)
	}
	if n, err := strconv.Atoi(port); err != nil || CheckPort(n) != nil {
		return wrong(FieldProxy, "port", "The proxy's port is a number from 1 to 65535.")
	}
	return nil
}

// checkProxyUser: SOCKS5 counts the user's bytes in one (RFC 1929 §2), Basic ends it at the
// first colon (RFC 7617 §2).
func checkProxyUser(x Proxy) error {
	switch {
	case !printable(x.User):
		return wrong(FieldProxyUser, "unprintable", "The proxy's user holds characters that cannot be sent.")
	case x.Kind == ProxySOCKS5 && len(x.User) > 255:
		return wrong(FieldProxyUser, "long", "SOCKS5 takes user names of at most 255 bytes.")
	case x.Kind == ProxyHTTP && strings.Contains(x.User, ":"):
		return wrong(FieldProxyUser, "colon", "A proxy's user cannot have a colon in its name.")
	}
	return nil
}

// isMistake reports whether err is more than a profile's warning.
func isMistake(err error) bool {
	p, ok := err.(Problem) //nolint:errorlint // the checks return it bare
	return err != nil && !(ok && p.Warning)
}
