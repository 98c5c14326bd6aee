package window

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheTickSlowsDownWithItsCost(t *testing.T) {
	var k ticker
	if k.interval() != slowTick {
		t.Errorf("a still window ticks every %v", k.interval())
	}
	k.moving.Store(true)
	if k.interval() != fastTick {
		t.Errorf("a moving one every %v", k.interval())
	}
	k.cost.Store(int64(100 * time.Millisecond))
	if want := 400 * time.Millisecond; k.interval() != want {
		t.Errorf("one that costs 100 ms ticks every %v, want %v", k.interval(), want)
	}
}

func TestTextTicksSlowerThanCharts(t *testing.T) {
	var fast, slow int
	k := &ticker{fast: func(time.Time, bool) bool { fast++; return true }, slow: func(time.Time) { slow++ }}
	for range 5 {
		k.tick()
	}
	if fast != 5 || slow != 1 {
		t.Errorf("%d fast ticks, %d slow ones", fast, slow)
	}
	k.lastSlow = k.lastSlow.Add(-slowTick)
	k.tick()
	if slow != 2 || !k.moving.Load() {
		t.Errorf("%d slow ticks", slow)
	}
}

// A screen that stands still gets one tick to catch up with, not all that it missed.
func TestTicksDoNotPileUp(t *testing.T) { synctest.Test(t, ticksDoNotPileUp) }

func ticksDoNotPileUp(t *testing.T) {
	var posted atomic.Int32
	first := make(chan func(), 1)
	k := &ticker{
		fast: func(time.Time, bool) bool { return true }, slow: func(time.Time) {},
		do: func(f func()) {
			if posted.Add(1) == 1 {
				first <- f
			}
		},
	}
	k.moving.Store(true)
	k.Start()
	tick := <-first
	<-time.After(5 * fastTick) // by the bubble's clock
	synctest.Wait()
	if n := posted.Load(); n != 1 {
		t.Errorf("%d ticks wait", n)
	}
	tick()
	<-time.After(fastTick)
	synctest.Wait()
	if n := posted.Load(); n != 2 {
		t.Errorf("%d ticks came in all, after the first was done", n)
	}
	k.Close()           // or the bubble never ends
	(&ticker{}).Close() // one that never started
}
