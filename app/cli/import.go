package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"streamscope/connections/profile"
	"streamscope/connections/profile/importing"
	"streamscope/connections/profile/secret"
)

const (
	// PassphraseVariable is the environment variable that gives the passphrase of the file of
	// secrets, where there is no keyring.
	PassphraseVariable = "STREAMSCOPE_PASSPHRASE"
	// ImportPassphraseVariable gives that of the secrets in a file to import.
	ImportPassphraseVariable = "STREAMSCOPE_IMPORT_PASSPHRASE"
)

// ImportOptions say what to import.
type ImportOptions struct {
	// Folder is the configuration folder.
	Folder string
	// Files are read one after the other; "-" is Stdin.
	Files []string
	Stdin io.Reader
	// DryRun only tells what would be saved.
	DryRun bool
	// Ask asks for a secret that the environment does not give; nil if there is nobody to ask.
	Ask func(question string) (secret.Secret, error)
	// Secrets say how to keep them.
	Secrets secret.Options
}

// Import saves the connections that files of other programs, or our own exports, hold. It
// prints a line for each: its name, a tab, its address; on stderr stands what could not be
// mapped. Nothing that exists is changed. It returns the exit code: ExitFailure if a file or a
// connection was left out.
func Import(ctx context.Context, o ImportOptions, stdout, stderr io.Writer) int {
	if len(o.Files) == 0 {
		fmt.Fprintln(stderr, "streamscope: import: what? Name a file, or - for what comes on stdin")
		return ExitUsage
	}
	i := &importer{o: o, stdout: stdout, stderr: stderr}
	if !o.DryRun {
		i.into = importing.Into{
			Profiles:     profile.Open(filepath.Join(o.Folder, "profiles")),
			Secrets:      secret.Open(filepath.Join(o.Folder, "secrets"), o.Secrets),
			Certificates: filepath.Join(o.Folder, "certificates"),
		}
	}
	code := ExitOK
	for _, name := range o.Files {
		if err := i.file(ctx, name); err != nil {
			if !errors.Is(err, errSaid) {
				fmt.Fprintf(stderr, "streamscope: import: %s: %v\n", name, err)
			}
			code = ExitFailure
		}
	}
	return code
}

// errSaid is a failure that was told already.
var errSaid = errors.New("some were left out")

type importer struct {
	o              ImportOptions
	into           importing.Into
	stdout, stderr io.Writer
}

func (i *importer) file(ctx context.Context, name string) error {
	b, err := i.read(name)
	if err != nil {
		return err
	}
	r, err := importing.Read(name, b)
	if err != nil {
		return err
	}
	fmt.Fprintf(i.stderr, "%s: %s\n", name, r.Kind)
	for _, u := range r.Unmapped {
		fmt.Fprintln(i.stderr, "  not imported:", u)
	}
	if r.Sealed() && !i.o.DryRun {
		if err := i.unseal(&r); err != nil {
			return err
		}
	}
	if i.o.DryRun {
		return i.preview(r)
	}
	if err := i.unlock(r); err != nil {
		return err
	}
	failed, lost := false, false
	for n, done := range importing.Apply(ctx, i.into, r.Profiles) {
		i.report(&r.Profiles[n])
		if done.Err != nil {
			fmt.Fprintf(i.stderr, "  left out: %s: %v\n", r.Profiles[n].Profile.Name, done.Err)
			failed = true
			continue
		}
		if done.Renamed != "" {
			fmt.Fprintf(i.stderr, "  “%s” is taken; it is called “%s” here\n", done.Renamed, done.Profile.Name)
		}
		for field := range r.Profiles[n].Secrets {
			lost = lost || i.into.Secrets.Where(secret.Ref{Profile: done.Profile.ID, Field: field}) == secret.InMemory
		}
		for _, note := range done.Notes {
			fmt.Fprintf(i.stderr, "  %s: %s\n", done.Profile.Name, note)
		}
		if _, err := fmt.Fprintf(i.stdout, "%s\t%s\n", done.Profile.Name, done.Profile.URL()); err != nil {
			return err
		}
	}
	if lost {
		fmt.Fprintf(i.stderr, "streamscope: import: some passwords were not kept; to keep them in an encrypted file, set %s\n", PassphraseVariable)
	}
	if failed {
		return errSaid
	}
	return nil
}

func (i *importer) read(name string) ([]byte, error) {
	in := i.o.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, errors.Unwrap(err)
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, importing.MaxSize+1))
}

func (i *importer) preview(r importing.Result) error {
	failed := false
	for n := range r.Profiles {
		c := &r.Profiles[n]
		i.report(c)
		if !c.Usable() {
			fmt.Fprintf(i.stderr, "  would be left out: %s: %v\n", c.Profile.Name, profile.Blocking(c.Problems)[0])
			failed = true
			continue
		}
		if _, err := fmt.Fprintf(i.stdout, "%s\t%s\n", c.Profile.Name, c.Profile.URL()); err != nil {
			return err
		}
	}
	if failed {
		return errSaid
	}
	return nil
}

// report tells what is not as it was in the source, and what the user should know.
func (i *importer) report(c *importing.Candidate) {
	for _, u := range c.Unmapped {
		fmt.Fprintf(i.stderr, "  %s: not imported: %s\n", c.Profile.Name, u)
	}
	sentences := c.Profile.Cautions()
	for _, p := range c.Problems {
		if p.Warning && !slices.Contains(sentences, p.Sentence) {
			sentences = append(sentences, p.Sentence)
		}
	}
	for _, sentence := range sentences {
		fmt.Fprintf(i.stderr, "  %s: %s\n", c.Profile.Name, sentence)
	}
}

// unseal opens the secrets of our own export. Without their passphrase they stay out.
func (i *importer) unseal(r *importing.Result) error {
	passphrase, err := i.secret(ImportPassphraseVariable, "Passphrase of the secrets in this file")
	if err != nil {
		return err
	}
	if passphrase.Empty() {
		fmt.Fprintf(i.stderr, "  not imported: the passwords; set %s to their passphrase\n", ImportPassphraseVariable)
		return nil
	}
	return r.Unseal(passphrase)
}

// unlock opens the file of secrets, if there is one and something to keep in it.
func (i *importer) unlock(r importing.Result) error {
	needed := false
	for n := range r.Profiles {
		needed = needed || len(r.Profiles[n].Secrets) > 0 || len(r.Profiles[n].Material) > 0
	}
	secrets := i.into.Secrets
	if !needed || secrets.Unlocked() {
		return nil
	}
	if _, given := os.LookupEnv(PassphraseVariable); !given && !secrets.HasFile() {
		return nil
	}
	passphrase, err := i.secret(PassphraseVariable, "Passphrase of your file of secrets")
	if err != nil || passphrase.Empty() {
		return err
	}
	return secrets.Unlock(passphrase)
}

func (i *importer) secret(variable, question string) (secret.Secret, error) {
	if text, ok := os.LookupEnv(variable); ok || i.o.Ask == nil {
		return secret.New(text), nil
	}
	return i.o.Ask(question)
}
