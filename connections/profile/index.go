package profile

import (
	"cmp"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"streamscope/connections/document"
)

const (
	indexName    = "index"
	indexVersion = 1
)

// index is the order of the profiles. It is only an order: a profile that it does not name
// comes last, a name without a profile is passed over, so a lost index costs nothing else.
type index struct {
	Order []string `json:"order"`
}

func (s *Store) indexPath() string { return filepath.Join(s.folder, indexName+extension) }

// order reads the index; a missing one is empty.
func (s *Store) order() ([]string, error) {
	var x index
	err := document.Load(s.indexPath(), indexVersion, &x)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return x.Order, err
}

// sortBy puts profiles in order; those that order does not name come last, by name.
func sortBy(order []string, profiles []Profile) {
	place := make(map[string]int, len(order))
	for i, id := range order {
		place[id] = i + 1
	}
	rank := func(p Profile) int {
		if i := place[p.ID]; i > 0 {
			return i
		}
		return len(order) + 1
	}
	slices.SortStableFunc(profiles, func(a, b Profile) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
}

// Move puts a profile at a place of the order, from 0; places beyond the ends mean the ends.
func (s *Store) Move(id string, to int) error {
	return s.locked(func() error {
		order := s.wholeOrder()
		at := slices.Index(order, id)
		if at < 0 {
			return ErrNotFound
		}
		order = slices.Delete(order, at, at+1)
		order = slices.Insert(order, min(max(to, 0), len(order)), id)
		return document.Save(s.indexPath(), indexVersion, index{order})
	})
}

// enlist makes the index name id at a place, or last if the place is negative; if it names it
// already, nothing changes.
func (s *Store) enlist(id string, at int) error {
	if named, _ := s.order(); slices.Contains(named, id) {
		return nil
	}
	order := slices.DeleteFunc(s.wholeOrder(), func(o string) bool { return o == id })
	if at < 0 || at > len(order) {
		at = len(order)
	}
	return s.tryOrder(slices.Insert(order, at, id))
}

func (s *Store) delist(id string) error {
	order, _ := s.order()
	if !slices.Contains(order, id) {
		return nil
	}
	return s.tryOrder(slices.DeleteFunc(order, func(o string) bool { return o == id }))
}

// wholeOrder returns the IDs of all profiles as List orders them.
func (s *Store) wholeOrder() []string {
	profiles, _ := s.List()
	ids := make([]string, len(profiles))
	for i, p := range profiles {
		ids[i] = p.ID
	}
	return ids
}

// tryOrder writes the index. That a newer program keeps the order is no reason to fail: the
// profile itself is saved.
func (s *Store) tryOrder(order []string) error {
	err := document.Save(s.indexPath(), indexVersion, index{order})
	var newer *document.NewerError
	if errors.As(err, &newer) {
		return nil
	}
	return err
}
