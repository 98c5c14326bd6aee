package profile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"streamscope/connections/document"
)

const (
	fileVersion = 1
	extension   = ".json"
	trashFolder = "trash"
)

// ErrNotFound says that no profile has that ID or name.
var ErrNotFound = errors.New("no such profile")

// ErrAmbiguous says that several profiles have that name.
var ErrAmbiguous = errors.New("several profiles have that name")

// Store is a folder of profiles. It holds no state, so any number of handles, in one program or
// in several, may use one folder at the same time: a change takes the folder's lock.
//
// All methods read or write the disk: call them where blocking is allowed. They may be called
// from any goroutine.
type Store struct{ folder string }

// Open returns the store in folder, which need not exist, and clears away what a killed
// program left there.
func Open(folder string) *Store {
	document.Sweep(folder)
	return &Store{folder}
}

// FileProblem says that a file of the store could not be read as it should be.
type FileProblem struct {
	// ID is of the profile that the file held; empty for the index.
	ID string
	// Err is a [*document.BrokenError], a [*document.NewerError], or what the system said.
	Err error
}

func (p FileProblem) Error() string { return p.Err.Error() }

func (p FileProblem) Unwrap() error { return p.Err }

// List returns all profiles that can be read, in the user's order, and what is wrong with the
// others. A profile of a newer version is in both: it can be used, not saved.
func (s *Store) List() ([]Profile, []FileProblem) {
	ids, err := s.ids()
	if err != nil {
		return nil, []FileProblem{{Err: err}}
	}
	var problems []FileProblem
	order, err := s.order()
	if err != nil {
		problems = append(problems, FileProblem{Err: err})
	}
	var profiles []Profile
	for _, id := range ids {
		p, err := s.Get(id)
		var newer *document.NewerError
		switch {
		case errors.Is(err, ErrNotFound):
			continue // another handle has just deleted it
		case err != nil:
			problems = append(problems, FileProblem{ID: id, Err: err})
		}
		if err == nil || errors.As(err, &newer) {
			profiles = append(profiles, p)
		}
	}
	sortBy(order, profiles)
	return profiles, problems
}

// Get returns the profile with that ID. A [*document.NewerError] comes with what this version
// understands of it.
func (s *Store) Get(id string) (Profile, error) {
	if err := checkID(id); err != nil {
		return Profile{}, err
	}
	p := New()
	p.ClientID = ""
	err := document.Load(s.path(id), fileVersion, &p)
	p.ID = id // a file that was copied by hand is a profile of its own
	if errors.Is(err, fs.ErrNotExist) {
		return Profile{}, fmt.Errorf("profile %q: %w", id, ErrNotFound)
	}
	return p, err
}

// Find returns the profile that has that name or, failing that, that ID.
func (s *Store) Find(name string) (Profile, error) {
	profiles, problems := s.List()
	named := slices.DeleteFunc(slices.Clone(profiles), func(p Profile) bool { return p.Name != name })
	switch len(named) {
	case 1:
		return named[0], nil
	case 0:
		for _, p := range profiles {
			if p.ID == name {
				return p, nil
			}
		}
		for _, p := range problems {
			if p.ID == name {
				return Profile{}, p.Err
			}
		}
		return Profile{}, fmt.Errorf("profile %q: %w", name, ErrNotFound)
	}
	return Profile{}, fmt.Errorf("profile %q: %w", name, ErrAmbiguous)
}

// Save writes a profile: over the one with its ID, or as the last of the order.
func (s *Store) Save(v Valid) error {
	if err := checkID(v.p.ID); err != nil {
		return err
	}
	return s.locked(func() error {
		if err := document.Save(s.path(v.p.ID), fileVersion, v.p); err != nil {
			return err
		}
		return s.enlist(v.p.ID, -1)
	})
}

// Duplicate saves a copy under a new ID, with a new client ID, because two connections with one
// client ID throw each other out (MQTT 3.1.1 §3.1.4). The copy stands behind its original and
// is named "X (copy)", "X (copy 2)" and so on.
func (s *Store) Duplicate(id string) (Profile, error) {
	p, err := s.Get(id)
	if err != nil {
		return Profile{}, err
	}
	p.ID = newID()
	p.ConnectAtStart = false
	if p.ClientID != "" {
		p.ClientID = NewClientID()
	}
	err = s.locked(func() error {
		profiles, _ := s.List()
		p.Name = copyName(p.Name, profiles)
		v, problems := p.Validate()
		if blocking := Blocking(problems); len(blocking) > 0 {
			return blocking[0]
		}
		if err := document.Save(s.path(p.ID), fileVersion, v.p); err != nil {
			return err
		}
		at := slices.IndexFunc(profiles, func(p Profile) bool { return p.ID == id })
		return s.enlist(p.ID, at+1)
	})
	return p, err
}

// copyName finds a name that none of profiles has.
func copyName(name string, profiles []Profile) string {
	base, _, _ := strings.Cut(name, " (copy")
	for n := 1; ; n++ {
		suffix := " (copy)"
		if n > 1 {
			suffix = fmt.Sprintf(" (copy %d)", n)
		}
		room := []rune(base)
		room = room[:min(len(room), maxName-len(suffix))]
		candidate := string(room) + suffix
		if !slices.ContainsFunc(profiles, func(p Profile) bool { return p.Name == candidate }) {
			return candidate
		}
	}
}

// Deleted is what [Store.Restore] needs to undo a deletion.
type Deleted struct {
	ID   string
	file string
	at   int
}

// Delete moves a profile's file into the trash folder, from where Restore brings it back.
func (s *Store) Delete(id string) (Deleted, error) {
	if err := checkID(id); err != nil {
		return Deleted{}, err
	}
	d := Deleted{ID: id, at: -1}
	err := s.locked(func() error {
		trash := filepath.Join(s.folder, trashFolder)
		if err := os.MkdirAll(trash, 0o700); err != nil {
			return err
		}
		if profiles, _ := s.List(); profiles != nil {
			d.at = slices.IndexFunc(profiles, func(p Profile) bool { return p.ID == id })
		}
		d.file = freeName(trash, id)
		err := os.Rename(s.path(id), d.file)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("profile %q: %w", id, ErrNotFound)
		}
		if err != nil {
			return err
		}
		return s.delist(id)
	})
	return d, err
}

// Restore undoes a deletion. It refuses if the profile has been saved again since.
func (s *Store) Restore(d Deleted) error {
	if d.file == "" {
		return fmt.Errorf("profile %q: %w", d.ID, ErrNotFound)
	}
	return s.locked(func() error {
		if _, err := os.Lstat(s.path(d.ID)); err == nil {
			return fmt.Errorf("restore profile %q: %w", d.ID, fs.ErrExist)
		}
		if err := os.Rename(d.file, s.path(d.ID)); err != nil {
			return err
		}
		return s.enlist(d.ID, d.at)
	})
}

// freeName returns a file of the trash that does not exist; the folder's lock keeps it so.
func freeName(trash, id string) string {
	for n := 1; ; n++ {
		name := filepath.Join(trash, fmt.Sprintf("%s.%d%s", id, n, extension))
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
	}
}

func (s *Store) path(id string) string { return filepath.Join(s.folder, id+extension) }

// ids lists the files that hold a profile, or should.
func (s *Store) ids() ([]string, error) {
	entries, err := os.ReadDir(s.folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), extension); ok && !e.IsDir() && checkID(id) == nil {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// locked runs change while this handle alone may change the folder.
func (s *Store) locked(change func() error) error { return document.Locked(s.folder, change) }
