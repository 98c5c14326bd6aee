package window

import "sync"

// background runs what must not hold the screen up, and brings the result back to it. All of
// it has ended when Wait returns.
type background struct {
	do      func(func())
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

// Wait returns when all work has ended. It must not be called on the UI goroutine of a test
// that runs functions there only when asked.
func (b *background) Wait() { b.running.Wait() }
