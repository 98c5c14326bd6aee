package importing

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// ownMark is the field by which our files are known; its value is the version.
const ownMark = "streamscopeConnections"

const ownVersion = 1

// ownFile is an export. It says nothing about where secrets were kept.
type ownFile struct {
	Version  int               `json:"streamscopeConnections"`
	Profiles []profile.Profile `json:"profiles"`
	// Secrets is an age file in its text form: per profile, in their order, by field.
	Secrets string `json:"secrets,omitempty"`
}

// ErrPassphrase says that the secrets of the file need its passphrase, or another.
var ErrPassphrase = errors.New("that is not the passphrase of this file's secrets")

// Export writes profiles as a file that [Read] reads. With secrets it holds theirs, encrypted
// under the passphrase at the store's cost; with nil it holds none, and passphrase is not used. A secret that
// cannot be had is an error, except one that there isn't.
func Export(ctx context.Context, profiles []profile.Profile, secrets *secret.Store, passphrase secret.Secret) ([]byte, error) {
	f := ownFile{Version: ownVersion, Profiles: make([]profile.Profile, len(profiles))}
	for i, p := range profiles {
		f.Profiles[i] = withoutSecrets(p)
	}
	if secrets != nil {
		all, err := gather(ctx, profiles, secrets)
		if err != nil {
			return nil, err
		}
		if f.Secrets, err = sealOwn(all, passphrase, secrets.WorkFactor()); err != nil {
			return nil, err
		}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(f)
	return out.Bytes(), err
}

// withoutSecrets is for drafts that were never validated.
func withoutSecrets(p profile.Profile) profile.Profile {
	p = p.Clone()
	for i, h := range p.Transport.Headers {
		if h.Secret {
			p.Transport.Headers[i].Value = ""
		}
	}
	return p
}

func gather(ctx context.Context, profiles []profile.Profile, secrets *secret.Store) ([]map[string]string, error) {
	all := make([]map[string]string, len(profiles))
	for i, p := range profiles {
		all[i] = map[string]string{}
		for _, field := range p.Secrets() {
			s, err := secrets.Get(ctx, secret.Ref{Profile: p.ID, Field: field})
			switch {
			case errors.Is(err, secret.ErrNotFound):
				continue
			case err != nil:
				return nil, fmt.Errorf("the secrets of “%s”: %w", p.Name, err)
			}
			all[i][field] = s.Reveal()
		}
	}
	return all, nil
}

func sealOwn(all []map[string]string, passphrase secret.Secret, work int) (string, error) {
	if passphrase.Reveal() == "" {
		return "", errors.New("secrets are exported only under a passphrase")
	}
	plain, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	return secret.Seal(plain, passphrase, work)
}

// readOwn reads our own export. Its profiles get new IDs; unknown fields of a newer program
// are named.
func (r *Result) readOwn(b []byte) error {
	if len(b) > maxPart {
		return ErrTooLarge
	}
	var f struct {
		Version  int               `json:"streamscopeConnections"`
		Profiles []json.RawMessage `json:"profiles"`
		Secrets  string            `json:"secrets"`
	}
	if err := json.Unmarshal(b, &f); err != nil {
		return notJSON(b, err)
	}
	if f.Version > ownVersion {
		return fmt.Errorf("it was written by a newer Streamscope (version %d of the file, this one knows %d)", f.Version, ownVersion)
	}
	r.sealed = f.Secrets
	for i, raw := range f.Profiles {
		p := profile.New()
		if err := json.Unmarshal(raw, &p); err != nil {
			return fmt.Errorf("profile %d is not as it should be", i+1)
		}
		c := Candidate{Profile: withoutSecrets(p)}
		for _, h := range p.Transport.Headers {
			if h.Secret {
				c.secret(profile.SecretHeader(h.Name), h.Value)
			}
		}
		c.Profile.ID = profile.New().ID
		if p.ClientID != "" {
			c.Profile.ClientID = profile.NewClientID()
			c.clientID(p.ClientID)
		}
		if err := c.unknownOf(raw); err != nil {
			return err
		}
		if err := r.add(c); err != nil {
			return err
		}
	}
	return nil
}

// unknownOf lists the fields of raw that a profile of this version does not have.
func (c *Candidate) unknownOf(raw []byte) error {
	known, err := json.Marshal(everyField())
	if err != nil {
		return err
	}
	theirs, err := decode(raw)
	if err != nil {
		return err
	}
	ours, err := decode(known)
	if err != nil {
		return err
	}
	c.compare("", theirs, ours)
	return nil
}

// everyField returns a profile in which no field is left out of the JSON.
func everyField() profile.Profile {
	p := profile.New()
	p.Pins = []profile.Pin{{Topic: "a"}}
	p.Charts = []profile.Chart{{}}
	p.Decoders = []profile.Binding{{}}
	p.ReadOnly = true
	one := []profile.UserProperty{{Name: "a", Value: "a"}}
	p.User, p.AsksPassword, p.Group, p.ConnectAtStart, p.Version = "a", true, "a", true, profile.Version5
	p.MQTT5 = profile.MQTT5{SessionExpiry: 1, ReceiveMaximum: 1, UserProperties: one}
	p.Transport = profile.Transport{Kind: profile.WS, Path: "a", Headers: []profile.Header{{Name: "a", Value: "a", Secret: true, Scheme: "a", User: "a"}},
		TLS: profile.TLSOptions{CAFile: "a", CertFile: "a", KeyFile: "a", ServerName: "a", ALPN: []string{"a"}, MinVersion: "1.2",
			Pins: []string{"a"}, Insecure: true},
		Proxy: profile.Proxy{Kind: "a", Address: "a", User: "a"}}
	p.Will = &profile.Will{Topic: "a", Payload: "a", QoS: 1, Retain: true, Delay: 1, Expiry: 1, ContentType: "a", Text: true, ResponseTopic: "a",
		CorrelationData: "a", UserProperties: one}
	p.Stream = &profile.Stream{Subprotocols: []string{"a"}, Compression: true, Origin: "a", PingInterval: 1, MessageLimit: 1,
		Opening: []profile.Opening{{Text: "a", Binary: true}},
		Mapping: profile.Mapping{Kind: "a", Topic: "a", Each: []string{"a"}, Value: []string{"a"}, Time: []string{"a"}, TimeFormat: "s"}}
	return p
}

// compare lists the names of theirs that ours lacks, objects within objects. Lists are not
// looked into: their elements come whole.
func (c *Candidate) compare(prefix string, theirs, ours any) {
	t, ok := theirs.(map[string]any)
	o, same := ours.(map[string]any)
	if !ok || !same {
		return
	}
	for _, name := range keysOf(t) {
		if _, known := o[name]; !known {
			c.unmapped(presentable(prefix+name), "this version has no such setting")
			continue
		}
		c.compare(prefix+name+".", t[name], o[name])
	}
}

// Sealed reports whether the file holds secrets that [Result.Unseal] has not given out yet.
func (r *Result) Sealed() bool { return r.sealed != "" }

// Unseal decrypts the secrets of our own file and gives them to the candidates. It takes about
// a second. A wrong passphrase is ErrPassphrase.
func (r *Result) Unseal(passphrase secret.Secret) error {
	plain, err := secret.Unseal(r.sealed, passphrase)
	if errors.Is(err, secret.ErrWrongPassphrase) {
		return ErrPassphrase
	}
	var all []map[string]string
	if err != nil || json.Unmarshal(plain, &all) != nil {
		return errors.New("the secrets of the file are damaged")
	}
	for i := range r.Profiles {
		c := &r.Profiles[i]
		if i >= len(all) {
			return errors.New("the secrets of the file are of other profiles: there are " + strconv.Itoa(len(all)))
		}
		for field, text := range all[i] {
			c.secret(field, text)
		}
	}
	r.sealed = ""
	return nil
}
