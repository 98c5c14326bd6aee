package charts

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	fynetooltip "github.com/dweymouth/fyne-tooltip"
	"go.uber.org/goleak"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// patience bounds every wait; a test that waits that long has failed.
const patience = 30 * time.Second

// hall is a board in a window, over real connections to a real broker. The goroutine of the test
// is the UI goroutine.
type hall struct {
	*testing.T
	folder string
	broker *brokertest.Mosquitto
	pub    *brokertest.Publisher
	app    *app.App
	fyne   fyne.App
	win    fyne.Window
	work   *ui.Background
	board  *Board

	mu    sync.Mutex // guards funcs
	funcs []func()
	more  chan struct{}

	said    []string
	changes int
	closed  bool
}

func (h *hall) do(f func()) {
	h.mu.Lock()
	h.funcs = append(h.funcs, f)
	h.mu.Unlock()
	select {
	case h.more <- struct{}{}:
	default:
	}
}

func (h *hall) drain() {
	for {
		h.mu.Lock()
		funcs := h.funcs
		h.funcs = nil
		h.mu.Unlock()
		if len(funcs) == 0 {
			return
		}
		for _, f := range funcs {
			f()
		}
	}
}

// newHall opens an empty board, on a folder and a broker of the test's own.
func newHall(t *testing.T) *hall {
	t.Helper()
	return newHallAt(t, t.TempDir(), brokertest.Start(t, brokertest.Options{}))
}

func newHallAt(t *testing.T, folder string, m *brokertest.Mosquitto) *hall {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	h := &hall{T: t, folder: folder, broker: m, more: make(chan struct{}, 1)}
	a, err := app.New(app.Params{Folder: folder, Logger: slog.New(slog.DiscardHandler), Secrets: secret.Options{NoKeyring: true}})
	if err != nil {
		t.Fatal(err)
	}
	h.app, h.fyne = a, test.NewTempApp(t)
	h.win = h.fyne.NewWindow("Hall")
	h.work = ui.NewBackground(h.do)
	h.board = New(Options{
		App: a, Do: h.do, Background: h.work, Window: h.win, NewWindow: h.fyne.NewWindow,
		Theme: theme.DefaultTheme, Variant: func() fyne.ThemeVariant { return theme.VariantLight },
		OnChanged: func() { h.changes++ }, OnShow: func(float32) {}, OnReveal: func(ui.Selection) {},
		Name: func(string, fyne.CanvasObject) {}, Flash: func(s string) { h.said = append(h.said, s) },
		Fail: func(err error) { t.Error(err) },
	})
	h.win.SetContent(fynetooltip.AddWindowToolTipLayer(h.board.Object, h.win.Canvas()))
	h.win.Resize(fyne.NewSize(900, 500))
	h.pub = brokertest.Dial(t, m.Addr(), "publisher-"+t.Name(), "", "")
	t.Cleanup(func() {
		h.leaves()
		goleak.VerifyNone(t, leaks, goleak.IgnoreAnyFunction("streamscope/connections/brokertest.(*Mosquitto).start.func1"),
			goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"))
	})
	return h
}

// leaves ends the program; it may be called twice.
func (h *hall) leaves() {
	if h.closed {
		return
	}
	h.closed = true
	h.board.CloseWindows()
	h.board.Close()
	h.app.Shutdown()
	h.work.Wait()
	h.drain()
	h.win.Close()
}

// await lets the board live until cond holds.
func (h *hall) await(what string, cond func() bool) {
	h.Helper()
	for deadline := time.Now().Add(patience); ; {
		h.board.Tick(time.Now(), false)
		h.board.Refresh()
		h.drain()
		if cond() {
			return
		}
		if time.Now().After(deadline) {
			h.Fatalf("waited in vain: %s", what)
		}
		select {
		case <-h.more:
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// profile is a saved connection to everything on the broker.
func (h *hall) profile(name string) profile.Valid {
	h.Helper()
	p := profile.New()
	p.Name, p.Host, p.Port = name, h.broker.Host, h.broker.Port
	p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	v, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		h.Fatal(wrong[0])
	}
	if err := h.app.Profiles.Save(v); err != nil {
		h.Fatal(err)
	}
	return v
}

// opens connects a profile, as it is saved, and waits until it is open.
func (h *hall) opens(id string) *app.Connection {
	h.Helper()
	p, err := h.app.Profiles.Get(id)
	if err != nil {
		h.Fatal(err)
	}
	v, _ := p.Validate()
	c := h.app.Open(v, nil)
	h.board.Opened(c)
	h.await("the connection", func() bool { return c.Status().State == connections.StateOpen })
	return c
}

// closes ends a connection, as the window does.
func (h *hall) closes(c *app.Connection) {
	h.board.Forget(c)
	h.app.Forget(c)
	h.app.Close(c)
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
	h.await(topic+" to be heard", func() bool { return c.Counts().Received >= before+uint64(len(payloads)) })
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
	h.await("samples", func() bool { return h.board.Charts()[i].Lines[line].Data.Len() >= n })
}
