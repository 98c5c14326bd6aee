package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// Save writes v, a struct without a version field of its own, to path as a document of the
// given version. It makes the folder if needed. Whoever reads path, also after a crash or a
// power cut at any moment, finds the old document or the new one, whole.
//
// What stands at path is looked at first: a newer document is left alone and gives a
// [*NewerError], an older one is copied to NAME.v<version>.bak, a broken one is set aside.
//
// Save waits for the disk: call it where blocking is allowed.
func Save(path string, version int, v any) error {
	if version < 1 {
		return fmt.Errorf("save %s: there is no version %d", path, version)
	}
	data, err := encode(version, v)
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	// A user may keep the file elsewhere behind a symbolic link: replace the target.
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := makeRoom(path, version); err != nil {
		return err
	}
	return replace(path, data)
}

// encode gives v as indented JSON with the version in front.
func encode(version int, v any) ([]byte, error) {
	var body bytes.Buffer
	enc := json.NewEncoder(&body)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body.Bytes(), &fields); err != nil || fields == nil {
		return nil, fmt.Errorf("%T is not a JSON object", v)
	}
	if _, taken := fields["version"]; taken {
		return nil, fmt.Errorf("%T has a version field of its own", v)
	}
	head := fmt.Sprintf(`{"version":%d`, version)
	if len(fields) > 0 {
		head += ","
	}
	var out bytes.Buffer
	if err := json.Indent(&out, append([]byte(head), body.Bytes()[1:]...), "", "  "); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// makeRoom sees to it that nothing unread or older is lost when path is replaced.
func makeRoom(path string, version int) error {
	data, info, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	found, err := versionOf(data)
	switch {
	case err != nil:
		if b := broken(path, data, err, setAside(path, info)); b.Aside == "" {
			return b
		}
		return nil
	case found > version:
		return &NewerError{File: path, Version: found, Known: version}
	case found < version:
		return backup(path, found, data)
	}
	return nil
}

// backup keeps data as NAME.v<version>.bak, or under the next free number if another document
// has that name.
func backup(path string, version int, data []byte) error {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.v%d.bak", path, version)
		if n > 1 {
			name = fmt.Sprintf("%s.v%d-%d.bak", path, version, n)
		}
		old, err := os.ReadFile(name)
		switch {
		case err == nil && bytes.Equal(old, data):
			return nil
		case err == nil:
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("back up %s: %w", path, err)
		}
		return replace(name, data)
	}
}

// setAside moves the file that was read as info out of the way, to a name that nothing has, and
// returns that name, or "" if that is not possible.
func setAside(path string, info os.FileInfo) string {
	for n := 1; n < 1000; n++ {
		name := fmt.Sprintf("%s.broken-%d", path, n)
		reserved, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return ""
		}
		reserved.Close()
		// Someone else may have mended the file since it was read.
		now, err := os.Stat(path)
		if err == nil && os.SameFile(info, now) && os.Rename(path, name) == nil {
			return name
		}
		os.Remove(name)
		return ""
	}
	return ""
}

const temporary = ".saving-*"

// replace puts data at path by way of a temporary file in the same folder.
func replace(path string, data []byte) (err error) {
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, filepath.Base(path)+temporary)
	if err != nil {
		return fmt.Errorf("save %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("save %s: %w", path, err)
		}
	}()
	// CreateTemp makes it 0600: documents are for their owner.
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a rename survive a power cut. Windows has no such call and needs none.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Sweep removes the temporary files that a killed program left in folder. Files of the last
// minute stay, for they may be another program's that is just saving. Call it once at start.
func Sweep(folder string) {
	left, _ := filepath.Glob(filepath.Join(folder, "*"+temporary))
	for _, name := range left {
		if info, err := os.Lstat(name); err == nil && time.Since(info.ModTime()) > time.Minute {
			os.Remove(name)
		}
	}
}
