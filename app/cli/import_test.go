package cli

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

const twoCommands = "mosquitto_sub -h broker.example -t 'plant/#' -u anna -P s3cret -v\nmosquitto_sub -h 'a b' -t x\n"

// imports runs the verb on what comes on stdin.
func imports(t *testing.T, o ImportOptions, in string) (code int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	o.Stdin, o.Files, o.Secrets = strings.NewReader(in), []string{"-"}, secret.Options{NoKeyring: true, WorkFactor: 2}
	code = Import(t.Context(), o, &out, &err)
	return code, out.String(), err.String()
}

func TestImportSavesWhatItCan(t *testing.T) {
	t.Setenv(PassphraseVariable, "open sesame")
	folder := t.TempDir()
	code, stdout, stderr := imports(t, ImportOptions{Folder: folder}, twoCommands)
	if code != ExitFailure || stdout != "broker.example:1883\tmqtt://anna@broker.example:1883\n" ||
		!strings.Contains(stderr, "left out: Imported connection: A host name has no blanks.") || !strings.Contains(stderr, "not imported: --verbose") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	p, err := profile.Open(filepath.Join(folder, "profiles")).Find("broker.example:1883")
	if err != nil || p.User != "anna" || !p.AsksPassword || p.Subscriptions[0].Filter != "plant/#" {
		t.Errorf("%+v, %v", p, err)
	}
	secrets := secret.Open(filepath.Join(folder, "secrets"), secret.Options{NoKeyring: true})
	if err := secrets.Unlock(secret.New("open sesame")); err != nil {
		t.Fatal(err)
	}
	if s, err := secrets.Get(t.Context(), secret.Ref{Profile: p.ID, Field: profile.SecretPassword}); err != nil || s.Reveal() != "s3cret" {
		t.Errorf("the password: %v", err)
	}

	code, stdout, stderr = imports(t, ImportOptions{Folder: folder}, "mqtt://broker.example/a")
	if code != ExitOK || stdout != "broker.example:1883 (2)\tmqtt://broker.example:1883\n" || !strings.Contains(stderr, "is taken") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	err = filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte("s3cret")) {
			t.Errorf("%s holds the password", path)
		}
		return err
	})
	if err != nil || strings.Contains(stdout+stderr, "s3cret") {
		t.Errorf("%v\n%s\n%s", err, stdout, stderr)
	}
}

func TestImportSaysThatPasswordsWereNotKept(t *testing.T) {
	code, _, stderr := imports(t, ImportOptions{Folder: t.TempDir()}, "mqtt://anna:s3cret@h/a")
	if code != ExitOK || !strings.Contains(stderr, "set "+PassphraseVariable) || strings.Contains(stderr, "s3cret") {
		t.Errorf("%d\n%s", code, stderr)
	}
}

func TestImportOnlyTells(t *testing.T) {
	folder := t.TempDir()
	code, stdout, stderr := imports(t, ImportOptions{Folder: folder, DryRun: true}, twoCommands)
	if code != ExitFailure || stdout != "broker.example:1883\tmqtt://anna@broker.example:1883\n" || !strings.Contains(stderr, "would be left out") {
		t.Errorf("%d\n%s\n%s", code, stdout, stderr)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v was written", left)
	}
}

func TestImportSaysWhatItCannotRead(t *testing.T) {
	for in, want := range map[string]string{"": "nothing in it", "hello": "nothing that Streamscope can import", "mqtt://a:s3cret@h:x": "1 to 65535"} {
		code, stdout, stderr := imports(t, ImportOptions{Folder: t.TempDir()}, in)
		if code != ExitFailure || stdout != "" || !strings.Contains(stderr, want) || strings.Contains(stderr, "s3cret") {
			t.Errorf("%q: %d\n%s\n%s", in, code, stdout, stderr)
		}
	}
	var out, err bytes.Buffer
	if code := Import(t.Context(), ImportOptions{Folder: t.TempDir(), Files: []string{"/absent/x"}}, &out, &err); code != ExitFailure || !strings.Contains(err.String(), "/absent/x: no such file") {
		t.Errorf("%d, %s", code, err.String())
	}
	if code := Import(t.Context(), ImportOptions{}, &out, &err); code != ExitUsage {
		t.Error(code)
	}
}
