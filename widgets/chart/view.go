package chart

import "time"

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
	Hidden []string      `json:"hidden,omitempty"` // keys of series that are switched off
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

// show fixes the stretch. One that reaches the clock is live, unless it is the hand that holds
// it there.
func (v *view) show(s stretch, held bool) {
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
		v.fixed = stretch{st.From, st.To}
		v.window = v.fixed.length()
	}
	v.paused = false
	v.pause(st.Paused)
}
