package importing

import (
	"context"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/youmark/pkcs8"

	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// Into says where imported connections go.
type Into struct {
	Profiles *profile.Store
	// Secrets may be nil: then passwords are dropped, and asked for at connecting.
	Secrets *secret.Store
	// Certificates is the folder for those that the source itself holds. Keys are written
	// there encrypted, under a passphrase that is kept with the secrets.
	Certificates string
}

// Applied is what became of a candidate.
type Applied struct {
	// Profile is as it was saved. The zero value was not.
	Profile profile.Profile
	// Renamed is the name in the source, if another connection has it here.
	Renamed string
	// Notes say what the user should know: a password that is only remembered, a key that
	// could not be kept.
	Notes []string
	// Err tells why nothing was saved.
	Err error
}

// Apply saves the chosen candidates, one result for each. Nothing that exists is changed: a
// name that is taken gets a number. It waits for disk and keyring.
func Apply(ctx context.Context, into Into, chosen []Candidate) []Applied {
	results := make([]Applied, len(chosen))
	for i := range chosen {
		results[i] = apply(ctx, into, &chosen[i])
	}
	return results
}

func apply(ctx context.Context, into Into, c *Candidate) (done Applied) {
	if err := ctx.Err(); err != nil {
		return Applied{Err: err}
	}
	p := c.Profile.Clone()
	existing, _ := into.Profiles.List()
	p.Colour = profile.FreeColour(existing)
	if p.Name = freeName(p.Name, existing); p.Name != c.Profile.Name {
		done.Renamed = c.Profile.Name
	}
	// First of all: what cannot be saved must leave nothing behind.
	if _, problems := p.Validate(); len(profile.Blocking(problems)) > 0 {
		return Applied{Err: profile.Blocking(problems)[0]}
	}
	written, notes := writeMaterial(ctx, into, c, &p)
	done.Notes = append(done.Notes, notes...)
	v, problems := p.Validate()
	if blocking := profile.Blocking(problems); len(blocking) > 0 {
		return failed(ctx, into, p, written, blocking[0])
	}
	if err := into.Profiles.Save(v); err != nil {
		return failed(ctx, into, p, written, err)
	}
	done.Notes = append(done.Notes, keepSecrets(ctx, into, p.ID, c.Secrets)...)
	done.Profile = v.Profile()
	return done
}

// failed takes back what was written for a profile that is not saved.
func failed(ctx context.Context, into Into, p profile.Profile, written []string, err error) Applied {
	for _, path := range written {
		os.Remove(path)
	}
	if into.Secrets != nil {
		err = errors.Join(err, into.Secrets.DeleteAll(ctx, p.ID))
	}
	return Applied{Err: err}
}

// freeName finds a name that no profile has: "Line 4", "Line 4 (2)", and so on.
func freeName(name string, existing []profile.Profile) string {
	taken := map[string]bool{}
	for _, p := range existing {
		taken[p.Name] = true
	}
	candidate := name
	for n := 2; taken[candidate]; n++ {
		suffix := fmt.Sprintf(" (%d)", n)
		runes := []rune(name)
		candidate = string(runes[:min(len(runes), maxNameLength-len(suffix))]) + suffix
	}
	return candidate
}

// keepSecrets keeps what the source told, and says where that was not possible.
func keepSecrets(ctx context.Context, into Into, id string, secrets map[string]secret.Secret) (notes []string) {
	for _, field := range fieldsOf(secrets) {
		what := nameOf(field)
		if into.Secrets == nil {
			notes = append(notes, what+" was not kept; it is asked for at connecting.")
			continue
		}
		if _, err := into.Secrets.Set(ctx, secret.Ref{Profile: id, Field: field}, secrets[field]); err != nil {
			notes = append(notes, what+" is remembered only until Streamscope ends: "+err.Error()+".")
		}
	}
	return notes
}

func fieldsOf(secrets map[string]secret.Secret) []string {
	fields := map[string]bool{}
	for field := range secrets {
		fields[field] = true
	}
	return sortedSet(fields)
}

func nameOf(field string) string {
	switch field {
	case profile.SecretPassword:
		return "The password"
	case profile.SecretProxy:
		return "The proxy's password"
	case profile.SecretKey:
		return "The passphrase of the key"
	}
	return "The value of the header “" + strings.TrimPrefix(field, "header:") + "”"
}

// writeMaterial writes certificates and keys that the source held itself, and lets the profile
// name their files.
func writeMaterial(ctx context.Context, into Into, c *Candidate, p *profile.Profile) (written, notes []string) {
	for _, m := range c.Material {
		text, err := m.Data.Reveal(), error(nil)
		if strings.Contains(text, "PRIVATE KEY") {
			text, err = protect(ctx, into, p.ID, text)
		}
		var path string
		if err == nil {
			path, err = writeFile(into.Certificates, fmt.Sprintf("%s-%s.pem", p.ID, m.Field), text)
		}
		if err != nil {
			notes = append(notes, fmt.Sprintf("“%s” was not imported: %v.", m.Name, err))
			continue
		}
		written = append(written, path)
		switch m.Field {
		case profile.FieldCAFile:
			p.Transport.TLS.CAFile = path
		case profile.FieldCertFile:
			p.Transport.TLS.CertFile = path
		case profile.FieldKeyFile:
			p.Transport.TLS.KeyFile = path
		}
	}
	if o := &p.Transport.TLS; o.KeyFile != "" && o.CertFile == "" {
		o.KeyFile = ""
		notes = append(notes, "The key was not imported: its certificate is missing.")
	}
	return written, notes
}

// protect encrypts the plain keys in PEM text under a passphrase of its own, which is kept with
// the secrets. Keys that are encrypted already stay so.
func protect(ctx context.Context, into Into, id, text string) (string, error) {
	ref := secret.Ref{Profile: id, Field: profile.SecretKey}
	passphrase := secret.New(rand.Text())
	var out strings.Builder
	protected := false
	for rest := []byte(text); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			break
		}
		if plainKey(block) {
			der, err := encrypted(block, passphrase)
			if err != nil {
				return "", err
			}
			block, protected = &pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}, true
		}
		if err := pem.Encode(&out, block); err != nil {
			return "", err
		}
	}
	if !protected {
		return text, nil
	}
	if into.Secrets == nil {
		return "", errors.New("there is no place for the key's passphrase")
	}
	if _, err := into.Secrets.Set(ctx, ref, passphrase); err != nil {
		into.Secrets.Forget(ref)
		return "", fmt.Errorf("there is no lasting place for a key: %w", err)
	}
	return out.String(), nil
}

func plainKey(block *pem.Block) bool {
	return strings.HasSuffix(block.Type, "PRIVATE KEY") && block.Type != "ENCRYPTED PRIVATE KEY" && block.Headers["DEK-Info"] == ""
}

func encrypted(block *pem.Block, passphrase secret.Secret) ([]byte, error) {
	der, err := keyOf(block.Bytes)
	if err != nil {
		return nil, errors.New("it holds a key of an unknown kind")
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, errors.New("it holds a key of an unknown kind")
	}
	return pkcs8.MarshalPrivateKey(key, []byte(passphrase.Reveal()), nil)
}

// writeFile makes a file that did not exist, for its owner alone.
func writeFile(folder, name, text string) (string, error) {
	if folder == "" {
		return "", errors.New("there is no folder for certificates")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", err
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	path := filepath.Join(folder, name)
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		os.Remove(path)
		return "", err
	}
	return path, nil
}
