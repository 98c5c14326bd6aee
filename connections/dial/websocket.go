package dial

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/websocket"

	"streamscope/connections"
)

// Upgrade makes a WebSocket of conn, which is secure already if the dialler's kind is, and
// closes it if that fails. Of the dialer it takes the subprotocols, of which the server must
// choose one if there are any, compression and buffers. The response is there even with an
// error, if the server sent one; of its body the first KiB.
func (d *Dialer) Upgrade(ctx context.Context, conn net.Conn, addr string, w websocket.Dialer) (*websocket.Conn, *http.Response, error) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // gorilla looks at deadlines only
	ws, resp, err := d.upgrade(ctx, conn, addr, w)
	if !stop() && err == nil {
		err = ctx.Err()
	}
	if err == nil {
		return ws, resp, nil
	}
	_ = conn.Close()
	return nil, resp, explain(ctx, upgradeFailure(err, resp), addr)
}

func (d *Dialer) upgrade(ctx context.Context, conn net.Conn, addr string, w websocket.Dialer) (*websocket.Conn, *http.Response, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, nil, err
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, nil, err
	}
	url := WebSocketURL(host, number, d.Kind.Secure(), d.Path)
	take := func(context.Context, string, string) (net.Conn, error) { return conn, nil }
	w.Proxy, w.NetDialContext, w.NetDialTLSContext = nil, take, take
	header := d.Header
	if header == nil {
		header = http.Header{}
	}
	ws, resp, err := w.DialContext(ctx, url, header)
	if err != nil {
		return nil, resp, err
	}
	if got := ws.Subprotocol(); len(w.Subprotocols) > 0 && !slices.Contains(w.Subprotocols, got) {
		detail := "it chose none of " + strings.Join(w.Subprotocols, ", ")
		if got != "" {
			detail = "it chose " + strconv.Quote(got)
		}
		return nil, resp, &connections.Failure{Kind: connections.FailureSubprotocol, Detail: detail}
	}
	return ws, resp, nil
}

func upgradeFailure(err error, resp *http.Response) error {
	switch {
	case failure(err) != nil:
		return err
	case resp != nil:
		return &connections.Failure{Kind: connections.FailureUpgrade, Detail: "HTTP status " + resp.Status, Err: err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), is(err, errnoReset):
		return &connections.Failure{Kind: connections.FailureUpgrade, Detail: "it ended instead of answering", Err: err}
	case strings.Contains(err.Error(), "malformed HTTP"):
		return &connections.Failure{Kind: connections.FailureUpgrade, Detail: "it does not answer as a web server does", Err: err}
	}
	return err
}
