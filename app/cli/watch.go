package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"streamscope/app/session"
	"streamscope/app/topics"
	"streamscope/connections"
	"streamscope/connections/mqtt"
	"streamscope/connections/profile"
)

const (
	// historyBytes is the budget of the index while watching.
	historyBytes = 256 << 20
	// watchTapBytes is how far the printing may fall behind.
	watchTapBytes = 64 << 20
	// watchLinger gathers messages, so that a fast stream wakes the printing rarely.
	watchLinger = 10 * time.Millisecond
)

// WatchOptions say what to watch. One of URL and Profile is needed.
type WatchOptions struct {
	URL string
	// Profile is the name of a saved connection in the configuration folder Folder.
	Profile, Folder string
	// Topics are filters to subscribe to; with a profile, instead of its own.
	Topics []string
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
	w := &watch{o: o, stdout: stdout, stderr: stderr}
	from, err := w.prepare()
	if err != nil {
		fmt.Fprintln(stderr, "streamscope: watch:", err)
		return ExitUsage
	}
	return w.run(ctx, from)
}

// source is the connection to watch.
type source struct {
	name   string
	config mqtt.Config
	subs   []connections.Subscription
}

// watch is one run of the verb.
type watch struct {
	o              WatchOptions
	stdout, stderr io.Writer
	printed        uint64

	// mu guards what follows, and stderr once the connection lives.
	mu      sync.Mutex
	opened  bool
	refused bool
	failure error
	fail    context.CancelFunc
}

func (w *watch) prepare() (source, error) {
	if err := w.o.Format.check(); err != nil {
		return source{}, err
	}
	if w.o.Seconds < 0 || w.o.Seconds != w.o.Seconds {
		return source{}, errors.New("--seconds takes a number above 0")
	}
	for _, f := range append(append([]string(nil), w.o.Topics...), w.o.Exclude...) {
		if err := connections.ValidFilter(f); err != nil {
			return source{}, fmt.Errorf("filter %q: %w", f, err)
		}
	}
	var s source
	var err error
	switch {
	case w.o.URL != "" && w.o.Profile != "":
		return source{}, errors.New("give a URL or --profile, not both")
	case w.o.URL != "":
		s, err = w.fromURL()
	case w.o.Profile != "":
		s, err = w.fromProfile()
	default:
		return source{}, errors.New("what? Give a URL, mqtt://host/filter, or --profile NAME")
	}
	if err == nil && len(s.subs) == 0 {
		err = errors.New("nothing to subscribe to; add a path to the URL or --topic FILTER")
	}
	return s, err
}

func (w *watch) fromURL() (source, error) {
	t, err := profile.ParseTarget(w.o.URL)
	if err != nil {
		return source{}, err
	}
	if t.Scheme != profile.SchemeMQTT {
		return source{}, fmt.Errorf("%s:// is not built yet; mqtt:// works", t.Scheme)
	}
	if t.Password != "" {
		fmt.Fprintln(w.stderr, "streamscope: warning: other users of this computer can read a password on the command line")
	}
	s := source{name: t.String(), config: mqtt.Config{
		Host: t.Host, Port: t.Port, User: t.User, Password: t.Password,
		ClientID: profile.NewClientID(), CleanSession: true,
	}}
	if t.Filter != "" {
		s.subs = append(s.subs, connections.Subscription{Filter: t.Filter})
	}
	s.subs = append(s.subs, w.topics(0)...)
	return s, nil
}

func (w *watch) fromProfile() (source, error) {
	found, err := profile.Open(filepath.Join(w.o.Folder, "profiles")).Find(w.o.Profile)
	if err != nil {
		return source{}, err
	}
	valid, problems := found.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		return source{}, fmt.Errorf("profile %q: %w", w.o.Profile, wrong[0])
	}
	p := valid.Profile()
	if p.Protocol != profile.MQTT || p.Transport.Kind != profile.TCP || p.Transport.Proxy.Kind != profile.ProxyNone {
		return source{}, fmt.Errorf("profile %q: %s cannot be watched yet; only mqtt:// without a proxy can", w.o.Profile, p.URL())
	}
	s := source{name: p.Name, subs: p.Subscriptions, config: mqtt.Config{
		Host: p.Host, Port: p.Port, User: p.User, KeepAlive: keepAlive(p.KeepAlive),
		// Another ID than the window's: brokers allow one connection for each.
		ClientID: profile.NewClientID(), CleanSession: true,
	}}
	if p.AsksPassword {
		password, ok := os.LookupEnv(PasswordVariable)
		if !ok {
			return source{}, fmt.Errorf("profile %q needs a password; set %s", w.o.Profile, PasswordVariable)
		}
		s.config.Password = password
	}
	if len(w.o.Topics) > 0 {
		s.subs = w.topics(0)
	}
	return s, nil
}

func keepAlive(seconds int) time.Duration {
	if seconds == 0 {
		return -1
	}
	return time.Duration(seconds) * time.Second
}

func (w *watch) topics(qos byte) (subs []connections.Subscription) {
	for _, f := range w.o.Topics {
		subs = append(subs, connections.Subscription{Filter: f, QoS: qos})
	}
	return subs
}

func (w *watch) run(ctx context.Context, from source) int {
	start := time.Now()
	ctx, w.fail = context.WithCancel(ctx)
	defer w.fail()
	if w.o.Seconds > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, time.Duration(w.o.Seconds*float64(time.Second)))
		defer stop()
	}
	var clients *mqtt.Factory
	s := session.New(session.Options{
		ID: "watch", Name: from.name, Budget: topics.NewBudget(historyBytes), Subscriptions: from.subs, Exclude: w.o.Exclude,
		Client: func(receive func(*connections.Message)) connections.Client {
			if clients == nil {
				clients = mqtt.NewFactory(from.config, receive)
			}
			return clients.New()
		},
	})
	defer s.Close()
	tap, err := s.Tap(session.TapOptions{Name: "watch", All: true, Bytes: watchTapBytes, Linger: watchLinger})
	if err != nil {
		fmt.Fprintln(w.stderr, "streamscope: watch:", err)
		return ExitFailure
	}
	s.OnStatus(w.onStatus)
	s.Connect()
	if err = w.print(ctx, tap); errors.Is(err, ctx.Err()) {
		err = nil // being told to stop is no failure
	}
	s.Disconnect()
	if w.o.Format == FormatNone && err == nil {
		err = w.printCounts(s, tap, time.Since(start))
	}
	return w.exit(err, tap.Lost())
}

// print writes messages until there were enough, or until ctx is done and says why.
func (w *watch) print(ctx context.Context, tap *session.Tap) error {
	var text []byte
	for {
		batch, err := tap.Next(ctx)
		if err != nil {
			return err
		}
		if left := w.o.Count - w.printed; w.o.Count > 0 && uint64(len(batch)) >= left {
			batch = batch[:left]
		}
		w.printed += uint64(len(batch))
		if w.o.Format != FormatNone {
			text = text[:0]
			for i := range batch {
				text = w.o.Format.append(text, &batch[i])
			}
			if _, err := w.stdout.Write(text); err != nil {
				return err
			}
		}
		if w.o.Count > 0 && w.printed == w.o.Count {
			return nil
		}
	}
}

// onStatus tells on stderr how the connection fares, and ends the watching when it cannot come
// about.
func (w *watch) onStatus(s connections.Status) {
	w.mu.Lock()
	defer w.mu.Unlock()
	say := func(format string, args ...any) { fmt.Fprintf(w.stderr, "streamscope: "+format+"\n", args...) }
	switch {
	case s.State == connections.StateOpen:
		for _, f := range s.Filters {
			if f.Refused {
				w.refused = true
				say("the broker refused the filter %q", f.Filter)
			}
		}
		if !w.opened {
			say("connected")
		} else {
			say("connected again")
		}
		w.opened = true
	case s.Err == nil:
	case !w.opened || s.State == connections.StateClosed:
		w.failure = s.Err
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
		fmt.Fprintln(w.stderr, "streamscope:", sentence(w.failure))
		return ExitFailure
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

// counts is what the format none prints at the end.
type counts struct {
	Received     uint64  `json:"received"` // = Kept + Evicted + Cleared + Excluded
	Kept         uint64  `json:"kept"`
	Evicted      uint64  `json:"evicted"`
	Cleared      uint64  `json:"cleared"`
	Excluded     uint64  `json:"excluded"`
	Cut          uint64  `json:"cut"`
	Topics       int     `json:"topics"`
	HistoryBytes int64   `json:"history_bytes"`
	BytesIn      uint64  `json:"bytes_in"`
	Tapped       uint64  `json:"tapped"`
	Lost         uint64  `json:"lost"`
	Seconds      float64 `json:"seconds"`
	CPUSeconds   float64 `json:"cpu_seconds"`
}

func (w *watch) printCounts(s *session.Session, tap *session.Tap, took time.Duration) error {
	n := s.Counts()
	line, err := json.Marshal(counts{
		Received: n.Received, Kept: n.Kept, Evicted: n.Evicted, Cleared: n.Cleared, Excluded: n.Excluded,
		Cut: n.Cut, Topics: n.Topics, HistoryBytes: n.HistoryBytes, BytesIn: s.Link().BytesIn,
		Tapped: w.printed, Lost: tap.Lost(), Seconds: took.Seconds(), CPUSeconds: cpuTime().Seconds(),
	})
	if err != nil {
		return err
	}
	_, err = w.stdout.Write(append(line, '\n'))
	return err
}
