package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"streamscope/app/payload"
)

// MaxFile bounds a file that is sent, in bytes. The libraries under the connection want a message
// in memory as a whole, and twice for a moment.
const MaxFile = 64 << 20

// CheckFile tells why the file at path cannot be sent, and its size if it can. It does not read it.
func CheckFile(path string) (size int64, err error) {
	path = strings.TrimSpace(path)
	if path == "" {
		return 0, errors.New("no file is chosen")
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return 0, fmt.Errorf("there is no file %s", path)
	case err != nil:
		return 0, err
	case !info.Mode().IsRegular():
		return 0, fmt.Errorf("%s is not a file", path)
	case info.Size() > MaxFile:
		return 0, fmt.Errorf("%s holds %s; at most %s can be sent, for a message has to fit into memory as a whole",
			path, payload.ByteCount(info.Size()), payload.ByteCount(MaxFile))
	}
	return info.Size(), nil
}

// readFile reads what is to be sent. The file may grow meanwhile.
func readFile(path string) ([]byte, error) {
	if _, err := CheckFile(path); err != nil {
		return nil, err
	}
	f, err := os.Open(strings.TrimSpace(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > MaxFile {
		return nil, fmt.Errorf("%s has grown beyond %s", path, payload.ByteCount(MaxFile))
	}
	return b, nil
}
