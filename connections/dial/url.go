package dial

import (
	"net"
	"strconv"
	"strings"
)

// WebSocketURL builds the URL of a WebSocket (RFC 6455 §3), also of one that carries MQTT. The path is
// path and query as people type them: with or without the slash in front, with or without
// escapes; what may not stand in a URL is escaped, what is escaped stays. A port of 0 and the
// scheme's own port are left out, as browsers do.
func WebSocketURL(host string, port int, secure bool, path string) string {
	scheme := "ws"
	if secure {
		scheme = "wss"
	}
	path, query, hasQuery := strings.Cut(path, "?")
	var b strings.Builder
	b.WriteString(scheme)
	b.WriteString("://")
	b.WriteString(authority(host, port, secure))
	if !strings.HasPrefix(path, "/") {
		b.WriteByte('/')
	}
	escape(&b, path, "/")
	if hasQuery {
		b.WriteByte('?')
		escape(&b, query, "/?")
	}
	return b.String()
}

func defaultPort(secure bool) int {
	if secure {
		return 443
	}
	return 80
}

func authority(host string, port int, secure bool) string {
	host = strings.ReplaceAll(bareHost(host), "%", "%25") // a zone (RFC 6874 §2)
	if port != 0 && port != defaultPort(secure) {
		return net.JoinHostPort(host, strconv.Itoa(port))
	}
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}

// bareHost takes the brackets from an IPv6 address as it stands in a URL.
func bareHost(host string) string {
	if inner, ok := strings.CutPrefix(host, "["); ok {
		if inner, ok := strings.CutSuffix(inner, "]"); ok {
			return inner
		}
	}
	return host
}

// escape writes s with everything escaped that is neither allowed in path and query (RFC 3986
// §3.3) nor escaped already.
func escape(b *strings.Builder, s, extra string) {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9',
			strings.IndexByte("-._~!$&'()*+,;=:@", c) >= 0,
			strings.IndexByte(extra, c) >= 0,
			c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		}
	}
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}
