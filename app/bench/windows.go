package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"
)

// windows runs the program with its window, on a screen in memory, beside a bare window of the
// same toolkit.
func windows(o *options) ([]row, error) {
	list := []struct {
		name string
		run  func(*desk) ([]row, error)
	}{
		{"window: start to the first frame and answer", (*desk).start},
		{"window: nothing arrives, every age over a minute", (*desk).idle},
		{"window: 50,000/s over 10,000 topics, all expanded", (*desk).flood},
		{"window: 10,000/s over 10,000 topics, all expanded", (*desk).stream},
		{"window: 1,000,000 topics", (*desk).million},
		{"window: history under 50,000/s", (*desk).history},
		{"window: a chart of one topic, 100,000/s", (*desk).chart},
	}
	var rows []row
	for _, part := range list {
		if o.skips(part.name) {
			continue
		}
		s, err := openScreen()
		if err == nil {
			var got []row
			got, err = part.run(&desk{options: o, screen: s, name: part.name})
			rows = append(rows, got...)
			s.close()
		}
		if err != nil {
			rows = append(rows, row{name: part.name, note: err.Error()})
		}
	}
	return rows, nil
}

// desk is where one of the rows is measured.
type desk struct {
	*options
	*screen
	name string
}

// ours opens the program on an address, and lets its window fill the screen.
func (d *desk) ours(addr string) (*opened, error) {
	w, err := d.open(d.window, "mqtt://"+addr+"/%23")
	if err != nil {
		return nil, err
	}
	if err := d.fill("Streamscope"); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// theirs opens the bare window; what it shows changes so many times a second.
func (d *desk) theirs(hz float64, args ...string) (*opened, error) {
	w, err := d.open(d.bare, append(args, "-hz", strconv.FormatFloat(hz, 'f', -1, 64))...)
	if err != nil {
		return nil, err
	}
	if err := d.fill("Streamscope, bare"); err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// span measures a bare window in which something changes so many times a second.
func (d *desk) span(hz float64, long time.Duration, args ...string) (used, spread, error) {
	w, err := d.theirs(hz, args...)
	if err != nil {
		return used{}, spread{}, err
	}
	defer w.close()
	pause(settling)
	u, err1 := w.during(long)
	f, err2 := w.figures()
	return u, f.Stream.Lag, errors.Join(err1, err2)
}

// settling is how long a window is left alone before it is measured.
const settling = 2 * time.Second

func say(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

// start measures from the start of the process until the window has drawn a frame and answers.
func (d *desk) start() ([]row, error) {
	const bare = "a bare Fyne window"
	clock := row{name: d.name, baseline: bare, unit: "ms", bar: 1.3, note: "wall clock"}
	processor := row{name: d.name, baseline: bare, unit: "ms CPU", note: "processor time of the same"}
	for range max(5, d.rounds) {
		for k, program := range []string{d.window, d.bare} {
			w, err := d.open(program)
			if err != nil {
				return nil, err
			}
			took := float64(time.Since(w.began).Microseconds()) / 1e3
			cpu, err := w.cpu()
			w.close()
			if err != nil {
				return nil, err
			}
			if k == 0 {
				clock.ours, processor.ours = append(clock.ours, took), append(processor.ours, cpu*1e3)
			} else {
				clock.theirs, processor.theirs = append(clock.theirs, took), append(processor.theirs, cpu*1e3)
			}
			say("%s: %s: %.0f ms, %.0f ms CPU", d.name, program, took, cpu*1e3)
		}
	}
	return []row{clock, processor}, nil
}

// idle measures windows in which nothing happens.
func (d *desk) idle() ([]row, error) {
	r := row{name: d.name, baseline: "a bare Fyne window", unit: "ms CPU/s", bar: 1.2}
	frames := uint64(0)
	for range d.rounds {
		u, err := d.quiet()
		if err != nil {
			return nil, err
		}
		bare, _, err := d.span(0, d.span30())
		if err != nil {
			return nil, err
		}
		r.ours, r.theirs = append(r.ours, u.cpu/u.seconds*1e3), append(r.theirs, bare.cpu/bare.seconds*1e3)
		frames += u.frames
		say("%s: %.1f and %.1f ms CPU/s, %d frames", d.name, u.cpu/u.seconds*1e3, bare.cpu/bare.seconds*1e3, u.frames)
	}
	r.note = fmt.Sprintf("frames drawn: %d", frames)
	return []row{r}, nil
}

// span30 is 30 s, or less where the user wants it short.
func (d *desk) span30() time.Duration { return min(30*time.Second, 2*d.long) }

func (d *desk) quiet() (used, error) {
	feed, err := newStandIn(version5, newLoad(1000, "number", 1000))
	if err != nil {
		return used{}, err
	}
	defer feed.close()
	w, err := d.ours(feed.addr())
	if err != nil {
		return used{}, err
	}
	defer w.close()
	if err := w.await("1000 messages", func(f figures) bool { return f.Stream.Received >= 1000 }); err != nil {
		return used{}, err
	}
	if err := d.expand(w); err != nil {
		return used{}, err
	}
	// Ages turn by the minute from now on: what is measured lies between two turns.
	pause(70 * time.Second)
	return w.during(d.span30())
}

// expand opens all branches, and looks whether they are.
func (d *desk) expand(w *opened) error {
	if _, err := d.do("key", "ctrl+shift+e"); err != nil {
		return err
	}
	pause(500 * time.Millisecond)
	if err := w.settle(); err != nil {
		return err
	}
	var scene struct{ Rows []struct{ Text string } }
	if err := w.get("/debug/ui", &scene); err != nil {
		return err
	}
	values := 0
	for _, r := range scene.Rows {
		if r.Text != "" {
			values++
		}
	}
	if values < 15 {
		return fmt.Errorf("the tree shows %d values in %d rows", values, len(scene.Rows))
	}
	return nil
}

// under measures the program while messages come at a rate.
func (d *desk) under(rate float64) (used, error) {
	l := newLoad(10_000, "number", 1<<40)
	l.rate = rate
	feed, err := newStandIn(version311, l)
	if err != nil {
		return used{}, err
	}
	defer feed.close()
	w, err := d.ours(feed.addr())
	if err != nil {
		return used{}, err
	}
	defer w.close()
	if err := w.await("every topic", func(f figures) bool { return f.Stream.Topics >= 10_000 }); err != nil {
		return used{}, err
	}
	if err := d.expand(w); err != nil {
		return used{}, err
	}
	pause(settling)
	u, err := w.during(d.long)
	if err != nil {
		return used{}, err
	}
	f, err := w.figures()
	if n := f.Stream; err == nil && n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded {
		err = errors.New("the counts do not add up")
	}
	return u, err
}

// paho measures a bare client at a rate: CPU seconds a message.
func (d *desk) paho(rate float64, args ...string) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	l := newLoad(10_000, "number", uint64(rate*d.long.Seconds()))
	l.rate = rate
	c := contender{"paho", func(addr, count string) []string {
		return append([]string{self, "client", "-addr", addr, "-count", count}, args...)
	}}
	seconds, _, err := d.once(l, func(l *load) (feed, error) { return newStandIn(version311, l) }, c)
	return seconds / float64(l.messages), err
}

// flood compares with paho as other programs use it, which shows nothing.
func (d *desk) flood() ([]row, error) {
	r := row{name: d.name, baseline: "paho as it comes, without a window", unit: "µs", bar: 1}
	for range d.rounds {
		u, err := d.under(50_000)
		if err != nil {
			return nil, err
		}
		bare, err := d.paho(50_000)
		if err != nil {
			return nil, err
		}
		r.ours, r.theirs = append(r.ours, u.cpu/float64(u.messages)*1e6), append(r.theirs, bare*1e6)
		r.note = u.pace()
		say("%s: %.2f and %.2f µs a message, %s", d.name, u.cpu/float64(u.messages)*1e6, bare*1e6, r.note)
	}
	return []row{r}, nil
}

// stream compares with the sum of what must be done: receive, and draw.
func (d *desk) stream() ([]row, error) {
	const rate, allowance = 10_000, 1.2
	r := row{
		name: d.name, baseline: "paho with a 64 KiB read buffer + 1.2 × a bare window with 40 rows × 3 texts at the same frames/s",
		unit: "ms CPU/s", bar: 1,
	}
	for range d.rounds {
		u, err := d.under(rate)
		if err != nil {
			return nil, err
		}
		hz := float64(u.frames) / u.seconds
		client, err := d.paho(rate, "-buffer", "65536")
		if err != nil {
			return nil, err
		}
		bare, _, err := d.span(hz, d.long)
		if err != nil {
			return nil, err
		}
		draw := bare.cpu / bare.seconds
		r.ours = append(r.ours, u.cpu/u.seconds*1e3)
		r.theirs = append(r.theirs, (client*rate+allowance*draw)*1e3)
		r.note = fmt.Sprintf("%s; receiving %.0f, drawing %.0f ms CPU/s", u.pace(), client*rate*1e3, draw*1e3)
		say("%s: %.0f ms CPU/s; %s", d.name, u.cpu/u.seconds*1e3, r.note)
	}
	return []row{r}, nil
}

// million fills the index, and then scrolls through what changes.
func (d *desk) million() ([]row, error) {
	const topics, rate, seen = 1_000_000, 50_000, 2_000
	memory := row{name: d.name + ": resident", baseline: "a bare Fyne window + 1.7 × live heap", unit: "MB", bar: 1}
	p99 := row{name: d.name + ", expanded, scrolled, 50,000/s to 2,000 in view: lag of the screen, p99", baseline: "a bare window at the same frames/s", unit: "ms", bar: 1, plus: 16}
	most := row{name: d.name + ", the same: lag, max", baseline: p99.baseline, unit: "ms", bar: 1, plus: 100}
	for range d.rounds {
		m, err := d.fillAndScroll(topics, rate, seen)
		if err != nil {
			return nil, err
		}
		bare, lag, err := d.span(m.hz, lagSpan)
		if err != nil {
			return nil, err
		}
		empty, err := d.empty()
		if err != nil {
			return nil, err
		}
		memory.ours = append(memory.ours, m.resident/(1<<20))
		memory.theirs = append(memory.theirs, (empty+1.7*m.live)/(1<<20))
		memory.note = fmt.Sprintf("bare %.0f MB, live heap %.0f MB", empty/(1<<20), m.live/(1<<20))
		p99.ours, p99.theirs = append(p99.ours, m.lag.P99), append(p99.theirs, lag.P99)
		most.ours, most.theirs = append(most.ours, m.lag.Max), append(most.theirs, lag.Max)
		p99.note = fmt.Sprintf("%.1f frames/s, the bare one %.1f; %.0f messages/s", m.hz, float64(bare.frames)/bare.seconds, m.rate)
		say("%s: %.0f MB, %s; lag p99 %.1f and %.1f, max %.1f and %.1f ms; %s", d.name, m.resident/(1<<20), memory.note,
			m.lag.P99, lag.P99, m.lag.Max, lag.Max, p99.note)
	}
	return []row{memory, p99, most}, nil
}

// lagSpan is the span that ui_lag_ms looks back on, and a bit.
const lagSpan = 12 * time.Second

type measured struct {
	resident, live float64
	lag            spread
	hz, rate       float64
}

func (d *desk) fillAndScroll(topics int, rate float64, seen uint64) (m measured, err error) {
	l := newLoad(topics, "number", 1<<40)
	l.rate, l.burst, l.hot, l.goOn = rate, uint64(topics), seen, make(chan struct{})
	feed, err := newStandIn(version311, l)
	if err != nil {
		return m, err
	}
	defer feed.close()
	goOn := sync.OnceFunc(func() { close(l.goOn) })
	defer goOn() // or the feed would wait for it
	w, err := d.ours(feed.addr())
	if err != nil {
		return m, err
	}
	defer w.close()
	if err := w.await("every topic", func(f figures) bool { return f.Stream.Topics >= topics }); err != nil {
		return m, err
	}
	if err := errors.Join(d.expand(w), w.settle()); err != nil {
		return m, err
	}
	pause(3 * settling)
	if m.resident, err = w.resident(); err != nil {
		return m, err
	}
	if err := w.get("/debug/pprof/heap?gc=1", nil); err != nil {
		return m, err
	}
	f, err := w.figures()
	if err != nil {
		return m, err
	}
	m.live = float64(f.MemStats.HeapAlloc)

	goOn()
	stop, scrolled := make(chan struct{}), make(chan error, 1)
	go func() { scrolled <- d.scroll(stop) }()
	pause(settling)
	u, err := w.during(lagSpan)
	close(stop)
	if err := errors.Join(err, <-scrolled); err != nil {
		return m, err
	}
	f, err = w.figures()
	m.lag, m.hz, m.rate = f.Stream.Lag, float64(u.frames)/u.seconds, float64(u.messages)/u.seconds
	return m, err
}

// empty is what a bare window holds.
func (d *desk) empty() (float64, error) {
	w, err := d.theirs(0)
	if err != nil {
		return 0, err
	}
	defer w.close()
	pause(settling)
	return w.resident()
}

// history watches the budget, for as long as the user wants; once is enough.
func (d *desk) history() ([]row, error) {
	const budget = 256 << 20
	r := row{
		name: d.name + " for " + d.past.String() + ", 256 MB", baseline: "the budget", unit: "MB", bar: 1.15,
		theirs: []float64{budget >> 20},
	}
	l := newLoad(10_000, "json", 1<<40)
	l.rate = 50_000
	feed, err := newStandIn(version311, l)
	if err != nil {
		return nil, err
	}
	defer feed.close()
	w, err := d.ours(feed.addr())
	if err != nil {
		return nil, err
	}
	defer w.close()
	var most, early, late float64
	var last figures
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for start := time.Now(); time.Since(start) < d.past; <-tick.C {
		f, err1 := w.figures()
		held, err2 := w.resident()
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		most, last = max(most, float64(f.Stream.HistoryBytes)), f
		if time.Since(start) < d.past*2/5 {
			early = max(early, held)
		} else {
			late = max(late, held)
		}
	}
	n := last.Stream
	if n.Received != n.Kept+n.Evicted+n.Cleared+n.Excluded {
		return nil, errors.New("the counts do not add up")
	}
	r.ours = []float64{most / (1 << 20)}
	r.note = fmt.Sprintf("%d messages, %d evicted; resident at most %.0f MB in the first 2/5, %.0f MB after",
		n.Received, n.Evicted, early/(1<<20), late/(1<<20))
	return []row{r}, nil
}

// built reports whether a program is there.
func built(path string) error {
	if _, err := exec.LookPath(path); err != nil {
		return fmt.Errorf("%w (make bench builds it)", err)
	}
	return nil
}
