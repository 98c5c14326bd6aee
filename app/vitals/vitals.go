package vitals

import (
	"encoding/json"
	"runtime"
	"time"
)

// Figures are what the program counts, read at one moment. Counts are since the start.
type Figures struct {
	Received     uint64       `json:"received"` // = Kept + Evicted + Cleared + Excluded
	Kept         uint64       `json:"kept"`
	Evicted      uint64       `json:"evicted"`
	Cleared      uint64       `json:"cleared"`
	Excluded     uint64       `json:"excluded"`
	Cut          uint64       `json:"cut"`
	Topics       int          `json:"topics"`
	HistoryBytes int64        `json:"history_bytes"`
	BytesIn      uint64       `json:"bytes_in"`
	Frames       uint64       `json:"frames"` // drawn by the window
	Connections  []Connection `json:"-"`
	Taps         []Tap        `json:"-"`
}

// Connection is one connection's share of the figures.
type Connection struct {
	Name     string `json:"name"`
	State    string `json:"state"`
	Received uint64 `json:"received"`
	// Behind reports that this computer is slower than the wire.
	Behind bool `json:"behind"`
}

// Tap is one consumer of every message.
type Tap struct {
	Name string
	// Lost counts the messages that the tap was too slow for.
	Lost uint64
	// Lag is how far the tap is behind the newest message.
	Lag time.Duration
}

// MarshalJSON gives the lag in milliseconds.
func (t Tap) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name string  `json:"name"`
		Lost uint64  `json:"lost"`
		Lag  float64 `json:"lag_ms"`
	}{t.Name, t.Lost, milliseconds(t.Lag)})
}

// Snapshot is all that is known at one moment, in the form of /debug/vars.
type Snapshot struct {
	Figures
	// UILag is the lag of the screen over the last 10 s, UILagTotal since the start; nil in
	// a program without a screen.
	UILag       *Spread      `json:"ui_lag_ms"`
	UILagTotal  *Spread      `json:"ui_lag_total_ms"`
	Connections []Connection `json:"connections"`
	Taps        []Tap        `json:"taps"`
}

// Options are what a [Vitals] shows.
type Options struct {
	// Figures reads the counters. It is called on any goroutine, must not block for long and
	// must change nothing.
	Figures func() Figures
	// Lag measures the screen; nil in a program without one.
	Lag *Lag
	// CommandLine is what /debug/vars shows as such, free of secrets.
	CommandLine []string
}

// Vitals gives the figures of one program. Its methods may be called from any goroutine.
type Vitals struct {
	options Options
	pages   pages
}

// New returns the vitals of a program. Nothing runs until [Vitals.Listen].
func New(options Options) *Vitals {
	v := &Vitals{options: options}
	v.pages.mount(v)
	return v
}

// Snapshot reads all figures.
func (v *Vitals) Snapshot() Snapshot {
	s := Snapshot{Connections: []Connection{}, Taps: []Tap{}}
	if v.options.Figures != nil {
		s.Figures = v.options.Figures()
		s.Connections = append(s.Connections, s.Figures.Connections...)
		s.Taps = append(s.Taps, s.Figures.Taps...)
	}
	if v.options.Lag != nil {
		recent, total := v.options.Lag.Spreads()
		s.UILag, s.UILagTotal = &recent, &total
	}
	return s
}

// vars is the document of /debug/vars, in the form of the expvar package.
func (v *Vitals) vars() any {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return struct {
		CommandLine []string          `json:"cmdline"`
		Memory      *runtime.MemStats `json:"memstats"`
		Streamscope Snapshot          `json:"streamscope"`
	}{append([]string{}, v.options.CommandLine...), &memory, v.Snapshot()}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
