package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"
)

// MaxSize is the number of bytes above which a file is no document of ours.
const MaxSize = 64 << 20

// Migration lifts the fields of a document by one version, in place. The version field is not
// among them.
type Migration func(fields map[string]json.RawMessage) error

// Load reads the document at path into v, a pointer to a struct. Fields that the file does not
// have keep the value that v came with. migrations[0] lifts version 1 to 2, and so on: there
// are version-1 of them.
//
// A missing file gives an error that is [io/fs.ErrNotExist]. After a [*NewerError] v holds what
// this version understands; after any other error v may be half filled and is of no use.
//
// Load reads the disk: call it where blocking is allowed.
func Load(path string, version int, v any, migrations ...Migration) error {
	return load(path, version, v, migrations, setAside)
}

// Peek is Load for a file that is not this program's own: one that is broken stays where it is.
func Peek(path string, version int, v any, migrations ...Migration) error {
	return load(path, version, v, migrations, func(string, os.FileInfo) string { return "" })
}

// load is Load; what is broken is moved by aside, which returns where to.
func load(path string, version int, v any, migrations []Migration, aside func(string, os.FileInfo) string) error {
	if len(migrations) != version-1 {
		return fmt.Errorf("load %s: %d migrations do not lead to version %d", path, len(migrations), version)
	}
	data, info, err := read(path)
	if err != nil {
		return err
	}
	found, err := decode(data, version, v, migrations)
	switch {
	case err != nil:
		return broken(path, data, err, aside(path, info))
	case found > version:
		return &NewerError{File: path, Version: found, Known: version}
	}
	return nil
}

// decode fills v from data and returns the version that data was written in.
func decode(data []byte, version int, v any, migrations []Migration) (found int, err error) {
	found, err = versionOf(data)
	if err != nil {
		return 0, err
	}
	data = withoutMark(data)
	switch {
	case found > version:
		// A newer version may have changed a type: the fields that fit are still worth having.
		_ = json.Unmarshal(data, v)
		return found, nil
	case found == version:
		return found, json.Unmarshal(data, v)
	}
	lifted, err := migrate(data, migrations[found-1:])
	if err != nil {
		return found, fmt.Errorf("migrate from version %d: %w", found, err)
	}
	if err := json.Unmarshal(lifted, v); err != nil {
		return found, fmt.Errorf("after migrating from version %d: %w", found, hideOffset{err})
	}
	return found, nil
}

func migrate(data []byte, migrations []Migration) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	delete(fields, "version")
	for _, m := range migrations {
		if err := m(fields); err != nil {
			return nil, hideOffset{err}
		}
	}
	return json.Marshal(fields)
}

// hideOffset keeps a position that counts in migrated bytes from being taken for one of the
// file. It does not unwrap, so that errors.As cannot see through it.
type hideOffset struct{ err error }

func (h hideOffset) Error() string { return h.err.Error() }

// placed is an error at a known byte of the file.
type placed struct {
	offset int64
	text   string
}

func (p *placed) Error() string { return p.text }

// versionOf checks that data is one JSON object and returns its version.
func versionOf(data []byte) (int, error) {
	if at := invalidUTF8(data); at >= 0 {
		return 0, &placed{int64(at), "not valid UTF-8"}
	}
	body := withoutMark(data)
	if len(bytes.TrimSpace(body)) == 0 {
		return 0, &placed{0, "the file is empty"}
	}
	var head struct {
		Version *int `json:"version"`
	}
	err := json.Unmarshal(body, &head)
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) && wrongType.Field == "" {
		return 0, &placed{0, fmt.Sprintf("a document is a JSON object, this is a JSON %s", wrongType.Value)}
	}
	switch {
	case err != nil:
		return 0, err
	case head.Version == nil:
		return 0, &placed{0, "no version"}
	case *head.Version < 1:
		return 0, &placed{0, fmt.Sprintf("there is no version %d", *head.Version)}
	}
	return *head.Version, nil
}

func invalidUTF8(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// withoutMark drops the byte order mark that some Windows editors put in front.
func withoutMark(data []byte) []byte { return bytes.TrimPrefix(data, byteOrderMark) }

// broken says where in data the error stands, and where the file was moved to.
func broken(path string, data []byte, err error, aside string) *BrokenError {
	b := &BrokenError{File: path, Err: err, Aside: aside}
	var here *placed
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	mark := int64(len(data) - len(withoutMark(data)))
	switch {
	case errors.As(err, &here):
		b.Line, b.Column = position(data, here.offset)
	case errors.As(err, &syntax):
		// Offset counts the bytes read, so the culprit is the one before.
		b.Line, b.Column = position(data, mark+syntax.Offset-1)
	case errors.As(err, &wrongType):
		b.Line, b.Column = position(data, mark+wrongType.Offset-1)
	}
	return b
}

// position turns a byte offset into a line and a column of characters, both from 1.
func position(data []byte, offset int64) (line, column int) {
	offset = min(max(offset, 0), int64(len(data)))
	before := data[:offset]
	line = bytes.Count(before, []byte("\n")) + 1
	start := bytes.LastIndexByte(before, '\n') + 1
	return line, utf8.RuneCount(withoutMark(before[start:])) + 1
}

func read(path string) ([]byte, os.FileInfo, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("read %s: not a regular file", path)
	}
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(data) > MaxSize {
		return nil, nil, fmt.Errorf("read %s: larger than %d bytes, too large for a document", path, MaxSize)
	}
	return data, info, nil
}
