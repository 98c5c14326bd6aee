package dial

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"

	"streamscope/connections"
)

// Classify names the cause of a network error. It never returns nil, and returns err itself
// when that is a Failure already.
func Classify(err error, addr string) *connections.Failure {
	var known *connections.Failure
	if errors.As(err, &known) {
		return known
	}
	f := &connections.Failure{Kind: connections.FailureOther, Addr: addr, Err: err}
	var dns *net.DNSError
	var timeout net.Error
	var cert *CertificateError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &cert):
		f.Kind, f.Detail = cert.Reason, cert.detail()
	case errors.As(err, &record):
		f.Kind = connections.FailureNotTLS
	case isRemoteAlert(err):
		f.Kind, f.Detail = alert(err)
	case errors.As(err, &dns) && !dns.IsTimeout:
		f.Kind, f.Detail = connections.FailureNoSuchHost, dns.Name
	case is(err, errnoRefused):
		f.Kind = connections.FailureRefused
	case is(err, errnoUnreachable):
		f.Kind = connections.FailureUnreachable
	case is(err, errnoReset):
		f.Kind = connections.FailureReset
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed):
		f.Kind = connections.FailureClosed
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		f.Kind = connections.FailureTimeout
	}
	return f
}

func is(err error, errnos []error) bool {
	for _, errno := range errnos {
		if errors.Is(err, errno) {
			return true
		}
	}
	return false
}
