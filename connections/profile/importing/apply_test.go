package importing

import (
	"context"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/youmark/pkcs8"

	"streamscope/connections"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

const testWork = 2

var passphrase = secret.New("open sesame")

// into is a configuration folder with a file of secrets that is unlocked.
func into(t *testing.T) (Into, string) {
	t.Helper()
	folder := t.TempDir()
	secrets := secret.Open(filepath.Join(folder, "secrets"), secret.Options{NoKeyring: true, WorkFactor: testWork})
	if err := secrets.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	return Into{Profiles: profile.Open(filepath.Join(folder, "profiles")), Secrets: secrets, Certificates: filepath.Join(folder, "certificates")}, folder
}

func noneInFiles(t *testing.T, folder string, texts ...string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, text := range texts {
			if strings.Contains(string(b), text) {
				t.Errorf("%s holds %q", path, text)
			}
		}
		return err
	})
	if err != nil || files == 0 {
		t.Errorf("%d files, %v", files, err)
	}
}

func TestApplySavesAndOverwritesNothing(t *testing.T) {
	to, folder := into(t)
	chosen := slices.DeleteFunc(read(t, "settings.json").Profiles, func(c Candidate) bool { return !c.Usable() })
	first := Apply(t.Context(), to, chosen)
	second := Apply(t.Context(), to, slices.DeleteFunc(read(t, "settings.json").Profiles, func(c Candidate) bool { return !c.Usable() }))
	for _, done := range append(slices.Clone(first), second...) {
		if done.Err != nil || len(done.Notes) > 0 {
			t.Errorf("%s: %v, %q", done.Profile.Name, done.Err, done.Notes)
		}
	}
	profiles, problems := to.Profiles.List()
	var names, colours []string
	for _, p := range profiles {
		names = append(names, p.Name)
		colours = append(colours, p.Colour)
	}
	if got := strings.Join(names, ", "); got != "mqtt.eclipseprojects.io, Line 4, Gateway (attic), mqtt.eclipseprojects.io (2), Line 4 (2), Gateway (attic) (2)" || len(problems) > 0 {
		t.Errorf("%s; %v", got, problems)
	}
	slices.Sort(colours)
	if len(slices.Compact(colours)) != 6 {
		t.Errorf("two have one colour: %q", colours)
	}
	if second[1].Renamed != "Line 4" || first[1].Renamed != "" || len(first[1].Profile.Charts) != 3 {
		t.Errorf("%+v", second[1])
	}
	s, err := to.Secrets.Get(t.Context(), secret.Ref{Profile: second[1].Profile.ID, Field: profile.SecretPassword})
	if err != nil || s.Reveal() != "s3cret-line4" {
		t.Errorf("the password: %v", err)
	}
	noneInFiles(t, folder, "s3cret", "BEGIN EC PRIVATE KEY", "BEGIN PRIVATE KEY", "MHcC")
}

func TestApplyKeepsKeysEncrypted(t *testing.T) {
	to, _ := into(t)
	done := Apply(t.Context(), to, read(t, "settings.json").Profiles[1:2])[0]
	if done.Err != nil {
		t.Fatal(done.Err)
	}
	if problems := done.Profile.CheckFiles(); len(problems) > 0 {
		t.Error(problems)
	}
	text, err := os.ReadFile(done.Profile.Transport.TLS.KeyFile)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(text)
	word, err := to.Secrets.Get(t.Context(), secret.Ref{Profile: done.Profile.ID, Field: profile.SecretKey})
	if err != nil || block == nil || block.Type != "ENCRYPTED PRIVATE KEY" {
		t.Fatalf("%v, %s", err, text)
	}
	if _, err := pkcs8.ParsePKCS8PrivateKey(block.Bytes, []byte(word.Reveal())); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(done.Profile.Transport.TLS.KeyFile); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("%v, %v", info, err)
	}
}

func TestApplyWithoutALastingPlace(t *testing.T) {
	for what, secrets := range map[string]*secret.Store{
		"memory only": secret.Open(t.TempDir(), secret.Options{NoKeyring: true}), "none at all": nil,
	} {
		to, folder := into(t)
		to.Secrets = secrets
		done := Apply(t.Context(), to, read(t, "settings.json").Profiles[1:2])[0]
		p := done.Profile
		if done.Err != nil || p.Transport.TLS.KeyFile != "" || p.Transport.TLS.CertFile == "" || len(done.Notes) != 2 ||
			!strings.Contains(done.Notes[0], "“tech.key” was not imported") || !strings.Contains(done.Notes[1], "The password") {
			t.Errorf("%s: %+v", what, done)
		}
		noneInFiles(t, folder, "s3cret", "PRIVATE KEY")
	}
}

func TestApplyLeavesNothingOfWhatCannotBeSaved(t *testing.T) {
	to, folder := into(t)
	broken := read(t, "settings.json").Profiles[1]
	broken.Profile.Host = "a b"
	done := Apply(t.Context(), to, []Candidate{broken, read(t, "settings.json").Profiles[0]})
	var problem profile.Problem
	if !errors.As(done[0].Err, &problem) || problem.Field != profile.FieldHost || done[0].Profile.ID != "" || done[1].Err != nil {
		t.Errorf("%+v", done)
	}
	if left, _ := os.ReadDir(to.Certificates); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	// Its folder cannot be written: the certificates are taken back.
	blocked := filepath.Join(folder, "blocked")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	to.Profiles = profile.Open(filepath.Join(blocked, "profiles"))
	again := Apply(t.Context(), to, read(t, "settings.json").Profiles[1:2])
	if again[0].Err == nil {
		t.Error("saved where nothing can be")
	}
	if left, _ := os.ReadDir(to.Certificates); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if done := Apply(cancelled, to, read(t, "settings.json").Profiles[:1]); !errors.Is(done[0].Err, context.Canceled) {
		t.Errorf("%+v", done)
	}
}

func TestChartsComeAlong(t *testing.T) {
	to, _ := into(t)
	done := Apply(t.Context(), to, read(t, "settings.json").Profiles[1:2])[0]
	saved, err := to.Profiles.Get(done.Profile.ID)
	if err != nil || len(saved.Charts) != 3 {
		t.Fatalf("%v: %+v", err, saved.Charts)
	}
	first, second := saved.Charts[0], saved.Charts[1]
	if first.ID == second.ID || first.Left.High == nil || *first.Left.High != 120 || second.Window != 2*time.Hour || second.Series[0].Colour != "#ff8800" {
		t.Errorf("%+v\n%+v", first, second)
	}
}

// rich is a profile with every kind of secret.
func rich(t *testing.T) profile.Profile {
	t.Helper()
	p := everyField()
	p.Name, p.Host, p.Protocol, p.Port = "Everything", "broker.example", profile.WebSocket, 443
	p.Transport.Kind, p.Transport.Path = profile.WSS, "/a?b=c"
	p.Transport.Headers = []profile.Header{{Name: "Authorization", Secret: true}, {Name: "X-Plant", Value: "north"}}
	p.Transport.TLS.Pins = []string{strings.Repeat("ab", 32)}
	p.Transport.Proxy = profile.Proxy{Kind: profile.ProxyHTTP, Address: "p.example:3128", User: "anna"}
	p.Stream.MessageLimit, p.Stream.Opening, p.Stream.Origin = 4096, []profile.Opening{{Text: "a1 b2", Binary: true}}, "https://h"
	p.Stream.Mapping.Kind = profile.MapFixed
	p.Pins = []profile.Pin{{Topic: "a", Path: []string{"b"}}}
	p.Subscriptions = []connections.Subscription{{Filter: "a/#", QoS: 1, Off: true}}
	p.Decoders = []profile.Binding{{Filter: "a/+", Format: "fields", Options: "int16 LE at 4"}}
	if _, problems := p.Validate(); len(profile.Blocking(problems)) > 0 {
		t.Fatal(problems)
	}
	return p
}

func TestOurOwnExportComesBackWhole(t *testing.T) {
	to, _ := into(t)
	p := rich(t)
	for _, field := range p.Secrets() {
		if _, err := to.Secrets.Set(t.Context(), secret.Ref{Profile: p.ID, Field: field}, secret.New("s3cret "+field)); err != nil {
			t.Fatal(err)
		}
	}
	plain := profile.New()
	plain.Name, plain.Host, plain.ClientID = "Plain", "h", "fixed"
	list := []profile.Profile{p, plain}

	bare, err := Export(t.Context(), list, nil, secret.Secret{})
	if err != nil || strings.Contains(string(bare), "s3cret") {
		t.Fatal(err)
	}
	full, err := Export(t.Context(), list, to.Secrets, passphrase)
	if err != nil || strings.Contains(string(full), "s3cret") || strings.Contains(string(full), passphrase.Reveal()) {
		t.Fatal(err)
	}
	if _, err := Export(t.Context(), list, to.Secrets, secret.Secret{}); err == nil {
		t.Error("secrets were exported without a passphrase")
	}
	to.Secrets.Lock()
	if _, err := Export(t.Context(), list, to.Secrets, passphrase); !errors.Is(err, secret.ErrPassphrase) {
		t.Errorf("with a locked store: %v", err)
	}

	for _, b := range [][]byte{bare, full} {
		r, err := Read("export.json", b)
		if err != nil {
			t.Fatal(err)
		}
		if r.Kind != Own || len(r.Profiles) != 2 || r.Sealed() != (len(b) > len(bare)) {
			t.Fatalf("%s, %d profiles, sealed %v", r.Kind, len(r.Profiles), r.Sealed())
		}
		got, want := r.Profiles[0].Profile, p.Clone()
		if got.ID == want.ID || got.ClientID == want.ClientID || !ownID.MatchString(got.ClientID) || r.Profiles[1].Profile.ClientID != "fixed" {
			t.Errorf("ID %s, client IDs %s and %s", got.ID, got.ClientID, r.Profiles[1].Profile.ClientID)
		}
		want.ID, want.ClientID, want.ConnectAtStart = got.ID, got.ClientID, false
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for _, u := range r.Profiles[0].Unmapped {
			if !strings.HasPrefix(u, "clientId: ") && !strings.HasPrefix(u, "connectAtStart: ") {
				t.Errorf("unmapped: %s", u)
			}
		}
	}

	r, _ := Read("", full)
	if err := r.Unseal(secret.New("wrong")); !errors.Is(err, ErrPassphrase) || !r.Sealed() {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := r.Unseal(passphrase); err != nil || r.Sealed() {
		t.Fatal(err)
	}
	for _, field := range p.Secrets() {
		if got := r.Profiles[0].Secrets[field].Reveal(); got != "s3cret "+field {
			t.Errorf("%s: %q", field, got)
		}
	}
	damaged, err := Read("", []byte(strings.Replace(string(full), "YWdl", "YWdm", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := damaged.Unseal(passphrase); err == nil || errors.Is(err, ErrPassphrase) {
		t.Errorf("damaged: %v", err)
	}
}

func TestOurOwnExportOfANewerProgram(t *testing.T) {
	r, err := Read("", []byte(`{"streamscopeConnections":1,"profiles":[{"name":"a","host":"h","hologram":true,"transport":{"kind":"tls","quantum":1},
		"subscriptions":[{"filter":"a"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"hologram: this version has no such setting", "transport.quantum: this version has no such setting"}
	got := slices.DeleteFunc(r.Profiles[0].Unmapped, func(u string) bool { return strings.HasPrefix(u, "clientId") })
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A header's value in a file that was written by hand is a secret all the same.
func TestSecretValuesInAFileAreTakenOut(t *testing.T) {
	r, err := Read("", []byte(`{"streamscopeConnections":1,"profiles":[{"name":"a","host":"h","transport":{"kind":"wss","headers":[
		{"name":"Authorization","value":"s3cret","secret":true}]},"subscriptions":[{"filter":"a"}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	c := r.Profiles[0]
	if c.Profile.Transport.Headers[0].Value != "" || c.Secrets["header:authorization"].Reveal() != "s3cret" {
		t.Errorf("%+v", c)
	}
}

// What everyField leaves out would be called unknown in an export of this very version.
func TestEveryFieldLeavesNothingOut(t *testing.T) {
	var walk func(path string, v reflect.Value)
	walk = func(path string, v reflect.Value) {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			return
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if v.Field(i).IsZero() && strings.Contains(field.Tag.Get("json"), ",omit") {
				t.Errorf("%s.%s is not filled", path, field.Name)
				continue
			}
			walk(path+"."+field.Name, v.Field(i))
		}
	}
	walk("Profile", reflect.ValueOf(everyField()))
}
