package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"streamscope/app"
	"streamscope/app/session"
	"streamscope/connections"
	"streamscope/connections/profile"
)

const (
	// watchTapBytes is how far the printing may fall behind, for each connection.
	watchTapBytes = 64 << 20
	// watchLinger gathers messages, so that a fast stream wakes the printing rarely.
	watchLinger = 10 * time.Millisecond
)

// WatchOptions say what to watch.
type WatchOptions struct {
	Target
	// Others are more saved connections to watch at the same time, by their names.
	Others []string
	// Topics are filters to subscribe to; with a profile, instead of its own. A raw WebSocket
	// has no subscriptions: of what its mapping makes, only what matches is printed.
	Topics []string
	// QoS is that of Topics and of the filter in a URL; a profile's own filters have theirs.
	QoS int
	// Exclude are filters whose messages are counted and left out.
	Exclude []string
	// Count and Seconds end it; 0 means never.
	Count   uint64
	Seconds float64
	Format  Format
}

// Watch prints what arrives until ctx is cancelled, which is a success, or the options say that
// it is enough. It returns the exit code.
func Watch(ctx context.Context, o WatchOptions, stdout, stderr io.Writer) int {
	start := time.Now()
	w := &watch{o: o, out: newPrinter(o.Format, len(o.Others) > 0, stdout), stdout: stdout, stderr: stderr}
	err := o.check()
	var found []*reached
	if err == nil {
		found, err = o.findAll(ctx, o.Others, stderr)
	}
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: watch:", err)
		return ExitUsage
	}
	defer found[0].close()
	if err := w.prepare(found); err != nil {
		fmt.Fprintln(stderr, "streamscope: watch:", err)
		return ExitUsage
	}
	return w.run(ctx, start)
}

// check finds what makes no sense, whatever the target is.
func (o WatchOptions) check() error {
	if err := o.Format.check(); err != nil {
		return err
	}
	if o.Seconds < 0 || o.Seconds != o.Seconds {
		return errors.New("--seconds takes a number above 0")
	}
	if o.QoS < 0 || o.QoS > 2 {
		return fmt.Errorf("there is no QoS %d; it is 0, 1 or 2", o.QoS)
	}
	for _, f := range append(append([]string(nil), o.Topics...), o.Exclude...) {
		if err := connections.ValidFilter(f); err != nil {
			return fmt.Errorf("filter %q: %w", f, err)
		}
	}
	if o.URL != "" && len(o.Others) > 0 {
		return errors.New("give a URL or --profile, not both")
	}
	return nil
}

// watch is one run of the verb.
type watch struct {
	o      WatchOptions
	stdout io.Writer
	all    []*watched
	fail   context.CancelFunc

	printing sync.Mutex // guards what follows, and stdout
	out      printer
	printed  uint64

	// mu guards what follows, and stderr once a connection lives.
	mu      sync.Mutex
	stderr  io.Writer
	refused bool
	failure error
}

// watched is one of the connections.
type watched struct {
	*app.Connection
	tap *session.Tap
	// filters say what is printed, where the server cannot be asked for less; empty for all.
	filters []string
	// label stands before what is said on stderr; empty for the only connection.
	label string
	// opened says that it was open before; watch.mu guards it.
	opened bool
}

// prepare makes a connection of each target, without connecting.
func (w *watch) prepare(found []*reached) error {
	profiles := make([]profile.Valid, len(found))
	for i, r := range found {
		if err := r.complete(); err != nil {
			return err
		}
		var err error
		if profiles[i], err = w.wanted(r.profile.Profile()); err != nil {
			return err
		}
	}
	for i, r := range found {
		s := &watched{Connection: r.Prepare(profiles[i], r.secrets, w.o.Exclude)}
		if len(found) > 1 {
			s.label = s.Name() + ": "
		}
		if s.Profile().Protocol == profile.WebSocket {
			s.filters = w.o.Topics
		}
		var err error
		if s.tap, err = s.Tap(session.TapOptions{Name: "watch", All: true, Bytes: watchTapBytes, Linger: watchLinger}); err != nil {
			return err
		}
		s.OnStatus(func(st connections.Status) { w.onStatus(s, st) })
		w.all = append(w.all, s)
	}
	return nil
}

// wanted is a profile as it is watched.
func (w *watch) wanted(p profile.Profile) (profile.Valid, error) {
	p = visiting(p)
	if p.Protocol == profile.MQTT {
		if w.o.URL == "" && len(w.o.Topics) > 0 {
			p.Subscriptions = nil
		}
		for _, f := range w.o.Topics {
			p.Subscriptions = append(p.Subscriptions, connections.Subscription{Filter: f})
		}
		for i := range p.Subscriptions {
			if w.o.URL != "" || len(w.o.Topics) > 0 {
				p.Subscriptions[i].QoS = byte(w.o.QoS)
			}
		}
		if !asksForAny(p.Subscriptions) {
			return profile.Valid{}, errors.New("nothing to subscribe to; add a path to the URL or --topic FILTER")
		}
	}
	for _, caution := range p.Cautions() {
		fmt.Fprintln(w.stderr, "streamscope: warning:", caution)
	}
	return validated(p, p.Name)
}

func asksForAny(subs []connections.Subscription) bool {
	for _, s := range subs {
		if !s.Off {
			return true
		}
	}
	return false
}

func (w *watch) run(ctx context.Context, start time.Time) int {
	ctx, w.fail = context.WithCancel(ctx)
	defer w.fail()
	if w.o.Seconds > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(w.o.Seconds*float64(time.Second)))
		defer stop()
	}
	var all sync.WaitGroup
	errs := make([]error, len(w.all))
	for i, s := range w.all {
		s.Connect()
		all.Go(func() {
			defer w.fail() // what ends one ends all
			if errs[i] = w.follow(ctx, s); errors.Is(errs[i], ctx.Err()) {
				errs[i] = nil // being told to stop is no failure
			}
		})
	}
	all.Wait()
	var lost uint64
	for _, s := range w.all {
		s.Disconnect()
		lost += s.tap.Lost()
	}
	err := errors.Join(errs...)
	if w.o.Format == FormatNone && err == nil {
		err = w.printCounts(lost, time.Since(start))
	}
	return w.exit(err, lost)
}

// follow prints what a connection brings until there was enough, or until ctx is done and says
// why.
func (w *watch) follow(ctx context.Context, s *watched) error {
	for {
		batch, err := s.tap.Next(ctx)
		if err != nil {
			return err
		}
		if enough, err := w.print(s, s.matching(batch)); enough || err != nil {
			return err
		}
	}
}

// matching leaves out what no filter wants.
func (s *watched) matching(batch []session.Record) []session.Record {
	if len(s.filters) == 0 {
		return batch
	}
	var some []session.Record
	for i := range batch {
		for _, f := range s.filters {
			if connections.Match(f, batch[i].Topic) {
				some = append(some, batch[i])
				break
			}
		}
	}
	return some
}

func (w *watch) print(s *watched, batch []session.Record) (enough bool, err error) {
	w.printing.Lock()
	defer w.printing.Unlock()
	if left := w.o.Count - w.printed; w.o.Count > 0 && uint64(len(batch)) >= left {
		batch, enough = batch[:left], true
	}
	w.printed += uint64(len(batch))
	if len(batch) == 0 {
		return enough, nil
	}
	return enough, w.out.print(s.Name(), batch)
}

// onStatus tells on stderr how a connection fares, and ends the watching when it cannot come
// about.
func (w *watch) onStatus(c *watched, s connections.Status) {
	w.mu.Lock()
	defer w.mu.Unlock()
	say := func(format string, args ...any) {
		fmt.Fprintf(w.stderr, "streamscope: %s%s\n", c.label, fmt.Sprintf(format, args...))
	}
	switch {
	case s.State == connections.StateOpen:
		for _, f := range s.Filters {
			if f.Refused {
				w.refused = true
				say("the broker refused the filter %q", f.Filter)
			}
		}
		if !c.opened {
			say("connected")
		} else {
			say("connected again")
		}
		c.opened = true
	case s.Err == nil:
	case !c.opened || s.State == connections.StateClosed:
		if w.failure == nil {
			w.failure = fmt.Errorf("%s%w", c.label, s.Err)
			say("%s", sentence(s.Err))
		}
		w.fail()
	case s.State == connections.StateWaiting && s.Attempt <= 1:
		say("%s", sentence(s.Err))
	}
}

func (w *watch) exit(err error, lost uint64) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err != nil:
		fmt.Fprintln(w.stderr, "streamscope: watch:", err)
		return ExitFailure
	case w.failure != nil:
		return ExitFailure // onStatus said why
	case lost > 0:
		fmt.Fprintf(w.stderr, "streamscope: %d messages were left out: they came faster than they could be written\n", lost)
		return ExitLost
	case w.refused:
		return ExitRefused
	case w.printed < w.o.Count:
		return ExitFewer
	}
	return ExitOK
}

func sentence(err error) string {
	e := connections.Explain(err)
	if e.Try == "" {
		return e.What
	}
	return e.What + " " + e.Try
}

// counts is what the format none prints at the end, of all connections together.
type counts struct {
	Received     uint64 `json:"received"` // = Kept + Evicted + Cleared + Excluded
	Kept         uint64 `json:"kept"`
	Evicted      uint64 `json:"evicted"`
	Cleared      uint64 `json:"cleared"`
	Excluded     uint64 `json:"excluded"`
	Cut          uint64 `json:"cut"`
	Topics       int    `json:"topics"`
	HistoryBytes int64  `json:"history_bytes"`
	// Frames and Misfits are those of raw WebSockets.
	Frames     uint64  `json:"frames,omitempty"`
	Misfits    uint64  `json:"misfits,omitempty"`
	BytesIn    uint64  `json:"bytes_in"`
	Tapped     uint64  `json:"tapped"`
	Lost       uint64  `json:"lost"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
}

func (w *watch) printCounts(lost uint64, took time.Duration) error {
	sum := counts{Tapped: w.printed, Lost: lost, Seconds: took.Seconds(), CPUSeconds: cpuTime().Seconds()}
	for _, s := range w.all {
		n := s.Counts()
		sum.Received += n.Received
		sum.Kept += n.Kept
		sum.Evicted += n.Evicted
		sum.Cleared += n.Cleared
		sum.Excluded += n.Excluded
		sum.Cut += n.Cut
		sum.Topics += n.Topics
		sum.HistoryBytes += n.HistoryBytes
		sum.Frames += n.Frames
		sum.Misfits += n.Misfits
		sum.BytesIn += s.Link().BytesIn
	}
	line, err := json.Marshal(sum)
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(append(line, '\n'))
	return err
}
