package profile

import "strings"

// What a profile can have secrets for: the Field of a secret.Ref.
const (
	// SecretPassword goes with User.
	SecretPassword = "password"
	// SecretProxy goes with the proxy's User.
	SecretProxy = "proxy"
	// SecretKey is the passphrase of the client's key.
	SecretKey = "key"
)

// SecretHeader is the field of a secret header's value.
func SecretHeader(name string) string { return "header:" + strings.ToLower(name) }

// SecretQuery is the field of a secret in the query of a path.
func SecretQuery(name string) string { return "query:" + strings.ToLower(name) }

// Secrets lists the fields for which p may have a secret.
func (p Profile) Secrets() []string {
	var fields []string
	if p.AsksPassword {
		fields = append(fields, SecretPassword)
	}
	if p.Transport.upgrades() {
		for _, h := range p.Transport.Headers {
			if h.Secret {
				fields = append(fields, SecretHeader(h.Name))
			}
		}
		for _, name := range p.Transport.querySecrets() {
			fields = append(fields, SecretQuery(name))
		}
	}
	if x := p.Transport.Proxy; (x.Kind == ProxyHTTP || x.Kind == ProxySOCKS5) && x.User != "" {
		fields = append(fields, SecretProxy)
	}
	if p.Transport.Encrypted() && p.Transport.TLS.CertFile != "" {
		fields = append(fields, SecretKey)
	}
	return fields
}
