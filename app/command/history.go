package command

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"streamscope/connections/document"
)

const (
	// MaxEntries is how many sent messages the history keeps.
	MaxEntries = 100
	// maxBytes bounds what the topics and payloads of all entries take together.
	maxBytes = 8 << 20

	historyVersion = 1
)

// Entry is a message that was sent, or that was refused.
type Entry struct {
	// ID is given by [History.Add]; it grows from entry to entry.
	ID   uint64    `json:"id"`
	Time time.Time `json:"time"`
	// Connection is the name that the connection had, Profile its ID; the latter may be empty.
	Connection string `json:"connection"`
	Profile    string `json:"profile,omitempty"`
	// Origin is what in the program asked, and Name what the user calls it; both may be empty.
	Origin string `json:"origin,omitempty"`
	Name   string `json:"name,omitempty"`
	Draft  Draft  `json:"draft"`
	// Filled is the beginning of what was sent, and FilledTopic where to, if the draft held
	// placeholders.
	Filled      string `json:"filled,omitempty"`
	FilledTopic string `json:"filledTopic,omitempty"`
	// Outcome is a Verdict.
	Outcome string        `json:"outcome"`
	Took    time.Duration `json:"took_ns"`
	// Reason tells why it was refused or is unknown; empty otherwise.
	Reason string `json:"reason,omitempty"`
	// Answer is nil if none was awaited.
	Answer *AnswerEntry `json:"answer,omitempty"`
}

// AnswerEntry is what came back.
type AnswerEntry struct {
	TimedOut bool   `json:"timedOut,omitempty"`
	Topic    string `json:"topic,omitempty"`
	// Payload is its beginning, as one line.
	Payload string        `json:"payload,omitempty"`
	Took    time.Duration `json:"took_ns"`
	// Reason tells why no answer could come.
	Reason string `json:"reason,omitempty"`
}

func (e *Entry) size() int { return len(e.Draft.Topic) + len(e.Draft.Payload) + len(e.Reason) }

// History is what was sent, kept in one document. Its methods may be called from any
// goroutine; those that change it write to disk before they return.
type History struct {
	path string

	mu sync.Mutex // guards what follows, and that the file is written in order
	// entries are oldest first.
	entries []Entry
}

// historyDocument is the file. Version 1.
type historyDocument struct {
	Entries []Entry `json:"entries"`
}

// OpenHistory reads the document at path; none there is an empty history. The history can be
// used even with an error, which says that the file was broken or is of a newer version.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path}
	var doc historyDocument
	err := document.Load(path, historyVersion, &doc)
	var newer *document.NewerError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return h, nil
	case err == nil, errors.As(err, &newer):
		h.entries = doc.Entries
		h.trim()
	}
	return h, err
}

// Entries returns a copy of what was sent, newest first.
func (h *History) Entries() []Entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := slices.Clone(h.entries)
	slices.Reverse(out)
	return out
}

// Add keeps e, with an ID of its own, and drops the oldest entries beyond the bounds. An error
// means that e is kept in memory only, or, if it is too big, not at all.
func (h *History) Add(e Entry) error {
	if e.size() > maxBytes {
		return fmt.Errorf("a message of %d bytes is too big to be kept", e.size())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e.ID = 1
	if n := len(h.entries); n > 0 {
		e.ID = h.entries[n-1].ID + 1
	}
	h.entries = append(h.entries, e)
	h.trim()
	return h.save()
}

// Remove drops the entry with an ID, if it is there.
func (h *History) Remove(id uint64) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = slices.DeleteFunc(h.entries, func(e Entry) bool { return e.ID == id })
	return h.save()
}

// Clear drops all entries.
func (h *History) Clear() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = nil
	return h.save()
}

func (h *History) trim() {
	first, bytes := len(h.entries), 0
	for first > 0 && len(h.entries)-first < MaxEntries {
		if bytes += h.entries[first-1].size(); bytes > maxBytes {
			break
		}
		first--
	}
	h.entries = slices.Delete(h.entries, 0, first)
}

func (h *History) save() error {
	entries := h.entries
	if entries == nil {
		entries = []Entry{}
	}
	return document.Save(h.path, historyVersion, historyDocument{Entries: entries})
}
