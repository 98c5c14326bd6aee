package secret

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/zalando/go-keyring"
)

// Keyring is what the system offers. Its calls may hang.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, password string) error
	Delete(service, user string) error
}

// System is the keyring of the operating system: Secret Service, Keychain, Credential Manager.
type System struct{}

// Get reads.
func (System) Get(service, user string) (string, error) {
	if err := reachable(); err != nil {
		return "", err
	}
	return keyring.Get(service, user)
}

// Set writes.
func (System) Set(service, user, password string) error {
	if err := reachable(); err != nil {
		return err
	}
	return keyring.Set(service, user, password)
}

// Delete removes.
func (System) Delete(service, user string) error {
	if err := reachable(); err != nil {
		return err
	}
	return keyring.Delete(service, user)
}

// service is the name that all entries have in the keyring.
const service = "streamscope"

// ring calls a keyring with a deadline. One call runs at a time: while one hangs, others would
// hang too and leave their goroutines behind.
type ring struct {
	keyring  Keyring
	patience time.Duration
	turn     chan struct{} // holds one token while a call runs
	stuck    atomic.Bool   // the call that runs was given up
}

func newRing(k Keyring, patience time.Duration) *ring {
	return &ring{keyring: k, patience: patience, turn: make(chan struct{}, 1)}
}

func (r *ring) get(ctx context.Context, user string) (Secret, error) {
	text, err := r.call(ctx, func() (string, error) { return r.keyring.Get(service, user) })
	return New(text), err
}

func (r *ring) set(ctx context.Context, user string, s Secret) error {
	_, err := r.call(ctx, func() (string, error) { return "", r.keyring.Set(service, user, s.Reveal()) })
	return err
}

func (r *ring) delete(ctx context.Context, user string) error {
	_, err := r.call(ctx, func() (string, error) { return "", r.keyring.Delete(service, user) })
	return err
}

type answer struct {
	text string
	err  error
}

func (r *ring) call(ctx context.Context, do func() (string, error)) (string, error) {
	if r.stuck.Load() {
		return "", ErrLocked
	}
	inTime, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	select {
	case r.turn <- struct{}{}:
	case <-inTime.Done():
		return "", r.late(ctx)
	}
	done := make(chan answer, 1)
	go func() {
		done <- safely(do)
		<-r.turn
		r.stuck.Store(false)
	}()
	select {
	case a := <-done:
		return a.text, classify(a.err)
	case <-inTime.Done():
		r.stuck.Store(true)
		// Had it answered in this very moment, nobody would take the mark away.
		if len(r.turn) == 0 {
			r.stuck.Store(false)
		}
		return "", r.late(ctx)
	}
}

func (r *ring) late(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return fmt.Errorf("%w: no answer within %s", ErrLocked, r.patience)
}

// safely keeps a keyring that answers what no keyring answers from ending the program.
func safely(do func() (string, error)) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{err: fmt.Errorf("the keyring's answer makes no sense: %v", p)}
		}
	}()
	a.text, a.err = do()
	return a
}

// classify tells the errors apart that go-keyring only has texts for.
func classify(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, keyring.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, keyring.ErrSetDataTooBig), errors.Is(err, ErrNoKeyring):
		return err
	case strings.Contains(strings.ToLower(err.Error()), "lock"): // "failed to unlock", "IsLocked"
		return fmt.Errorf("%w: %w", ErrLocked, err)
	}
	return fmt.Errorf("%w: %w", ErrNoKeyring, err)
}
