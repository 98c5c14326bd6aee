package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"streamscope/connections/profile/secret"
)

// AskTerminal returns what asks at the terminal, without showing what is typed, until ctx ends;
// nil if stdin is none.
func AskTerminal(ctx context.Context, stdin *os.File, stderr io.Writer) func(question string) (secret.Secret, error) {
	fd := int(stdin.Fd())
	if !term.IsTerminal(fd) {
		return nil
	}
	return func(question string) (secret.Secret, error) {
		before, err := term.GetState(fd)
		if err != nil {
			return secret.Secret{}, err
		}
		fmt.Fprint(stderr, question, ": ")
		defer fmt.Fprintln(stderr)
		type answer struct {
			text []byte
			err  error
		}
		typed := make(chan answer, 1)
		go func() {
			text, err := term.ReadPassword(fd)
			typed <- answer{text, err}
		}()
		select {
		case a := <-typed:
			return secret.New(string(a.text)), a.err
		case <-ctx.Done():
			// Nothing wakes the reading; but the terminal must show again what is typed.
			_ = term.Restore(fd, before)
			return secret.Secret{}, ctx.Err()
		}
	}
}
