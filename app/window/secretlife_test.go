package window

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/storage"
	"github.com/google/go-cmp/cmp"

	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// withPassword saves a profile whose password is kept in a file under a passphrase.
func withPassword(d *desk, name, password string) profile.Profile {
	d.Helper()
	p := d.saves(&brokertest.Mosquitto{Host: "127.0.0.1", Port: brokertest.UnusedPort(d.T)}, func(p *profile.Profile) {
		p.Name, p.User, p.AsksPassword = name, "joe", true
	})
	if err := d.app.Secrets.Unlock(secret.New("correct horse")); err != nil {
		d.Fatal(err)
	}
	if _, err := d.app.Secrets.Set(context.Background(), secret.Ref{Profile: p.ID, Field: profile.SecretPassword}, secret.New(password)); err != nil {
		d.Fatal(err)
	}
	return p
}

func (d *desk) password(p profile.Profile) string {
	s, err := d.app.Secrets.Get(context.Background(), secret.Ref{Profile: p.ID, Field: profile.SecretPassword})
	if err != nil && !errors.Is(err, secret.ErrNotFound) {
		d.Fatal(err)
	}
	return s.Reveal()
}

func TestSecretsGoWhenADeletionCannotBeUndone(t *testing.T) {
	d := sitDown(t)
	p := withPassword(d, "Alpha", "s3cr3t")
	d.chooses("File", "Connections…")
	d.clicksIcon("Duplicate", 0)
	list, _ := d.app.Profiles.List()
	d.await("the copy's password", func() bool { return d.password(list[1]) == "s3cr3t" })

	d.clicksIcon("Delete", 0)
	if d.password(p) != "s3cr3t" {
		t.Error("it went while it could be undone")
	}
	d.clicks("Undo the deletion")
	d.clicksIcon("Delete", 0)
	d.clicks("Close")
	d.await("the password to go", func() bool { return d.password(p) == "" })
	if d.password(list[1]) != "s3cr3t" {
		t.Error("the copy's password went too")
	}
}

func TestADeletionIsFinalWhenTheProgramEnds(t *testing.T) {
	d := sitDown(t)
	p := withPassword(d, "Alpha", "s3cr3t")
	d.chooses("File", "Connections…")
	d.clicksIcon("Delete", 0)
	d.quits()
	if d.password(p) != "" {
		t.Error("the password is left")
	}
}

func TestPasswordsTravelUnderAPassphrase(t *testing.T) {
	d := sitDown(t)
	withPassword(d, "Alpha", "s3cr3t")
	list, _ := d.app.Profiles.List()
	b, err := d.app.Export(context.Background(), list, secret.New("battery staple"))
	if err != nil || strings.Contains(string(b), "s3cr3t") {
		t.Fatalf("%v: the file holds the password: %v", err, strings.Contains(string(b), "s3cr3t"))
	}
	path := filepath.Join(t.TempDir(), "out.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	d.win.dropped([]fyne.URI{storage.NewFileURI(path)})
	d.await("the preview", func() bool { return d.reads("The file holds passwords under a passphrase.") })
	d.fills("import.passphrase", "wrong")
	d.clicks("Open")
	d.await("the refusal", func() bool { return d.reads("That is not the passphrase of this file.") })
	d.fills("import.passphrase", "battery staple")
	d.clicks("Open")
	d.await("the passwords", func() bool { return d.reads("The passwords are open") })
	d.clicks("Import")
	d.await("the connection", func() bool { return len(d.stored()) == 2 })
	if !cmp.Equal(d.stored(), []string{"Alpha", "Alpha (2)"}) {
		t.Errorf("saved are %v", d.stored())
	}
	list, _ = d.app.Profiles.List()
	d.await("the password here", func() bool { return d.password(list[1]) == "s3cr3t" })
}

func TestAnExportAsksForItsPassphraseTwice(t *testing.T) {
	d := sitDown(t)
	withPassword(d, "Alpha", "s3cr3t")
	d.chooses("File", "Export connections…")
	d.checks("With their passwords and tokens, under a passphrase")
	d.fills("export.passphrase", "battery staple")
	if !d.button("Choose a file…").Disabled() {
		t.Error("one passphrase is enough")
	}
	d.fills("export.again", "battery staple")
	d.clicks("Choose a file…")
	d.await("the choice of a file", func() bool { return d.reads("Save") })
}
