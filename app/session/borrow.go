package session

import (
	"context"
	"maps"
	"slices"
	"sync"

	"streamscope/connections"
)

// wanted is what is asked of the broker: the user's subscriptions, and what is borrowed for a
// while beside them.
type wanted struct {
	mu sync.Mutex // guards what follows, and that changes reach the supervisor in order
	// subs are the user's.
	subs     []connections.Subscription
	borrowed map[string]int
}

func (w *wanted) init(subs []connections.Subscription) []connections.Subscription {
	w.subs, w.borrowed = slices.Clone(subs), map[string]int{}
	return w.subs
}

func (w *wanted) set(s *Session, subs []connections.Subscription) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.subs = slices.Clone(subs)
	w.tell(s)
}

// tell hands the whole to the supervisor. The caller holds mu.
func (w *wanted) tell(s *Session) {
	all := slices.Clone(w.subs)
	for _, filter := range slices.Sorted(maps.Keys(w.borrowed)) {
		same := func(sub connections.Subscription) bool { return sub.Filter == filter && !sub.Off }
		if !slices.ContainsFunc(all, same) {
			all = append(all, connections.Subscription{Filter: filter, QoS: 1})
		}
	}
	s.supervisor.SetSubscriptions(all)
}

// Borrow asks for a filter until release is called, beside the user's subscriptions and without
// changing them; one that a subscription covers costs nothing. A raw WebSocket has no
// subscriptions, and nothing happens. [Session.Granted] waits for the answer.
func (s *Session) Borrow(filter string) (release func()) {
	if s.Frames() {
		return func() {}
	}
	w := &s.wanted
	w.mu.Lock()
	defer w.mu.Unlock()
	w.borrowed[filter]++
	w.tell(s)
	return sync.OnceFunc(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.borrowed[filter]--; w.borrowed[filter] <= 0 {
			delete(w.borrowed, filter)
			w.tell(s)
		}
	})
}

// Granted waits until the broker has granted a filter that was asked for, or ctx ends. A refusal
// is a [*connections.Failure].
func (s *Session) Granted(ctx context.Context, filter string) error {
	if s.Frames() {
		return nil
	}
	changed := make(chan struct{}, 1)
	defer s.OnStatus(func(connections.Status) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for {
		st := s.Status()
		for _, f := range st.Filters {
			if f.Filter != filter || st.State != connections.StateOpen {
				continue
			}
			if f.Refused {
				return &connections.Failure{Kind: connections.FailureFilter, Detail: filter}
			}
			return nil
		}
		if st.State == connections.StateClosed || st.State == connections.StateIdle {
			return &connections.Failure{Kind: connections.FailureNotConnected}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
