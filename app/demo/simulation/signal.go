package simulation

import (
	"math"
	"math/rand/v2"
)

// signal gives the next value of something measured, dt seconds after the last.
type signal func(dt float64) float64

// wander drifts around mean: it strays by spread, forgets its way in tau seconds, and the
// sensor adds noise. Formulas are exact for any dt (Ornstein-Uhlenbeck).
func wander(r *rand.Rand, mean, spread, tau, noise float64) signal {
	x := spread * r.NormFloat64()
	return func(dt float64) float64 {
		keep := math.Exp(-dt / tau)
		x = x*keep + spread*math.Sqrt(1-keep*keep)*r.NormFloat64()
		return mean + x + noise*r.NormFloat64()
	}
}

// spiky adds a short spike of about size to s, some times an hour.
func spiky(r *rand.Rand, s signal, perHour, size float64) signal {
	spike := 0.0
	return func(dt float64) float64 {
		spike *= math.Exp(-dt / 0.6)
		if r.Float64() < perHour*dt/3600 {
			spike = size * (0.7 + 0.6*r.Float64())
		}
		return s(dt) + spike
	}
}

// lag follows target as a first-order system with time constant tau, plus noise.
func lag(r *rand.Rand, start float64, target func() float64, tau, noise float64) signal {
	x := start
	return func(dt float64) float64 {
		x += (target() - x) * (1 - math.Exp(-dt/tau))
		return x + noise*r.NormFloat64()
	}
}

// cycle swings between low and high in period seconds; sharp makes the upper half a stroke.
func cycle(r *rand.Rand, low, high, period, sharp, noise float64) signal {
	phase := r.Float64()
	return func(dt float64) float64 {
		phase = math.Mod(phase+dt/period*(1+0.01*r.NormFloat64()), 1)
		stroke := math.Pow((1-math.Cos(2*math.Pi*phase))/2, sharp)
		return low + (high-low)*stroke + noise*r.NormFloat64()
	}
}

// batch fills from low to high in fill seconds and empties in drain seconds, again and again.
func batch(r *rand.Rand, low, high, fill, drain, noise float64) signal {
	x, rising := low+(high-low)*r.Float64(), r.IntN(2) == 0
	return func(dt float64) float64 {
		if rising {
			x += (high - low) * dt / fill
		} else {
			x -= (high - low) * dt / drain
		}
		if x >= high || x <= low {
			rising = x <= low
			x = min(max(x, low), high)
		}
		return x + noise*r.NormFloat64()
	}
}

// total adds up a rate that is given for each hour.
func total(start float64, perHour func() float64) signal {
	x := start
	return func(dt float64) float64 {
		x += perHour() * dt / 3600
		return x
	}
}

// atLeast keeps a signal from going below low.
func atLeast(low float64, s signal) signal {
	return func(dt float64) float64 { return max(low, s(dt)) }
}

// within keeps a signal between low and high.
func within(low, high float64, s signal) signal {
	return func(dt float64) float64 { return min(max(low, s(dt)), high) }
}
