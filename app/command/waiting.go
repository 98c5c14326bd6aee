package command

import (
	"slices"
	"sync"
	"time"

	"streamscope/app/session"
)

// Held is a draft that could not be sent and that the user wants to keep.
type Held struct {
	ID uint64
	// Profile is the ID of the connection that it is for, Connection its name.
	Profile, Connection string
	Since               time.Time
	Draft               Draft
	Options             SendOptions
}

// Waiting is what is kept until the user sends or drops it; nothing of it goes by itself. It lives
// in memory: the end of the program drops it. Its methods may be called from any goroutine.
type Waiting struct {
	mu   sync.Mutex // guards what follows
	next uint64
	held []Held
}

// maxHeld bounds the list.
const maxHeld = 1000

func newWaiting() *Waiting { return &Waiting{} }

// Add keeps a draft for a connection and returns its ID; ok is false if the list is full.
func (w *Waiting) Add(conn *session.Session, d Draft, o SendOptions) (id uint64, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.held) >= maxHeld {
		return 0, false
	}
	w.next++
	o.Origin, o.OnOutcome = session.OriginWaiting, nil
	w.held = append(w.held, Held{ID: w.next, Profile: conn.ID(), Connection: conn.Name(), Since: time.Now(), Draft: d.Clone(), Options: o})
	return w.next, true
}

// List returns what is kept, oldest first.
func (w *Waiting) List() []Held {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.held)
}

// Len is how much is kept for a connection; for all if profile is empty.
func (w *Waiting) Len(profile string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, h := range w.held {
		if profile == "" || h.Profile == profile {
			n++
		}
	}
	return n
}

// Take removes an entry and returns it, to be sent or to be dropped; ok is false if it is gone.
func (w *Waiting) Take(id uint64) (h Held, ok bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	i := slices.IndexFunc(w.held, func(h Held) bool { return h.ID == id })
	if i < 0 {
		return Held{}, false
	}
	h = w.held[i]
	w.held = slices.Delete(w.held, i, i+1)
	return h, true
}
