package app

import (
	"errors"
	"io/fs"
	"log/slog"
	"maps"
	"sync"

	"streamscope/connections/document"
)

// versionsVersion is the version of the document, not of MQTT.
const versionsVersion = 1

// versions remembers which version of MQTT each broker turned out to speak, by the ID of its
// profile. It is a document of its own: what the program finds out must not meet what a user is
// editing. Its methods may be called from any goroutine.
type versions struct {
	path string
	log  *slog.Logger

	mu    sync.Mutex // guards known, and lets one write at a time through
	known map[string]string

	writing sync.WaitGroup
}

func openVersions(path string, log *slog.Logger) *versions {
	v := &versions{path: path, log: log, known: map[string]string{}}
	var doc struct{ Known map[string]string }
	err := document.Load(path, versionsVersion, &doc)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		log.Warn("the versions of MQTT are found out anew", "err", err)
	}
	maps.Copy(v.known, doc.Known)
	return v
}

// Of returns what a broker spoke last; empty if that is not known.
func (v *versions) Of(profileID string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.known[profileID]
}

// Settle remembers what a broker speaks. It does not wait for the disk.
func (v *versions) Settle(profileID, version string) {
	v.writing.Go(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.known[profileID] == version {
			return
		}
		v.known[profileID] = version
		if err := document.Save(v.path, versionsVersion, struct{ Known map[string]string }{v.known}); err != nil {
			v.log.Warn("the version of MQTT is not remembered", "err", err)
		}
	})
}

// Close waits for what is being written.
func (v *versions) Close() { v.writing.Wait() }
