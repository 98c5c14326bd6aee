package mqtt

import (
	"encoding/binary"
	"errors"
	"sync"
	"time"

	"github.com/eclipse/paho.golang/packets"
	paho5 "github.com/eclipse/paho.golang/paho"
	paho "github.com/eclipse/paho.mqtt.golang"
	packets3 "github.com/eclipse/paho.mqtt.golang/packets"

	"streamscope/connections"
)

// pipeline waits for the outcomes of messages in the order in which they went, on one goroutine
// that lives while there are any. Its zero value is ready.
type pipeline struct {
	mu      sync.Mutex // guards what follows
	waiting []flight
	running bool
}

// flight is a message on its way. await ends with the connection at the latest.
type flight struct {
	began time.Time
	await func() connections.Result
	done  func(connections.Result)
}

func (p *pipeline) add(f flight) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = append(p.waiting, f)
	if !p.running {
		p.running = true
		go p.run()
	}
}

func (p *pipeline) run() {
	var batch []flight
	for {
		clear(batch)
		p.mu.Lock()
		batch, p.waiting = p.waiting, batch[:0]
		if len(batch) == 0 {
			p.running = false
			p.mu.Unlock()
			return
		}
		p.mu.Unlock()
		for _, f := range batch {
			r := f.await()
			r.Took = time.Since(f.began)
			f.done(r)
		}
	}
}

// Start implements [connections.Streamer].
func (c *client3) Start(p connections.Publication, done func(connections.Result)) {
	refuse := func(err error) { done(connections.Result{Outcome: connections.OutcomeRefused, Err: err}) }
	switch {
	case c.cfg.muted() != nil:
		refuse(c.cfg.muted())
		return
	case !p.Props.Empty():
		refuse(c.failure(connections.FailureNeedsMQTT5, "properties of a message", nil))
		return
	case !c.open.Load() || !c.engine.IsConnectionOpen():
		refuse(c.failure(connections.FailureNotConnected, "", nil))
		return
	}
	began := time.Now()
	if p.QoS == 0 {
		outcome, err := c.post(p)
		done(connections.Result{Outcome: outcome, Err: err, Took: time.Since(began)})
		return
	}
	token := c.engine.Publish(p.Topic, p.QoS, p.Retain, p.Payload)
	c.flying.add(flight{began: began, done: done, await: func() connections.Result {
		outcome, err := verdict(p.QoS, c.settled(token))
		return connections.Result{Outcome: outcome, Err: err}
	}})
}

// post writes a message of QoS 0 past paho, which would hand it through two channels and a
// goroutine to say no more than that it was written. The guard keeps packets whole.
func (c *client3) post(p connections.Publication) (connections.Outcome, error) {
	if err := connections.ValidPublication(p); err != nil {
		return connections.OutcomeRefused, invalid(p.Topic, err)
	}
	c.posting.Lock()
	defer c.posting.Unlock()
	first := byte(packets3.Publish << 4)
	if p.Retain {
		first |= 1
	}
	b := append(c.letter[:0], first)
	b = binary.AppendUvarint(b, uint64(2+len(p.Topic)+len(p.Payload))) // MQTT's lengths are varints
	b = binary.BigEndian.AppendUint16(b, uint16(len(p.Topic)))
	b = append(b, p.Topic...)
	b = append(b, p.Payload...)
	if c.letter = b; cap(b) > longestLetter {
		c.letter = nil
	}
	if _, err := c.guard.Load().Write(b); err != nil {
		return connections.OutcomeUnknown, c.fell()
	}
	return connections.OutcomeSent, nil
}

// longestLetter bounds the memory that is kept for the next message.
const longestLetter = 64 << 10

// settled waits for a token, or for the end of the connection.
func (c *client3) settled(token paho.Token) error {
	select {
	case <-token.Done():
		return c.judge(token.Error())
	case <-c.lost:
	}
	select {
	case <-token.Done(): // the answer was among the last bytes
		return c.judge(token.Error())
	default:
		return c.fell()
	}
}

// Start implements [connections.Streamer].
func (c *client5) Start(p connections.Publication, done func(connections.Result)) {
	began := time.Now()
	packet := (&paho5.Publish{
		Topic: p.Topic, QoS: p.QoS, Retain: p.Retain, Payload: p.Payload, Properties: publishProperties(p.Props),
	}).Packet()
	answers, err := c.launch(packet)
	switch {
	case errors.Is(err, errMayHave):
		done(connections.Result{Outcome: connections.OutcomeUnknown, Err: c.fell(), Took: time.Since(began)})
	case err != nil:
		done(connections.Result{Outcome: connections.OutcomeRefused, Err: err})
	case p.QoS == 0:
		done(connections.Result{Outcome: connections.OutcomeSent, Took: time.Since(began)})
	default:
		c.flying.add(flight{began: began, done: done, await: func() connections.Result { return c.landed(answers) }})
	}
}

// errMayHave says that a packet was not written whole: the broker may have it.
var errMayHave = errors.New("the broker may have it")

// launch writes a message; what answers it comes over the channel if the QoS promises an answer.
func (c *client5) launch(packet *packets.Publish) (chan packets.ControlPacket, error) {
	if err := c.cfg.muted(); err != nil {
		return nil, err
	}
	if !c.open.Load() || c.isLost() {
		return nil, c.failure(connections.FailureNotConnected, "", nil)
	}
	if err := c.tooMuch(packet); err != nil {
		return nil, err
	}
	var answers chan packets.ControlPacket
	if packet.QoS > 0 {
		answers = make(chan packets.ControlPacket, 1)
		if err := c.enter(c.dialling, packet, answers); err != nil {
			return nil, err
		}
	}
	if _, err := packet.WriteTo(c.out); err != nil {
		return nil, errMayHave
	}
	return answers, nil
}

// landed waits for an answer, or for the end of the connection.
func (c *client5) landed(answers chan packets.ControlPacket) connections.Result {
	var answer packets.ControlPacket
	select {
	case answer = <-answers:
	case <-c.lost:
		select {
		case answer = <-answers: // it was among the last bytes
		default:
		}
	}
	if answer.Content == nil {
		return connections.Result{Outcome: connections.OutcomeUnknown, Err: c.fell()}
	}
	return c.outcome(answer)
}
