package simulation

import (
	"fmt"
	"math"
	"time"
)

// buildUtilities is what keeps the lines going.
func (w *World) buildUtilities() {
	boiler := w.device("plant/utilities/boiler", "Demo Works", "Boiler 110")
	setpoint := boiler.setpoint("setpoint", 8, 3, 10, "bar")
	pressure := boiler.track(spiky(boiler.r, lag(boiler.r, 8, setpoint, 25, 0.015), 5, 0.8))
	boiler.quantity("pressure", hz(2), pressure, 2, "bar")
	boiler.json("water", 2*time.Second, func() object {
		// Saturated steam: good to a degree between 3 and 10 bar.
		steam := 100 * math.Pow(pressure.v+1, 0.25)
		return object{"level", fixed{62 + 3*math.Sin(pressure.v*9), 1}, "feed", object{"temperature", fixed{103 + 0.3*boiler.r.NormFloat64(), 1}, "unit", "°C"}, "steam", object{"temperature", fixed{steam, 1}, "unit", "°C"}}
	})
	boiler.quantity("flame", time.Second, boiler.track(within(0, 100, wander(boiler.r, 64, 12, 40, 1))), 0, "%")
	boiler.states("burner", 45*time.Second, "modulating", "low fire", "purge")

	for i, name := range []string{"compressor1", "compressor2"} {
		c := w.device("plant/utilities/"+name, "Demo Works", "Compressor 120")
		on := c.power("power", true)
		setpoint := c.setpoint("setpoint", 7.2-0.3*float64(i), 5, 10, "bar")
		bar := c.track(lag(c.r, setpoint(), func() float64 {
			if on() {
				return setpoint()
			}
			return 0
		}, 12, 0.02))
		c.quantity("pressure", hz(2), bar, 2, "bar")
		c.quantity("oil-temperature", 5*time.Second, c.track(lag(c.r, 74, func() float64 { return 22 + 7.2*bar.v }, 120, 0.1)), 1, "°C")
		c.hours(22000+3100*float64(i), on)
	}

	chiller := w.device("plant/utilities/chiller", "Demo Works", "Chiller 130")
	supply, _ := chiller.tempered(6, 2, 15, 60, 0.05)
	chiller.json("circuit", 2*time.Second, func() object {
		return object{"supply", fixed{supply() + 0.1*chiller.r.NormFloat64(), 1}, "return", fixed{supply() + 5.2 + 0.2*chiller.r.NormFloat64(), 1}, "delta", object{"value", 5.2, "unit", "K"}}
	})

	tower := w.device("plant/utilities/cooling-tower", "Demo Works", "Cooling-tower 140")
	tower.driven(480, 7, "rpm")
	tower.quantity("basin", 5*time.Second, tower.track(wander(tower.r, 24, 1.2, 300, 0.05)), 1, "°C")

	water := w.device("plant/utilities/water", "Demo Works", "Water 150")
	flow := water.track(atLeast(0, spiky(water.r, wander(water.r, 14, 2, 45, 0.15), 6, 9)))
	water.number("flow", hz(2), flow, 2)
	water.quantity("total", 5*time.Second, water.track(total(48211, flow.get)), 3, "m³")
	water.quantity("pressure", time.Second, water.track(wander(water.r, 4.6, 0.1, 20, 0.02)), 2, "bar")

	ups := w.device("plant/utilities/ups", "Demo Works", "Ups 160")
	ups.json("battery", 10*time.Second, func() object {
		return object{"charge", fixed{99.4 + 0.2*ups.r.NormFloat64(), 1}, "runtime", object{"value", 38, "unit", "min"}, "healthy", true}
	})
	ups.states("mode", 5*time.Minute, "online", "eco")

	weather := w.device("plant/weather", "Demo Works", "Weather 170")
	air := weather.track(wander(weather.r, 11.5, 1.5, 1200, 0.05))
	wind := weather.track(atLeast(0, spiky(weather.r, wander(weather.r, 4.2, 1.4, 30, 0.3), 12, 6)))
	weather.json("station", 2*time.Second, func() object {
		return object{
			"time", weather.now().Unix(),
			"air", object{"temperature", fixed{air.v, 1}, "humidity", fixed{71 - 2*(air.v-11.5), 0}, "pressure", fixed{1013.2 + 0.1*weather.r.NormFloat64(), 1}},
			"wind", object{"speed", fixed{wind.v, 1}, "direction", (220 + int(20*weather.r.NormFloat64()) + 360) % 360},
			"rain", false,
		}
	})
}

// buildTanksAndMeters is what is measured for the accountant.
func (w *World) buildTanksAndMeters() {
	for i, holds := range []string{"apple juice", "pear juice", "caustic", "diesel"} {
		tank := w.device(fmt.Sprintf("plant/tankfarm/tank%d", i+1), "Vega", "VEGAPULS 6X")
		tank.fact("contents", []byte(holds))
		valve := tank.power("valve", i < 2)
		move := batch(tank.r, 8, 94, 500+90*float64(i), 700, 0)
		level := 40 + 15*float64(i)
		fill := tank.track(func(dt float64) float64 {
			if valve() {
				level = move(dt)
			}
			return level + 0.03*tank.r.NormFloat64()
		})
		tank.json("level", time.Second, func() object {
			return object{"value", fixed{fill.v, 2}, "unit", "%", "volume", object{"value", fixed{fill.v * 0.5, 2}, "unit", "m³"}}
		})
		tank.number("temperature", 5*time.Second, tank.track(wander(tank.r, 17+float64(i), 0.5, 600, 0.02)), 2)
		tank.text("alarm", func() string {
			switch {
			case fill.v > 92:
				return "high"
			case fill.v < 10:
				return "low"
			}
			return "none"
		})
	}

	for _, m := range []struct {
		name string
		kW   float64
	}{{"main", 412}, {"line1", 96}, {"line2", 148}, {"line3", 71}, {"utilities", 84}} {
		w.device("plant/energy/"+m.name, "Demo Works", "Meter 180").mains(m.kW)
	}
}

// buildColdStore is three rooms; the second reports over a connection of its own.
func (w *World) buildColdStore() {
	for i, start := range []float64{4, -18, -24} {
		room := w.device(fmt.Sprintf("plant/coldstore/room%d", i+1), "Danfoss", "AK-CC 750")
		if i == 1 {
			room.mortal(45 * time.Second)
		}
		setpoint := room.setpoint("setpoint", start, -30, 12, "°C")
		door := room.states("door", 50*time.Second, "closed", "open")
		air := room.track(lag(room.r, start, func() float64 {
			if door() == "open" {
				return setpoint() + 9
			}
			return setpoint()
		}, 40, 0.06))
		room.number("temperature", time.Second, air, 2)
		room.stamped("humidity", 5*time.Second, room.track(wander(room.r, 84, 2, 120, 0.3)), 1, "%")
		state := "idle"
		room.text("compressor", func() string {
			switch gap := air.v - setpoint(); {
			case gap > 0.15:
				state = "cooling"
			case gap < -0.15:
				state = "idle"
			}
			return state
		})
		defrost := room.track(batch(room.r, 0, 100, 3600, 40, 0))
		room.quantity("frost", 10*time.Second, defrost, 1, "%")
	}
}

// buildBarn is the farm next door, which shares the broker.
func (w *World) buildBarn() {
	climate := w.device("barn/climate", "Demo Works", "Climate 190")
	climate.tempered(16, 5, 28, 120, 0.08)
	climate.quantity("co2", 5*time.Second, climate.track(wander(climate.r, 1150, 140, 300, 12)), 0, "ppm")
	climate.quantity("ammonia", 5*time.Second, climate.track(atLeast(0, wander(climate.r, 7, 1.5, 300, 0.2))), 1, "ppm")
	fan := w.device("barn/fan", "Demo Works", "Fan 200")
	fan.driven(720, 2.4, "rpm")

	feeder := w.device("barn/feeder", "Demo Works", "Feeder 210")
	feeder.power("auger", false)
	feeder.quantity("silo", 10*time.Second, feeder.track(batch(feeder.r, 5, 98, 60, 5400, 0.05)), 1, "%")
	feeder.states("state", 60*time.Second, "waiting", "mixing", "feeding", "charging")

	milking := w.device("barn/milking-robot", "Demo Works", "Milking-robot 220")
	milking.mortal(110 * time.Second)
	yield := milking.track(batch(milking.r, 0, 14, 380, 4, 0.01))
	cow := milking.states("cow", 40*time.Second, "none", "DE 09 123 45 671", "DE 09 123 45 684", "DE 09 123 45 702")
	milking.json("milk", time.Second, func() object {
		return object{"cow", cow(), "yield", object{"value", fixed{yield.v, 2}, "unit", "kg"}, "conductivity", fixed{4.8 + 0.1*milking.r.NormFloat64(), 2}, "temperature", fixed{38.4 + 0.05*milking.r.NormFloat64(), 1}}
	})

	cooling := w.device("barn/milk-tank", "Demo Works", "Milk-tank 230")
	cooling.tempered(4, 1, 10, 90, 0.03)
	cooling.quantity("volume", 10*time.Second, cooling.track(batch(cooling.r, 200, 5200, 7200, 600, 0.5)), 0, "l")
}
