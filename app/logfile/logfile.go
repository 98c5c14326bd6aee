package logfile

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
)

const (
	// fileName is the newest log; older ones are streamscope.1.log, streamscope.2.log.
	fileName  = "streamscope.log"
	crashName = "crash.log"

	fileLimit = 5 << 20 // bytes
	fileCount = 3
)

// Open makes the folder if need be and returns a logger that writes to streamscope.log in
// it, and what closes it. Three files of 5 MiB are kept. The logger may be used from any
// goroutine; after Close it drops what it is given.
//
// The runtime's trace of a crash goes to crash.log beside it, which is gone again after a
// clean Close. The trace of an earlier run is kept as crash.previous.log, and the log says so.
//
// One program at a time may write to a folder.
func Open(folder string) (*slog.Logger, io.Closer, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, nil, fmt.Errorf("log folder: %w", err)
	}
	out, err := openRotating(filepath.Join(folder, fileName), fileLimit, fileCount)
	if err != nil {
		return nil, nil, fmt.Errorf("log file: %w", err)
	}
	logger := slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{ReplaceAttr: mask}))
	crash, err := catchCrashes(folder, logger)
	if err != nil {
		// A log without crash traces is better than no log.
		logger.Warn("crashes are not recorded", "error", err)
	}
	return logger, &closer{out: out, crash: crash}, nil
}

type closer struct {
	out   *rotating
	crash string // path; empty if crashes are not recorded
}

func (c *closer) Close() error {
	var err error
	if c.crash != "" {
		err = debug.SetCrashOutput(nil, debug.CrashOptions{})
		os.Remove(c.crash)
	}
	return errors.Join(err, c.out.Close())
}

// catchCrashes sends the runtime's last words to a file and returns its path.
func catchCrashes(folder string, logger *slog.Logger) (string, error) {
	name := filepath.Join(folder, crashName)
	if info, err := os.Stat(name); err == nil && info.Size() > 0 {
		previous := filepath.Join(folder, "crash.previous.log")
		if err := os.Rename(name, previous); err != nil {
			return "", err
		}
		logger.Warn("the program crashed when it last ran", "trace", previous)
	}
	file, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return "", err
	}
	defer file.Close() // the runtime keeps a duplicate
	if err := debug.SetCrashOutput(file, debug.CrashOptions{}); err != nil {
		return "", err
	}
	return name, nil
}
