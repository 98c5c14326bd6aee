package simulation

import (
	"encoding/binary"
	"math"
	"time"
)

// hz is the interval of something that is said so often a second.
func hz(f float64) time.Duration { return time.Duration(float64(time.Second) / f) }

// tempered gives a device a temperature that follows its set-point, as well as a controller can.
func (d *device) tempered(start, low, high, tau, noise float64) (setpoint func() float64, temperature *value) {
	setpoint = d.setpoint("setpoint", start, low, high, "°C")
	follow, drift := lag(d.r, start, setpoint, tau, noise), wander(d.r, 0, 3*noise, 25, 0)
	temperature = d.track(spiky(d.r, func(dt float64) float64 { return follow(dt) + drift(dt) }, 4, 15*noise))
	d.number("temperature", time.Second, temperature, 1)
	band := 3 + 6*noise
	d.text("control", func() string {
		switch gap := setpoint() - temperature.v; {
		case gap > band:
			return "rising"
		case gap < -band:
			return "falling"
		}
		return "holding"
	})
	return setpoint, temperature
}

// driven gives a device a motor with a switch and a speed that follows its set-point.
func (d *device) driven(rated, amps float64, unit string) *value {
	on := d.power("power", true)
	setpoint := d.setpoint("setpoint", rated, 0, 1.5*rated, unit)
	target := func() float64 {
		if !on() {
			return 0
		}
		return setpoint()
	}
	turns := lag(d.r, rated, target, 1.8, 0)
	ripple := wander(d.r, 0, 0.004*rated, 20, 0.002*rated)
	speed := d.track(func(dt float64) float64 {
		v := turns(dt)
		return max(0, v+ripple(dt)*min(1, v/(0.05*rated)))
	})
	share := func() float64 { return speed.v / rated }
	current := d.track(spiky(d.r, func(dt float64) float64 {
		return amps * share() * (0.8 + 0.2*share()) * (1 + 0.02*d.r.NormFloat64())
	}, 3, amps))
	winding := d.track(lag(d.r, 58, func() float64 { return 24 + 36*share() }, 240, 0.1))
	bearing := d.track(lag(d.r, 44, func() float64 { return 24 + 21*share() }, 400, 0.1))
	d.quantity("speed", hz(2), speed, 1, unit)
	d.json("motor", time.Second, func() object {
		return object{
			"current", object{"value", fixed{current.v, 2}, "unit", "A"},
			"temperature", object{"winding", fixed{winding.v, 1}, "bearing", fixed{bearing.v, 1}, "unit", "°C"},
			"running", speed.v > 0.02*rated,
		}
	})
	return speed
}

// vibrating measures how much a turning thing shakes, fast, and its spectrum, as binary.
func (d *device) vibrating(speed *value, rated, mms float64, rate float64) {
	shake := d.track(atLeast(0, spiky(d.r, func(dt float64) float64 {
		return mms * (0.1 + 0.9*speed.v/rated) * (1 + 0.12*d.r.NormFloat64())
	}, 6, 4*mms)))
	d.number("vibration", hz(rate), shake, 3)
	d.publish("spectrum", 2*time.Second, func() []byte {
		lines := make([]uint16, 64)
		for i := range lines {
			peak := 900*math.Exp(-math.Pow(float64(i-11)/1.5, 2)) + 350*math.Exp(-math.Pow(float64(i-23)/1.2, 2))
			lines[i] = uint16(max(0, peak*speed.v/rated+20+9*d.r.NormFloat64()))
		}
		return bigEndian16(lines)
	})
}

// bigEndian16 packs numbers as a PLC does.
func bigEndian16(numbers []uint16) []byte {
	b := make([]byte, 0, 2*len(numbers))
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint16(b, n)
	}
	return b
}

// hours counts how long something has been running.
func (d *device) hours(start float64, running func() bool) {
	v := d.track(total(start, func() float64 {
		if running() {
			return 1
		}
		return 0
	}))
	d.number("hours", 20*time.Second, v, 3)
}

// mains gives an energy meter: power at once, three phases, and what has been used.
func (d *device) mains(kW float64) {
	power := d.track(atLeast(0.02*kW, spiky(d.r, wander(d.r, kW, 0.12*kW, 90, 0.006*kW), 5, 0.5*kW)))
	used := d.track(total(12000*kW*d.r.Float64(), power.get))
	d.number("power", hz(5), power, 2)
	d.quantity("energy", 5*time.Second, used, 3, "kWh")
	d.json("phases", time.Second, func() object {
		phases := object{}
		for _, name := range []string{"l1", "l2", "l3"} {
			volts := 230 + 0.8*d.r.NormFloat64()
			phases = append(phases, name, object{
				"voltage", fixed{volts, 1}, "current", fixed{1000 * power.v / 3 / volts / 0.93, 1},
			})
		}
		return object{"frequency", fixed{50 + 0.01*d.r.NormFloat64(), 3}, "cosPhi", fixed{0.93 + 0.004*d.r.NormFloat64(), 3}, "phases", phases}
	})
}
