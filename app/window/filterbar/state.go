package filterbar

import (
	"time"

	"streamscope/app/topics"
	"streamscope/app/window/ui"
)

// State is what the user asks for. The zero State asks for nothing.
type State struct {
	// Text is as [topics.ParseQuery] reads it.
	Text string
	// The others are those of [topics.Query].
	Payloads, Numbers, Retained bool
	ChangedWithin, SilentFor    time.Duration
}

// IsZero reports whether every topic fits.
func (s State) IsZero() bool { return s == State{} }

// query reads the state.
func (s State) query() (topics.Query, error) {
	q, err := topics.ParseQuery(s.Text)
	if err != nil {
		return topics.Query{}, err
	}
	q.Payloads, q.Numbers, q.Retained = s.Payloads, s.Numbers, s.Retained
	q.ChangedWithin, q.SilentFor = s.ChangedWithin, s.SilentFor
	return q, nil
}

// toggle is something that can be asked for beside the text.
type toggle struct {
	label string
	is    func(State) bool
	// set returns the state with it on or off.
	set func(s State, on bool) State
}

// changes and silences are the spans of time on offer.
var (
	changes  = []time.Duration{10 * time.Second, time.Minute}
	silences = []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour}
)

func payloads() toggle {
	return toggle{
		ui.Tr("filter.payloads", "Also in payloads"),
		func(s State) bool { return s.Payloads },
		func(s State, on bool) State { s.Payloads = on; return s },
	}
}

func numbers() toggle {
	return toggle{
		ui.Tr("filter.numbers", "Numbers only"),
		func(s State) bool { return s.Numbers },
		func(s State, on bool) State { s.Numbers = on; return s },
	}
}

func retained() toggle {
	return toggle{
		ui.Tr("filter.retained", "Retained only"),
		func(s State) bool { return s.Retained },
		func(s State, on bool) State { s.Retained = on; return s },
	}
}

func changed(d time.Duration) toggle {
	return toggle{
		ui.Tr("filter.changed", "Changed in the last {{.Time}}", map[string]any{"Time": ui.Age(d)}),
		func(s State) bool { return s.ChangedWithin == d },
		func(s State, on bool) State {
			s.ChangedWithin = 0
			if on {
				s.ChangedWithin = d
			}
			return s
		},
	}
}

func silent(d time.Duration) toggle {
	return toggle{
		ui.Tr("filter.silent", "Silent for longer than {{.Time}}", map[string]any{"Time": ui.Age(d)}),
		func(s State) bool { return s.SilentFor == d },
		func(s State, on bool) State {
			s.SilentFor = 0
			if on {
				s.SilentFor = d
			}
			return s
		},
	}
}

// groups are the toggles as the menu has them, with a line between groups.
func groups() [][]toggle {
	var times, silence []toggle
	for _, d := range changes {
		times = append(times, changed(d))
	}
	for _, d := range silences {
		silence = append(silence, silent(d))
	}
	return [][]toggle{{payloads()}, times, silence, {numbers(), retained()}}
}

// on are the toggles that a state has on; a span of time that is not on offer is among them.
func (s State) on() []toggle {
	var list []toggle
	add := func(t toggle, on bool) {
		if on {
			list = append(list, t)
		}
	}
	add(payloads(), s.Payloads)
	add(changed(s.ChangedWithin), s.ChangedWithin > 0)
	add(silent(s.SilentFor), s.SilentFor > 0)
	add(numbers(), s.Numbers)
	add(retained(), s.Retained)
	return list
}
