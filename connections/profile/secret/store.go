package secret

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/zalando/go-keyring"

	"streamscope/connections/document"
)

// Ref names a secret: a field of a profile, such as profile.SecretPassword.
type Ref struct {
	// Profile is the profile's ID.
	Profile string
	Field   string
}

func (r Ref) name() string { return r.Profile + "/" + r.Field }

// Options say how to keep secrets. The zero value is for use.
type Options struct {
	// Keyring is nil for the system's.
	Keyring Keyring
	// NoKeyring leaves the keyring alone.
	NoKeyring bool
	// Patience is how long the keyring may take to answer; 0 for 10 s. A user types a password
	// in that time.
	Patience time.Duration
	// WorkFactor is log2 of scrypt's cost under a passphrase; 0 for age's own, about a second.
	WorkFactor int
}

// WorkFactor is log2 of scrypt's cost under a passphrase; 0 for age's own. Any goroutine.
func (s *Store) WorkFactor() int { return s.work }

// DefaultPatience is how long a keyring may take.
const DefaultPatience = 10 * time.Second

// tooLarge is the size in bytes from which on a secret goes into a file: Windows takes 2560,
// macOS some 3000 with everything around them.
const tooLarge = 2048

// Store keeps secrets. Its methods may be called from any goroutine, and all but [Store.Where]
// may wait: for the keyring as long as the options' patience, for the disk, for about a second
// where a passphrase is used.
type Store struct {
	folder string
	work   int
	ring   *ring // nil for none

	// mu guards what follows. Nothing waits while it is held.
	mu     sync.Mutex
	memory map[Ref]Secret
	// turns counts the changes of memory: what was read before one may be stale after it.
	turns uint64
	// unkept marks what Set could only remember: what is kept elsewhere is older.
	unkept map[Ref]bool
	// unlocked is the key of the file under the passphrase; nil until it was given.
	unlocked *age.X25519Identity
	places   places
	known    bool
}

// Open returns the store whose files are in folder, which need not exist.
func Open(folder string, o Options) *Store {
	document.Sweep(folder)
	s := &Store{folder: folder, work: o.WorkFactor, memory: map[Ref]Secret{}, unkept: map[Ref]bool{}}
	if !o.NoKeyring {
		if o.Keyring == nil {
			o.Keyring = System{}
		}
		if o.Patience == 0 {
			o.Patience = DefaultPatience
		}
		s.ring = newRing(o.Keyring, o.Patience)
	}
	// Places that cannot be read are only unknown.
	s.places, s.known, _ = loadPlaces(s.placesPath())
	return s
}

func (s *Store) vaultPath() string  { return filepath.Join(s.folder, "vault.json") }
func (s *Store) largePath() string  { return filepath.Join(s.folder, "large.json") }
func (s *Store) placesPath() string { return filepath.Join(s.folder, "places.json") }

// Get returns a secret. Beside ErrNotFound it may answer ErrPassphrase, ErrLocked or
// ErrNoKeyring: there is or may be such a secret, but no way to it now.
func (s *Store) Get(ctx context.Context, ref Ref) (Secret, error) {
	s.mu.Lock()
	found, ok := s.memory[ref]
	place, known, turn := s.places.Places[ref.Profile][ref.Field], s.known, s.turns
	s.mu.Unlock()
	if ok {
		return found, nil
	}
	if place == Nowhere {
		// Another program may have kept it meanwhile.
		place, known = s.reload(ref)
	}
	found, err := s.fetch(ctx, ref, place, known)
	if err != nil {
		return Secret{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turns == turn { // or it may have been deleted or changed since it was read
		s.memory[ref] = found
	}
	return found, nil
}

// reload looks into the places on the disk. known is false if there are none to be read.
func (s *Store) reload(ref Ref) (place Place, known bool) {
	now, known, _ := loadPlaces(s.placesPath())
	s.mu.Lock()
	defer s.mu.Unlock()
	if known {
		s.places, s.known = now, true
	}
	return now.Places[ref.Profile][ref.Field], known
}

// fetch reads from where the secret should be, or where it may be if nothing is known.
func (s *Store) fetch(ctx context.Context, ref Ref, place Place, known bool) (Secret, error) {
	switch {
	case place == InKeyring:
		return s.fromKeyring(ctx, ref)
	case place == InKeyedFile:
		return s.fromLarge(ctx, ref)
	case place == InFile:
		return s.fromVault(ref)
	case known:
		return Secret{}, ErrNotFound
	}
	worst := ErrNotFound
	for _, from := range []func() (Secret, error){
		func() (Secret, error) { return s.fromKeyring(ctx, ref) },
		func() (Secret, error) { return s.fromLarge(ctx, ref) },
		func() (Secret, error) { return s.fromVault(ref) },
	} {
		found, err := from()
		switch {
		case err == nil:
			return found, nil
		case ctx.Err() != nil:
			return Secret{}, err
		case !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrNoKeyring):
			worst = err
		}
	}
	return Secret{}, worst
}

func (s *Store) fromKeyring(ctx context.Context, ref Ref) (Secret, error) {
	if s.ring == nil {
		return Secret{}, ErrNoKeyring
	}
	return s.ring.get(ctx, ref.name())
}

func (s *Store) fromLarge(ctx context.Context, ref Ref) (Secret, error) {
	b, err := loadBox(s.largePath())
	if errors.Is(err, fs.ErrNotExist) {
		return Secret{}, ErrNotFound
	}
	if err != nil {
		return Secret{}, err
	}
	key, err := s.largeKey(ctx, b)
	if err != nil {
		return Secret{}, err
	}
	return pick(b, key, ref)
}

func (s *Store) largeKey(ctx context.Context, b box) (*age.X25519Identity, error) {
	if s.ring == nil {
		return nil, ErrNoKeyring
	}
	text, err := s.ring.get(ctx, b.KeyName)
	if err != nil {
		return nil, err
	}
	return parseKey(text)
}

func (s *Store) fromVault(ref Ref) (Secret, error) {
	b, err := loadBox(s.vaultPath())
	if errors.Is(err, fs.ErrNotExist) {
		return Secret{}, ErrNotFound
	}
	if err != nil {
		return Secret{}, err
	}
	key := s.vaultKey()
	if key == nil {
		return Secret{}, ErrPassphrase
	}
	return pick(b, key, ref)
}

func (s *Store) vaultKey() *age.X25519Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unlocked
}

func pick(b box, key *age.X25519Identity, ref Ref) (Secret, error) {
	items, err := b.open(key)
	if err != nil {
		return Secret{}, err
	}
	text, ok := items[ref.name()]
	if !ok {
		return Secret{}, ErrNotFound
	}
	return New(text), nil
}

// Remember keeps a secret until the program ends, whatever is kept elsewhere.
func (s *Store) Remember(ref Ref, value Secret) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns++
	s.memory[ref] = value
}

// Forget drops what is remembered, so that the next Get asks the keyring or the file, where it
// may be kept still.
func (s *Store) Forget(ref Ref) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns++
	delete(s.memory, ref)
	delete(s.unkept, ref)
}

// Set keeps a secret where it lasts: in the keyring, else in the file if that is unlocked. If
// neither can be had it is remembered until the program ends, and the error says what stands in
// the way: ErrLocked, ErrNoKeyring or ErrPassphrase. An empty secret is deleted.
func (s *Store) Set(ctx context.Context, ref Ref, value Secret) (Place, error) {
	if value.Empty() {
		return Nowhere, s.Delete(ctx, ref)
	}
	s.Remember(ref, value)
	place, err := s.keep(ctx, ref, value)
	s.mu.Lock()
	s.unkept[ref] = err != nil
	s.mu.Unlock()
	if err != nil {
		return InMemory, err
	}
	old := s.lasting(ref)
	if err := s.note(func(p *places) { p.put(ref, place) }); err != nil {
		return place, err
	}
	if old != place {
		// An old password must not come back from where it lay before.
		_ = s.remove(ctx, ref, old)
	}
	return place, nil
}

func (s *Store) keep(ctx context.Context, ref Ref, value Secret) (Place, error) {
	place, err := s.keepInKeyring(ctx, ref, value)
	if !errors.Is(err, ErrNoKeyring) && !errors.Is(err, ErrLocked) {
		return place, err
	}
	switch {
	case s.Unlocked():
		return InFile, s.changeVault(func(items map[string]string) { items[ref.name()] = value.Reveal() })
	case errors.Is(err, ErrNoKeyring) && s.HasFile():
		return InMemory, ErrPassphrase
	}
	return InMemory, err
}

func (s *Store) keepInKeyring(ctx context.Context, ref Ref, value Secret) (Place, error) {
	if s.ring == nil {
		return InMemory, ErrNoKeyring
	}
	if len(value.Reveal()) < tooLarge {
		err := s.ring.set(ctx, ref.name(), value)
		if !errors.Is(err, keyring.ErrSetDataTooBig) {
			return InKeyring, err
		}
	}
	return InKeyedFile, s.changeLarge(ctx, func(items map[string]string) { items[ref.name()] = value.Reveal() })
}

// Delete removes a secret from wherever it is. What cannot be reached now gives an error, and
// can be deleted later.
func (s *Store) Delete(ctx context.Context, ref Ref) error {
	s.Forget(ref)
	place := s.lasting(ref)
	if place == Nowhere {
		return nil
	}
	if err := s.remove(ctx, ref, place); err != nil {
		return err
	}
	s.Forget(ref) // it may have been read before it was gone
	return s.note(func(p *places) { p.drop(ref) })
}

func (s *Store) remove(ctx context.Context, ref Ref, place Place) error {
	drop := func(items map[string]string) { delete(items, ref.name()) }
	var err error
	switch place {
	case InKeyring:
		if s.ring == nil {
			return ErrNoKeyring
		}
		err = s.ring.delete(ctx, ref.name())
	case InKeyedFile:
		err = s.changeLarge(ctx, drop)
	case InFile:
		if s.vaultKey() == nil {
			return ErrPassphrase
		}
		err = s.changeVault(drop)
	}
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

// DeleteAll removes all secrets of a profile.
func (s *Store) DeleteAll(ctx context.Context, profile string) error {
	var errs []error
	for _, field := range s.fields(profile) {
		errs = append(errs, s.Delete(ctx, Ref{profile, field}))
	}
	return errors.Join(errs...)
}

func (s *Store) fields(profile string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	fields := s.places.fields(profile)
	for ref := range s.memory {
		if ref.Profile == profile && s.places.Places[profile][ref.Field] == Nowhere {
			fields = append(fields, ref.Field)
		}
	}
	return fields
}

// Where tells where a secret is kept; InMemory if it is only remembered. It never waits.
func (s *Store) Where(ref Ref) Place {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, remembered := s.memory[ref]
	place := s.places.Places[ref.Profile][ref.Field]
	if remembered && (place == Nowhere || s.unkept[ref]) {
		return InMemory
	}
	return place
}

func (s *Store) lasting(ref Ref) Place {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.places.Places[ref.Profile][ref.Field]
}

// note changes what is known of the places, here and on the disk.
func (s *Store) note(change func(*places)) error {
	return s.locked(func() error {
		now, _, err := loadPlaces(s.placesPath())
		var newer *document.NewerError
		if errors.As(err, &newer) {
			return err
		}
		change(&now)
		if err := document.Save(s.placesPath(), placesVersion, now); err != nil {
			return err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		s.places, s.known = now, true
		return nil
	})
}

// locked runs change while no other program changes the files.
func (s *Store) locked(change func() error) error { return document.Locked(s.folder, change) }
