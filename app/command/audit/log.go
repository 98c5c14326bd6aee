package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/document"
)

const (
	// fileBytes is when a file is rotated, and files how many are kept beside the newest.
	fileBytes = 8 << 20
	files     = 7

	newest   = "audit.jsonl"
	settings = "settings.json"

	settingsVersion = 1
)

// Log is the record in one folder. Its methods may be called from any goroutine; they wait for the
// disk. It implements session.Auditor.
type Log struct {
	folder string
	// limit is fileBytes, or what a test says.
	limit int64

	mu   sync.Mutex // guards what follows, and keeps lines whole
	file *os.File
	keep bool
	// failed is why the last line could not be written; nil if it could.
	failed error
}

var _ session.Auditor = (*Log)(nil)

// choices is the document of settings. Version 1.
type choices struct {
	KeepBytes bool `json:"keepBytes"`
}

// Open returns the record in folder, which is made when something is sent.
func Open(folder string) *Log {
	l := &Log{folder: folder, limit: fileBytes}
	var c choices
	if document.Load(filepath.Join(folder, settings), settingsVersion, &c) == nil {
		l.keep = c.KeepBytes
	}
	return l
}

// Folder is where the files are.
func (l *Log) Folder() string { return l.folder }

// KeepsBytes tells whether payloads are kept, and not only their size and hash.
func (l *Log) KeepsBytes() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.keep
}

// KeepBytes says whether payloads are kept from now on, here and after the next start.
func (l *Log) KeepBytes(on bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.keep = on
	if err := os.MkdirAll(l.folder, 0o700); err != nil {
		return err
	}
	return document.Save(filepath.Join(l.folder, settings), settingsVersion, choices{KeepBytes: on})
}

// Err tells why the last line could not be written; nil if it could. What has to be recorded
// before it is sent is refused then; the result of what is gone already cannot be.
func (l *Log) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failed
}

// Intend implements session.Auditor.
func (l *Log) Intend(_ context.Context, i session.Intent) error {
	return l.write(intent(i, l.KeepsBytes()))
}

// Conclude implements session.Auditor.
func (l *Log) Conclude(i session.Intent, r connections.Result) { _ = l.write(result(i, r)) }

// Begin implements session.Auditor.
func (l *Log) Begin(_ context.Context, r session.RunIntent) error { return l.write(run(r)) }

// Progress implements session.Auditor.
func (l *Log) Progress(r session.RunIntent, c session.RunCounts) { _ = l.write(progress(r, c)) }

// End implements session.Auditor.
func (l *Log) End(r session.RunIntent, report session.RunReport) { _ = l.write(end(r, report)) }

// Close frees the file. The log can be used again.
func (l *Log) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.shut()
}

func (l *Log) shut() error {
	if l.file == nil {
		return nil
	}
	err := l.file.Close()
	l.file = nil
	return err
}

// write appends a line in one piece, so that another program's never lands in the middle.
func (l *Log) write(line Line) error {
	b, err := json.Marshal(line)
	if err != nil {
		return err
	}
	b = append(b, '\n')
	l.mu.Lock()
	defer l.mu.Unlock()
	l.failed = l.append(b)
	return l.failed
}

func (l *Log) append(b []byte) error {
	if err := l.ready(int64(len(b))); err != nil {
		return err
	}
	if _, err := l.file.Write(b); err != nil {
		_ = l.shut()
		return err
	}
	return nil
}

// ready opens the newest file, or makes a new one when it is full. Another program may have
// rotated it meanwhile.
func (l *Log) ready(room int64) error {
	path := filepath.Join(l.folder, newest)
	if l.file != nil {
		here, err := l.file.Stat()
		there, err2 := os.Stat(path)
		if err != nil || err2 != nil || !os.SameFile(here, there) {
			_ = l.shut()
		}
	}
	if l.file == nil {
		if err := l.open(path); err != nil {
			return err
		}
	}
	info, err := l.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 || info.Size()+room <= l.limit {
		return nil
	}
	if err := l.rotate(path); err != nil {
		return err
	}
	return l.open(path)
}

// open opens a file for appending. A torn line that a killed program left keeps a line of its own.
func (l *Log) open(path string) error {
	if err := os.MkdirAll(l.folder, 0o700); err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return errors.Join(err, file.Close())
	}
	last := []byte{'\n'}
	if info.Size() > 0 {
		if _, err := file.ReadAt(last, info.Size()-1); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	if last[0] != '\n' {
		if _, err := file.Write([]byte{'\n'}); err != nil {
			return errors.Join(err, file.Close())
		}
	}
	l.file = file
	return nil
}

// rotate gives the newest file its lasting name, and drops the oldest.
func (l *Log) rotate(path string) error {
	_ = l.shut()
	stamp := time.Now().UTC().Format("20060102T150405.000000000")
	if err := os.Rename(path, filepath.Join(l.folder, "audit-"+stamp+".jsonl")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("rotate the audit log: %w", err)
	}
	old, err := l.rotated()
	if err != nil {
		return err
	}
	for _, name := range old[:max(0, len(old)-files)] {
		_ = os.Remove(filepath.Join(l.folder, name))
	}
	return nil
}

// rotated lists the files beside the newest, oldest first.
func (l *Log) rotated() ([]string, error) {
	all, err := os.ReadDir(l.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var names []string
	for _, e := range all {
		if name := e.Name(); strings.HasPrefix(name, "audit-") && strings.HasSuffix(name, ".jsonl") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}
