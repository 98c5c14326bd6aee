package dial

import (
	"context"
	"net"
)

// Dialer opens plain TCP connections. The zero value works.
type Dialer struct {
	net net.Dialer
}

// DialContext opens a stream to addr (host:port). Its errors are [*connections.Failure], or
// ctx's own error when ctx was cancelled.
func (d *Dialer) DialContext(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := d.net.DialContext(ctx, network, addr)
	if err != nil {
		if ctx.Err() == context.Canceled {
			return nil, ctx.Err()
		}
		return nil, Classify(err, addr)
	}
	return conn, nil
}
