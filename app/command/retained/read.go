package retained

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"streamscope/connections"
)

const (
	// DefaultSilence is how long nothing may come until the list counts as whole.
	DefaultSilence = time.Second
	// DefaultLimit and DefaultBytes bound what is listed at once.
	DefaultLimit = 100_000
	DefaultBytes = 256 << 20
)

// Message is one retained message.
type Message struct {
	Topic   string
	QoS     byte
	Payload []byte
	// Size is that of the payload on the wire, in bytes; more than len(Payload) if it was cut.
	Size int64
	// Props is what MQTT 5 keeps with it; nil if nothing.
	Props *connections.Properties
}

// Cut tells that the payload is not held whole, so that it cannot be put back.
func (m *Message) Cut() bool { return m.Size > int64(len(m.Payload)) }

// same tells whether a broker that gives b still holds what it gave as m.
func (m *Message) same(b *Message) bool { return m.Size == b.Size && bytes.Equal(m.Payload, b.Payload) }

// Listing is what a broker retains.
type Listing struct {
	// Messages are in the order of their topics, one for each.
	Messages []Message
	// Complete tells that the broker fell silent; else a limit was reached.
	Complete bool
	// Refused holds the filters that the broker refused, with its reason.
	Refused []connections.SubscribeResult
}

// Source says how to ask a broker.
type Source struct {
	// Client makes the client of a connection that is nobody else's: it has a client ID of its own
	// and a clean session.
	Client func(receive func(*connections.Message)) connections.Client
	// Silence, Limit (messages) and Bytes end the listing; 0 means the default.
	Silence time.Duration
	Limit   int
	Bytes   int64
	// Progress is told how many have come, a few times a second; it may be nil. It must not
	// block.
	Progress func(n int)
}

// Read asks for the retained messages under filters. It blocks until the broker falls silent, a
// limit is reached or ctx ends. An error means that nothing can be said; a [*connections.Failure]
// says why.
func (s Source) Read(ctx context.Context, filters []string) (*Listing, error) {
	if len(filters) == 0 {
		return nil, errors.New("no filter to ask for")
	}
	c := &collector{
		limit: cmp.Or(s.Limit, DefaultLimit), bytes: cmp.Or(s.Bytes, DefaultBytes),
		byTopic: map[string]int{}, full: make(chan struct{}),
	}
	client := s.Client(c.receive)
	defer client.Close()
	if err := client.Open(ctx, func(connections.State) {}); err != nil {
		return nil, fmt.Errorf("connect to ask for retained messages: %w", err)
	}
	subs := make([]connections.Subscription, 0, len(filters))
	for _, f := range filters {
		subs = append(subs, connections.Subscription{Filter: f})
	}
	results, err := client.Subscribe(ctx, subs)
	if err != nil {
		return nil, fmt.Errorf("ask for retained messages: %w", err)
	}
	l := &Listing{}
	for _, r := range results {
		if r.Refused {
			l.Refused = append(l.Refused, r)
		}
	}
	l.Complete, err = s.await(ctx, client, c)
	l.Messages = c.take()
	return l, err
}

// await returns when the broker has fallen silent, or a limit was reached.
func (s Source) await(ctx context.Context, client connections.Client, c *collector) (complete bool, err error) {
	silence := cmp.Or(s.Silence, DefaultSilence)
	tick := time.NewTicker(silence / 8)
	defer tick.Stop()
	count, since := c.count(), time.Now()
	for {
		select {
		case <-tick.C:
			n := c.count()
			if n != count {
				count, since = n, time.Now()
				if s.Progress != nil {
					s.Progress(n)
				}
			} else if time.Since(since) >= silence {
				if err := fence(ctx, client); err != nil {
					return false, fmt.Errorf("ask whether that was all: %w", err)
				}
				if c.count() == count {
					return true, nil
				}
				since = time.Now()
			}
		case <-c.full:
			return false, nil
		case <-client.Lost():
			return false, fmt.Errorf("the connection ended before the list did: %w", cmp.Or(client.Err(), error(&connections.Failure{Kind: connections.FailureClosed})))
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// fence returns when the broker has answered another question. Brokers answer a client in turn,
// so what stood before the answer has been read by then: a silence that is only this computer's
// slowness does not end a list.
func fence(ctx context.Context, client connections.Client) error {
	_, err := client.Subscribe(ctx, []connections.Subscription{{Filter: "streamscope/" + rand.Text()}})
	return err
}

// collector keeps what comes.
type collector struct {
	limit int
	bytes int64
	full  chan struct{}

	mu      sync.Mutex // guards what follows
	list    []Message
	byTopic map[string]int
	held    int64
	ended   bool
}

// receive keeps a retained message; what is sent just now is none.
func (c *collector) receive(m *connections.Message) {
	if !m.Retained || m.Size == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	kept := Message{Topic: m.Topic, QoS: m.QoS, Payload: bytes.Clone(m.Payload), Size: m.Size}
	if m.Props != nil {
		props := *m.Props
		props.CorrelationData, props.User = slices.Clone(props.CorrelationData), slices.Clone(props.User)
		kept.Props = &props
	}
	c.held += int64(len(kept.Payload) + len(kept.Topic))
	// Filters that overlap bring a message twice.
	if at, twice := c.byTopic[kept.Topic]; twice {
		c.list[at] = kept
	} else {
		c.byTopic[kept.Topic] = len(c.list)
		c.list = append(c.list, kept)
	}
	if len(c.list) >= c.limit || c.held >= c.bytes {
		c.ended = true
		close(c.full)
	}
}

func (c *collector) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.list)
}

func (c *collector) take() []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	slices.SortFunc(c.list, func(a, b Message) int { return cmp.Compare(a.Topic, b.Topic) })
	return c.list
}
