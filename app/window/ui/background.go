package ui

import (
	"context"
	"sync"
)

// Background runs what must not hold the screen up, and brings the result back to it. All of
// it has ended when Wait returns.
type Background struct {
	do func(func())
	// Context ends when the program quits: what waits for something else than a session watches it.
	Context context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Go runs work on a goroutine of its own, and what it returns on the UI goroutine; nil is
// nothing.
func (b *Background) Go(work func() (then func())) {
	b.running.Go(func() {
		if then := work(); then != nil {
			b.do(then)
		}
	})
}

// Do runs f on the UI goroutine: for work that tells how far it is. One call of a kind should be
// on its way at a time.
func (b *Background) Do(f func()) { b.do(f) }

// NewBackground makes one that brings results to the UI goroutine by do.
func NewBackground(do func(func())) *Background {
	ctx, stop := context.WithCancel(context.Background())
	return &Background{do: do, Context: ctx, stop: stop}
}

// Wait tells all work to end and returns when it has. It must not be called on the UI goroutine of a test
// that runs functions there only when asked.
func (b *Background) Wait() {
	b.stop()
	b.running.Wait()
}
