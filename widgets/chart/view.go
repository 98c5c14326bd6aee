package chart

import (
	"math"
	"slices"
	"time"
)

const (
	minWindow = int64(time.Millisecond)
	maxWindow = int64(31 * 24 * time.Hour)
)

// State is what an owner stores to show the same stretch of time again. Window and instants are
// nanoseconds; From and To count while Live is false.
type State struct {
	Window time.Duration `json:"window"`
	Live   bool          `json:"live"`
	Paused bool          `json:"paused,omitempty"`
	From   int64         `json:"from,omitempty"`
	To     int64         `json:"to,omitempty"`
	// A and B are the instants of the two cursors; 0 is none.
	A int64 `json:"a,omitempty"`
	B int64 `json:"b,omitempty"`

	// What follows belongs to one chart, and not to a View that it shares.

	Hidden     []string `json:"hidden,omitempty"` // keys of series that are switched off
	Left       Axis     `json:"left,omitzero"`
	Right      Axis     `json:"right,omitzero"`
	Statistics bool     `json:"statistics,omitempty"`
}

// View is the stretch of time that charts look at, with the two cursors on it. Charts that are
// given the same View pan, zoom, pause and measure together. Its methods belong to the UI
// goroutine.
type View struct {
	view
	cursors [2]int64 // 0 is none
	active  int      // the cursor that keys move
	hover   hover
	subs    []*func()
	charts  []*Chart
}

// hover is the instant that the pointer reads, in whichever chart it is.
type hover struct {
	at int64
	by *Chart // nil: nowhere
}

// NewView is the newest stretch of the given length; now is nanoseconds since 1970.
func NewView(window time.Duration, now int64) *View {
	return &View{view: newView(window, now)}
}

// Subscribe has f called after every change but the passing of time. Cancel ends that.
func (v *View) Subscribe(f func()) (cancel func()) {
	sub := &f
	v.subs = append(v.subs, sub)
	return func() { v.subs = slices.DeleteFunc(v.subs, func(o *func()) bool { return o == sub }) }
}

func (v *View) tell() {
	for _, f := range slices.Clone(v.subs) {
		(*f)()
	}
}

// point has all charts read the instant under the pointer.
func (v *View) point(h hover) {
	v.hover = h
	for _, c := range v.charts {
		c.placeCursor()
	}
}

// Stretch is what is looked at, in nanoseconds since 1970: from included, to not.
func (v *View) Stretch() (from, to int64) {
	s := v.current()
	return s.from, s.to
}

// Live tells whether the view follows the present; one that is paused does so again when it is let go.
func (v *View) Live() bool { return v.live }

// Paused tells whether the view is frozen.
func (v *View) Paused() bool { return v.paused }

// SetWindow shows the given length of time: while live the newest, else up to where the view
// ends.
func (v *View) SetWindow(d time.Duration) {
	v.setWindow(int64(d))
	v.tell()
}

// SetLive goes back to the newest samples, and ends a pause.
func (v *View) SetLive() {
	v.setLive()
	v.tell()
}

// Pause freezes the view at the present, or lets it go. Data go on in either case.
func (v *View) Pause(on bool) {
	if v.paused != on {
		v.pause(on)
		v.tell()
	}
}

// Show fixes the view to a stretch of time. One that reaches the present follows it.
func (v *View) Show(from, to int64) {
	if to > from {
		v.show(stretch{from, to}, false)
		v.tell()
	}
}

// Cursors are the instants of the two cursors; 0 is none.
func (v *View) Cursors() (a, b int64) { return v.cursors[0], v.cursors[1] }

// SetCursors places the two cursors; 0 takes one away.
func (v *View) SetCursors(a, b int64) {
	v.cursors = [2]int64{a, b}
	v.tell()
}

// State is what to store of the view to come back to it.
func (v *View) State() State {
	st := v.state()
	st.A, st.B = v.cursors[0], v.cursors[1]
	return st
}

// Restore shows a stored view.
func (v *View) Restore(st State) {
	v.restore(st)
	v.cursors = [2]int64{st.A, st.B}
	v.tell()
}

// pass notes what time it is. Charts of several connections may tell it, by clocks that differ a
// little: it doesn't go back for that.
func (v *View) pass(now int64) {
	now = min(max(now, firstInstant+maxWindow), lastInstant)
	if d := now - v.now; d > 0 || d < -int64(time.Second) {
		v.now = now
	}
}

// stretch is a piece of time, from included, to not.
type stretch struct{ from, to int64 }

func (s stretch) length() int64 { return s.to - s.from }

// aligned moves the stretch by less than a column so that the borders of its columns are whole
// multiples of their width. Then a sample stays in its column while the stretch slides, and
// the picture slides instead of shimmering.
func (s stretch) aligned(columns int) stretch {
	if columns <= 0 {
		return s
	}
	px := max(s.length()/int64(columns), 1)
	to := s.to / px * px
	if to < s.to {
		to += px
	}
	return stretch{to - px*int64(columns), to}
}

// zoomed makes the stretch factor times as long around the instant at, which keeps its place.
func (s stretch) zoomed(factor float64, at int64) stretch {
	length := int64(min(max(float64(s.length())*factor, float64(minWindow)), float64(maxWindow)))
	part := float64(at-s.from) / float64(max(s.length(), 1))
	from := at - int64(part*float64(length))
	return stretch{from, from + length}
}

// view is which stretch of time is looked at: a window that slides with the clock while live,
// else a fixed stretch.
type view struct {
	window int64 // while live
	live   bool
	paused bool
	frozen int64   // the instant of pause
	fixed  stretch // while not live
	now    int64
}

func newView(window time.Duration, now int64) view {
	return view{window: int64(window), live: true, now: now}
}

// clock is the instant up to which things are shown.
func (v *view) clock() int64 {
	if v.paused {
		return v.frozen
	}
	return v.now
}

func (v *view) current() stretch {
	if v.live {
		to := v.clock()
		return stretch{to - v.window, to}
	}
	return v.fixed
}

func (v *view) setWindow(w int64) {
	w = min(max(w, minWindow), maxWindow)
	if v.live {
		v.window = w
		return
	}
	v.window = w
	v.fixed = stretch{v.fixed.to - w, v.fixed.to}
}

func (v *view) setLive() { v.live, v.paused = true, false }

func (v *view) pause(on bool) {
	if on && !v.paused {
		v.frozen = v.now
	}
	v.paused = on
}

// The ends of time: far enough from those of int64 that no sum of an instant and a window overflows.
const (
	lastInstant  = math.MaxInt64 - 4*maxWindow
	firstInstant = -lastInstant
)

// bounded keeps a stretch within the ends of time and of a length that can be shown.
func (s stretch) bounded() stretch {
	length := min(max(s.to-s.from, minWindow), maxWindow)
	if s.to-s.from < 0 { // an overflow
		length = maxWindow
	}
	to := min(max(s.to, firstInstant+length), lastInstant)
	return stretch{to - length, to}
}

// show fixes the stretch. One that reaches the clock is live, unless it is the hand that holds
// it there.
func (v *view) show(s stretch, held bool) {
	s = s.bounded()
	if over := s.to - v.clock(); over > 0 {
		s.from, s.to = s.from-over, s.to-over
	}
	v.window, v.fixed = s.length(), s
	v.live = !held && s.to >= v.clock()
}

func (v *view) pan(by int64, held bool) {
	s := v.current()
	v.show(stretch{s.from + by, s.to + by}, held)
}

// settle is called when the hand lets go.
func (v *view) settle() { v.show(v.current(), false) }

// zoom zooms around an instant. What is live stays live when it is zoomed at its newest end.
func (v *view) zoom(factor float64, at int64) {
	s := v.current()
	if v.live && (factor > 1 || at > s.to-s.length()/20) {
		at = s.to
	}
	v.show(s.zoomed(factor, at), false)
}

func (v *view) state() State {
	st := State{Window: time.Duration(v.window), Live: v.live, Paused: v.paused}
	if !v.live {
		st.From, st.To = v.fixed.from, v.fixed.to
	}
	return st
}

// restore takes a stored state as far as it makes sense.
func (v *view) restore(st State) {
	if st.Window > 0 {
		v.window = min(max(int64(st.Window), minWindow), maxWindow)
	}
	v.live = st.Live || st.To <= st.From
	if !v.live {
		v.fixed = stretch{st.From, st.To}.bounded()
		v.window = v.fixed.length()
	}
	v.paused = false
	v.pause(st.Paused)
}
