package diagnose

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log" //nolint:depguard // net/http takes no other
	"net"
	"net/netip"
	"time"

	"streamscope/connections/brokertest"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

func tlsWith(leaf *brokertest.Leaf) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{leaf.TLS()}}
}

// lookup answers with addresses, or that there are none.
func lookup(addrs ...string) func(context.Context, string) ([]netip.Addr, error) {
	return func(_ context.Context, host string) (all []netip.Addr, err error) {
		for _, a := range addrs {
			all = append(all, netip.MustParseAddr(a))
		}
		if len(all) == 0 {
			err = &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		}
		return all, err
	}
}

// asleep is a name server that does not answer.
func asleep(ctx context.Context, _ string) ([]netip.Addr, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func lasting(before, after time.Time) *x509.Certificate {
	return &x509.Certificate{NotBefore: before, NotAfter: after}
}
