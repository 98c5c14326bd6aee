package vitals

import (
	"math"
	"sync"
	"time"
)

const (
	// lagInterval is the time between two samples, on average.
	lagInterval = 50 * time.Millisecond
	// slots of a second each make up the recent past.
	slots = 10
)

// Lag measures how long a queue makes its callers wait: some 20 times a second it hands in an
// empty function and takes the time until that runs. For the window's queue this covers
// layout, upload and drawing, which no timer inside a frame sees.
//
// At most one function waits in the queue at a time. Those that would have been handed in
// meanwhile are counted as the queue, which keeps order, would have served them: together
// with the one that waits. Its methods may be called from any goroutine.
type Lag struct {
	do     func(func())
	stop   chan struct{}
	ticked sync.WaitGroup

	mu      sync.Mutex // guards what follows; never held while do is called
	waiting bool
	due     time.Time // when the one that waits was handed in
	total   histogram
	recent  [slots]histogram
	second  int64 // the second, on the clock's axis, that recent[second%slots] counts
	start   time.Time
}

// NewLag returns what measures the queue behind do, from Start to Close. do must keep order
// and not block; it may run the function at once, later or, at the end of the program, never.
func NewLag(do func(func())) *Lag {
	return &Lag{do: do, stop: make(chan struct{}), start: time.Now()}
}

// Start begins to measure; call it once.
func (l *Lag) Start() { l.ticked.Go(l.tick) }

// Close ends the measuring and waits for it; figures stay readable. Call it once.
func (l *Lag) Close() {
	close(l.stop)
	l.ticked.Wait()
}

// Spreads returns the lag over the last 10 s and since the start. A function that has been
// waiting for longer than the time between two samples counts with the time it has waited
// so far, so that a queue that stands still shows at once.
func (l *Lag) Spreads() (recent, total Spread) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.turn(now)
	var window histogram
	for i := range l.recent {
		window.merge(&l.recent[i])
	}
	whole := l.total
	if l.waiting && now.Sub(l.due) > lagInterval {
		eachDue(l.due, now, func(lag time.Duration) {
			window.add(lag)
			whole.add(lag)
		})
	}
	return window.spread(), whole.spread()
}

// tick hands in samples at changing intervals: what the window does by a clock, four times a second
// say, must not keep meeting or missing them.
func (l *Lag) tick() {
	timer := time.NewTimer(lagInterval)
	defer timer.Stop()
	for share := golden; ; share = math.Mod(share+golden, 1) {
		select {
		case <-l.stop:
			return
		case <-timer.C:
		}
		timer.Reset(time.Duration((0.5 + share) * float64(lagInterval)))
		if l.begin() {
			l.do(l.end)
		}
	}
}

// golden is the golden ratio's fraction: its multiples spread evenly and never repeat.
const golden = math.Phi - 1

// begin reports whether a new sample may be handed in, and takes its time.
func (l *Lag) begin() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting {
		return false
	}
	l.waiting, l.due = true, time.Now()
	return true
}

// end runs in the queue.
func (l *Lag) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.waiting = false
	l.turn(now)
	eachDue(l.due, now, func(lag time.Duration) {
		l.recent[l.second%slots].add(lag)
		l.total.add(lag)
	})
}

// turn empties the slots of the seconds that have passed.
func (l *Lag) turn(now time.Time) {
	second := int64(now.Sub(l.start) / time.Second)
	for s := max(l.second+1, second-slots+1); s <= second; s++ {
		l.recent[s%slots] = histogram{}
	}
	l.second = second
}

// eachDue calls add with the lag of the sample that was handed in at due, and of each that
// would have followed it until now.
func eachDue(due, now time.Time, add func(time.Duration)) {
	for lag := now.Sub(due); ; lag -= lagInterval {
		add(lag)
		if lag <= lagInterval {
			return
		}
	}
}
