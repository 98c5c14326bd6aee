package window

import (
	"context"
	"slices"
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
	query topics.Query
	order topics.Order
	// hold leaves siblings where they are although their figures changed.
	hold  bool
	roots []planRoot
	// keys are those of rows whose places will be asked for.
	keys []uint64
	// early wants what is known to be shown before all is.
	early bool
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
	p.early = true
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
		made := flatten(ctx, p, f.earlier(turn))
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

// earlier brings what a flatten knows before it has ended. One is on its way at a time; those that
// come meanwhile are left out.
func (f *flattener) earlier(turn uint64) func(*forest) {
	var busy atomic.Bool
	return func(made *forest) {
		if !busy.CompareAndSwap(false, true) {
			return
		}
		f.do(func() {
			busy.Store(false)
			if turn == f.turn && f.running.Load() {
				f.apply(made)
			}
		})
	}
}

// flatten returns nil when ctx ended first.
func flatten(ctx context.Context, p plan, early func(*forest)) *forest {
	roots := make([]root, 0, len(p.roots))
	for i, r := range p.roots {
		v := topics.View{
			Open: r.view.Open, OpenAll: r.view.all[everything] && len(r.view.set) == 0,
			Query: p.query, Order: p.order, Hold: p.hold,
		}
		if p.early && !p.query.IsZero() {
			v.Progress = func(flat *topics.Flat) { early(part(p, roots, i, flat)) }
		}
		flat, err := r.conn.Index().Flatten(ctx, v)
		if err != nil {
			return nil
		}
		roots = append(roots, root{conn: r.conn, open: r.open, flat: flat})
	}
	if ctx.Err() != nil {
		return nil
	}
	return newForest(roots, p.keys)
}

// part is what is known while connection i is being searched, and those after it are still to be.
func part(p plan, done []root, i int, flat *topics.Flat) *forest {
	roots := append(slices.Clone(done), root{conn: p.roots[i].conn, open: p.roots[i].open, flat: flat})
	for _, r := range p.roots[i+1:] {
		roots = append(roots, root{conn: r.conn, open: r.open, flat: &topics.Flat{Partial: true}})
	}
	return newForest(roots, p.keys)
}
