package logfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// rotating is a file that is set aside for a new one before it exceeds its limit.
type rotating struct {
	name  string
	limit int64 // bytes of one file
	count int   // files that are kept, the open one included

	mu   sync.Mutex // guards what follows, and the files on the disk
	file *os.File   // nil after Close
	size int64
}

func openRotating(name string, limit int64, count int) (*rotating, error) {
	r := &rotating{name: name, limit: limit, count: count}
	if err := r.open(os.O_APPEND); err != nil {
		return nil, err
	}
	return r, nil
}

// Write appends one record, whole in one file. A record larger than a file is cut.
func (r *rotating) Write(record []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return 0, os.ErrClosed
	}
	kept := record
	if int64(len(kept)) > r.limit {
		kept = append(kept[:r.limit-1:r.limit-1], '\n')
	}
	if r.size > 0 && r.size+int64(len(kept)) > r.limit {
		if err := r.rotate(); err != nil {
			return 0, err
		}
	}
	n, err := r.file.Write(kept)
	r.size += int64(n)
	if err != nil {
		return n, err
	}
	return len(record), nil
}

// Close closes the file; later writes fail with [os.ErrClosed].
func (r *rotating) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.file == nil {
		return nil
	}
	file := r.file
	r.file = nil
	return file.Close()
}

// rotate renames each file to the next older name and opens an empty one. Where a rename
// fails (on Windows while somebody reads the file) the limit wins over the oldest records.
func (r *rotating) rotate() error {
	r.file.Close()
	r.file = nil
	for age := r.count - 1; age > 0; age-- {
		_ = os.Rename(r.aged(age-1), r.aged(age))
	}
	return r.open(os.O_TRUNC)
}

func (r *rotating) open(flag int) error {
	file, err := os.OpenFile(r.name, os.O_CREATE|os.O_WRONLY|flag, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return err
	}
	r.file, r.size = file, info.Size()
	return nil
}

// aged is the name of the file that is age rotations old: x.log, x.1.log, x.2.log.
func (r *rotating) aged(age int) string {
	if age == 0 {
		return r.name
	}
	ext := filepath.Ext(r.name)
	return fmt.Sprintf("%s.%d%s", strings.TrimSuffix(r.name, ext), age, ext)
}
