package window

import (
	"context"
	"sync"
)

// background runs what must not hold the screen up, and brings the result back to it. All of
// it has ended when Wait returns.
type background struct {
	do func(func())
	// ctx ends when the program quits: what waits for something else than a session watches it.
	ctx     context.Context
	stop    context.CancelFunc
	running sync.WaitGroup
}

// Go runs work on a goroutine of its own, and what it returns on the UI goroutine; nil is
// nothing.
func (b *background) Go(work func() (then func())) {
	b.running.Go(func() {
		if then := work(); then != nil {
			b.do(then)
		}
	})
}

func newBackground(do func(func())) *background {
	ctx, stop := context.WithCancel(context.Background())
	return &background{do: do, ctx: ctx, stop: stop}
}

// Wait tells all work to end and returns when it has. It must not be called on the UI goroutine of a test
// that runs functions there only when asked.
func (b *background) Wait() {
	b.stop()
	b.running.Wait()
}
