package journey

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The oven of the demo's first line: its temperature follows its set-point within seconds.
const (
	oven         = "plant/line1/oven/temperature"
	ovenSetpoint = "plant/line1/oven/setpoint/set"
)

// builds are the targets that every journey is driven with: what ships, and what watches for
// data races.
var builds = []string{"build", "race"}

// A technician tries the demo, follows a value, changes it, and finds the same place again the
// next morning.
func TestAFirstDayAndTheNextMorning(t *testing.T) {
	for _, target := range builds {
		t.Run(target, func(t *testing.T) {
			binary, s, h := build(t, target), openScreen(t, 1366, 768), newHome(t)

			u := sitDown(t, s, h, binary, "dark", "--demo")
			u.await("a plant that talks", func() bool { v := u.vars(); return v.Topics > 200 && v.Received > 1000 })

			u.keys("ctrl+f")
			u.waitsFor("the focus in the filter", func(s scene) bool { return s.Focus == "filter" })
			u.types("oven/temp")
			u.clicksRow(oven)
			u.reads("title", oven)

			u.clicks("detail.pin")
			u.seesRow("watch:" + oven)
			u.clicks("detail.chart")
			u.sees("chart")

			u.followsTheOven(240)
			u.countsAddUp()
			u.quits()

			u = sitDown(t, s, h, binary, "dark", "--demo")
			u.reads("filter", "oven/temp")
			u.seesRow("watch:" + oven)
			u.seesRow(oven)
			u.reads("title", oven)
			u.sees("chart")
			u.quits()
		})
	}
}

// followsTheOven publishes a set-point and waits until the measured value has come near.
func (u *user) followsTheOven(degrees float64) {
	u.t.Helper()
	u.clicks("publish")
	u.typesInto("composer.topic", ovenSetpoint)
	u.typesInto("composer.payload", fmt.Sprint(degrees))
	u.keys("ctrl+Return")
	u.waitsFor("an outcome", func(s scene) bool {
		o, ok := find(s.Objects, "composer.outcome")
		return ok && o.Text != ""
	})
	u.reads("composer.outcome", ovenSetpoint)
	u.await("an oven that follows", func() bool {
		v, ok := u.reading("watch:" + oven)
		return ok && math.Abs(v-degrees) < 5
	})
	// The drawer takes room from the chart.
	u.clicks("publish")
}

// countsAddUp checks the identity of the counts on running data.
func (u *user) countsAddUp() {
	u.t.Helper()
	v := u.vars()
	if v.Received == 0 || v.Received != v.Kept+v.Evicted+v.Cleared+v.Excluded {
		u.t.Errorf("the counts do not add up: %+v", v)
	}
}

// The demo is for looking round: it may not leave a trace in the user's own files.
func TestTheDemoKeepsToItself(t *testing.T) {
	binary, s, h := build(t, "build"), openScreen(t, 1366, 768), newHome(t)
	u := &user{screen: s, home: h}
	u.program = start(t, binary, h.environment(s.display, "light"), "--demo")
	t.Cleanup(u.keepPicture)
	u.findsTheWindow()
	u.await("a plant that talks", func() bool { return u.vars().Received > 100 })
	u.quits()
	if _, err := os.Stat(filepath.Join(h.dir, ".config", "streamscope")); !os.IsNotExist(err) {
		t.Errorf("the demo made a folder among the user's own: %v", err)
	}
}

// One program at a time works on a folder; a second start shows the window of the first.
func TestASecondStartEndsAtOnce(t *testing.T) {
	binary, s, h := build(t, "build"), openScreen(t, 1366, 768), newHome(t)
	u := sitDown(t, s, h, binary, "light")
	second := exec.Command(binary, "--config", h.config())
	second.Env = h.environment(s.display, "light")
	if out, err := second.CombinedOutput(); err != nil {
		t.Errorf("the second start ended with %v: %s", err, out)
	}
	u.settle()
	u.quits()
}
