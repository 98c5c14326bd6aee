package controls

import "time"

// pacer lets values through no faster than its pace, and always the last one. It belongs to the
// UI goroutine.
type pacer struct {
	every time.Duration
	do    func(func())
	send  func(float64)

	last    time.Time
	waiting *time.Timer
	value   float64
	stopped bool
}

func newPacer(every time.Duration, do func(func()), send func(float64)) *pacer {
	return &pacer{every: every, do: do, send: send}
}

// Set sends a value now, or when it is time to, unless another comes before.
func (p *pacer) Set(v float64) {
	if p.stopped {
		return
	}
	if p.waiting != nil {
		p.value = v
		return
	}
	if !p.last.IsZero() && v == p.value {
		return
	}
	p.value = v
	if left := p.every - time.Since(p.last); !p.last.IsZero() && left > 0 {
		p.waiting = time.AfterFunc(left, func() { p.do(p.due) })
		return
	}
	p.pass()
}

// due sends what came last while it waited.
func (p *pacer) due() {
	p.waiting = nil
	if !p.stopped {
		p.pass()
	}
}

func (p *pacer) pass() {
	p.last = time.Now()
	p.send(p.value)
}

// Busy tells whether a value waits to be sent.
func (p *pacer) Busy() bool { return p.waiting != nil }

// Stop lets nothing through any more.
func (p *pacer) Stop() {
	p.stopped = true
	if p.waiting != nil {
		p.waiting.Stop()
		p.waiting = nil
	}
}
