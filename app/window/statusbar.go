package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
)

// statusBar says at the bottom how much comes in, and whether all of it is being kept up with.
type statusBar struct {
	app    *app.App
	object fyne.CanvasObject
	left   *ui.QuietText
	right  *ui.QuietText
	meter  rateMeter
	// flash is something that was just done; it stands for a while in place of the standing word.
	flash      string
	flashUntil time.Time
}

// flashFor is how long a word about something that was just done stands.
const flashFor = 6 * time.Second

// newStatusBar makes the bar; running tells at its end what the program sends by itself.
func newStatusBar(a *app.App, running fyne.CanvasObject) *statusBar {
	s := &statusBar{app: a, left: ui.NewQuietText(), right: ui.NewFittingText()}
	s.left.TextSize, s.right.TextSize = theme.SizeNameCaptionText, theme.SizeNameCaptionText
	s.object = container.NewStack(ui.NewSpace(20), container.NewBorder(nil, nil, s.left, running, s.right)) // as high as what may run
	return s
}

// Flash says what was just done.
func (s *statusBar) Flash(text string) { s.flash, s.flashUntil = text, time.Now().Add(flashFor) }

// refresh is called by the tick. What works beside the window (empty for nothing) is always to be
// seen.
func (s *statusBar) refresh(now time.Time, paused, working string) {
	conns := s.app.Connections()
	var received, lost uint64
	var behind []string
	open := 0
	for _, c := range conns {
		received += c.Counts().Received
		lost += c.Lost()
		if c.Status().State == connections.StateOpen {
			open++
		}
		if c.Link().Behind {
			behind = append(behind, c.Name())
		}
	}
	s.meter.Add(received, now)
	s.left.SetText(s.summary(open, received, lost, behind))
	s.left.SetColour(summaryColour(lost, behind))
	switch {
	case working != "":
		s.right.SetText(working)
	case s.flash != "" && now.Before(s.flashUntil):
		s.right.SetText(s.flash)
	case paused != "":
		s.right.SetText(paused)
	case len(conns) == 0:
		s.right.SetText("")
	default:
		s.right.SetText(ui.Tr("status.notkept", "Received data is kept while the window is open, and not saved."))
	}
}

func (s *statusBar) summary(open int, received, lost uint64, behind []string) string {
	if open == 0 && received == 0 {
		return ui.Tr("status.none", "Not connected")
	}
	pace := ui.Tr("status.keeping", "keeping up")
	if len(behind) > 0 {
		pace = ui.Tr("status.behind", "behind on {{.Names}}: this computer is slower than the data, and the broker may be dropping",
			map[string]any{"Names": strings.Join(behind, ", ")})
	}
	return strings.Join([]string{
		ui.Tr("status.rate", "{{.N}} msg/s", map[string]any{"N": ui.Count(int(s.meter.PerSecond() + 0.5))}),
		pace,
		ui.Tr("status.received", "{{.N}} received", map[string]any{"N": ui.Count(received)}),
		ui.Tr("status.lost", "lost {{.N}}", map[string]any{"N": ui.Count(lost)}),
	}, "  ·  ")
}

func summaryColour(lost uint64, behind []string) fyne.ThemeColorName {
	if lost > 0 || len(behind) > 0 {
		return theme.ColorNameWarning
	}
	return theme.ColorNameForeground
}
