package charts

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	fynetooltip "github.com/dweymouth/fyne-tooltip"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// hall is a board in a window, over real connections to a real broker.
type hall struct {
	*uitest.Bench
	folder string
	pub    *brokertest.Publisher
	board  *Board

	said    []string
	changes int
}

// newHall opens an empty board, on a folder and a broker of the test's own.
func newHall(t *testing.T) *hall {
	t.Helper()
	return newHallAt(t, t.TempDir(), brokertest.Start(t, brokertest.Options{}))
}

func newHallAt(t *testing.T, folder string, m *brokertest.Mosquitto) *hall {
	t.Helper()
	h := &hall{Bench: uitest.NewAt(t, folder, m), folder: folder}
	h.board = New(Options{
		App: h.App, Do: h.UI.Do, Background: h.Work, Window: h.Win, NewWindow: h.Fyne.NewWindow,
		Theme: theme.DefaultTheme, Variant: func() fyne.ThemeVariant { return theme.VariantLight },
		OnChanged: func() { h.changes++ }, OnShow: func(float32) {}, OnReveal: func(ui.Selection) {},
		Name: func(string, fyne.CanvasObject) {}, Flash: func(s string) { h.said = append(h.said, s) },
		Fail: func(err error) { t.Error(err) },
	})
	h.Win.SetContent(fynetooltip.AddWindowToolTipLayer(h.board.Object, h.Win.Canvas()))
	h.Win.Resize(fyne.NewSize(900, 500))
	h.OnTick = func() {
		h.board.Tick(time.Now(), false)
		h.board.Refresh()
	}
	h.OnLeave = func() {
		h.board.CloseWindows()
		h.board.Close()
	}
	h.pub = h.Publisher()
	return h
}

// profile is a saved connection to everything on the broker.
func (h *hall) profile(name string) profile.Valid {
	h.Helper()
	return h.Saves(func(p *profile.Profile) { p.Name = name })
}

// opens connects a profile, as it is saved, and waits until it is open.
func (h *hall) opens(id string) *app.Connection {
	h.Helper()
	p, err := h.App.Profiles.Get(id)
	if err != nil {
		h.Fatal(err)
	}
	v, _ := p.Validate()
	c := h.App.Open(v, nil)
	h.board.Opened(c)
	h.Await("the connection", func() bool { return c.Status().State == connections.StateOpen })
	return c
}

// closes ends a connection, as the window does.
func (h *hall) closes(c *app.Connection) {
	h.board.Forget(c)
	h.App.Forget(c)
	h.App.Close(c)
	h.board.Refresh()
}

// hears publishes and waits until a connection has got it.
func (h *hall) hears(c *app.Connection, topic string, payloads ...string) {
	h.Helper()
	before := c.Counts().Received
	for _, p := range payloads {
		h.pub.Send(topic, p, false)
	}
	h.pub.Flush()
	h.Await(topic+" to be heard", func() bool { return c.Counts().Received >= before+uint64(len(payloads)) })
}

func of(c *app.Connection, topic string, path ...string) ui.Selection {
	return ui.Selection{Conn: c, Topic: topic, Path: path}
}

// names lists what is on a chart.
func (h *hall) names(i int) (list []string) {
	for _, l := range h.board.Charts()[i].Lines {
		list = append(list, l.Name)
	}
	return list
}

// samples waits until a line holds so many numbers.
func (h *hall) samples(i, line, n int) {
	h.Helper()
	h.Await("samples", func() bool { return h.board.Charts()[i].Lines[line].Data.Len() >= n })
}
