package chart

import (
	"fmt"
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// makeLegend has one chip for each series.
func (c *Chart) makeLegend() {
	c.legend = c.legend[:0:0]
	for i := range c.series {
		s := &c.series[i]
		l := newChip()
		l.closable = true
		l.onTap = func(fyne.Position) { c.toggle(s.Key) }
		l.onClose = func() {
			if c.OnRemove != nil {
				c.OnRemove(s.Key)
			}
		}
		l.onMenu = func(at fyne.Position) {
			c.showMenu(s.Key, c.view.clock(), at)
		}
		c.legend = append(c.legend, l)
	}
	c.updateLegend()
	c.layout()
	c.Refresh()
}

// toggle switches a series off or on.
func (c *Chart) toggle(key string) {
	if c.hidden[key] {
		delete(c.hidden, key)
	} else {
		c.hidden[key] = true
	}
	c.changedByUser()
}

// updateLegend writes the latest values, as of the pause when there is one.
func (c *Chart) updateLegend() {
	at := int64(math.MaxInt64)
	if c.view.paused {
		at = c.view.frozen
	}
	moved := false
	for i, l := range c.legend {
		s := &c.series[i]
		_, v, ok := s.Source.At(at)
		if !ok {
			v = math.NaN()
		}
		before := l.MinSize()
		l.set(s.Name, unitValue(v, 5, s.Unit), c.color(i), c.hidden[s.Key])
		moved = moved || l.MinSize() != before
	}
	if moved {
		c.layout()
	}
}

// shorten leaves out the middle of what is longer than most letters: a topic tells where it stands
// at its beginning and what it is at its end.
func shorten(name string, most int) string {
	if len(name) <= most {
		return name
	}
	r := []rune(name)
	if len(r) <= most {
		return name
	}
	head := (most - 1) * 2 / 5
	return string(r[:head]) + "…" + string(r[len(r)-(most-1-head):])
}

// presets are the windows that the menu offers.
func presets() []time.Duration {
	return []time.Duration{10 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute,
		time.Hour, 6 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour}
}

func formatWindow(d time.Duration) string {
	number := func(x float64) string { return fmt.Sprintf("%.3g", x) }
	switch {
	case d < time.Second:
		return lang.X("chart.milliseconds", "{{.N}} ms", map[string]any{"N": number(float64(d) / float64(time.Millisecond))})
	case d < time.Minute:
		return lang.X("chart.seconds", "{{.N}} s", map[string]any{"N": number(d.Seconds())})
	case d < time.Hour:
		return lang.X("chart.minutes", "{{.N}} min", map[string]any{"N": number(d.Minutes())})
	case d < 48*time.Hour:
		return lang.X("chart.hours", "{{.N}} h", map[string]any{"N": number(d.Hours())})
	}
	return lang.X("chart.days", "{{.N}} days", map[string]any{"N": number(d.Hours() / 24)})
}

func (c *Chart) updateControls() {
	before := c.controlsWidth()
	c.windows.set(formatWindow(time.Duration(c.view.current().length()))+" ▾", "", nil, false)
	pause := lang.X("chart.pause", "Pause")
	if c.view.paused {
		pause = lang.X("chart.resume", "Resume")
	}
	c.pause.set(pause, "", nil, false)
	c.sums.set(lang.X("chart.statistics", "Statistics"), "", nil, !c.statistics)
	if c.view.live && !c.view.paused {
		c.live.set(lang.X("chart.live", "Live"), "", c.themeColor(theme.ColorNameSuccess), false)
	} else {
		c.live.set(lang.X("chart.backToLive", "Back to live"), "", c.themeColor(theme.ColorNameDisabled), false)
	}
	if c.controlsWidth() != before {
		c.layout()
	}
}

func (c *Chart) controlsWidth() float32 {
	return c.windows.MinSize().Width + c.sums.MinSize().Width + c.pause.MinSize().Width + c.live.MinSize().Width
}

func (c *Chart) showWindows(at fyne.Position) {
	menu := fyne.NewMenu("")
	now := time.Duration(c.view.current().length())
	for _, d := range presets() {
		item := fyne.NewMenuItem(formatWindow(d), func() {
			c.view.setWindow(int64(d))
			c.changedByUser()
		})
		item.Checked = d == now
		menu.Items = append(menu.Items, item)
	}
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		widget.ShowPopUpMenuAtPosition(menu, cv, at)
	}
}

func (c *Chart) toggleStatistics() {
	c.statistics = !c.statistics
	c.changedByUser()
}

func (c *Chart) togglePause() {
	c.view.pause(!c.view.paused)
	c.changedByUser()
}

func (c *Chart) goLive() {
	c.view.setLive()
	c.changedByUser()
}
