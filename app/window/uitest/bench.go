package uitest

import (
	"log/slog"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

	"streamscope/app"
	"streamscope/app/topics"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// patience bounds every wait; a test that waits that long has failed.
const patience = 60 * time.Second

// Bench is a user in front of a pane. All of it belongs to the goroutine of the test, except
// Queue.Do.
type Bench struct {
	*testing.T
	App *app.App
	// Broker is the one that profiles are made for; it may be nil.
	Broker *brokertest.Mosquitto
	Fyne   fyne.App
	// Win is a window with nothing in it.
	Win  fyne.Window
	UI   *Queue
	Work *ui.Background
	// Names holds what a pane gave a name.
	Names Names

	// OnTick is what the window does with each of its ticks, OnLeave what it does with the pane
	// when the program ends; nil is nothing.
	OnTick, OnLeave func()
	// Says tells what the pane shows, for the message of a wait in vain; nil is nothing.
	Says func() string

	left bool
}

// New sits down on an empty folder. The broker may be nil; it has to be started before, so that
// it outlives the connections.
func New(t *testing.T, broker *brokertest.Mosquitto) *Bench {
	t.Helper()
	return NewAt(t, t.TempDir(), broker)
}

// NewAt sits down on a folder that is there. When the test ends, no goroutine may be left that
// was not there before.
func NewAt(t *testing.T, folder string, broker *brokertest.Mosquitto) *Bench {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	b := &Bench{T: t, Broker: broker, Fyne: test.NewTempApp(t), UI: NewQueue(), Names: Names{}}
	b.Win = test.NewWindow(widget.NewLabel(""))
	b.Work = ui.NewBackground(b.UI.Do)
	var err error
	b.App, err = app.New(app.Params{Folder: folder, Logger: slog.New(slog.DiscardHandler), Secrets: secret.Options{NoKeyring: true}})
	b.Must(err)
	t.Cleanup(func() {
		b.Leave()
		// A broker that was started anew outlives the bench.
		goleak.VerifyNone(t, leaks, goleak.IgnoreAnyFunction("streamscope/connections/brokertest.(*Mosquitto).start.func1"),
			goleak.IgnoreAnyFunction("os/exec.(*Cmd).Start.func2"))
	})
	return b
}

// Leave ends the program: the pane, the connections, all work and the window. It happens by itself
// when the test ends, and may be called before.
func (b *Bench) Leave() {
	if b.left {
		return
	}
	b.left = true
	if b.OnLeave != nil {
		b.OnLeave()
	}
	b.App.Shutdown()
	b.Work.Wait()
	b.UI.Drain()
	b.Win.Close()
}

// Must ends the test if there is an error.
func (b *Bench) Must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// Turn runs what waits for the UI goroutine, the tick, and what that brought.
func (b *Bench) Turn() {
	b.UI.Drain()
	if b.OnTick != nil {
		b.OnTick()
		b.UI.Drain()
	}
}

// Await turns until something is so, at least once.
func (b *Bench) Await(what string, so func() bool) {
	b.Helper()
	for deadline := time.Now().Add(patience); ; b.UI.Nap() {
		b.Turn()
		if so() {
			return
		}
		if time.Now().After(deadline) {
			b.Fatalf("waited in vain: %s%s", what, b.said())
		}
	}
}

func (b *Bench) said() string {
	if b.Says == nil {
		return ""
	}
	return "; the pane says " + b.Says()
}

// Profile is a connection called Plant to everything on the broker; without a broker it can't be
// opened. edit, if it isn't nil, changes it before it is validated.
func (b *Bench) Profile(edit func(*profile.Profile)) profile.Valid {
	b.Helper()
	p := profile.New()
	p.Name, p.Host, p.Port = "Plant", "127.0.0.1", 1
	if b.Broker != nil {
		p.Host, p.Port = b.Broker.Host, b.Broker.Port
	}
	p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	if edit != nil {
		edit(&p)
	}
	v, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		b.Fatal(wrong[0])
	}
	return v
}

// Saves is Profile, and keeps it.
func (b *Bench) Saves(edit func(*profile.Profile)) profile.Valid {
	b.Helper()
	v := b.Profile(edit)
	b.Must(b.App.Profiles.Save(v))
	return v
}

// Opens connects, and waits until the connection is open.
func (b *Bench) Opens(v profile.Valid) *app.Connection {
	b.Helper()
	c := b.App.Open(v, nil)
	b.Await("the connection", func() bool { return c.Status().State == connections.StateOpen })
	return c
}

// Publisher is a device on the broker.
func (b *Bench) Publisher() *brokertest.Publisher {
	b.Helper()
	return brokertest.Dial(b.T, b.Broker.Addr(), "publisher", "", "")
}

// Got is how many messages a connection has received on a topic, and the payload of the latest.
func Got(c *app.Connection, topic string) (n uint64, latest string) {
	x := c.Index()
	id, ok := x.Find(topic)
	if !ok {
		return 0, ""
	}
	e, _ := x.Latest(id)
	return x.Rows([]topics.NodeID{id}, nil)[0].Count, string(e.Payload)
}
