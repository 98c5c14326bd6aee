package mqtt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/eclipse/paho.golang/packets"
	"github.com/eclipse/paho.golang/paho"
	"github.com/eclipse/paho.golang/paho/session"

	"streamscope/connections"
)

// Subscribe implements [connections.Client].
func (c *client5) Subscribe(ctx context.Context, subs []connections.Subscription) ([]connections.SubscribeResult, error) {
	for _, s := range subs {
		if err := connections.ValidFilter(s.Filter); err != nil {
			return nil, invalid(s.Filter, err)
		}
		if s.QoS > 2 || s.RetainHandling > 2 {
			return nil, invalid(s.Filter, fmt.Errorf("there is no QoS %d with retain handling %d", s.QoS, s.RetainHandling))
		}
	}
	results := make(map[string]connections.SubscribeResult, len(subs))
	var send []connections.Subscription
	for _, s := range subs {
		if code := c.limits.refuse(s); code != 0 {
			results[s.Filter] = refusedFilter(s.Filter, code, "")
			continue
		}
		send = append(send, s)
	}
	for batch := range slices.Chunk(send, filtersPerRequest) {
		if err := c.subscribe(ctx, batch, results); err != nil {
			return nil, err
		}
	}
	return inOrder(subs, results), nil
}

// refuse tells the reason code with which the broker would end the connection, or 0.
func (l limits) refuse(s connections.Subscription) byte {
	switch {
	case !l.shared && strings.HasPrefix(s.Filter, "$share/"):
		return 0x9e
	case !l.wildcard && strings.ContainsAny(s.Filter, "+#"):
		return 0xa2
	}
	return 0
}

func refusedFilter(filter string, code byte, said string) connections.SubscribeResult {
	return connections.SubscribeResult{Filter: filter, Refused: true, Code: code, Reason: connections.DescribeReason(code, said)}
}

func (c *client5) subscribe(ctx context.Context, subs []connections.Subscription, results map[string]connections.SubscribeResult) error {
	request := &packets.Subscribe{Properties: &packets.Properties{}}
	for _, s := range subs {
		request.Subscriptions = append(request.Subscriptions, packets.SubOptions{
			// A shared subscription with no local is a protocol error (MQTT 5 §3.8.3.1).
			Topic: s.Filter, QoS: s.QoS, NoLocal: s.NoLocal && !strings.HasPrefix(s.Filter, "$share/"),
			RetainAsPublished: s.RetainAsPublished, RetainHandling: s.RetainHandling,
		})
	}
	answer, _, err := c.ask(ctx, request)
	if err != nil {
		return err
	}
	suback, ok := answer.Content.(*packets.Suback)
	if !ok || len(suback.Reasons) != len(subs) {
		return c.failure(connections.FailureProtocol, "no answer to SUBSCRIBE", nil) // the guard lets none through
	}
	said := reasonString(suback.Properties)
	for i, s := range subs {
		code := suback.Reasons[i]
		if code >= 0x80 {
			results[s.Filter] = refusedFilter(s.Filter, code, said)
			continue
		}
		results[s.Filter] = connections.SubscribeResult{Filter: s.Filter, Granted: code, Code: code}
	}
	return nil
}

// Unsubscribe implements [connections.Client]. A broker that refuses says so in vain: there is
// nothing that could be done about it.
func (c *client5) Unsubscribe(ctx context.Context, filters []string) error {
	for batch := range slices.Chunk(filters, filtersPerRequest) {
		if _, _, err := c.ask(ctx, &packets.Unsubscribe{Properties: &packets.Properties{}, Topics: batch}); err != nil {
			return err
		}
	}
	return nil
}

// Publish implements [connections.Client].
func (c *client5) Publish(ctx context.Context, p connections.Publication) connections.Result {
	start := time.Now()
	r := c.publish(ctx, p)
	r.Took = time.Since(start)
	return r
}

func (c *client5) publish(ctx context.Context, p connections.Publication) connections.Result {
	refused := func(err error) connections.Result {
		return connections.Result{Outcome: connections.OutcomeRefused, Err: err}
	}
	if err := connections.ValidPublication(p); err != nil {
		return refused(invalid(p.Topic, err))
	}
	if err := c.cfg.muted(); err != nil {
		return refused(err)
	}
	if err := ctx.Err(); err != nil {
		return refused(err)
	}
	packet := (&paho.Publish{
		Topic: p.Topic, QoS: p.QoS, Retain: p.Retain, Payload: slices.Clone(p.Payload), Properties: publishProperties(p.Props),
	}).Packet()
	if err := c.tooMuch(packet); err != nil {
		return refused(err)
	}
	if p.QoS == 0 {
		return c.send(ctx, packet)
	}
	answer, sent, err := c.ask(ctx, packet)
	switch {
	case err != nil && !sent:
		return refused(err)
	case err != nil:
		return connections.Result{Outcome: connections.OutcomeUnknown, Err: err}
	}
	return c.outcome(answer)
}

// tooMuch tells why the broker would end the connection if it got the packet.
func (c *client5) tooMuch(p *packets.Publish) error {
	if !c.open.Load() {
		return nil // that is told later
	}
	no := func(code byte, detail string) error {
		return c.failure(connections.FailureRejected, connections.DescribeReason(code, detail), nil)
	}
	switch longest := c.guard.Load().Longest(); {
	case p.QoS > c.limits.qos:
		return no(0x9b, fmt.Sprintf("the highest is %d", c.limits.qos))
	case p.Retain && !c.limits.retain:
		return no(0x9a, "")
	case longest > 0 && size(p) > longest:
		return no(0x95, fmt.Sprintf("it takes %d bytes", longest))
	}
	return nil
}

// size is the length of a packet on the wire.
func size(p *packets.Publish) (n int64) {
	for _, part := range p.Buffers() {
		n += int64(len(part))
	}
	header := int64(2)
	for rest := n >> 7; rest > 0; rest >>= 7 {
		header++
	}
	return header + n
}

// send writes a message of QoS 0.
func (c *client5) send(ctx context.Context, p *packets.Publish) connections.Result {
	if !c.open.Load() || c.isLost() {
		return connections.Result{Outcome: connections.OutcomeRefused, Err: c.failure(connections.FailureNotConnected, "", nil)}
	}
	if err := c.write(ctx, p); err != nil {
		return connections.Result{Outcome: connections.OutcomeUnknown, Err: err}
	}
	return connections.Result{Outcome: connections.OutcomeSent}
}

// outcome reads PUBACK, PUBREC and PUBCOMP. Below 0x80 all is well, whatever some brokers write.
func (c *client5) outcome(answer packets.ControlPacket) connections.Result {
	var code byte
	var said string
	switch a := answer.Content.(type) {
	case *packets.Puback:
		code, said = a.ReasonCode, reasonString(a.Properties)
	case *packets.Pubrec: // a refusal
		code, said = a.ReasonCode, reasonString(a.Properties)
	case *packets.Pubcomp:
		if code, said = a.ReasonCode, reasonString(a.Properties); code == 0 {
			code, said = c.desk.pubrec(a.PacketID)
		}
	}
	r := connections.Result{Outcome: connections.OutcomeAcknowledged, Code: code}
	if code != 0 {
		r.Reason = connections.DescribeReason(code, said)
	}
	if code >= 0x80 {
		r.Outcome = connections.OutcomeRefused
		r.Err = c.failure(connections.FailureRejected, r.Reason, nil)
	}
	return r
}

// request is a packet that can be sent.
type request interface {
	WriteTo(io.Writer) (int64, error)
}

// ask sends a packet and waits for what answers it. sent tells whether the broker may have it.
func (c *client5) ask(ctx context.Context, p session.Packet) (answer packets.ControlPacket, sent bool, err error) {
	if !c.open.Load() || c.isLost() {
		return answer, false, c.failure(connections.FailureNotConnected, "", nil)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.dialling, cancel)() // which ends with the client
	answers := make(chan packets.ControlPacket, 1)
	if err := c.enter(ctx, p, answers); err != nil {
		return answer, false, err
	}
	if err := c.write(ctx, p); err != nil {
		return answer, true, err
	}
	select {
	case answer = <-answers:
	case <-ctx.Done():
		return answer, true, ctx.Err()
	case <-c.lost:
		select {
		case answer = <-answers: // it was among the last bytes
		default:
		}
	}
	if answer.Content == nil {
		return answer, true, c.fell()
	}
	return answer, true, nil
}

// enter makes a packet part of the session, which gives it its number; it waits while the broker
// takes no more of them.
func (c *client5) enter(ctx context.Context, p session.Packet, answers chan<- packets.ControlPacket) error {
	err := c.desk.AddToSession(ctx, p, answers)
	switch {
	case errors.Is(err, session.ErrNoConnection):
		return c.failure(connections.FailureNotConnected, "", nil)
	case errors.Is(err, session.ErrPacketIdentifiersExhausted):
		return c.failure(connections.FailureOther, "65535 messages wait for an answer", nil)
	}
	return err
}

// write sends a packet, or leaves it to its fate when ctx or the connection ends: it may have to
// wait for the peer, for up to the write timeout.
func (c *client5) write(ctx context.Context, p request) error {
	written := make(chan error, 1)
	go func() {
		_, err := p.WriteTo(c.out)
		written <- err
	}()
	select {
	case err := <-written:
		if err != nil {
			return c.fell()
		}
		return nil
	case <-c.lost:
		return c.fell()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *client5) isLost() bool {
	select {
	case <-c.lost:
		return true
	default:
		return false
	}
}
