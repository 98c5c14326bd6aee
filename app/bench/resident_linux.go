package main

import (
	"os"
	"syscall"
)

// resident is the most memory that a process that has ended ever held, in bytes.
func resident(s *os.ProcessState) int64 {
	if usage, ok := s.SysUsage().(*syscall.Rusage); ok {
		return int64(usage.Maxrss) << 10 //nolint:unconvert // it has 32 bits where words have
	}
	return 0
}
