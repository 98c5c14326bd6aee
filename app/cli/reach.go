package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamscope/app"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
	"streamscope/connections/way"
)

// PasswordVariable is the environment variable that gives the password of a profile that asks
// for one, or of the user in a URL.
const PasswordVariable = "STREAMSCOPE_PASSWORD"

// KeyPassphraseVariable gives the passphrase of an encrypted client key.
const KeyPassphraseVariable = "STREAMSCOPE_KEY_PASSPHRASE"

// maxPassword bounds a file with a password, in bytes: what MQTT can carry.
const maxPassword = 65535

// Target says what a verb connects to. One of URL and Profile is needed.
type Target struct {
	URL string
	// Profile is the name of a saved connection in the configuration folder Folder.
	Profile, Folder string
	// PasswordFile holds the password on its first line; empty for none.
	PasswordFile string
	// Ask asks whoever sits at the terminal for something secret; nil if nobody does.
	Ask func(question string) (secret.Secret, error)
	// Secrets say how secrets are kept.
	Secrets secret.Options
	Changes

	// several says that a password that comes with the call cannot be for all: what is saved
	// goes before it.
	several bool
}

// Changes are what a call says about the way to its target: with a profile, instead of what
// stands there. The zero value changes nothing.
type Changes struct {
	// Version is "auto", profile.Version311 or profile.Version5; empty for no change.
	Version string
	// CAFile, CertFile and KeyFile are as in [profile.TLSOptions]; empty for no change.
	CAFile, CertFile, KeyFile string
	// Insecure takes any certificate.
	Insecure bool
	// Headers are added to the handshake of a WebSocket, each "Name: value".
	Headers []string
}

// versionAuto is how the command line names profile.VersionAuto.
const versionAuto = "auto"

func (c Changes) apply(p *profile.Profile) error {
	switch {
	case c.Version == "":
	case p.Protocol != profile.MQTT:
		return errors.New("a raw WebSocket speaks no MQTT: leave out --mqtt-version")
	case c.Version == versionAuto:
		p.Version = profile.VersionAuto
	default:
		p.Version = c.Version
	}
	t := &p.Transport
	if (c.CAFile != "" || c.CertFile != "" || c.KeyFile != "" || c.Insecure) && !t.Encrypted() {
		return errors.New("there is no TLS to be set: use mqtts://, mqtt+wss:// or wss://")
	}
	replace(&t.TLS.CAFile, c.CAFile)
	replace(&t.TLS.CertFile, c.CertFile)
	replace(&t.TLS.KeyFile, c.KeyFile)
	t.TLS.Insecure = t.TLS.Insecure || c.Insecure
	if len(c.Headers) > 0 && t.Kind != profile.WS && t.Kind != profile.WSS {
		return errors.New("only a WebSocket has headers: use mqtt+ws://, mqtt+wss://, ws:// or wss://")
	}
	for _, h := range c.Headers {
		name, value, found := strings.Cut(h, ":")
		if !found {
			return errors.New(`a header is written "Name: value"`) // what it says may be secret
		}
		t.Headers = append(t.Headers, profile.Header{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value)})
	}
	return nil
}

func replace(old *string, by string) {
	if by != "" {
		*old = by
	}
}

// reached is a target that was found, with what is known of its secrets.
type reached struct {
	*app.App
	profile profile.Valid
	secrets app.Secrets
	// missing are the secrets that are not known.
	missing []string
	cleanUp func()
}

// find looks the target up and gathers its secrets. End it with close.
func (t Target) find(ctx context.Context, stderr io.Writer) (*reached, error) {
	switch {
	case t.URL != "" && t.Profile != "":
		return nil, errors.New("give a URL or --profile, not both")
	case t.URL != "":
		return t.byURL(stderr)
	case t.Profile != "":
		return t.byName(ctx, stderr)
	}
	return nil, errors.New("what? Give a URL, mqtt://host, or --profile NAME")
}

func (t Target) byURL(stderr io.Writer) (*reached, error) {
	target, err := profile.ParseTarget(t.URL)
	if err != nil {
		return nil, err
	}
	if target.Password != "" {
		fmt.Fprintln(stderr, "streamscope: warning: other users of this computer can read a password on the command line")
	}
	p, password := target.Profile()
	if err := t.apply(&p); err != nil {
		return nil, err
	}
	secrets := app.Secrets{}
	if password != "" {
		secrets[profile.SecretPassword] = secret.New(password)
	}
	valid, err := validated(p, "the URL")
	if err != nil {
		return nil, err
	}
	given, err := t.given()
	if err != nil {
		return nil, err
	}
	if p.User != "" && !given.Empty() {
		secrets[profile.SecretPassword] = given
	}
	// A URL needs nothing that is kept, so nothing is looked for, and no folder is made.
	folder, err := os.MkdirTemp("", "streamscope-")
	if err != nil {
		return nil, err
	}
	r := &reached{profile: valid, secrets: secrets, cleanUp: func() { os.RemoveAll(folder) }}
	if err := r.compose(folder, t.audit(), secret.Options{NoKeyring: true}); err != nil {
		return nil, err
	}
	if err := t.ask(r); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

func (t Target) byName(ctx context.Context, stderr io.Writer) (*reached, error) {
	r := &reached{cleanUp: func() {}}
	if err := r.compose(t.Folder, t.audit(), t.Secrets); err != nil {
		return nil, err
	}
	if err := r.lookUp(ctx, t, stderr); err != nil {
		r.close()
		return nil, err
	}
	return r, nil
}

// findAll looks up the target and other profiles. End all of them by closing the first.
func (t Target) findAll(ctx context.Context, others []string, stderr io.Writer) ([]*reached, error) {
	t.several = len(others) > 0
	first, err := t.find(ctx, stderr)
	if err != nil {
		return nil, err
	}
	all := []*reached{first}
	for _, name := range others {
		more := t
		more.Profile = name
		r := &reached{App: first.App}
		if err := r.lookUp(ctx, more, stderr); err != nil {
			first.close()
			return nil, err
		}
		for _, other := range all {
			if other.profile.ID() == r.profile.ID() {
				first.close()
				return nil, fmt.Errorf("profile %q is named twice", name)
			}
		}
		all = append(all, r)
	}
	return all, nil
}

// lookUp reads a saved profile and gathers its secrets.
func (r *reached) lookUp(ctx context.Context, t Target, stderr io.Writer) error {
	found, err := r.Profiles.Find(t.Profile)
	if err != nil {
		return err
	}
	if err := t.apply(&found); err != nil {
		return err
	}
	if r.profile, err = validated(found, fmt.Sprintf("profile %q", t.Profile)); err != nil {
		return err
	}
	given, err := t.given()
	if err != nil {
		return err
	}
	if err := r.look(ctx, t, stderr); err != nil {
		return err
	}
	if _, saved := r.secrets[profile.SecretPassword]; !given.Empty() && !(saved && t.several) {
		r.secrets[profile.SecretPassword] = given
	}
	return t.ask(r)
}

func validated(p profile.Profile, what string) (profile.Valid, error) {
	valid, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		return valid, fmt.Errorf("%s: %w", what, wrong[0])
	}
	return valid, nil
}

// audit is the folder of the record of what is sent; that outlives a connection by URL.
func (t Target) audit() string {
	if t.Folder == "" {
		return ""
	}
	return filepath.Join(t.Folder, "audit")
}

func (r *reached) compose(folder, audit string, o secret.Options) (err error) {
	r.App, err = app.New(app.Params{Folder: folder, AuditFolder: audit, Secrets: o, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		r.cleanUp()
	}
	return err
}

// look gathers what is kept of the secrets.
func (r *reached) look(ctx context.Context, t Target, stderr io.Writer) error {
	var locked error
	r.secrets, _, locked = r.Known(ctx, r.profile.Profile())
	if errors.Is(locked, secret.ErrPassphrase) && t.Ask != nil {
		passphrase, err := t.Ask("Passphrase of the saved passwords")
		if err != nil {
			return err
		}
		if err := r.Secrets.Unlock(passphrase); err != nil {
			return err
		}
		r.secrets, _, locked = r.Known(ctx, r.profile.Profile())
	}
	if locked != nil {
		fmt.Fprintln(stderr, "streamscope: warning: some saved passwords cannot be read:", locked)
	}
	return nil
}

// given is the password that comes with the call.
func (t Target) given() (secret.Secret, error) {
	if t.PasswordFile == "" {
		return secret.New(os.Getenv(PasswordVariable)), nil
	}
	file, err := os.Open(t.PasswordFile)
	if err != nil {
		return secret.Secret{}, err
	}
	defer file.Close()
	line, err := bufio.NewReader(io.LimitReader(file, maxPassword+2)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return secret.Secret{}, err
	}
	line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
	if line == "" || len(line) > maxPassword {
		return secret.Secret{}, fmt.Errorf("%s: its first line is no password", t.PasswordFile)
	}
	return secret.New(line), nil
}

// ask asks for what is still missing, where somebody can answer.
func (t Target) ask(r *reached) error {
	p := r.profile.Profile()
	for _, field := range p.Secrets() {
		if _, known := r.secrets[field]; known {
			continue
		}
		if field == profile.SecretKey {
			if !way.NeedsPassphrase(p) { // most keys have none
				continue
			}
			if given, ok := os.LookupEnv(KeyPassphraseVariable); ok {
				r.secrets[field] = secret.New(given)
				continue
			}
		}
		if t.Ask == nil {
			r.missing = append(r.missing, field)
			continue
		}
		answer, err := t.Ask(question(p, field))
		if err != nil {
			return err
		}
		r.secrets[field] = answer
	}
	return nil
}

func question(p profile.Profile, field string) string {
	switch field {
	case profile.SecretPassword:
		return "Password of " + p.User + " at " + p.Name
	case profile.SecretProxy:
		return "Password of " + p.Transport.Proxy.User + " at the proxy " + p.Transport.Proxy.Address
	case profile.SecretKey:
		return "Passphrase of the client key"
	}
	_, header, _ := strings.Cut(field, ":")
	return "Value of the header " + header + " for " + p.Name
}

// complete tells what is missing of the secrets.
func (r *reached) complete() error {
	switch {
	case len(r.missing) == 0:
		return nil
	case slices.Contains(r.missing, profile.SecretPassword):
		return fmt.Errorf("%s needs a password: set %s, or give --password-file FILE", r.profile.Name(), PasswordVariable)
	case slices.Contains(r.missing, profile.SecretKey):
		return fmt.Errorf("%s needs the passphrase of its client key: set %s", r.profile.Name(), KeyPassphraseVariable)
	}
	return fmt.Errorf("%s needs a secret that is not saved (%s): save it in the window, or run this at a terminal", r.profile.Name(), strings.Join(r.missing, ", "))
}

func (r *reached) close() {
	r.Shutdown()
	r.cleanUp()
}
