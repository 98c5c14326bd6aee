package simulation

import (
	"math"
	"time"
)

// buildBakery is line 1: from dough to the pallet.
func (w *World) buildBakery() {
	mixer := w.device("plant/line1/mixer", "Demo Works", "Mixer 110")
	speed := mixer.driven(120, 14, "rpm")
	torque := mixer.track(atLeast(0, wander(mixer.r, 180, 25, 12, 4)))
	mixer.quantity("torque", hz(2), torque, 1, "Nm")
	mixer.choice("recipe", "rye", "wheat", "spelt", "baguette")
	mixer.hours(8123, func() bool { return speed.v > 2 })

	proofer := w.device("plant/line1/proofer", "Demo Works", "Proofer 120")
	proofer.tempered(34, 15, 45, 90, 0.05)
	moist := proofer.setpoint("humidity-setpoint", 78, 40, 95, "%")
	humidity := proofer.track(within(0, 100, lag(proofer.r, 78, moist, 60, 0.2)))
	proofer.stamped("humidity", 2*time.Second, humidity, 1, "%")
	proofer.states("door", 40*time.Second, "closed", "open")

	oven := w.device("plant/line1/oven", "Demo Works", "Oven 130")
	setpoint, temperature := oven.tempered(215, 20, 300, 9, 0.25)
	zone := func(offset float64) *value {
		return oven.track(lag(oven.r, 215+offset, func() float64 { return setpoint() + offset }, 9+math.Abs(offset)/4, 0.4))
	}
	zones := []*value{zone(-12), zone(2), zone(4), zone(-9)}
	oven.json("zones", time.Second, func() object {
		list := make([]fixed, len(zones))
		for i, z := range zones {
			list[i] = fixed{z.v, 1}
		}
		return object{"zones", list, "unit", "°C", "spread", fixed{zones[2].v - zones[0].v, 1}}
	})
	oven.publish("belt-profile", 5*time.Second, func() []byte {
		profile := make([]uint16, 24)
		for i := range profile {
			profile[i] = uint16(max(0, 10*(temperature.v-14*math.Cos(float64(i)/23*2*math.Pi)+oven.r.NormFloat64())))
		}
		return bigEndian16(profile)
	})
	gas := oven.track(atLeast(0, wander(oven.r, 11.4, 0.6, 30, 0.05)))
	oven.quantity("gas", 2*time.Second, gas, 2, "m³/h")

	conveyor := w.device("plant/line1/conveyor", "Demo Works", "Conveyor 140")
	belt := conveyor.driven(24, 3.1, "m/min")
	conveyor.hours(15230, func() bool { return belt.v > 0.5 })

	cooler := w.device("plant/line1/cooler", "Demo Works", "Cooler 150")
	cooler.driven(640, 5.5, "rpm")
	core := cooler.track(wander(cooler.r, 31, 1.5, 120, 0.1))
	cooler.quantity("core-temperature", 2*time.Second, core, 1, "°C")

	slicer := w.device("plant/line1/slicer", "Demo Works", "Slicer 160")
	blade := slicer.driven(300, 6, "rpm")
	slicer.vibrating(blade, 300, 1.8, 10)
	slicer.counter("slices", 2*time.Second, func() float64 { return 40 * blade.v })

	packer := w.device("plant/line1/packer", "Demo Works", "Packer 170")
	state := packer.states("state", 90*time.Second, "running", "waiting for bread", "film change", "fault 17: sealing temperature")
	rate := func() float64 {
		if state() == "running" {
			return 2300
		}
		return 0
	}
	packs := packer.counter("packs", time.Second, rate)
	rejects := packer.track(total(140, func() float64 { return rate() * 0.012 }))
	packer.json("shift", 5*time.Second, func() object {
		good, bad := math.Floor(packs.v), math.Floor(rejects.v)
		return object{"good", fixed{good, 0}, "rejected", fixed{bad, 0}, "quality", fixed{good / (good + bad), 4}, "target", 18000}
	})

	scale := w.device("plant/line1/checkweigher", "Demo Works", "Checkweigher 180")
	weight := scale.track(spiky(scale.r, wander(scale.r, 512, 1.2, 300, 2.4), 20, -60))
	scale.json("weight", hz(2), func() object {
		verdict := "ok"
		if weight.v < 500 {
			verdict = "underweight"
		}
		return object{"value", fixed{weight.v, 1}, "unit", "g", "verdict", verdict}
	})

	w.robot("plant/line1/robot", "palletise", 25*time.Second)
}

// robot is a station with a connection of its own, which is cut now and then.
func (w *World) robot(topic, program string, first time.Duration) {
	robot := w.device(topic, "KUKA", "KR 70")
	robot.mortal(first)
	joints := make([]*value, 6)
	for i := range joints {
		joints[i] = robot.track(cycle(robot.r, -60+20*float64(i), 30+15*float64(i), 6+float64(i), 1, 0.02))
	}
	robot.json("joints", hz(5), func() object {
		o := object{}
		for i, j := range joints {
			o = append(o, "a"+string(rune('1'+i)), fixed{j.v, 2})
		}
		return append(o, "unit", "°")
	})
	robot.fact("program", []byte(program))
	robot.states("state", 70*time.Second, "automatic", "waiting", "manual")
	load := robot.track(cycle(robot.r, 12, 74, 7, 3, 1.5))
	robot.quantity("load", hz(2), load, 1, "%")
}

// buildMetal is line 2: pressed, hardened and turned parts.
func (w *World) buildMetal() {
	press := w.device("plant/line2/press", "Demo Works", "Press 190")
	speed := press.driven(45, 110, "strokes/min")
	turn := 0.0
	stroke := press.track(func(dt float64) float64 {
		turn = math.Mod(turn+speed.v/60*dt, 1)
		return 160*(1-math.Cos(2*math.Pi*turn)) + 0.3*press.r.NormFloat64()
	})
	// The ram meets the sheet at the bottom of its way only.
	force := press.track(atLeast(0, spiky(press.r, func(float64) float64 {
		return 12 + 790*math.Pow(max(0, stroke.v)/320, 14) + 4*press.r.NormFloat64()
	}, 8, 240)))
	press.number("force", hz(20), force, 1)
	press.number("position", hz(10), stroke, 1)
	press.counter("parts", time.Second, func() float64 { return 60 * speed.v })
	oil := press.track(wander(press.r, 46, 2, 300, 0.1))
	press.quantity("oil-temperature", 5*time.Second, oil, 1, "°C")
	press.states("state", 80*time.Second, "running", "tool change", "light curtain", "idle")

	furnace := w.device("plant/line2/furnace", "Demo Works", "Furnace 200")
	_, heat := furnace.tempered(860, 20, 1100, 25, 0.6)
	furnace.stamped("atmosphere", 2*time.Second, furnace.track(wander(furnace.r, 0.82, 0.02, 60, 0.004)), 3, "%C")
	furnace.json("elements", 2*time.Second, func() object {
		load := min(100, max(0, 40+(860-heat.v)/4))
		return object{"top", object{"load", fixed{load, 0}, "unit", "%"}, "bottom", object{"load", fixed{load * 0.9, 0}, "unit", "%"}, "failed", []int{}}
	})

	mill := w.device("plant/line2/mill", "Demo Works", "Mill 210")
	spindle := mill.driven(9000, 18, "rpm")
	mill.vibrating(spindle, 9000, 2.2, 20)
	mill.number("load", hz(10), mill.track(within(0, 100, cycle(mill.r, 15, 68, 11, 1.5, 2.5))), 1)
	mill.states("tool", 25*time.Second, "T04 face mill", "T07 drill 8.5", "T11 ball nose", "T02 tap M10")
	mill.json("axes", hz(5), func() object {
		t := float64(mill.now().UnixMilli()%600000) / 1000
		return object{"x", fixed{300 * math.Sin(t/3), 3}, "y", fixed{220 * math.Cos(t/3), 3}, "z", fixed{-40 + 8*math.Sin(t), 3}, "unit", "mm"}
	})

	lathe := w.device("plant/line2/lathe", "Demo Works", "Lathe 220")
	chuck := lathe.driven(3200, 11, "rpm")
	lathe.vibrating(chuck, 3200, 1.4, 10)
	lathe.counter("parts", 2*time.Second, func() float64 { return chuck.v / 40 })

	washer := w.device("plant/line2/washer", "Demo Works", "Washer 230")
	washer.tempered(62, 10, 85, 45, 0.15)
	washer.quantity("level", 5*time.Second, washer.track(batch(washer.r, 55, 90, 240, 60, 0.2)), 1, "%")
	washer.quantity("conductivity", 5*time.Second, washer.track(wander(washer.r, 1480, 60, 200, 5)), 0, "µS/cm")

	dryer := w.device("plant/line2/dryer", "Demo Works", "Dryer 240")
	dryer.tempered(95, 20, 140, 30, 0.2)

	conveyor := w.device("plant/line2/conveyor", "Demo Works", "Conveyor 250")
	conveyor.driven(18, 2.6, "m/min")

	camera := w.device("plant/line2/camera", "Demo Works", "Camera 260")
	camera.states("verdict", 6*time.Second, "OK", "NOK: burr", "NOK: hole missing")
	camera.publish("histogram", 2*time.Second, func() []byte {
		b := make([]byte, 64)
		for i := range b {
			b[i] = byte(min(255, max(0, 200*math.Exp(-math.Pow(float64(i-30)/9, 2))+12*camera.r.NormFloat64()+14)))
		}
		return b
	})
	camera.number("exposure", 5*time.Second, camera.track(wander(camera.r, 420, 10, 60, 1)), 0)

	w.robot("plant/line2/robot", "load lathe", 70*time.Second)
}

// buildBottling is line 3: juice into bottles.
func (w *World) buildBottling() {
	filler := w.device("plant/line3/filler", "Demo Works", "Filler 270")
	carousel := filler.driven(14, 9, "rpm")
	filler.json("fill", hz(4), func() object {
		return object{"valve", 1 + filler.r.IntN(60), "volume", object{"value", fixed{750 + 1.1*filler.r.NormFloat64(), 1}, "unit", "ml"}}
	})
	filler.quantity("pressure", hz(5), filler.track(spiky(filler.r, wander(filler.r, 2.4, 0.05, 10, 0.01), 10, 0.9)), 3, "bar")
	filler.counter("bottles", time.Second, func() float64 { return 60 * 60 * carousel.v })

	capper := w.device("plant/line3/capper", "Demo Works", "Capper 280")
	torque := capper.track(spiky(capper.r, wander(capper.r, 1.62, 0.03, 40, 0.05), 15, -0.8))
	capper.json("torque", hz(4), func() object {
		return object{"head", 1 + capper.r.IntN(12), "value", fixed{torque.v, 3}, "unit", "Nm", "ok", torque.v > 1.3}
	})
	capper.states("hopper", 50*time.Second, "filled", "low", "refilling")

	labeller := w.device("plant/line3/labeller", "Demo Works", "Labeller 290")
	labeller.choice("label", "apple 0.75", "pear 0.75", "quince 0.75")
	labeller.number("labels-left", 2*time.Second, labeller.track(batch(labeller.r, 0, 4000, 20, 900, 0)), 0)
	labeller.states("state", 60*time.Second, "running", "roll change", "stopped")

	pasteuriser := w.device("plant/line3/pasteuriser", "Demo Works", "Pasteuriser 300")
	pasteuriser.tempered(72, 20, 95, 20, 0.08)
	flow := pasteuriser.track(wander(pasteuriser.r, 8400, 120, 30, 25))
	pasteuriser.stamped("flow", time.Second, flow, 0, "l/h")
	pasteuriser.quantity("units", 5*time.Second, pasteuriser.track(wander(pasteuriser.r, 31, 1.5, 60, 0.2)), 1, "PU")

	conveyor := w.device("plant/line3/conveyor", "Demo Works", "Conveyor 310")
	conveyor.driven(32, 4.2, "m/min")

	inspector := w.device("plant/line3/inspector", "Demo Works", "Inspector 320")
	inspector.states("result", 5*time.Second, "pass", "reject: fill level", "reject: cap", "reject: glass")
	inspector.publish("image-line", 2*time.Second, func() []byte {
		b := make([]byte, 128)
		for i := range b {
			b[i] = byte(128 + 90*math.Sin(float64(i)/9) + 8*inspector.r.NormFloat64())
		}
		return b
	})

	palletiser := w.device("plant/line3/palletiser", "Demo Works", "Palletiser 330")
	palletiser.counter("layers", 5*time.Second, func() float64 { return 180 })
	palletiser.states("state", 100*time.Second, "running", "pallet change", "waiting")

	cip := w.device("plant/line3/cip", "Demo Works", "Cip 340")
	cip.choice("program", "rinse", "caustic", "acid", "hot water")
	cip.states("phase", 30*time.Second, "idle", "pre-rinse", "circulate", "drain")
	cip.quantity("ph", 2*time.Second, cip.track(wander(cip.r, 7.1, 0.4, 60, 0.02)), 2, "pH")
}
