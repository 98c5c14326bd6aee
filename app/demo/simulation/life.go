package simulation

import (
	"math/rand/v2"
	"time"
)

// life lets a station die now and then and come back.
type life struct {
	r     *rand.Rand
	alive bool
	left  time.Duration
}

// mortal gives the device a connection of its own that is cut now and then, first after about
// the given time.
func (d *device) mortal(first time.Duration) {
	d.life = &life{r: d.r, alive: true, left: first + time.Duration(d.r.Float64()*float64(first))}
}

// step lets time pass and reports whether the station died or came back.
func (l *life) step(dt time.Duration) bool {
	if l.left -= dt; l.left > 0 {
		return false
	}
	l.alive = !l.alive
	if l.alive {
		l.left = 45*time.Second + time.Duration(l.r.ExpFloat64()*float64(90*time.Second))
	} else {
		l.left = 8*time.Second + time.Duration(l.r.Float64()*float64(12*time.Second))
	}
	return true
}
