package dial

import "syscall"

// Winsock has numbers of its own, which the constants of package syscall do not equal.
var (
	errnoRefused     = []error{syscall.Errno(10061)}
	errnoUnreachable = []error{syscall.Errno(10065), syscall.Errno(10051), syscall.Errno(10064), syscall.Errno(10050)}
	errnoReset       = []error{syscall.Errno(10054), syscall.Errno(10053)}
)
