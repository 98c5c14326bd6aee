package profile

import (
	"encoding/base64"
	"net/url"
	"strings"
)

// How the value of a secret header is made of its secret (RFC 6750 §2.1, RFC 7617 §2).
const (
	SchemeWhole  = ""       // the secret is the value
	SchemeBearer = "bearer" // "Bearer " and the secret, a token
	SchemeBasic  = "basic"  // "Basic " and the header's user with the secret, a password, in Base64
)

// Fill returns the value that goes over the wire; secret counts only where h is a secret.
func (h Header) Fill(secret string) string {
	switch {
	case !h.Secret:
		return h.Value
	case h.Scheme == SchemeBearer:
		return "Bearer " + secret
	case h.Scheme == SchemeBasic:
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(h.User+":"+secret))
	}
	return secret
}

// SecretPlace stands in the query of a path for a value that is kept with the secrets:
// "/stream?token={{secret}}".
const SecretPlace = "{{secret}}"

// querySecrets returns the names of the parameters whose values are kept with the secrets.
func (t Transport) querySecrets() (names []string) {
	_, query, _ := strings.Cut(t.Path, "?")
	for part := range strings.SplitSeq(query, "&") {
		if name, value, _ := strings.Cut(part, "="); value == SecretPlace && name != "" {
			names = append(names, name)
		}
	}
	return names
}

// FillQuery returns path and query with the secrets in their places; reveal returns the secret of
// a field.
func (t Transport) FillQuery(reveal func(field string) string) string {
	path, query, found := strings.Cut(t.Path, "?")
	if !found || !strings.Contains(query, SecretPlace) {
		return t.Path
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		if name, value, _ := strings.Cut(part, "="); value == SecretPlace && name != "" {
			parts[i] = name + "=" + url.QueryEscape(reveal(SecretQuery(name)))
		}
	}
	return path + "?" + strings.Join(parts, "&")
}

// TakeQuerySecret takes the first value out of the query that looks like a secret and puts
// SecretPlace there. It returns the field for the secret and the secret itself; ok is false if
// there is none.
func (t *Transport) TakeQuerySecret() (field, secret string, ok bool) {
	path, query, _ := strings.Cut(t.Path, "?")
	name := secretParameter(query)
	if name == "" {
		return "", "", false
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		n, value, _ := strings.Cut(part, "=")
		if n != name || value == "" || value == SecretPlace {
			continue
		}
		if secret != "" {
			continue
		}
		plain, err := url.QueryUnescape(value)
		if err != nil {
			return "", "", false
		}
		parts[i], secret = name+"="+SecretPlace, plain
	}
	t.Path = path + "?" + strings.Join(parts, "&")
	return SecretQuery(name), secret, true
}

// LooksSecret returns the name of the first parameter of the path's query whose value looks like a
// secret that stands there in plain text; "" if there is none.
func (t Transport) LooksSecret() string {
	if !t.upgrades() {
		return ""
	}
	_, query, _ := strings.Cut(t.Path, "?")
	return secretParameter(query)
}
