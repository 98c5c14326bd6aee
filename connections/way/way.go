// Package way says how the bytes of a profile get there, its secrets in their places: the one
// answer for connecting and for diagnosing.
package way

import (
	"net/http"
	"strings"

	"streamscope/connections"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// Secrets has a secret for each of the fields that [profile.Profile.Secrets] lists; a nil map has
// none.
type Secrets map[string]secret.Secret

// Reveal returns one of the secrets as text; empty if there is none.
func (s Secrets) Reveal(field string) string { return s[field].Reveal() }

// Dialler makes what opens the byte stream of a profile.
func Dialler(p profile.Profile, secrets Secrets) *dial.Dialer {
	t := p.Transport
	d := &dial.Dialer{
		Kind: dial.Kind(t.Kind), Path: Path(t, secrets), Header: Header(t, secrets),
		TLS: dial.TLSOptions{
			Host: Host(p), ServerName: t.TLS.ServerName, CAFile: t.TLS.CAFile, CertFile: t.TLS.CertFile,
			KeyFile: t.TLS.KeyFile, ALPN: t.TLS.ALPN, MinVersion: t.TLS.MinVersion, Pins: t.TLS.Pins, Insecure: t.TLS.Insecure,
		},
		Proxy: dial.Proxy{Kind: t.Proxy.Kind, Address: t.Proxy.Address, User: t.Proxy.User, Password: secrets.Reveal(profile.SecretProxy)},
	}
	if passphrase := secrets.Reveal(profile.SecretKey); passphrase != "" {
		d.TLS.Passphrase = func(string) (string, error) { return passphrase, nil }
	}
	return d
}

// NeedsPassphrase reports whether the client's key is encrypted, so that its passphrase has to be
// asked for. It reads the files of the profile.
func NeedsPassphrase(p profile.Profile) bool {
	if o := p.Transport.TLS; !p.Transport.Encrypted() || o.CertFile == "" {
		return false
	}
	_, err := dial.TLS(Dialler(p, nil).TLS)
	return connections.KindOf(err) == connections.FailurePassphrase
}

// Path is the path and query of a WebSocket, its secrets filled in, or the file of a Unix socket.
func Path(t profile.Transport, secrets Secrets) string {
	if t.Kind == profile.Unix {
		return t.Path
	}
	return t.FillQuery(secrets.Reveal)
}

// Header goes with the handshake of a WebSocket.
func Header(t profile.Transport, secrets Secrets) http.Header {
	h := http.Header{}
	for _, one := range t.Headers {
		h.Add(one.Name, one.Fill(secrets.Reveal(profile.SecretHeader(one.Name))))
	}
	return h
}

// Host is the host without the brackets that an IPv6 address has in a URL.
func Host(p profile.Profile) string {
	return strings.TrimSuffix(strings.TrimPrefix(p.Host, "["), "]")
}
