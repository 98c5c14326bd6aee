package window

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"streamscope/app"
	"streamscope/app/topics"
)

// flattener turns the connections' indexes into a [forest] off the UI goroutine, one at a
// time. Its methods are for the UI goroutine; Close may be called from any.
type flattener struct {
	do    func(func())
	apply func(*forest)

	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	// stop ends the flatten that is running; nil when none is.
	stop    context.CancelFunc
	running atomic.Bool
	// turn numbers the flattens; only the last one may bring its forest.
	turn uint64
	// next is the earliest time for a flatten that nobody waits for.
	next time.Time
}

// plan is the input of one flatten, cloned from what the UI goroutine holds.
type plan struct {
	filter string
	roots  []planRoot
}

type planRoot struct {
	conn *app.Connection
	open bool
	view expansion
}

func newFlattener(do func(func()), apply func(*forest)) *flattener {
	ctx, cancel := context.WithCancel(context.Background())
	return &flattener{do: do, apply: apply, ctx: ctx, cancel: cancel}
}

// Now starts a flatten for something the user did, in place of one that is running.
func (f *flattener) Now(p plan) {
	if f.stop != nil {
		f.stop()
	}
	f.start(p)
}

// Soon starts a flatten for topics that came or went, unless one is running or the last was a
// moment ago. It reports whether it started.
func (f *flattener) Soon(p func() plan) bool {
	if f.running.Load() || time.Now().Before(f.next) {
		return false
	}
	f.start(p())
	return true
}

// Idle reports whether nothing is running.
func (f *flattener) Idle() bool { return !f.running.Load() }

func (f *flattener) start(p plan) {
	ctx, stop := context.WithCancel(f.ctx)
	f.stop = stop
	f.running.Store(true)
	f.turn++
	turn := f.turn
	f.work.Go(func() {
		defer stop()
		began := time.Now()
		made := flatten(ctx, p)
		took := time.Since(began)
		f.do(func() {
			if turn != f.turn {
				return
			}
			f.stop = nil
			f.running.Store(false)
			f.next = time.Now().Add(max(200*time.Millisecond, 4*took))
			f.apply(made)
		})
	})
}

// Close stops what is running and waits for it.
func (f *flattener) Close() {
	f.cancel()
	f.work.Wait()
}

// flatten returns nil when ctx ended first.
func flatten(ctx context.Context, p plan) *forest {
	roots := make([]root, 0, len(p.roots))
	for _, r := range p.roots {
		flat, err := r.conn.Index().Flatten(ctx, topics.View{
			Open: r.view.Open, OpenAll: r.view.all[everything] && len(r.view.set) == 0, Filter: p.filter,
		})
		if err != nil {
			return nil
		}
		roots = append(roots, root{conn: r.conn, open: r.open, flat: flat})
	}
	if ctx.Err() != nil {
		return nil
	}
	return newForest(roots)
}
