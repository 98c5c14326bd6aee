package mqtt

import (
	"context"
	"errors"
	"sync"

	"streamscope/connections"
)

// versioned is a client of one version.
type versioned interface {
	connections.Client
	connections.Streamer
	spoken() bool
}

// automatic is an attempt that finds out which version of MQTT the broker speaks: if it says
// that it does not speak the first one, or ends instead of answering, it is tried again at once
// with the other. Which one is the first, the factory remembers.
type automatic struct {
	f    *Factory
	lost chan struct{}

	mu     sync.Mutex // guards what follows
	client versioned  // the one in charge
	began  bool
	closed bool
}

func newAutomatic(f *Factory) *automatic {
	a := &automatic{f: f, lost: make(chan struct{})}
	a.client = f.make(f.order()[0])
	return a
}

func (f *Factory) make(version string) versioned {
	if version == Version5 {
		return f.new5()
	}
	return f.new3()
}

// Open implements [connections.Client].
func (a *automatic) Open(ctx context.Context, progress func(connections.State)) error {
	a.mu.Lock()
	if a.began || a.closed {
		a.mu.Unlock()
		return errors.New("a client opens only once")
	}
	a.began = true
	client := a.client
	a.mu.Unlock()

	order := a.f.order()
	err := client.Open(ctx, progress)
	version := order[0]
	if err != nil && otherVersion(client, err) {
		client.Close()
		if second := a.replace(order[1]); second != nil {
			client, version = second, order[1]
			// If both fail, the second one tells why: the first only told that it was the wrong one.
			err = client.Open(ctx, progress)
		}
	}
	go func() {
		<-client.Lost()
		close(a.lost)
	}()
	if err == nil {
		a.f.settle(version)
	} else {
		client.Close()
	}
	return err
}

// otherVersion reports whether err may mean that the broker speaks another version.
func otherVersion(client versioned, err error) bool {
	switch connections.KindOf(err) {
	case connections.FailureVersion:
		return true
	case connections.FailureClosed, connections.FailureReset:
		return client.spoken()
	}
	return false
}

// replace puts a client of another version in charge; nil if the attempt has been closed.
func (a *automatic) replace(version string) versioned {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return nil
	}
	a.client = a.f.make(version)
	return a.client
}

func (a *automatic) now() versioned {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.client
}

// Subscribe implements [connections.Client].
func (a *automatic) Subscribe(ctx context.Context, subs []connections.Subscription) ([]connections.SubscribeResult, error) {
	return a.now().Subscribe(ctx, subs)
}

// Unsubscribe implements [connections.Client].
func (a *automatic) Unsubscribe(ctx context.Context, filters []string) error {
	return a.now().Unsubscribe(ctx, filters)
}

// Publish implements [connections.Client].
func (a *automatic) Publish(ctx context.Context, p connections.Publication) connections.Result {
	return a.now().Publish(ctx, p)
}

// Start implements [connections.Streamer].
func (a *automatic) Start(p connections.Publication, done func(connections.Result)) {
	a.now().Start(p, done)
}

// Lost implements [connections.Client].
func (a *automatic) Lost() <-chan struct{} { return a.lost }

// Err implements [connections.Client].
func (a *automatic) Err() error { return a.now().Err() }

// Link implements [connections.Client].
func (a *automatic) Link() connections.Link { return a.now().Link() }

// Close implements [connections.Client].
func (a *automatic) Close() {
	a.mu.Lock()
	client, first, began := a.client, !a.closed, a.began
	a.closed = true
	a.mu.Unlock()
	client.Close()
	if first && !began {
		close(a.lost)
	}
}

// String names the broker, without secrets.
func (a *automatic) String() string { return "client of " + a.f.cfg.String() }

// GoString is String.
func (a *automatic) GoString() string { return a.String() }
