//go:build !windows

package dial

import "syscall"

var (
	errnoRefused     = []error{syscall.ECONNREFUSED}
	errnoUnreachable = []error{syscall.EHOSTUNREACH, syscall.ENETUNREACH, syscall.EHOSTDOWN, syscall.ENETDOWN}
	errnoReset       = []error{syscall.ECONNRESET, syscall.ECONNABORTED, syscall.EPIPE}
)
