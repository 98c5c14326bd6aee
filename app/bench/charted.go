package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// chart puts one topic onto a chart while its numbers come at a rate, and compares the lag of the
// screen with that of a window that redraws a picture of the plot's size as often.
func (d *desk) chart() ([]row, error) {
	p99 := row{name: d.name + ": lag of the screen, p99", baseline: "a bare window with a picture of the plot's size, at the same frames/s", unit: "ms", bar: 1, plus: 8}
	most := row{name: d.name + ": lag, max", baseline: p99.baseline, unit: "ms"}
	for range d.rounds {
		c, err := d.charted(100_000)
		if err != nil {
			return nil, err
		}
		size := fmt.Sprintf("%.0fx%.0f", c.plot.W, c.plot.H)
		bare, lag, err := d.span(c.hz, lagSpan, "-raster", size)
		if err != nil {
			return nil, err
		}
		p99.ours, p99.theirs = append(p99.ours, c.lag.P99), append(p99.theirs, lag.P99)
		most.ours, most.theirs = append(most.ours, c.lag.Max), append(most.theirs, lag.Max)
		p99.note = fmt.Sprintf("%s, %.1f frames/s, the bare one %.1f; %.0f messages/s, none lost", size, c.hz, float64(bare.frames)/bare.seconds, c.rate)
		say("%s: lag p99 %.1f and %.1f, max %.1f and %.1f ms; %s", d.name, c.lag.P99, lag.P99, c.lag.Max, lag.Max, p99.note)
	}
	return []row{p99, most}, nil
}

type charted struct {
	measured
	plot place
}

func (d *desk) charted(rate float64) (c charted, err error) {
	l := newLoad(1, "number", 1<<40)
	l.rate = rate
	feed, err := newStandIn(version311, l)
	if err != nil {
		return c, err
	}
	defer feed.close()
	w, err := d.ours(feed.addr())
	if err != nil {
		return c, err
	}
	defer w.close()
	if err := w.await("messages", func(f figures) bool { return f.Stream.Received > 1000 }); err != nil {
		return c, err
	}
	if c.plot, err = d.plot(w, l.topics[0]); err != nil {
		return c, err
	}
	pause(2 * settling)
	u, err := w.during(lagSpan)
	if err != nil {
		return c, err
	}
	f, err := w.figures()
	if err != nil {
		return c, err
	}
	c.lag, c.hz, c.rate = f.Stream.Lag, float64(u.frames)/u.seconds, float64(u.messages)/u.seconds
	if len(f.Stream.Taps) == 0 {
		return c, errors.New("no tap feeds the chart")
	}
	for _, t := range f.Stream.Taps {
		if t.Lost > 0 {
			return c, fmt.Errorf("%s has lost %d messages", t.Name, t.Lost)
		}
	}
	return c, nil
}

// place is where something stands in the window.
type place struct {
	Name       string
	X, Y, W, H float64
}

// plot puts a topic onto a chart by the keyboard, and tells where it is drawn.
func (d *desk) plot(w *opened, topic string) (place, error) {
	var scene struct{ Objects, Rows []place }
	find := func(list func() []place, what string, is func(place) bool) (place, error) {
		for range 200 {
			if err := w.get("/debug/ui", &scene); err != nil {
				return place{}, err
			}
			for _, p := range list() {
				if is(p) {
					return p, nil
				}
			}
			pause(settling / 100)
		}
		return place{}, fmt.Errorf("the window shows no %s", what)
	}
	if _, err := d.do("key", "ctrl+shift+e"); err != nil {
		return place{}, err
	}
	row, err := find(func() []place { return scene.Rows }, topic, func(p place) bool { return strings.HasSuffix(p.Name, topic) })
	if err != nil {
		return row, err
	}
	at := []string{strconv.Itoa(int(row.X + row.W/4)), strconv.Itoa(int(row.Y + row.H/2))}
	if _, err := d.do("mousemove", at[0], at[1]); err != nil {
		return row, err
	}
	pause(settling / 4) // a press is seen only after the move
	if _, err := d.do("click", "1"); err != nil {
		return row, err
	}
	pause(settling / 4)
	if _, err := d.do("key", "ctrl+k"); err != nil {
		return row, err
	}
	return find(func() []place { return scene.Objects }, "chart", func(p place) bool { return p.Name == "chart.plot" && p.W > 0 })
}
