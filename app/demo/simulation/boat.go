package simulation

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// boat sails in the raw WebSocket stream: it steers the course that it is told.
type boat struct {
	r                   *rand.Rand
	lat, lon            float64
	course, heading     float64 // degrees
	throttle            float64 // percent
	speed, rpm, depth   float64
	wind, gust          signal
	windSpeed, windFrom float64
	battery             float64
	roll, pitch         signal
	rollNow, pitchNow   float64
	bottom              signal
}

func newBoat(r *rand.Rand) *boat {
	return &boat{
		r: r, lat: 54.4321, lon: 10.2105, course: 72, heading: 72, throttle: 55, battery: 12.7,
		wind:   atLeast(0, spiky(r, wander(r, 13, 2, 40, 0.4), 12, 8)),
		gust:   wander(r, 0, 14, 60, 1),
		roll:   cycle(r, -7, 7, 4.2, 1, 0.15),
		pitch:  cycle(r, -2.5, 3, 3.1, 1, 0.1),
		bottom: atLeast(0.8, wander(r, 14, 4, 90, 0.05)),
	}
}

func (b *boat) step(dt float64) {
	turn := math.Mod(b.course-b.heading+540, 360) - 180
	b.heading = math.Mod(b.heading+min(max(turn*0.25, -9), 9)*dt+0.15*b.r.NormFloat64()*math.Sqrt(dt)+360, 360)
	b.rpm += (800 + 22*b.throttle - b.rpm) * (1 - math.Exp(-dt/1.5))
	b.speed += ((b.rpm-800)/270 + 0.2 - b.speed) * (1 - math.Exp(-dt/9))
	metres := b.speed * 0.514444 * dt
	heading := b.heading * math.Pi / 180
	b.lat += metres * math.Cos(heading) / 111320
	b.lon += metres * math.Sin(heading) / (111320 * math.Cos(b.lat*math.Pi/180))
	b.windSpeed, b.windFrom = b.wind(dt), math.Mod(245+b.gust(dt)+720, 360)
	b.rollNow, b.pitchNow, b.depth = b.roll(dt), b.pitch(dt), b.bottom(dt)
	b.battery = 12.7 + (b.rpm-800)/2600 + 0.01*b.r.NormFloat64()
}

func (b *boat) frame(now time.Time) []byte {
	return object{
		"device", "boat",
		"time", now.UTC().Format("2006-01-02T15:04:05.000Z"),
		"position", object{"latitude", fixed{b.lat, 6}, "longitude", fixed{b.lon, 6}},
		"navigation", object{
			"heading", object{"value", fixed{b.heading, 1}, "unit", "°"},
			"course", object{"value", fixed{b.course, 1}, "unit", "°"},
			"speed", object{"value", fixed{b.speed, 2}, "unit", "kn"},
			"depth", object{"value", fixed{b.depth, 1}, "unit", "m"},
		},
		"wind", object{
			"speed", object{"value", fixed{b.windSpeed, 1}, "unit", "kn"},
			"from", object{"value", fixed{b.windFrom, 0}, "unit", "°"},
		},
		"attitude", object{"roll", fixed{b.rollNow, 1}, "pitch", fixed{b.pitchNow, 1}},
		"engine", object{
			"throttle", fixed{b.throttle, 0},
			"rpm", fixed{b.rpm, 0},
			"coolant", object{"value", fixed{68 + b.rpm/200, 1}, "unit", "°C"},
		},
		"battery", object{"value", fixed{b.battery, 2}, "unit", "V"},
	}.encode()
}

// obey takes {"set":{"course":235,"throttle":40}}, all of it or nothing.
func (b *boat) obey(frame []byte) []byte {
	var command struct{ Set map[string]any }
	if err := json.Unmarshal(frame, &command); err != nil {
		return object{"error", "not JSON: " + err.Error()}.encode()
	}
	if len(command.Set) == 0 {
		return object{"error", `nothing to set: {"set":{"course":0..360,"throttle":0..100}}`}.encode()
	}
	course, throttle := b.course, b.throttle
	for name, value := range command.Set {
		v, ok := value.(float64)
		switch {
		case name == "course" && ok && v >= 0 && v <= 360:
			course = v
		case name == "throttle" && ok && v >= 0 && v <= 100:
			throttle = v
		case name == "course" || name == "throttle":
			return object{"error", fmt.Sprintf("%s cannot be %v", name, value)}.encode()
		default:
			return object{"error", fmt.Sprintf("nothing is called %q: course and throttle can be set", name)}.encode()
		}
	}
	b.course, b.throttle = course, throttle
	return object{"set", object{"course", fixed{course, 1}, "throttle", fixed{throttle, 0}}}.encode()
}
