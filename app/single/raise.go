package single

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"time"
)

const (
	request = "raise\n"
	reply   = "raised\n"

	// pathLimit is what fits the socket address of every system: 104 bytes on macOS, 108
	// elsewhere, with the closing zero.
	pathLimit = 103
)

// Raise asks the program that works on folder to show its window, and waits until it has
// heard, at most two seconds.
func Raise(folder string) error {
	path, err := os.ReadFile(filepath.Join(folder, addressName))
	if err != nil {
		return fmt.Errorf("raise the running program: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "unix", string(path))
	if err != nil {
		return fmt.Errorf("raise the running program: %w", err)
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return fmt.Errorf("raise the running program: %w", err)
	}
	if _, err := conn.Write([]byte(request)); err != nil {
		return fmt.Errorf("raise the running program: %w", err)
	}
	if !hears(conn, reply) {
		return errors.New("raise the running program: it did not answer")
	}
	return nil
}

// listen opens the socket of folder. The caller holds the lock, so a socket that is there
// already was left behind by a program that died.
func listen(folder string) (net.Listener, error) {
	var errs []error
	for _, path := range socketPaths(folder) {
		os.Remove(path)
		listener, err := new(net.ListenConfig).Listen(context.Background(), "unix", path)
		if err == nil {
			return listener, nil
		}
		errs = append(errs, err)
	}
	return nil, errors.Join(errs...)
}

// socketPaths lists where the socket may stand, the best place first: beside the lock,
// unless the path is too long or the file system (a USB stick) knows no sockets.
func socketPaths(folder string) []string {
	if absolute, err := filepath.Abs(folder); err == nil {
		folder = absolute
	}
	sum := sha256.Sum256([]byte(folder))
	short := "streamscope-" + hex.EncodeToString(sum[:8]) + ".sock"
	candidates := []string{filepath.Join(folder, "streamscope.sock")}
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); runtime != "" {
		candidates = append(candidates, filepath.Join(runtime, short))
	}
	candidates = append(candidates, filepath.Join(os.TempDir(), short))
	var fitting []string
	for _, path := range candidates {
		if len(path) <= pathLimit {
			fitting = append(fitting, path)
		}
	}
	return fitting
}

// hears reports whether the peer says exactly what is expected.
func hears(conn net.Conn, expected string) bool {
	heard := make([]byte, len(expected))
	_, err := io.ReadFull(conn, heard)
	return err == nil && string(heard) == expected
}
