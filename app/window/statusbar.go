package window

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/connections"
)

// statusBar says at the bottom how much comes in, and whether all of it is being kept up with.
type statusBar struct {
	app    *app.App
	object fyne.CanvasObject
	left   *quietText
	right  *quietText
	meter  rateMeter
	// flash is something that was just done; it stands for a while in place of the standing word.
	flash      string
	flashUntil time.Time
}

// flashFor is how long a word about something that was just done stands.
const flashFor = 6 * time.Second

func newStatusBar(a *app.App) *statusBar {
	s := &statusBar{app: a, left: newQuietText(), right: newFittingText()}
	s.left.size, s.right.size = theme.SizeNameCaptionText, theme.SizeNameCaptionText
	s.object = container.NewBorder(nil, nil, s.left, nil, s.right)
	return s
}

// Flash says what was just done.
func (s *statusBar) Flash(text string) { s.flash, s.flashUntil = text, time.Now().Add(flashFor) }

func (s *statusBar) refresh(now time.Time, paused string) {
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
	case s.flash != "" && now.Before(s.flashUntil):
		s.right.SetText(s.flash)
	case paused != "":
		s.right.SetText(paused)
	case len(conns) == 0:
		s.right.SetText("")
	default:
		s.right.SetText(tr("status.notkept", "Received data is kept while the window is open, and not saved."))
	}
}

func (s *statusBar) summary(open int, received, lost uint64, behind []string) string {
	if open == 0 && received == 0 {
		return tr("status.none", "Not connected")
	}
	pace := tr("status.keeping", "keeping up")
	if len(behind) > 0 {
		pace = tr("status.behind", "behind on {{.Names}}: this computer is slower than the data, and the broker may be dropping",
			map[string]any{"Names": strings.Join(behind, ", ")})
	}
	return strings.Join([]string{
		tr("status.rate", "{{.N}} msg/s", map[string]any{"N": count(int(s.meter.PerSecond() + 0.5))}),
		pace,
		tr("status.received", "{{.N}} received", map[string]any{"N": count(received)}),
		tr("status.lost", "lost {{.N}}", map[string]any{"N": count(lost)}),
	}, "  ·  ")
}

func summaryColour(lost uint64, behind []string) fyne.ThemeColorName {
	if lost > 0 || len(behind) > 0 {
		return theme.ColorNameWarning
	}
	return theme.ColorNameForeground
}
