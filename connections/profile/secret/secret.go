package secret

import (
	"fmt"
	"io"
	"log/slog"
)

const stars = "***"

// Secret is a text that must not be seen. It prints as stars by fmt, log, slog and JSON; only
// [Secret.Reveal] gives it out. The zero value is the empty secret.
type Secret struct {
	// A pointer, because fmt looks into unexported fields of other structs without asking.
	text *string
}

// New returns the secret that text is.
func New(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// Empty reports whether there is nothing to hide.
func (s Secret) Empty() bool { return s.text == nil }

// Equal compares the texts.
func (s Secret) Equal(o Secret) bool { return s.Reveal() == o.Reveal() }

// String returns stars, or nothing if the secret is empty.
func (s Secret) String() string {
	if s.Empty() {
		return ""
	}
	return stars
}

// Format prints stars for every verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// GoString is for %#v, which Format answers too; it serves those who call it themselves.
func (s Secret) GoString() string { return s.String() }

// LogValue makes slog print stars.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText makes JSON, YAML and XML print stars.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
