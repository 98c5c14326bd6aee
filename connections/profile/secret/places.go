package secret

import (
	"errors"
	"io/fs"
	"maps"
	"slices"

	"streamscope/connections/document"
)

// Place says where a secret is kept.
type Place string

// The places.
const (
	Nowhere     Place = ""
	InMemory    Place = "memory"       // until the program ends
	InKeyring   Place = "keyring"      // the system's
	InKeyedFile Place = "keyring-file" // a file whose key is in the keyring
	InFile      Place = "file"         // a file under a passphrase
)

// places remembers what is kept where, so that nobody is asked for a passphrase, and no keyring
// is woken, for what is not there. It holds no secrets. By profile, then by field.
type places struct {
	Places map[string]map[string]Place `json:"places"`
}

const placesVersion = 1

// loadPlaces reads them. known is false if there is no such file, which says nothing about
// what there is.
func loadPlaces(path string) (p places, known bool, err error) {
	err = document.Load(path, placesVersion, &p)
	if errors.Is(err, fs.ErrNotExist) {
		return places{}, false, nil
	}
	return p, err == nil, err
}

func (p *places) put(ref Ref, place Place) {
	if p.Places == nil {
		p.Places = map[string]map[string]Place{}
	}
	if p.Places[ref.Profile] == nil {
		p.Places[ref.Profile] = map[string]Place{}
	}
	p.Places[ref.Profile][ref.Field] = place
}

func (p *places) drop(ref Ref) {
	delete(p.Places[ref.Profile], ref.Field)
	if len(p.Places[ref.Profile]) == 0 {
		delete(p.Places, ref.Profile)
	}
}

func (p *places) fields(profile string) []string {
	return slices.Sorted(maps.Keys(p.Places[profile]))
}
