package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

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

// ConfirmTerminal returns what asks at the terminal whether to go on; nil if stdin is none. Only the whole word "yes" agrees: a key that is held does not.
func ConfirmTerminal(stdin *os.File, stderr io.Writer) func(ctx context.Context, question string) (bool, error) {
	if !term.IsTerminal(int(stdin.Fd())) {
		return nil
	}
	return func(ctx context.Context, question string) (bool, error) { return agrees(ctx, question, stdin, stderr) }
}

// agrees asks and reads one line.
func agrees(ctx context.Context, question string, stdin io.Reader, stderr io.Writer) (bool, error) {
	fmt.Fprint(stderr, question, ": ")
	type answer struct {
		line string
		err  error
	}
	typed := make(chan answer, 1)
	go func() {
		line, err := bufio.NewReader(io.LimitReader(stdin, maxAnswer)).ReadString('\n')
		typed <- answer{line, err}
	}()
	select {
	case a := <-typed:
		if a.err != nil && !errors.Is(a.err, io.EOF) {
			return false, a.err
		}
		return strings.EqualFold(strings.TrimSpace(a.line), "yes"), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}

// maxAnswer bounds the answer to a question, in bytes.
const maxAnswer = 1024
