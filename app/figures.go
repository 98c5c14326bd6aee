package app

import "streamscope/app/vitals"

// Figures sums up what all connections counted since the start. Reading changes nothing.
func (a *App) Figures() vitals.Figures {
	a.mu.Lock()
	gone := a.gone
	a.mu.Unlock()
	f := vitals.Figures{
		Received: gone.Received, Evicted: gone.Evicted, Cleared: gone.Cleared, Excluded: gone.Excluded, Cut: gone.Cut,
	}
	for _, c := range a.Connections() {
		n, link := c.Counts(), c.Link()
		f.Received += n.Received
		f.Kept += n.Kept
		f.Evicted += n.Evicted
		f.Cleared += n.Cleared
		f.Excluded += n.Excluded
		f.Cut += n.Cut
		f.Topics += n.Topics
		f.HistoryBytes += n.HistoryBytes
		f.BytesIn += link.BytesIn
		f.Connections = append(f.Connections, vitals.Connection{
			Name: c.Name(), State: c.Status().State.String(), Received: n.Received, Behind: link.Behind,
		})
		for _, t := range c.Taps() {
			f.Taps = append(f.Taps, vitals.Tap{Name: c.Name() + ": " + t.Name, Lost: t.Lost, Lag: t.Lag})
		}
	}
	return f
}
