package diagnose

import (
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"streamscope/connections"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
	"streamscope/connections/way"
)

// Target is what to examine.
type Target struct {
	Profile profile.Valid
	// Secrets has a secret for each of the fields that [profile.Profile.Secrets] lists; those that
	// are missing are not known.
	Secrets way.Secrets
	// Last is why the user's own connection failed last; nil if it did not. It tells what an
	// examination cannot see, such as another program that uses the same client ID.
	Last error
}

// String is the target's URL; without it fmt would print the profile, with what stands in a path.
func (t Target) String() string { return t.URL() }

// GoString is String.
func (t Target) GoString() string { return t.String() }

// LogValue implements [slog.LogValuer] without the secrets.
func (t Target) LogValue() slog.Value { return slog.StringValue(t.String()) }

// masker knows every secret of t. Values of headers and what follows a ? in a path are taken for
// secrets, too: tokens stand there.
func (t Target) masker() masker {
	p := t.Profile.Profile()
	var secrets []string
	for _, s := range t.Secrets {
		secrets = append(secrets, s.Reveal())
	}
	for _, values := range way.Header(p.Transport, t.Secrets) {
		secrets = append(secrets, values...)
	}
	if p.Transport.Kind != profile.Unix {
		_, query, _ := strings.Cut(way.Path(p.Transport, t.Secrets), "?")
		secrets = append(secrets, query)
		if values, err := url.ParseQuery(query); err == nil {
			for _, v := range values {
				secrets = append(secrets, v...)
			}
		}
	}
	return newMasker(p.User, secrets...)
}

func (t Target) reveal(field string) string { return t.Secrets.Reveal(field) }

// URL names the target without password and query.
func (t Target) URL() string {
	p := t.Profile.Profile()
	if p.Transport.Kind == profile.Unix {
		return p.URL()
	}
	path, query, _ := strings.Cut(p.URL(), "?")
	if query != "" {
		path += "?…"
	}
	return path
}

// raw reports whether p is a WebSocket without MQTT.
func raw(p profile.Profile) bool { return p.Protocol == profile.WebSocket }

func encrypted(p profile.Profile) bool {
	return p.Transport.Kind == profile.TLS || p.Transport.Kind == profile.WSS
}

// overHTTP reports whether there is a WebSocket handshake.
func overHTTP(p profile.Profile) bool {
	return raw(p) || p.Transport.Kind == profile.WS || p.Transport.Kind == profile.WSS
}

// asked returns the subscriptions to try.
func asked(p profile.Profile) []connections.Subscription {
	return slices.DeleteFunc(slices.Clone(p.Subscriptions), func(s connections.Subscription) bool { return s.Off })
}

// shortestIDs is the length that every broker must accept (MQTT 3.1.1 §3.1.3.1).
const shortestIDs = 23

// clientID is the profile's with a suffix of the examination's own. It keeps to the length that
// every broker accepts where the profile's does.
func clientID(p profile.Profile) string {
	id := profile.NewClientID()
	suffix := "-d" + id[len(id)-4:]
	own := p.ClientID
	if own == "" {
		return id
	}
	if len(own) <= shortestIDs {
		own = own[:min(len(own), shortestIDs-len(suffix))]
	}
	return strings.ToValidUTF8(own, "") + suffix
}

// dialler is how streams to the target are opened.
func (t Target) dialler() *dial.Dialer {
	p := t.Profile.Profile()
	d := way.Dialler(p, t.Secrets)
	if overHTTP(p) && len(d.TLS.ALPN) == 0 {
		d.TLS.ALPN = []string{"http/1.1"}
	}
	return d
}

func bareHost(p profile.Profile) string { return way.Host(p) }

func join(host, port string) string { return net.JoinHostPort(host, port) }

// addr is the peer's host:port.
func addr(p profile.Profile) string { return join(bareHost(p), strconv.Itoa(p.Port)) }
