package importing

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// Result is what a file holds.
type Result struct {
	Kind     Kind
	Profiles []Candidate
	// Unmapped are what the file says beside connections, as in a [Candidate].
	Unmapped []string
	// sealed holds the secrets of our own file until [Result.Unseal].
	sealed string
}

// Candidate is a connection that may be imported.
type Candidate struct {
	// Profile is a draft with a new ID.
	Profile profile.Profile
	// Secrets are by field, such as [profile.SecretPassword].
	Secrets map[string]secret.Secret
	// Material are certificates and keys that the file itself holds.
	Material []Material
	// Unmapped names every field that could not be mapped, as the source calls it, and why:
	// "reconnectPeriod: Streamscope chooses it by itself".
	Unmapped []string
	// Problems are what [profile.Profile.Validate] and [profile.Profile.CheckFiles] say, in
	// the order of the form, and what each filter does to the broker.
	Problems []profile.Problem
}

// Material is a certificate or a key. Both are masked, for a file may hold both.
type Material struct {
	// Field is one of profile.FieldCAFile, FieldCertFile and FieldKeyFile.
	Field profile.Field
	// Name is the file's as the source has it.
	Name string
	// Data is in PEM.
	Data secret.Secret
}

// Usable reports whether nothing keeps the candidate from being saved.
func (c *Candidate) Usable() bool { return len(profile.Blocking(c.Problems)) == 0 }

// unmapped notes a field that has no place here. why never quotes its value.
func (c *Candidate) unmapped(field, why string) {
	c.Unmapped = append(c.Unmapped, field+": "+why)
}

func (c *Candidate) secret(field, text string) {
	if text == "" {
		return
	}
	if c.Secrets == nil {
		c.Secrets = map[string]secret.Secret{}
	}
	c.Secrets[field] = secret.New(text)
}

// password gives the candidate its user and password.
func (c *Candidate) credentials(user, password string) {
	c.Profile.User = user
	if password != "" {
		c.Profile.AsksPassword = true
		c.secret(profile.SecretPassword, password)
	}
}

// subscribe adds a subscription; a filter that is there already is not added again.
func (c *Candidate) subscribe(s connections.Subscription) {
	for i := range c.Profile.Subscriptions {
		if c.Profile.Subscriptions[i].Filter == s.Filter {
			return
		}
	}
	c.Profile.Subscriptions = append(c.Profile.Subscriptions, s)
}

// maxNameLength is in characters, as profile.CheckName has it.
const maxNameLength = 80

// finish gives a candidate a name that can be shown, and its problems.
func (c *Candidate) finish() {
	p := &c.Profile
	if name := presentable(p.Name); profile.CheckName(name) == nil {
		p.Name = name
	} else {
		p.Name = presentable(fallbackName(*p))
	}
	if p.ConnectAtStart {
		p.ConnectAtStart = false
		c.unmapped("connectAtStart", "what was imported connects when you say so")
	}
	slices.Sort(c.Unmapped)
	c.Unmapped = slices.Compact(c.Unmapped)
	c.judge()
}

// judge finds the problems anew, after a change of the profile.
func (c *Candidate) judge() {
	_, c.Problems = c.Profile.Validate()
	c.Problems = append(c.Problems, c.checkFiles()...)
	for row, s := range c.Profile.Subscriptions {
		if word := profile.Warn(s.Filter); word != "" && !s.Off {
			c.Problems = append(c.Problems, profile.Problem{
				Field: profile.FieldSubscriptions, Row: row, Key: "subscriptions.effect", Sentence: word, Warning: true,
			})
		}
	}
}

// checkFiles looks into the certificates that are given as paths. A path to another computer is
// left alone: a file to import must not make this one call there.
func (c *Candidate) checkFiles() []profile.Problem {
	p := c.Profile.Clone()
	var problems []profile.Problem
	for _, f := range []struct {
		field profile.Field
		path  *string
	}{
		{profile.FieldCAFile, &p.Transport.TLS.CAFile},
		{profile.FieldCertFile, &p.Transport.TLS.CertFile},
		{profile.FieldKeyFile, &p.Transport.TLS.KeyFile},
	} {
		if remote(*f.path) {
			problems = append(problems, profile.Problem{
				Field: f.field, Row: -1, Key: string(f.field) + ".remote", Args: []any{*f.path},
				Sentence: fmt.Sprintf("%s lies on another computer; it was not looked at.", *f.path), Warning: true,
			})
			*f.path = ""
		}
	}
	own := slices.ContainsFunc(c.Material, func(m Material) bool { return m.Field == profile.FieldKeyFile })
	return slices.DeleteFunc(append(problems, p.CheckFiles()...), func(found profile.Problem) bool {
		return own && found.Key == "keyFile.missing"
	})
}

// remote recognises the paths by which Windows reaches other computers, devices included.
func remote(path string) bool {
	return len(path) > 1 && strings.ContainsRune(`\/`, rune(path[0])) && strings.ContainsRune(`\/`, rune(path[1]))
}

// presentable takes from a name what cannot be shown.
func presentable(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, name)
	runes := []rune(strings.TrimSpace(name))
	return strings.TrimSpace(string(runes[:min(len(runes), maxNameLength)]))
}

func fallbackName(p profile.Profile) string {
	switch {
	case p.Transport.Kind == profile.Unix && p.Transport.Path != "":
		return p.Transport.Path
	case p.Host != "" && profile.CheckHost(p.Host) == nil:
		return net.JoinHostPort(p.Host, strconv.Itoa(p.Port))
	}
	return "Imported connection"
}

// MaxSize is the largest file that is read, in bytes: an export of MQTTX holds all messages.
const MaxSize = 128 << 20

// ErrTooLarge says that a file is above MaxSize.
var ErrTooLarge = errors.New("the file is too large to hold connections")

// Read finds out what b is and reads it. name is the file's, empty for what was pasted. It
// looks into the certificates that b names: call it where blocking is allowed.
func Read(name string, b []byte) (Result, error) {
	kind, err := Detect(name, b)
	if err != nil {
		return Result{}, err
	}
	r := Result{Kind: kind}
	switch kind {
	case MQTTExplorer:
		err = r.readExplorer(withoutMark(b))
	case MQTTX:
		err = r.readMQTTX(withoutMark(b))
	case Mosquitto:
		err = r.readOptions(name, string(withoutMark(b)))
	case CommandLine:
		err = r.readCommandLines(string(withoutMark(b)))
	case URLs:
		err = r.readURLs(string(withoutMark(b)))
	case Own:
		err = r.readOwn(withoutMark(b))
	}
	if err != nil {
		return Result{}, err
	}
	if len(r.Profiles) == 0 {
		return Result{}, fmt.Errorf("%s: there is no connection in it", kind)
	}
	return r, nil
}

// maxProfiles bounds a result: what is beyond is no list of connections.
const maxProfiles = 5000

func (r *Result) add(c Candidate) error {
	if len(r.Profiles) >= maxProfiles {
		return fmt.Errorf("there are more than %d connections in it", maxProfiles)
	}
	c.finish()
	r.Profiles = append(r.Profiles, c)
	return nil
}
