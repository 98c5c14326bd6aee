package app

import (
	"context"
	"path/filepath"

	"streamscope/connections/diagnose"
	"streamscope/connections/profile"
	"streamscope/connections/profile/importing"
	"streamscope/connections/profile/secret"
)

// Diagnose examines the way to a server, step by step, over connections of its own. It blocks
// until the last step or until ctx ends; report is called with each step as it is done. Last is
// why the user's own connection failed, nil if it did not.
func (a *App) Diagnose(ctx context.Context, p profile.Valid, secrets Secrets, last error, report func(diagnose.Step)) diagnose.Report {
	return diagnose.Run(ctx, diagnose.Target{Profile: p, Secrets: secrets, Last: last}, report)
}

// Export writes connections as a file that Import reads. With a passphrase it holds their secrets,
// encrypted under it; secret.ErrPassphrase and secret.ErrLocked say that these cannot be had as
// long as the store is locked. It may wait, so it is not for the UI goroutine.
func (a *App) Export(ctx context.Context, list []profile.Profile, passphrase secret.Secret) ([]byte, error) {
	if passphrase.Empty() {
		return importing.Export(ctx, list, nil, passphrase)
	}
	return importing.Export(ctx, list, a.Secrets, passphrase)
}

// Import saves connections that were read from another program's file. It may wait for disk
// and keyring, so it is not for the UI goroutine.
func (a *App) Import(ctx context.Context, chosen []importing.Candidate) []importing.Applied {
	return importing.Apply(ctx, importing.Into{
		Profiles: a.Profiles, Secrets: a.Secrets, Certificates: filepath.Join(a.Folder, "certificates"),
	}, chosen)
}
