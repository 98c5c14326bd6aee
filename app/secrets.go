package app

import (
	"context"
	"errors"

	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
	"streamscope/connections/way"
)

// Secrets are what a connection needs and no profile holds: a secret for each of the fields
// that [profile.Profile.Secrets] lists. A nil map has none.
type Secrets = way.Secrets

// Known looks up what is kept of the secrets of a profile. Missing are the fields of which
// nothing is kept; locked is why some could not be looked up, nil if all could. It may wait for
// the keyring, so it is not for the UI goroutine.
func (a *App) Known(ctx context.Context, p profile.Profile) (found Secrets, missing []string, locked error) {
	found = Secrets{}
	for _, field := range p.Secrets() {
		s, err := a.Secrets.Get(ctx, secret.Ref{Profile: p.ID, Field: field})
		switch {
		case err == nil:
			found[field] = s
			continue
		case errors.Is(err, secret.ErrPassphrase), errors.Is(err, secret.ErrLocked):
			locked = err
		}
		if field == profile.SecretKey && !way.NeedsPassphrase(p) { // most keys have none
			continue
		}
		missing = append(missing, field)
	}
	return found, missing, locked
}

// Keep stores secrets of a profile where they last. What cannot be kept is remembered until
// the program ends, and the error says why. It may wait, so it is not for the UI goroutine.
func (a *App) Keep(ctx context.Context, p profile.Profile, secrets Secrets) error {
	var all error
	for field, s := range secrets {
		if _, err := a.Secrets.Set(ctx, secret.Ref{Profile: p.ID, Field: field}, s); err != nil {
			all = errors.Join(all, err)
		}
	}
	return all
}

// CopySecrets keeps for one profile what is kept for another. The error says what stands in the
// way: a keyring or a file that is locked, so that nothing, or not all, was copied. It may wait, so
// it is not for the UI goroutine.
func (a *App) CopySecrets(ctx context.Context, from, to profile.Profile) error {
	found, _, locked := a.Known(ctx, from)
	return errors.Join(locked, a.Keep(ctx, to, found))
}

// DropSecrets deletes the secrets of a profile that is gone for good; one that stands in the store
// keeps them. What cannot be reached now stays where it is, and gives an error. It may wait, so it
// is not for the UI goroutine.
func (a *App) DropSecrets(ctx context.Context, profileID string) error {
	if _, err := a.Profiles.Get(profileID); !errors.Is(err, profile.ErrNotFound) {
		return nil //nolint:nilerr // it is there, readable or not
	}
	return a.Secrets.DeleteAll(ctx, profileID)
}
