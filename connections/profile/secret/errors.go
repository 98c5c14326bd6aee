package secret

import (
	"errors"
	"fmt"
)

var (
	// ErrNotFound says that there is no such secret.
	ErrNotFound = errors.New("there is no such secret")
	// ErrNoKeyring says that the system has no keyring that answers.
	ErrNoKeyring = errors.New("this system has no keyring that answers")
	// ErrLocked says that the keyring is locked, and nobody unlocked it in time.
	ErrLocked = errors.New("the keyring is locked")
	// ErrPassphrase says that the file of secrets needs its passphrase; see [Store.Unlock].
	ErrPassphrase = errors.New("the file of secrets needs its passphrase")
	// ErrWrongPassphrase is an ErrPassphrase too.
	ErrWrongPassphrase = fmt.Errorf("that is not its passphrase: %w", ErrPassphrase)
	// ErrDamaged says that the file of secrets was changed by something else. It is left as it is.
	ErrDamaged = errors.New("the file of secrets is damaged")
)
