package app

import (
	"context"
	"sync"
	"time"

	"streamscope/app/payload/sparkplug"
	"streamscope/app/session"
	"streamscope/connections"
)

const (
	birthBytes  = 64 << 20
	birthLinger = 20 * time.Millisecond
)

// births follows the births and the sequence of Sparkplug's nodes on one connection, from a tap
// that costs nothing where nobody speaks Sparkplug. It ends with the session.
type births struct {
	book *sparkplug.Book
	done sync.WaitGroup
}

// follow begins to listen; a session without room for the tap leaves every alias unnamed.
func (b *births) follow(s *session.Session) error {
	tap, err := s.Tap(session.TapOptions{Name: "sparkplug", Filter: sparkplug.Filter, Bytes: birthBytes, Linger: birthLinger})
	if err != nil {
		return err
	}
	// What was missed while the connection was away is no gap of the node's.
	s.OnStatus(func(st connections.Status) {
		if st.State != connections.StateOpen {
			b.book.Interrupted()
		}
	})
	b.done.Go(func() {
		defer tap.Close()
		lost := uint64(0)
		for {
			batch, err := tap.Next(context.Background())
			if err != nil {
				return
			}
			if n := tap.Lost(); n != lost {
				lost = n
				b.book.Interrupted()
			}
			for i := range batch {
				r := &batch[i]
				b.book.Note(r.Topic, r.Seq, r.Retained, r.Payload)
			}
		}
	})
	return nil
}

// Sparkplug tells where the edge node of a topic stands; ok is false for topics of other
// namespaces.
func (c *Connection) Sparkplug(topic string) (t sparkplug.Topic, s sparkplug.State, ok bool) {
	if t, ok = sparkplug.ParseTopic(topic); ok {
		s = c.births.book.State(t)
	}
	return t, s, ok
}

// AskForRebirth asks the edge node of a topic to send its birth again, which names its metrics.
func (c *Connection) AskForRebirth(ctx context.Context, t sparkplug.Topic) connections.Result {
	return c.Publish(ctx, connections.Publication{
		Topic: t.CommandTopic(), Payload: sparkplug.Rebirth(uint64(time.Now().UnixMilli())),
	}, session.OriginRebirth)
}
