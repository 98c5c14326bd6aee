package chart

import (
	"image/color"
	"math"

	"streamscope/widgets/internal/paint"
)

// Style is how a series is drawn. The zero value is a line.
type Style uint8

// The styles.
const (
	Line   Style = iota // straight from sample to sample
	Step                // a value holds until the next one: states, booleans, counters
	Points              // a dot at every sample
	Band                // the area from the smallest to the largest value
)

// Side tells which value axis a series belongs to.
type Side uint8

// The sides.
const (
	Left Side = iota
	Right
)

// Axis is how values are laid out on one side. The zero value is linear and fits the data.
type Axis struct {
	// Log is a logarithmic axis. It can't show zero and what is below: that is left out, and the
	// chart says so.
	Log bool `json:"log,omitempty"`
	// From and To fix the range where From < To; else it follows the data.
	From float64 `json:"from,omitempty"`
	To   float64 `json:"to,omitempty"`
}

func (a Axis) fixed() (values, bool) {
	r := values{a.From, a.To}
	return r, r.ok() && r.max-r.max == 0 && r.min-r.min == 0 && (!a.Log || r.min > 0)
}

// Mark is a value worth to look for: a threshold where From equals To, else a range of values.
// An infinite end reaches to the edge of the plot.
type Mark struct {
	Label    string
	From, To float64
	Side     Side
	Color    color.Color // nil: that of text
}

// axis is one side of a frame.
type axis struct {
	want   Axis
	have   values // the range so far, of the kind that want asks for
	used   bool   // a series belongs to it
	units  string
	values values // what came out; decimal logarithms when want.Log
	ticks  []float64
	step   float64
	below  bool // there are values that a logarithmic axis can't show
}

// fit chooses the range for data between lo and hi, with the thresholds that lie near.
func (a *axis) fit(lo, hi float64, marks []mark, side Side) {
	a.values = a.have
	if r, ok := a.want.fixed(); ok {
		if a.want.Log {
			r = values{math.Log10(r.min), math.Log10(r.max)}
		}
		a.values = r
		return
	}
	if lo > hi {
		if !a.used {
			a.values = values{}
		}
		return
	}
	if a.want.Log {
		lo, hi = math.Log10(lo), math.Log10(hi)
	}
	lo, hi = a.reach(lo, hi, marks, side)
	if a.want.Log {
		a.values = calmDecades(a.have, lo, hi)
	} else {
		a.values = calmRange(a.have, lo, hi)
	}
}

// reach stretches a range to the thresholds that are near enough to be seen without making the
// data small.
func (a *axis) reach(lo, hi float64, marks []mark, side Side) (l, h float64) {
	l, h = lo, hi
	room := 1.5 * max(hi-lo, math.Abs(hi)*0.1)
	for i := range marks {
		if marks[i].side != side {
			continue
		}
		for _, v := range [...]float64{marks[i].from, marks[i].to} {
			if a.want.Log {
				v = math.Log10(v) // NaN fails what follows
			}
			if v >= lo-room && v <= hi+room {
				l, h = min(l, v), max(h, v)
			}
		}
	}
	return l, h
}

// scale leaves a little room above and below, so that a line at the end of the range is seen in
// its whole width.
func (a *axis) scale(f *frame) paint.Scale {
	room := 3 * f.scale
	return paint.Scale{Min: a.values.min, Max: a.values.max, Top: room, Height: float64(f.height) - 2*room, Log: a.want.Log}
}

// label writes a tick.
func (a *axis) label(v float64) string {
	if a.want.Log {
		return formatDecade(v)
	}
	return formatTick(v, a.step)
}
