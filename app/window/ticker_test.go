package window

import (
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
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
	k := &ticker{fast: func(time.Time) bool { fast++; return true }, slow: func(time.Time) { slow++ }}
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
func TestTicksDoNotPileUp(t *testing.T) {
	leaks := goleak.IgnoreCurrent()
	var posted atomic.Int32
	first := make(chan func(), 1)
	k := &ticker{
		fast: func(time.Time) bool { return true }, slow: func(time.Time) {},
		do: func(f func()) {
			if posted.Add(1) == 1 {
				first <- f
			}
		},
	}
	k.moving.Store(true)
	k.Start()
	tick := <-first
	time.Sleep(5 * fastTick) // nothing to wait for: nothing may come
	if n := posted.Load(); n != 1 {
		t.Errorf("%d ticks wait", n)
	}
	tick()
	for deadline := time.Now().Add(patience); posted.Load() < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no tick after the first was done")
		}
	}
	k.Close()
	goleak.VerifyNone(t, leaks)
	(&ticker{}).Close() // one that never started
}
