package window

import (
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/youmark/pkcs8"

	"streamscope/app"
	"streamscope/connections/brokertest"
	"streamscope/connections/dial"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// behindTLS is a broker whose certificate nobody knows.
func behindTLS(t *testing.T) (*brokertest.Mosquitto, *brokertest.Leaf) {
	leaf := brokertest.NewAuthority(t, "Plant CA").Issue(t, brokertest.LeafOptions{})
	m := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{{TLS: leaf}}})
	m.Port = m.Ports[0]
	return m, leaf
}

func TestACertificateIsTrustedForOneProfile(t *testing.T) {
	m, leaf := behindTLS(t)
	d := sitDown(t)
	p := d.saves(m, func(p *profile.Profile) { p.Transport.Kind = profile.TLS })
	d.win.connect(p)
	d.await("the banner", func() bool { return strings.Contains(d.banner(), "signed by nobody whom this computer trusts") })
	d.clicks("Certificate…")
	d.mustRead("Certificate of Bench", "CN=Plant CA", grouped(dial.Fingerprint(leaf.Cert)), "days left", "Trust it only if the fingerprint")
	d.clicks("Trust this certificate")
	d.await("the connection", d.isOpen)
	got, err := d.app.Profiles.Get(p.ID)
	if pins := got.Transport.TLS.Pins; err != nil || len(pins) != 1 || pins[0] != dial.Fingerprint(leaf.Cert) || got.Transport.TLS.Insecure {
		t.Errorf("%v: %+v", err, got.Transport.TLS)
	}
	d.mustNotRead("not verified")
}

func TestAServerThatIsNotVerifiedShowsInTheChip(t *testing.T) {
	m, _ := behindTLS(t)
	d := sitDown(t)
	d.win.connect(d.saves(m, func(p *profile.Profile) { p.Transport.Kind, p.Transport.TLS.Insecure = profile.TLS, true }))
	d.await("the connection", d.isOpen)
	d.await("the chip", func() bool { return d.reads("not verified") })
}

func TestAnEncryptedKeyAsksForItsPassphrase(t *testing.T) {
	ca := brokertest.NewAuthority(t, "Plant CA")
	mine := ca.Issue(t, brokertest.LeafOptions{Names: []string{"tablet"}})
	m := brokertest.Start(t, brokertest.Options{Listeners: []brokertest.Listener{{TLS: ca.Issue(t, brokertest.LeafOptions{}), ClientCA: ca}}})
	m.Port = m.Ports[0]
	sealed, err := pkcs8.MarshalPrivateKey(mine.Key, []byte("open sesame"), nil)
	if err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: sealed}), 0o600); err != nil {
		t.Fatal(err)
	}
	d := sitDown(t)
	d.win.connect(d.saves(m, func(p *profile.Profile) {
		p.Transport.Kind = profile.TLS
		p.Transport.TLS.CAFile, p.Transport.TLS.CertFile, p.Transport.TLS.KeyFile = ca.File, mine.CertFile, key
	}))
	d.await("the question", func() bool { return d.reads("Passphrase of the client key") })
	d.fills("Password", "open sesame")
	d.focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.await("the connection", d.isOpen)
}

// TestNoSecretIsWrittenOrShown connects with a password, a header and a token in the path, fails
// once, is diagnosed, and then looks for them everywhere.
func TestNoSecretIsWrittenOrShown(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{
		Users: map[string]string{"joe": "h1dden-word"}, Listeners: []brokertest.Listener{{WebSocket: true}},
	})
	m.Port = m.Ports[0]
	d := sitDown(t)
	p := d.saves(m, func(p *profile.Profile) {
		p.User, p.AsksPassword = "joe", true
		p.Transport = profile.Transport{Kind: profile.WS, Path: "/mqtt?token={{secret}}",
			Headers: []profile.Header{{Name: "Authorization", Secret: true, Scheme: profile.SchemeBearer}}}
	})
	valid, _ := p.Validate()
	secrets := app.Secrets{
		profile.SecretPassword: secret.New("h1dden-word"), profile.SecretQuery("token"): secret.New("h1dden-token"),
		profile.SecretHeader("Authorization"): secret.New("h1dden-header"),
	}
	d.win.open(valid, secrets)
	d.await("the connection", d.isOpen)
	m.Stop()
	d.await("the failure", func() bool { return d.banner() != "" })
	report := d.app.Diagnose(t.Context(), valid, secrets, nil, nil)
	d.clicks("Edit…")
	shown := strings.Join(d.texts(), "\n") + d.win.win.Title() + report.Text()
	d.clicks("Cancel")
	d.quits()

	found := func(what, text string) {
		if strings.Contains(text, "h1dden") {
			t.Errorf("%s holds a secret", what)
		}
	}
	found("the window", shown)
	found("the log", d.log.String())
	err := filepath.WalkDir(d.folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		found(path, string(b))
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
