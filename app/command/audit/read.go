package audit

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"streamscope/app/session"
)

// Entry is one message or one run, its lines put together.
type Entry struct {
	ID string
	// Time is that of the intent, and Ended that of the last line about it.
	Time, Ended         time.Time
	Profile, Connection string
	Origin              session.Origin
	Name, Topic         string
	QoS                 byte
	Retain, Confirmed   bool
	// Run tells that it is a run; then Counts are the last that are known.
	Run    bool
	Total  uint64
	Counts Counts
	Size   int64
	SHA256 string
	// Payload is nil if it was not kept; Cut tells that it was longer.
	Payload []byte
	Cut     bool
	// Outcome is "" while nothing is known: it is on its way, or the program was killed. A run's is
	// OutcomeEnded or OutcomeBroken.
	Outcome string
	Code    byte
	Took    time.Duration
	Reason  string
}

// The outcomes of runs.
const (
	OutcomeEnded  = "ended"
	OutcomeBroken = "ended early"
)

// Problem is a line that cannot be read.
type Problem struct {
	// File is the name in the folder, Line counts from 1.
	File string
	Line int
	// Torn tells that it is the last line and has no end: the program was killed as it wrote it.
	Torn bool
	Err  error
}

func (p Problem) Error() string {
	if p.Torn {
		return fmt.Sprintf("%s, line %d: torn, the program ended as it wrote it", p.File, p.Line)
	}
	return fmt.Sprintf("%s, line %d: %v", p.File, p.Line, p.Err)
}

// MaxEntries bounds what Read returns.
const MaxEntries = 200_000

// maxProblems bounds how many broken lines are named.
const maxProblems = 100

// Read returns what was sent, newest first, and the lines that cannot be read. It may take a
// second, for it reads all files; ctx ends it.
func (l *Log) Read(ctx context.Context) ([]Entry, []Problem, error) {
	names, err := l.rotated()
	if err != nil {
		return nil, nil, err
	}
	b := &book{at: map[string]int{}}
	for _, name := range append(names, newest) {
		err := b.file(ctx, l.folder, name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, b.problems, err
		}
	}
	slices.Reverse(b.entries)
	return b.entries[:min(len(b.entries), MaxEntries)], b.problems, nil
}

// book puts lines together.
type book struct {
	entries  []Entry
	at       map[string]int
	problems []Problem
}

func (b *book) file(ctx context.Context, folder, name string) error {
	f, err := os.Open(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 256<<10)
	for n := 1; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := r.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			b.line(line, Problem{File: name, Line: n, Torn: err != nil})
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// line adds a line to its entry, or names it.
func (b *book) line(text []byte, where Problem) {
	var l Line
	if err := json.Unmarshal(text, &l); err != nil || l.ID == "" {
		if where.Err = err; err == nil {
			where.Err = errors.New("it has no ID")
		}
		// A torn line that another start went on after is no JSON either; it reads the same.
		where.Torn = where.Torn || strings.Contains(where.Err.Error(), "unexpected end")
		if len(b.problems) < maxProblems {
			b.problems = append(b.problems, where)
		}
		return
	}
	i, known := b.at[l.ID]
	if !known {
		i = len(b.entries)
		b.at[l.ID] = i
		b.entries = append(b.entries, Entry{ID: l.ID, Time: l.Time})
	}
	b.entries[i].add(l)
}

// add takes over what a line tells. The beginning may stand in a file that is gone by now.
func (e *Entry) add(l Line) {
	e.Ended = l.Time
	switch l.Kind {
	case KindIntent, KindRun:
		e.Time, e.Run = l.Time, l.Kind == KindRun
		e.Profile, e.Connection, e.Origin, e.Name, e.Topic = l.Profile, l.Connection, l.Origin, l.Name, l.Topic
		e.QoS, e.Retain, e.Confirmed, e.Total, e.SHA256, e.Cut = l.QoS, l.Retain, l.Confirmed, l.Total, l.SHA256, l.Cut
		if l.Size != nil {
			e.Size = *l.Size
		}
		if e.Payload = l.Bytes; l.Text != "" {
			e.Payload = []byte(l.Text)
		}
	case KindResult:
		e.Outcome, e.Code, e.Took, e.Reason = l.Outcome, l.Code, l.Took, l.Reason
	case KindCounts, KindEnd:
		e.Run = true
		if l.Counts != nil {
			e.Counts, e.Size = *l.Counts, int64(l.Counts.Bytes)
		}
		if l.Kind == KindEnd {
			e.Outcome, e.SHA256, e.Took, e.Reason = OutcomeEnded, l.SHA256, l.Took, l.Reason
			if l.Reason != "" {
				e.Outcome = OutcomeBroken
			}
		}
	}
}
