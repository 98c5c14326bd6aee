package secret

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zalando/go-keyring"
	"go.uber.org/goleak"

	"streamscope/connections/document"
)

// testWork makes scrypt quick; nothing that is kept uses it.
const testWork = 2

var (
	password   = Ref{"p-one", "password"}
	other      = Ref{"p-one", "header:authorization"}
	passphrase = New("open sesame")
)

// ringInMemory is a keyring that does as it is told.
type ringInMemory struct {
	mu    sync.Mutex
	items map[string]string
	err   error         // what every call answers
	hang  chan struct{} // calls wait until it is closed
	mad   bool          // calls panic
	limit int           // the longest value
}

func newRingInMemory() *ringInMemory { return &ringInMemory{items: map[string]string{}, limit: 2560} }

func (r *ringInMemory) enter() error {
	r.mu.Lock()
	hang, mad, err := r.hang, r.mad, r.err
	r.mu.Unlock()
	if hang != nil {
		<-hang
	}
	if mad {
		panic("interface conversion")
	}
	return err
}

func (r *ringInMemory) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.err = err
}

func (r *ringInMemory) Get(service, user string) (string, error) {
	if err := r.enter(); err != nil {
		return "", err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if v, ok := r.items[service+" "+user]; ok {
		return v, nil
	}
	return "", keyring.ErrNotFound
}

func (r *ringInMemory) Set(service, user, value string) error {
	if err := r.enter(); err != nil {
		return err
	}
	if len(value) > r.limit {
		return keyring.ErrSetDataTooBig
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.items[service+" "+user] = value
	return nil
}

func (r *ringInMemory) Delete(service, user string) error {
	if err := r.enter(); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.items[service+" "+user]; !ok {
		return keyring.ErrNotFound
	}
	delete(r.items, service+" "+user)
	return nil
}

func withRing(r Keyring) Options {
	return Options{Keyring: r, WorkFactor: testWork, Patience: 5 * time.Second}
}

var withoutRing = Options{NoKeyring: true, WorkFactor: testWork}

func set(t *testing.T, s *Store, ref Ref, text string, want Place) {
	t.Helper()
	place, err := s.Set(t.Context(), ref, New(text))
	if err != nil || place != want || s.Where(ref) != want {
		t.Fatalf("%v is kept at %q (%q), want %q: %v", ref, place, s.Where(ref), want, err)
	}
}

func get(t *testing.T, s *Store, ref Ref, want string) {
	t.Helper()
	got, err := s.Get(t.Context(), ref)
	if err != nil || got.Reveal() != want {
		t.Fatalf("%v: %d bytes, %v", ref, len(got.Reveal()), err)
	}
}

func lacks(t *testing.T, s *Store, ref Ref, want error) {
	t.Helper()
	if got, err := s.Get(t.Context(), ref); !errors.Is(err, want) || !got.Empty() {
		t.Fatalf("%v: %v, %v, want %v", ref, got, err, want)
	}
}

// noneInFiles looks for texts in every file beneath folder, and at who may read them.
func noneInFiles(t *testing.T, folder string, texts ...string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if bytes.Contains(b, []byte(text)) {
				t.Errorf("%s holds a secret", path)
			}
		}
		if info, err := d.Info(); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
		return nil
	})
	if err != nil || files == 0 {
		t.Errorf("%d files were looked into: %v", files, err)
	}
}

func TestKeptInTheKeyring(t *testing.T) {
	ring, folder := newRingInMemory(), t.TempDir()
	s := Open(folder, withRing(ring))
	lacks(t, s, password, ErrNotFound)
	set(t, s, password, hush, InKeyring)
	if ring.items["streamscope p-one/password"] != hush {
		t.Errorf("the keyring holds %d entries, none under the name agreed on", len(ring.items))
	}
	get(t, s, password, hush)
	again := Open(folder, withRing(ring))
	if again.Where(password) != InKeyring {
		t.Errorf("after a restart it is %q", again.Where(password))
	}
	get(t, again, password, hush)
	noneInFiles(t, folder, hush)

	if err := again.Delete(t.Context(), password); err != nil || len(ring.items) != 0 || again.Where(password) != Nowhere {
		t.Errorf("after deleting: %d entries, %v", len(ring.items), err)
	}
	lacks(t, again, password, ErrNotFound)
	lacks(t, Open(folder, withRing(ring)), password, ErrNotFound)
}

func TestKeptByTheLibrary(t *testing.T) {
	keyring.MockInit()
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
	s := Open(t.TempDir(), Options{})
	set(t, s, password, hush, InKeyring)
	s.Forget(password)
	get(t, s, password, hush)
	keyring.MockInitWithError(errors.New("failed to unlock correct collection '/login'"))
	s.Forget(password)
	lacks(t, s, password, ErrLocked)
}

func TestNoSessionBusIsNoKeyring(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only where the keyring is on a bus")
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "")
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	s := Open(t.TempDir(), Options{})
	if place, err := s.Set(t.Context(), password, New(hush)); place != InMemory || !errors.Is(err, ErrNoKeyring) {
		t.Errorf("%q, %v", place, err)
	}
}

func TestWithoutKeyringItIsRemembered(t *testing.T) {
	folder := t.TempDir()
	s := Open(folder, withoutRing)
	place, err := s.Set(t.Context(), password, New(hush))
	if place != InMemory || !errors.Is(err, ErrNoKeyring) || s.Where(password) != InMemory {
		t.Errorf("%q, %v", place, err)
	}
	get(t, s, password, hush)
	lacks(t, Open(folder, withoutRing), password, ErrNotFound)
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("%v was written", left)
	}
}

func TestKeptUnderAPassphrase(t *testing.T) {
	folder := t.TempDir()
	s := Open(folder, withoutRing)
	if s.HasFile() || s.Unlocked() || s.Unlock(Secret{}) == nil {
		t.Error("there is a file already, or it needs no passphrase")
	}
	if err := s.Unlock(passphrase); err != nil || !s.HasFile() || !s.Unlocked() {
		t.Fatal(err)
	}
	set(t, s, password, hush, InFile)
	large := strings.Repeat("key material ", 1000)
	set(t, s, other, large, InFile)
	noneInFiles(t, folder, hush, "key material", passphrase.Reveal(), "AGE-SECRET")

	again := Open(folder, withoutRing)
	if again.Where(password) != InFile {
		t.Errorf("after a restart it is %q", again.Where(password))
	}
	lacks(t, again, password, ErrPassphrase)
	if place, err := again.Set(t.Context(), Ref{"p-two", "password"}, New("x")); place != InMemory || !errors.Is(err, ErrPassphrase) {
		t.Errorf("kept at %q without its passphrase: %v", place, err)
	}
	lacks(t, again, Ref{"p-three", "password"}, ErrNotFound)
	err := again.Unlock(New("wrong"))
	if !errors.Is(err, ErrWrongPassphrase) || !errors.Is(err, ErrPassphrase) || again.Unlocked() {
		t.Errorf("a wrong passphrase: %v", err)
	}
	if err := again.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	get(t, again, password, hush)
	get(t, again, other, large)

	if err := again.ChangePassphrase(New("open barley")); err != nil {
		t.Fatal(err)
	}
	third := Open(folder, withoutRing)
	if err := third.Unlock(passphrase); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("the old passphrase: %v", err)
	}
	if err := third.Unlock(New("open barley")); err != nil {
		t.Fatal(err)
	}
	get(t, third, password, hush)
	third.Lock()
	lacks(t, third, password, ErrPassphrase)
	if err := third.Delete(t.Context(), password); !errors.Is(err, ErrPassphrase) {
		t.Errorf("deleted without the passphrase: %v", err)
	}
}

func TestLargeOnesLieInAFileWhoseKeyIsInTheKeyring(t *testing.T) {
	ring, folder := newRingInMemory(), t.TempDir()
	s := Open(folder, withRing(ring))
	pem := strings.Repeat("key material ", 500)
	set(t, s, other, pem, InKeyedFile)
	for _, v := range ring.items {
		if len(v) > 200 || !strings.HasPrefix(v, "AGE-SECRET-KEY-1") {
			t.Errorf("the keyring holds %d bytes", len(v))
		}
	}
	noneInFiles(t, folder, "key material", "AGE-SECRET")
	get(t, Open(folder, withRing(ring)), other, pem)

	// A keyring with a lower limit than ours.
	ring.limit = 100
	set(t, s, password, strings.Repeat(hush, 20), InKeyedFile)
	ring.limit = 2560
	set(t, s, password, hush, InKeyring)
	again := Open(folder, withRing(ring))
	get(t, again, password, hush)

	// Another computer's keyring: the old file stays, a new one begins.
	ring = newRingInMemory()
	elsewhere := Open(folder, withRing(ring))
	lacks(t, elsewhere, other, ErrNotFound)
	set(t, elsewhere, other, pem+pem, InKeyedFile)
	get(t, Open(folder, withRing(ring)), other, pem+pem)
	if aside, _ := filepath.Glob(filepath.Join(folder, "large.json.without-key-*")); len(aside) != 1 {
		t.Errorf("the old file is gone: %v", aside)
	}
}

func TestKeyringThatNeverAnswers(t *testing.T) {
	defer goleak.VerifyNone(t)
	ring := newRingInMemory()
	ring.hang = make(chan struct{})
	s := Open(t.TempDir(), Options{Keyring: ring, Patience: 50 * time.Millisecond, WorkFactor: testWork})
	start := time.Now()
	place, err := s.Set(t.Context(), password, New(hush))
	if place != InMemory || !errors.Is(err, ErrLocked) || s.Where(password) != InMemory {
		t.Errorf("%q, %v", place, err)
	}
	lacks(t, Open(s.folder, Options{Keyring: ring, Patience: 50 * time.Millisecond}), password, ErrLocked)
	lacks(t, s, other, ErrLocked) // at once: nobody waits twice
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %s", took)
	}
	get(t, s, password, hush) // it is remembered

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(t.TempDir(), withRing(ring)).Get(ctx, password); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}

	// The user unlocks it at last.
	close(ring.hang)
	deadline := time.Now().Add(5 * time.Second)
	for {
		if place, err = s.Set(t.Context(), password, New(hush)); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		runtime.Gosched()
	}
	if place != InKeyring || s.Where(password) != InKeyring {
		t.Errorf("unlocked, it is kept at %q", place)
	}
}

func TestKeyringThatFails(t *testing.T) {
	for _, c := range []struct {
		fail error
		mad  bool
		want error
	}{
		{errors.New("failed to unlock correct collection '/x'"), false, ErrLocked},
		{errors.New("org.freedesktop.Secret.Error.IsLocked"), false, ErrLocked},
		{errors.New("The name org.freedesktop.secrets was not provided by any .service files"), false, ErrNoKeyring},
		{keyring.ErrUnsupportedPlatform, false, ErrNoKeyring},
		{nil, true, ErrNoKeyring},
	} {
		ring, folder := newRingInMemory(), t.TempDir()
		s := Open(folder, withRing(ring))
		set(t, s, password, hush, InKeyring)
		ring.fail(c.fail)
		ring.mad = c.mad

		lacks(t, Open(folder, withRing(ring)), password, c.want)
		if place, err := s.Set(t.Context(), password, New("newer")); place != InMemory || !errors.Is(err, c.want) || s.Where(password) != InMemory {
			t.Errorf("%v: %q, %v", c.fail, place, err)
		}
		get(t, s, password, "newer")
		if err := s.Delete(t.Context(), password); !errors.Is(err, c.want) {
			t.Errorf("%v: deleting: %v", c.fail, err)
		}
		// The file is the way out.
		if err := s.Unlock(passphrase); err != nil {
			t.Fatal(err)
		}
		set(t, s, other, "third", InFile)
	}
}

func TestWhatWasKeptElsewhereIsRemovedThere(t *testing.T) {
	ring, folder := newRingInMemory(), t.TempDir()
	s := Open(folder, withRing(ring))
	ring.fail(ErrNoKeyring)
	if err := s.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	set(t, s, password, "old", InFile)
	ring.fail(nil)
	set(t, s, password, hush, InKeyring)
	b, err := loadBox(s.vaultPath())
	if err != nil {
		t.Fatal(err)
	}
	if items, err := b.open(s.vaultKey()); err != nil || len(items) != 0 {
		t.Errorf("%d are left in the file: %v", len(items), err)
	}
}

// Who reads a secret while it is being deleted must not keep it alive.
func TestReadingDuringADeletionKeepsNothing(t *testing.T) {
	ring, folder := newRingInMemory(), t.TempDir()
	set(t, Open(folder, withRing(ring)), password, hush, InKeyring)
	s := Open(folder, withRing(ring))
	hang := make(chan struct{})
	ring.mu.Lock()
	ring.hang = hang
	ring.mu.Unlock()

	var work sync.WaitGroup
	work.Go(func() { _, _ = s.Get(t.Context(), password) })
	for len(s.ring.turn) == 0 {
		runtime.Gosched()
	}
	deletion := make(chan error, 1)
	work.Go(func() { deletion <- s.Delete(t.Context(), password) })
	for begun := false; !begun; runtime.Gosched() {
		s.mu.Lock()
		begun = s.turns > 0
		s.mu.Unlock()
	}
	close(hang)
	work.Wait()
	if err := <-deletion; err != nil {
		t.Fatal(err)
	}
	lacks(t, s, password, ErrNotFound)
}

func TestDeleteAll(t *testing.T) {
	ring := newRingInMemory()
	s := Open(t.TempDir(), withRing(ring))
	set(t, s, password, hush, InKeyring)
	set(t, s, other, hush, InKeyring)
	set(t, s, Ref{"p-two", "password"}, hush, InKeyring)
	s.Remember(Ref{"p-one", "key"}, New(hush))
	if err := s.DeleteAll(t.Context(), "p-one"); err != nil {
		t.Fatal(err)
	}
	for _, ref := range []Ref{password, other, {"p-one", "key"}} {
		lacks(t, s, ref, ErrNotFound)
	}
	get(t, s, Ref{"p-two", "password"}, hush)
	if len(ring.items) != 1 {
		t.Errorf("%d are left", len(ring.items))
	}
}

func TestWhatAnotherProgramKeptIsFound(t *testing.T) {
	ring, folder := newRingInMemory(), t.TempDir()
	window, verb := Open(folder, withRing(ring)), Open(folder, withRing(ring))
	set(t, window, other, "x", InKeyring)
	set(t, verb, password, hush, InKeyring)
	get(t, window, password, hush)
	if window.Where(password) != InKeyring || window.Where(other) != InKeyring {
		t.Errorf("%q, %q", window.Where(password), window.Where(other))
	}
}

func TestLostPlacesLoseNoSecret(t *testing.T) {
	ring, folder := newRingInMemory(), t.TempDir()
	s := Open(folder, withRing(ring))
	set(t, s, password, hush, InKeyring)
	set(t, s, other, strings.Repeat("x", 4000), InKeyedFile)
	ring.fail(ErrNoKeyring)
	if err := s.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	third := Ref{"p-one", "proxy"}
	set(t, s, third, hush, InFile)
	ring.fail(nil)
	if err := os.Remove(filepath.Join(folder, "places.json")); err != nil {
		t.Fatal(err)
	}
	again := Open(folder, withRing(ring))
	get(t, again, password, hush)
	get(t, again, other, strings.Repeat("x", 4000))
	lacks(t, again, third, ErrPassphrase)
	if err := again.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	get(t, again, third, hush)
	lacks(t, again, Ref{"p-none", "password"}, ErrNotFound)
}

func TestDamagedFileIsLeftAsItIs(t *testing.T) {
	folder := t.TempDir()
	s := Open(folder, withoutRing)
	if err := s.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	set(t, s, password, hush, InFile)
	b, err := loadBox(s.vaultPath())
	if err != nil {
		t.Fatal(err)
	}
	whole := b
	half := len(b.Data) / 2
	for what, damage := range map[string]func(*box){
		"another letter": func(b *box) { b.Data = flip(b.Data, half) },
		"half of it":     func(b *box) { b.Data = b.Data[:half] },
		"nothing":        func(b *box) { b.Data = "" },
	} {
		b := whole
		damage(&b)
		if err := b.save(s.vaultPath()); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(s.vaultPath())
		again := Open(folder, withoutRing)
		if err := again.Unlock(passphrase); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
		s.Forget(password)
		lacks(t, s, password, ErrDamaged)
		if _, err := s.Set(t.Context(), other, New("x")); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: set: %v", what, err)
		}
		if after, _ := os.ReadFile(s.vaultPath()); !bytes.Equal(before, after) {
			t.Errorf("%s: the file was written over", what)
		}
	}
	if err := os.WriteFile(s.vaultPath(), []byte("{broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	var broken *document.BrokenError
	if err := Open(folder, withoutRing).Unlock(passphrase); !errors.As(err, &broken) || broken.Aside == "" {
		t.Errorf("no JSON: %v", err)
	}
}

// flip changes a letter of base64 that is no end of a line.
func flip(s string, at int) string {
	for s[at] == '\n' || s[at] == 'A' {
		at++
	}
	return s[:at] + "A" + s[at+1:]
}

func TestSeveralWritersLoseNothing(t *testing.T) {
	defer goleak.VerifyNone(t)
	folder := t.TempDir()
	first := Open(folder, withoutRing)
	if err := first.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	names := "abcdef"
	for _, name := range names {
		wg.Go(func() {
			s := Open(folder, withoutRing)
			if err := s.Unlock(passphrase); err != nil {
				t.Error(err)
				return
			}
			for range 3 {
				if _, err := s.Set(context.Background(), Ref{string(name), "password"}, New(hush+string(name))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	s := Open(folder, withoutRing)
	if err := s.Unlock(passphrase); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		get(t, s, Ref{string(name), "password"}, hush+string(name))
		if s.Where(Ref{string(name), "password"}) != InFile {
			t.Errorf("%c: its place is lost", name)
		}
	}
}
