package websocket

import (
	"fmt"
	"strings"
	"unicode"
)

// closeWords puts a close code (RFC 6455 §7.4) and the reason that came with it into words.
func closeWords(code int, reason string) string {
	words := fmt.Sprintf("%d %s", code, codeWords(code))
	if reason = oneLine(reason, 123); reason != "" {
		words += ": " + reason
	}
	return words
}

func codeWords(code int) string {
	switch code {
	case 1000:
		return "it is done"
	case 1001:
		return "it goes away"
	case 1002:
		return "it found a protocol error"
	case 1003:
		return "it takes no data of this kind"
	case 1005:
		return "no reason given"
	case 1006:
		return "cut off without a goodbye"
	case 1007:
		return "data that does not fit its kind, such as text that is not UTF-8"
	case 1008:
		return "against its policy, often a login that is missing or refused"
	case 1009:
		return "a message was too big for it"
	case 1010:
		return "it misses an extension"
	case 1011:
		return "an error inside the server"
	case 1012:
		return "it restarts"
	case 1013:
		return "try again later"
	case 1014:
		return "a bad answer from a server behind it"
	case 1015:
		return "the TLS handshake failed"
	}
	switch {
	case code >= 4000 && code < 5000:
		return "a code of this server's own"
	case code >= 3000 && code < 4000:
		return "a registered code of the application's"
	}
	return "an unknown code"
}

// oneLine makes foreign text fit to be shown: one line, nothing invisible, at most limit runes.
func oneLine(s string, limit int) string {
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		if unicode.IsSpace(r) {
			space = n > 0
			continue
		}
		if n >= limit {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		if !unicode.IsPrint(r) {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}
