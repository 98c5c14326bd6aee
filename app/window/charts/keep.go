package charts

import (
	"slices"

	"streamscope/app"
	"streamscope/connections/profile"
)

// Kept is what brings the board back: where each chart is to be kept.
type Kept struct {
	// Profiles holds the charts of the values of one profile alone, by its ID, for each
	// profile that was open in this run; an empty list says that there are none any more.
	Profiles map[string][]profile.Chart
	// Others holds all other charts.
	Others []profile.Chart
}

// Kept tells what to keep of the board. The result shares nothing with it.
func (b *Board) Kept() Kept {
	k := Kept{Profiles: map[string][]profile.Chart{}}
	for id := range b.met {
		k.Profiles[id] = nil
	}
	for _, c := range b.sleeping {
		k.Others = append(k.Others, c.Clone())
	}
	for _, p := range b.panels {
		c := p.kept()
		switch ids := p.profiles(); {
		case len(ids) == 0: // an empty chart is soon made again
		case len(ids) == 1 && b.met[ids[0]]:
			k.Profiles[ids[0]] = append(k.Profiles[ids[0]], withProfile(c, ""))
		default:
			k.Others = append(k.Others, c)
		}
	}
	return k
}

// Save keeps the charts of saved profiles with them, and returns those that belong elsewhere.
// It waits for the disk and belongs to no goroutine.
func (k Kept) Save(a *app.App) (others []profile.Chart, err error) {
	others = slices.Clone(k.Others)
	for id, list := range k.Profiles {
		kept, e := a.KeepCharts(id, list)
		if e != nil {
			err = e
		}
		if !kept {
			for _, c := range list {
				others = append(others, withProfile(c, id))
			}
		}
	}
	return withoutOldStrays(others, a.Profiles), err
}

// maxStrays is how many charts are kept of connections that are not saved: each run of the
// program may bring one that never comes back.
const maxStrays = 10

// withoutOldStrays drops the oldest of the charts none of whose profiles is saved.
func withoutOldStrays(charts []profile.Chart, profiles *profile.Store) []profile.Chart {
	saved := map[string]bool{}
	stray := func(c profile.Chart) bool {
		return !slices.ContainsFunc(c.Series, func(s profile.ChartSeries) bool {
			is, known := saved[s.Profile]
			if !known {
				_, err := profiles.Get(s.Profile)
				is = err == nil
				saved[s.Profile] = is
			}
			return is
		})
	}
	over := -maxStrays
	for _, c := range charts {
		if stray(c) {
			over++
		}
	}
	return slices.DeleteFunc(charts, func(c profile.Chart) bool {
		if over <= 0 || !stray(c) {
			return false
		}
		over--
		return true
	})
}

// withProfile sets the profile of all values of a chart.
func withProfile(c profile.Chart, id string) profile.Chart {
	c = c.Clone()
	for i := range c.Series {
		c.Series[i].Profile = id
	}
	return c
}

// Load takes the charts of the workspace: each comes onto the board with the first of its
// connections.
func (b *Board) Load(charts []profile.Chart) {
	b.sleeping = append(b.sleeping, profile.SaneCharts(charts)...)
}

// Opened brings back the lines that wait for a connection, and the charts that come with it.
func (b *Board) Opened(c *app.Connection) {
	prof := c.Profile()
	for _, p := range b.panels {
		attached := false
		for _, l := range p.lines {
			if l.spec.Profile == prof.ID && l.conn != c {
				l.attach(c)
				attached = true
			}
		}
		if attached {
			p.draw()
		}
	}
	var woken []profile.Chart
	b.sleeping = slices.DeleteFunc(b.sleeping, func(s profile.Chart) bool {
		wakes := slices.ContainsFunc(s.Series, func(v profile.ChartSeries) bool { return v.Profile == prof.ID })
		if wakes {
			woken = append(woken, s)
		}
		return wakes
	})
	if !b.met[prof.ID] {
		for _, s := range profile.SaneCharts(prof.Charts) {
			woken = append(woken, withProfile(s, prof.ID))
		}
	}
	b.met[prof.ID] = true
	slices.SortStableFunc(woken, func(x, y profile.Chart) int { return x.Place - y.Place })
	for _, s := range woken {
		b.wake(s)
	}
	if len(woken) > 0 {
		b.changed()
	}
}

// wake opens a chart that was kept. A
// profile's copy brings charts of the same IDs: they get their own.
func (b *Board) wake(s profile.Chart) {
	if len(s.Series) == 0 {
		return
	}
	if slices.ContainsFunc(b.panels, func(p *panel) bool { return p.spec.ID == s.ID }) {
		s.ID = profile.NewChartID()
	}
	b.open(s)
}

// Forget empties the lines of a connection that is being closed; they stay, greyed.
func (b *Board) Forget(c *app.Connection) {
	for _, p := range b.panels {
		was := p.lines
		for _, l := range was {
			if l.conn == c {
				l.detach()
				l.follow()
			}
		}
		p.draw()
	}
}
