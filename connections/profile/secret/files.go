package secret

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"filippo.io/age"
)

// HasFile reports whether there is a file of secrets under a passphrase.
func (s *Store) HasFile() bool {
	_, err := os.Stat(s.vaultPath())
	return err == nil
}

// Unlocked reports whether the file's passphrase was given.
func (s *Store) Unlocked() bool { return s.vaultKey() != nil }

// Unlock opens the file of secrets, or makes it if there is none: from then on Set keeps there
// what no keyring takes. It takes about a second, by design.
func (s *Store) Unlock(passphrase Secret) error {
	if passphrase.Empty() {
		return ErrPassphrase
	}
	return s.locked(func() error {
		b, err := loadBox(s.vaultPath())
		if errors.Is(err, fs.ErrNotExist) {
			return s.newVault(passphrase)
		}
		if err != nil {
			return err
		}
		key, err := b.unwrap(passphrase)
		if err != nil {
			return err
		}
		if _, err := b.open(key); err != nil {
			return fmt.Errorf("%s: %w", s.vaultPath(), err)
		}
		s.setVaultKey(key)
		return nil
	})
}

func (s *Store) newVault(passphrase Secret) error {
	key, _, err := newKey()
	if err != nil {
		return err
	}
	var b box
	if err := b.wrap(key, passphrase, s.work); err != nil {
		return err
	}
	if err := b.fill(key, map[string]string{}); err != nil {
		return err
	}
	if err := b.save(s.vaultPath()); err != nil {
		return err
	}
	s.setVaultKey(key)
	return nil
}

func (s *Store) setVaultKey(key *age.X25519Identity) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlocked = key
}

// Lock forgets the passphrase and what was remembered.
func (s *Store) Lock() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlocked = nil
	clear(s.memory)
	clear(s.unkept)
}

// ChangePassphrase puts the file, which must be unlocked, under another passphrase.
func (s *Store) ChangePassphrase(passphrase Secret) error {
	key := s.vaultKey()
	if key == nil || passphrase.Empty() {
		return ErrPassphrase
	}
	return s.locked(func() error {
		b, err := loadBox(s.vaultPath())
		if err != nil {
			return err
		}
		if err := b.wrap(key, passphrase, s.work); err != nil {
			return err
		}
		return b.save(s.vaultPath())
	})
}

func (s *Store) changeVault(change func(items map[string]string)) error {
	key := s.vaultKey()
	return s.locked(func() error {
		b, err := loadBox(s.vaultPath())
		if err != nil {
			return err
		}
		return b.change(s.vaultPath(), key, change)
	})
}

func (b box) change(path string, key *age.X25519Identity, change func(items map[string]string)) error {
	items, err := b.open(key)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	change(items)
	if err := b.fill(key, items); err != nil {
		return err
	}
	return b.save(path)
}

// changeLarge changes the file whose key is in the keyring. A file whose key is gone, as on
// another computer, is set aside. The keyring is asked before the files are locked, for it may
// take its time; if another program was faster meanwhile, all begins again.
func (s *Store) changeLarge(ctx context.Context, change func(items map[string]string)) error {
	for range 3 {
		done, err := s.tryLarge(ctx, change)
		if done || err != nil {
			return err
		}
	}
	return fmt.Errorf("%s is changed by another program all the time", s.largePath())
}

func (s *Store) tryLarge(ctx context.Context, change func(items map[string]string)) (done bool, err error) {
	path := s.largePath()
	b, err := loadBox(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s.newLarge(ctx, change)
	}
	if err != nil {
		return false, err
	}
	key, err := s.largeKey(ctx, b)
	if errors.Is(err, ErrNotFound) {
		return false, s.locked(func() error { return setAside(path) })
	}
	if err != nil {
		return false, err
	}
	err = s.locked(func() error {
		now, err := loadBox(path)
		if err != nil || now.KeyName != b.KeyName {
			return err
		}
		done = true
		return now.change(path, key, change)
	})
	return done, err
}

func (s *Store) newLarge(ctx context.Context, change func(items map[string]string)) (done bool, err error) {
	key, text, err := newKey()
	if err != nil {
		return false, err
	}
	b := box{KeyName: "file-key/" + strings.ToLower(rand.Text()[:12])}
	if err := s.ring.set(ctx, b.KeyName, text); err != nil {
		return false, err
	}
	items := map[string]string{}
	change(items)
	if err := b.fill(key, items); err != nil {
		return false, err
	}
	err = s.locked(func() error {
		if _, err := os.Lstat(s.largePath()); err == nil {
			return nil
		}
		done = true
		return b.save(s.largePath())
	})
	return done, err
}

// setAside renames a file to a name that nothing has.
func setAside(path string) error {
	for n := 1; ; n++ {
		aside := fmt.Sprintf("%s.without-key-%d", path, n)
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(path, aside)
		}
	}
}
