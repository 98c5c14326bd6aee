package app

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"streamscope/app/vitals"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// start makes the services on a folder of the test's own; they are shut down with it, and must
// leave no goroutine.
func start(t *testing.T) *App {
	t.Helper()
	return startIn(t, t.TempDir())
}

func startIn(t *testing.T, folder string) *App {
	t.Helper()
	leaks := goleak.IgnoreCurrent()
	a, err := New(Params{Folder: folder, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.Shutdown()
		goleak.VerifyNone(t, leaks)
	})
	return a
}

func await(t *testing.T, what string, cond func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !cond(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// everything is the profile of a connection to all topics of a broker.
func everything(t *testing.T, m *brokertest.Mosquitto) profile.Valid {
	t.Helper()
	p := profile.New()
	p.Name, p.Host, p.Port = "Bench", m.Host, m.Port
	p.Subscriptions = []connections.Subscription{{Filter: "#"}}
	return validated(t, p)
}

func validated(t *testing.T, p profile.Profile) profile.Valid {
	t.Helper()
	v, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		t.Fatal(wrong[0])
	}
	return v
}

func isOpen(c *Connection) func() bool {
	return func() bool { return c.Status().State == connections.StateOpen }
}

func addUp(t *testing.T, f vitals.Figures) {
	t.Helper()
	if f.Received != f.Kept+f.Evicted+f.Cleared+f.Excluded {
		t.Errorf("the counts do not add up: %+v", f)
	}
}

func TestAProfileIsOpenedOnce(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	v := everything(t, m)
	opened := make([]*Connection, 8)
	var all sync.WaitGroup
	for i := range opened {
		all.Go(func() { opened[i] = a.Open(v, nil) })
	}
	all.Wait()
	for _, c := range opened {
		if c != opened[0] {
			t.Error("one profile has two connections")
		}
	}
	if a.Connection(v.ID()) != opened[0] || len(a.Connections()) != 1 || opened[0].Ordinal != 1 {
		t.Errorf("open: %v", a.Connections())
	}

	a.Close(opened[0])
	if a.Connection(v.ID()) != nil || len(a.Connections()) != 0 {
		t.Errorf("open after closing: %v", a.Connections())
	}
	again := a.Open(v, nil)
	if again == opened[0] || again.Ordinal != 2 {
		t.Errorf("opened anew as number %d", again.Ordinal)
	}
	await(t, "the connection", isOpen(again))
}

func TestClosedConnectionsStayInTheCounts(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	c := a.Open(everything(t, m), nil)
	await(t, "the connection", isOpen(c))
	p := brokertest.Dial(t, m.Addr(), "devices", "", "")
	for range 10 {
		p.Send("plant/a", "1", false)
		p.Send("plant/b", "2", false)
	}
	p.Flush()
	await(t, "the messages", func() bool { return c.Counts().Received == 20 })
	addUp(t, a.Figures())
	id, _ := c.Index().Find("plant/a")
	c.Index().Clear(id)
	if f := a.Figures(); f.Received != 20 || f.Kept != 10 || f.Cleared != 10 || f.Topics != 1 || f.HistoryBytes == 0 || f.BytesIn == 0 {
		t.Errorf("figures %+v", f)
	}
	if f := a.Figures(); len(f.Connections) != 1 || f.Connections[0].Name != "Bench" || f.Connections[0].State != "open" {
		t.Errorf("connections %+v", f.Connections)
	}

	a.Close(c)
	f := a.Figures()
	if f.Received != 20 || f.Kept != 0 || f.Cleared != 20 || f.Topics != 0 || f.HistoryBytes != 0 || len(f.Connections) != 0 {
		t.Errorf("figures after closing %+v", f)
	}
	addUp(t, f)
	if a.Budget.Used() != 0 {
		t.Errorf("%d bytes are held by nobody", a.Budget.Used())
	}

	a.Close(c)
	if f := a.Figures(); f.Received != 20 {
		t.Errorf("closed twice, counted twice: %d", f.Received)
	}
}

func TestALossIsDatedByTheFirstFailure(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	c := a.Open(everything(t, m), nil)
	await(t, "the connection", isOpen(c))
	if !c.LostSince().IsZero() {
		t.Errorf("an open connection was lost at %v", c.LostSince())
	}
	m.Stop()
	await(t, "the loss", func() bool { return !c.LostSince().IsZero() })
	lost := c.LostSince()
	await(t, "a failed attempt", func() bool { return c.Status().Attempt > 1 })
	if c.LostSince() != lost {
		t.Errorf("the loss became younger: %v, then %v", lost, c.LostSince())
	}
}

func TestAPasswordIsReplaced(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{Users: map[string]string{"anna": "right"}})
	a := start(t)
	p := everything(t, m).Profile()
	p.User, p.AsksPassword = "anna", true
	c := a.Open(validated(t, p), Secrets{profile.SecretPassword: secret.New("wrong")})
	await(t, "the refusal", func() bool { return c.Status().Err != nil })
	c.SetSecrets(Secrets{profile.SecretPassword: secret.New("right")})
	c.RetryNow()
	await(t, "the connection", isOpen(c))
}

func TestPinsAreSavedOnlyWithASavedProfile(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	v := everything(t, m)
	c := a.Open(v, nil)
	pins := []profile.Pin{{Topic: "plant/a", Path: []string{"t"}}}
	if err := c.SetPins(pins); err != nil {
		t.Fatal(err)
	}
	if c.Saved() || !cmp.Equal(c.Profile().Pins, pins) {
		t.Errorf("saved: %v, pins %v", c.Saved(), c.Profile().Pins)
	}
	if _, err := a.Profiles.Get(v.ID()); !errors.Is(err, profile.ErrNotFound) {
		t.Errorf("a profile that was never saved is in the store: %v", err)
	}

	if err := a.Profiles.Save(v); err != nil {
		t.Fatal(err)
	}
	if err := c.SetPins(pins); err != nil {
		t.Fatal(err)
	}
	if saved, err := a.Profiles.Get(v.ID()); err != nil || !cmp.Equal(saved.Pins, pins) {
		t.Errorf("saved %+v, %v", saved, err)
	}
}

// What was edited of a saved profile while it is open stays when a pin is set.
func TestAPinUndoesNoEdit(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	v := everything(t, m)
	if err := a.Profiles.Save(v); err != nil {
		t.Fatal(err)
	}
	c := a.Open(v, nil)
	p := v.Profile()
	p.Name = "Renamed"
	if err := a.Profiles.Save(validated(t, p)); err != nil {
		t.Fatal(err)
	}
	if err := c.SetPins([]profile.Pin{{Topic: "a"}}); err != nil {
		t.Fatal(err)
	}
	if saved, err := a.Profiles.Get(v.ID()); err != nil || saved.Name != "Renamed" || len(saved.Pins) != 1 {
		t.Errorf("saved %+v, %v", saved, err)
	}
}

func TestTheDemoIsSavedOnlyWhereItIsAtHome(t *testing.T) {
	for _, save := range []bool{false, true} {
		a := start(t)
		open, err := a.StartDemo(t.Context(), save)
		if err != nil || len(open) != 2 {
			t.Fatal(open, err)
		}
		c, boat := open[0], open[1]
		await(t, "the boat", func() bool { return isOpen(boat)() && boat.Index().Counts().Topics > 3 })
		await(t, "the plant", func() bool { return isOpen(c)() && c.Index().Counts().Topics > 10 })
		if c.Saved() != save {
			t.Errorf("saved: %v, want %v", c.Saved(), save)
		}
		again, err := a.StartDemo(t.Context(), save)
		if err != nil || len(again) != 2 || again[0] != c || again[1] != boat {
			t.Errorf("a second demo: %v, %v", again, err)
		}
		addUp(t, a.Figures())
	}
}

func TestTheDemoKeepsItsPins(t *testing.T) {
	folder := t.TempDir()
	pins := []profile.Pin{{Topic: "plant/a"}}
	t.Run("first", func(t *testing.T) {
		open, err := startIn(t, folder).StartDemo(t.Context(), true)
		if err != nil || open[0].SetPins(pins) != nil {
			t.Fatal(err)
		}
	})
	t.Run("second", func(t *testing.T) {
		open, err := startIn(t, folder).StartDemo(t.Context(), true)
		if err != nil || !cmp.Equal(open[0].Profile().Pins, pins) {
			t.Errorf("pins %v, %v", open, err)
		}
	})
}

func TestADemoThatIsStartingEndsWithTheProgram(t *testing.T) {
	a := start(t)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() { _, _ = a.StartDemo(context.Background(), false) })
	}
	a.Shutdown()
	all.Wait()
	if _, err := a.StartDemo(t.Context(), false); err == nil || len(a.Connections()) != 0 {
		t.Errorf("a demo after the end: %v, %v", err, a.Connections())
	}
}

func TestTapsAreNamedInTheFigures(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	a := start(t)
	c := a.Open(everything(t, m), nil)
	_, release := c.Series("plant/a", nil)
	defer release()
	taps := a.Figures().Taps
	if !slices.ContainsFunc(taps, func(tap vitals.Tap) bool { return tap.Name == "Bench: charts" }) {
		t.Errorf("taps %+v", taps)
	}
	if c.Lost() != 0 {
		t.Errorf("%d lost of nothing", c.Lost())
	}
}
