package websocket

import (
	"bytes"
	"context"
	"errors"
	"time"

	gorilla "github.com/gorilla/websocket"

	"streamscope/connections"
)

// sending is a message on its way to the goroutine that writes.
type sending struct {
	kind int
	data []byte
	done chan error // holds one
}

// write is the only writer of messages.
func (c *Client) write(m *meter) {
	for {
		select {
		case <-m.done:
			return
		case s := <-c.sends:
			s.done <- c.ws.WriteMessage(s.kind, s.data)
		}
	}
}

// ping sends pings, and answers those of the peer: the reader must never wait for a peer that
// takes nothing.
func (c *Client) ping(m *meter) {
	var tick <-chan time.Time
	if c.cfg.PingInterval > 0 {
		ticker := time.NewTicker(c.cfg.PingInterval)
		defer ticker.Stop()
		tick = ticker.C
	}
	for {
		kind, data := gorilla.PingMessage, ""
		select {
		case <-m.done:
			return
		case <-tick:
		case data = <-c.pongs:
			kind = gorilla.PongMessage
		}
		// What fails here fails for everybody, and the meter has the reason.
		_ = c.ws.WriteControl(kind, []byte(data), time.Now().Add(c.cfg.WriteTimeout))
	}
}

// protest ends the connection with a code, if it can without waiting long.
func (c *Client) protest(code int) {
	_ = c.ws.WriteControl(gorilla.CloseMessage, gorilla.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
}

// Publish implements [connections.Client]. It sends one frame, of text unless p says binary;
// topic, QoS and retain mean nothing here.
func (c *Client) Publish(ctx context.Context, p connections.Publication) connections.Result {
	start := time.Now()
	kind := gorilla.TextMessage
	if p.Binary {
		kind = gorilla.BinaryMessage
	}
	if err := connections.ValidFrame(p); err != nil {
		return connections.Result{Outcome: connections.OutcomeRefused, Err: c.failure(connections.FailureInvalid, "", err)}
	}
	if c.cfg.ReadOnly != nil && c.cfg.ReadOnly() {
		return connections.Result{Outcome: connections.OutcomeRefused, Err: c.failure(connections.FailureReadOnly, "", nil)}
	}
	// The one who writes may still read the bytes when ctx has ended.
	outcome, err := c.send(ctx, kind, bytes.Clone(p.Payload))
	return connections.Result{Outcome: outcome, Took: time.Since(start), Err: err}
}

// send waits until a message was handed to the operating system, or ctx or the connection ends.
func (c *Client) send(ctx context.Context, kind int, data []byte) (connections.Outcome, error) {
	select {
	case <-c.opened:
	default:
		return connections.OutcomeRefused, c.failure(connections.FailureNotConnected, "", nil)
	}
	if err := ctx.Err(); err != nil {
		return connections.OutcomeRefused, err
	}
	m := c.meter.Load()
	s := sending{kind: kind, data: data, done: make(chan error, 1)}
	select {
	case c.sends <- s:
	case <-m.done:
		return connections.OutcomeRefused, c.failure(connections.FailureNotConnected, "", nil)
	case <-ctx.Done():
		return connections.OutcomeRefused, ctx.Err()
	}
	select {
	case err := <-s.done:
		return c.outcome(err)
	case <-ctx.Done():
		return connections.OutcomeUnknown, ctx.Err()
	}
}

func (c *Client) outcome(err error) (connections.Outcome, error) {
	var f *connections.Failure
	switch {
	case err == nil:
		return connections.OutcomeSent, nil
	case errors.Is(err, gorilla.ErrCloseSent):
		return connections.OutcomeRefused, c.failure(connections.FailureNotConnected, "", nil)
	case errors.As(err, &f):
		return connections.OutcomeUnknown, f
	}
	return connections.OutcomeUnknown, c.failure(connections.FailureClosed, "", err)
}
