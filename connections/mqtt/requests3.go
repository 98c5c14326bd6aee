package mqtt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"streamscope/connections"
)

// filtersPerRequest is the largest SUBSCRIBE that every broker takes: AWS IoT refuses more.
const filtersPerRequest = 8

// Subscribe implements [connections.Client].
func (c *client3) Subscribe(ctx context.Context, subs []connections.Subscription) ([]connections.SubscribeResult, error) {
	for _, s := range subs {
		if err := connections.ValidFilter(s.Filter); err != nil {
			return nil, invalid(s.Filter, err)
		}
		if s.QoS > 2 {
			return nil, invalid(s.Filter, fmt.Errorf("there is no QoS %d", s.QoS))
		}
	}
	results := make(map[string]connections.SubscribeResult, len(subs))
	for batch := range slices.Chunk(carried(subs, results), filtersPerRequest) {
		if err := c.subscribe(ctx, batch, results); err != nil {
			return nil, err
		}
	}
	return inOrder(subs, results), nil
}

// carried returns the subscriptions that MQTT 3.1.1 can carry; the others are refused here.
func carried(subs []connections.Subscription, results map[string]connections.SubscribeResult) []connections.Subscription {
	var can []connections.Subscription
	for _, s := range subs {
		if !s.NoLocal && !s.RetainAsPublished && s.RetainHandling == 0 {
			can = append(can, s)
			continue
		}
		results[s.Filter] = connections.SubscribeResult{Filter: s.Filter, Refused: true, Code: 0x80,
			Reason: "MQTT 3.1.1 knows none of “no local”, “retain as published” and “retain handling”"}
	}
	return can
}

func inOrder(subs []connections.Subscription, results map[string]connections.SubscribeResult) []connections.SubscribeResult {
	ordered := make([]connections.SubscribeResult, len(subs))
	for i, s := range subs {
		ordered[i] = results[s.Filter]
	}
	return ordered
}

func (c *client3) subscribe(ctx context.Context, subs []connections.Subscription, results map[string]connections.SubscribeResult) error {
	filters := make(map[string]byte, len(subs))
	for _, s := range subs {
		filters[s.Filter] = max(filters[s.Filter], s.QoS)
	}
	token, err := c.await(ctx, func() paho.Token { return c.engine.SubscribeMultiple(filters, nil) })
	if err != nil {
		return err
	}
	// A refusal is no error of the token's; the codes tell.
	codes := token.(*paho.SubscribeToken).Result()
	for _, s := range subs {
		code, answered := codes[s.Filter]
		if !answered {
			return c.failure(connections.FailureProtocol, "no answer for filter "+s.Filter, nil)
		}
		r := connections.SubscribeResult{Filter: s.Filter, Granted: code, Refused: code > 2, Code: code}
		if r.Refused {
			r.Reason = "MQTT 3.1.1 has no way to tell why"
		}
		results[s.Filter] = r
	}
	return nil
}

// Unsubscribe implements [connections.Client].
func (c *client3) Unsubscribe(ctx context.Context, filters []string) error {
	for batch := range slices.Chunk(filters, filtersPerRequest) {
		if _, err := c.await(ctx, func() paho.Token { return c.engine.Unsubscribe(batch...) }); err != nil {
			return err
		}
	}
	return nil
}

// Publish implements [connections.Client].
func (c *client3) Publish(ctx context.Context, p connections.Publication) connections.Result {
	start := time.Now()
	outcome, err := c.publish(ctx, p)
	return connections.Result{Outcome: outcome, Took: time.Since(start), Err: err}
}

func (c *client3) publish(ctx context.Context, p connections.Publication) (connections.Outcome, error) {
	if err := connections.ValidPublication(p); err != nil {
		return connections.OutcomeRefused, invalid(p.Topic, err)
	}
	if !p.Props.Empty() {
		return connections.OutcomeRefused, c.failure(connections.FailureNeedsMQTT5, "properties of a message", nil)
	}
	if err := c.cfg.muted(); err != nil {
		return connections.OutcomeRefused, err
	}
	if err := ctx.Err(); err != nil {
		return connections.OutcomeRefused, err
	}
	// paho keeps what is not confirmed, so it gets bytes of its own.
	payload := bytes.Clone(p.Payload)
	_, err := c.await(ctx, func() paho.Token {
		return c.engine.Publish(p.Topic, p.QoS, p.Retain, payload)
	})
	return verdict(p.QoS, err)
}

// verdict names what became of a publication.
func verdict(qos byte, err error) (connections.Outcome, error) {
	switch {
	case err == nil && qos == 0:
		return connections.OutcomeSent, nil
	case err == nil:
		// The guard lets no answer through to anything but what was asked, so this was the
		// broker's PUBACK or PUBCOMP.
		return connections.OutcomeAcknowledged, nil
	case errors.Is(err, errNotSent), isNotConnected(err):
		return connections.OutcomeRefused, err
	default:
		return connections.OutcomeUnknown, err
	}
}

// errNotSent says that paho never took a request.
var errNotSent = errors.New("not sent")

// await makes a request of paho's and waits until it is answered, or ctx or the connection
// ends. The request runs on a goroutine of its own: paho blocks in it, for up to the write
// timeout when the connection has just fallen.
func (c *client3) await(ctx context.Context, request func() paho.Token) (paho.Token, error) {
	if !c.open.Load() || !c.engine.IsConnectionOpen() {
		return nil, c.failure(connections.FailureNotConnected, "", nil)
	}
	made := make(chan paho.Token, 1)
	go func() { made <- request() }()
	var token paho.Token
	select {
	case token = <-made:
	case <-c.lost:
		return nil, c.fell()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case <-token.Done():
		return token, c.judge(token.Error())
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-c.lost:
	}
	select {
	case <-token.Done(): // the answer was among the last bytes
		return token, c.judge(token.Error())
	default:
		return nil, c.fell()
	}
}

// judge puts paho's error into our words.
func (c *client3) judge(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, paho.ErrNotConnected):
		return c.failure(connections.FailureNotConnected, "", nil)
	}
	// paho has no values for these.
	switch text := err.Error(); text {
	case "publish was broken by timeout", "subscribe was broken by timeout", "unsubscribe was broken by timeout":
		if !c.cfg.CleanSession {
			return c.failure(connections.FailureWriteStalled, "", err) // paho keeps it and sends it later
		}
		return c.failure(connections.FailureWriteStalled, "", errNotSent)
	case "no message IDs available":
		return c.failure(connections.FailureOther, "65535 messages wait for an answer", errNotSent)
	}
	return c.fell()
}
