package command

import (
	"slices"
	"sync"
	"time"

	"streamscope/app/session"
	"streamscope/connections"
)

// Held is a draft that could not be sent and that the user wants to keep.
type Held struct {
	ID uint64
	// Profile is the ID of the connection that it is for, Connection its name.
	Profile, Connection string
	Since               time.Time
	// Unconfirmed tells that it was sent before, and that nobody knows whether it arrived: sent
	// again, it may come twice.
	Unconfirmed bool
	Draft       Draft
	Options     SendOptions
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
	o.OnOutcome = nil
	return w.add(conn, Held{Draft: d.Clone(), Options: o}), true
}

// add gives a message its number; the caller holds mu.
func (w *Waiting) add(conn *session.Session, h Held) uint64 {
	w.next++
	h.ID, h.Profile, h.Connection, h.Since = w.next, conn.ID(), conn.Name(), time.Now()
	h.Options.Origin = session.OriginWaiting
	w.held = append(w.held, h)
	return h.ID
}

// AddUnconfirmed keeps what a connection sent, and the broker has not confirmed, when the session
// ends that would send it again. It returns how many there was no room for.
func (w *Waiting) AddUnconfirmed(conn *session.Session, list []connections.Publication) (lost int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, p := range list {
		if len(w.held) >= maxHeld {
			return len(list) - i
		}
		w.add(conn, Held{Unconfirmed: true, Draft: DraftOf(p)})
	}
	return 0
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
