package window

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// fastTick is the pace of the charts while one moves, slowTick that of all text. New
	// strings keep a texture for a while, so text is changed only a few times a second.
	fastTick = 33 * time.Millisecond
	slowTick = 250 * time.Millisecond
	// drawShare is the part of the time that a tick may cost before the pace drops.
	drawShare = 0.25
)

// ticker is the window's one clock. It posts one function to the UI goroutine at a time, so a
// slow screen is never flooded, and slows down when a tick costs more than its share.
type ticker struct {
	do func(func())
	// fast is told whether slow follows at once.
	fast func(now time.Time, slow bool) (moving bool)
	slow func(now time.Time)

	stop context.CancelFunc
	done sync.WaitGroup
	// moving says whether fast has anything to move.
	moving atomic.Bool
	busy   atomic.Bool
	// cost is a moving average of what one tick takes, in ns.
	cost atomic.Int64
	// lastSlow is used on the UI goroutine only.
	lastSlow time.Time
}

// Start begins to tick; call it once.
func (t *ticker) Start() {
	ctx, stop := context.WithCancel(context.Background())
	t.stop = stop
	t.done.Go(func() { t.run(ctx) })
}

func (t *ticker) run(ctx context.Context) {
	timer := time.NewTimer(slowTick)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
			if t.busy.CompareAndSwap(false, true) {
				t.do(t.tick)
			}
			timer.Reset(t.interval())
		}
	}
}

func (t *ticker) interval() time.Duration {
	d := slowTick
	if t.moving.Load() {
		d = fastTick
	}
	return max(d, time.Duration(float64(t.cost.Load())/drawShare))
}

func (t *ticker) tick() {
	defer t.busy.Store(false)
	now := time.Now()
	slow := now.Sub(t.lastSlow) >= slowTick-fastTick/2
	t.moving.Store(t.fast(now, slow))
	if slow {
		t.lastSlow = now
		t.slow(now)
	}
	took := int64(time.Since(now))
	t.cost.Store((t.cost.Load()*7 + took) / 8)
}

// Close stops ticking and waits for the goroutine. It must not be called from within a tick.
func (t *ticker) Close() {
	if t.stop != nil {
		t.stop()
		t.done.Wait()
	}
}
