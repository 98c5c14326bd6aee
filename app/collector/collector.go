// Package collector says how much garbage the Go heap may hold beside what is in use. It is the
// one place that does.
//
// Histories lie beside the heap, so what is in use is small as a rule, and Go's own rule, as much
// garbage again, would collect hundreds of times a second under load. With a million topics it is
// large, and the same rule would double it. So there is a floor, and above it a smaller share.
// The floor is higher while collections follow each other closely: then there is load, and what
// is in use is marked once more each time. When it ends the memory goes back.
package collector

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// floor is how much garbage there may be at least, in bytes; busyFloor while the last
	// collection was less than closely ago.
	floor     = 64 << 20
	busyFloor = 128 << 20
	closely   = 2 * time.Second
	// share is how much there may be of what is in use, in per cent.
	share = 60
)

// Tune makes the rule hold from now on, for the whole process. If the environment says GOGC,
// that stands instead. Call it once.
func Tune() {
	if os.Getenv("GOGC") == "" {
		(&rule{}).follow()
	}
}

type rule struct {
	percent int
	last    time.Time // of the last collection
}

// follow sets the rule by what is in use now, and again after each collection.
func (r *rule) follow() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	// Setting it stops the program for a moment, so small differences do not matter.
	if p := r.next(time.Now(), live[0].Value.Uint64()); p*10 < r.percent*9 || p*9 > r.percent*10 {
		r.percent = p
		debug.SetGCPercent(p)
	}
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) { r.follow() })
}

// next is the rule after a collection that left so much in use.
func (r *rule) next(now time.Time, live uint64) int {
	least := uint64(floor)
	if now.Sub(r.last) < closely {
		least = busyFloor
	}
	r.last = now
	return percent(live, least)
}

// sentinel is garbage from the beginning: its end tells of a collection.
type sentinel struct{ _ [32]byte }

// percent is the rule for a number of bytes in use.
func percent(live, floor uint64) int {
	return int(max(share, floor*100/max(live, 1<<20)))
}
