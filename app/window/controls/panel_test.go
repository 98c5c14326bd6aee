package controls

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/command/saved"
	"streamscope/app/session"
	"streamscope/app/window/uitest"
	"streamscope/connections/brokertest"
)

// bench is a user in front of the panel, whose connection hears all that is sent.
type bench struct {
	*uitest.Bench
	conn   *app.Connection
	device *brokertest.Publisher
	panel  *Panel

	mu sync.Mutex // guards what follows
	// questions are those that were asked; answer is what each gets.
	questions []string
	answer    error
}

// Confirm implements session.Confirmer.
func (b *bench) Confirm(_ context.Context, i session.Intent) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.questions = append(b.questions, i.Confirm)
	return b.answer
}

// ConfirmRun implements session.Confirmer.
func (b *bench) ConfirmRun(context.Context, session.RunIntent) error {
	return errors.New("no run is meant")
}

func (b *bench) asked() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return strings.Join(b.questions, "|")
}

func sitDown(t *testing.T, commands ...saved.Command) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, brokertest.Start(t, brokertest.Options{}))}
	b.App.SetConfirmer(b)
	for _, c := range commands {
		b.Must(b.App.Commands.Put(c))
	}
	b.conn, b.device = b.Opens(b.Profile(nil)), b.Publisher()
	b.panel = New(Options{
		App: b.App, Background: b.Work, Parent: b.Win, Now: time.Now, Current: func() *app.Connection { return b.conn },
		OnClose: func() {}, OnChanged: func() {}, Fail: func(err error) { t.Error(err) }, Flash: func(string) {},
	})
	b.Win.SetContent(b.panel.Object)
	b.Win.Resize(fyne.NewSize(360, 700))
	b.OnTick, b.OnLeave = func() { b.panel.Tick(time.Now()) }, b.panel.Close
	return b
}

// got is what came on a topic, the latest last.
func (b *bench) got(topic string) (n uint64, latest string) { return uitest.Got(b.conn, topic) }

// settles waits until all that was sent has its outcome, and returns that of a card.
func (b *bench) settles(k *card) string {
	b.Helper()
	b.Await("the outcome", func() bool { return b.panel.Sending() == 0 })
	return k.outcome.Full
}

func (b *bench) reports(topic, value string) {
	b.device.Send(topic, value, true)
	b.device.Flush()
	b.Await(topic, func() bool { _, v := b.got(topic); return v == value })
}

// controlled is a command whose value goes as it is.
func controlled(c saved.Control) saved.Command {
	m := saved.New("Press", command.Draft{Topic: "press/set", Payload: `{{ask "value"}}`, Format: command.FormatText, QoS: 1, Template: true})
	c.State = &saved.State{Topic: "press"}
	m.Control = c
	return m
}

func within[T fyne.CanvasObject](o fyne.CanvasObject) (all []T) {
	if found, ok := o.(T); ok {
		return []T{found}
	}
	if c, ok := o.(*container.ThemeOverride); ok {
		return within[T](c.Content)
	}
	if c, ok := o.(*fyne.Container); ok {
		for _, child := range c.Objects {
			all = append(all, within[T](child)...)
		}
	}
	return all
}

func TestAButtonSendsOnce(t *testing.T) {
	c := saved.New("Start", command.Draft{Topic: "press/set", Payload: "go", Format: command.FormatText, QoS: 1})
	b := sitDown(t, c)
	k := b.panel.cards[0]
	test.Tap(within[*ttwidget.Button](k.object)[0])
	if out := b.settles(k); !strings.HasPrefix(out, "Acknowledged") {
		t.Error(out)
	}
	b.Await("the message", func() bool { n, v := b.got("press/set"); return n == 1 && v == "go" })
	if q := b.asked(); q != "" {
		t.Errorf("it asked %q", q)
	}
}

func TestAShortcutAsksInAnyCase(t *testing.T) {
	c := saved.New("Start", command.Draft{Topic: "press/set", Payload: "go", Format: command.FormatText, QoS: 1})
	c.Shortcut = "Ctrl+Alt+1"
	b := sitDown(t, c)
	b.answer = errors.New("no")
	item := b.panel.MenuItems()[0]
	if item.Shortcut == nil {
		t.Fatal("the shortcut is not in the menu")
	}
	item.Action()
	if out := b.settles(b.panel.cards[0]); !strings.HasPrefix(out, "Not sent") {
		t.Error(out)
	}
	if q := b.asked(); !strings.Contains(q, "Start") {
		t.Errorf("it asked %q", q)
	}
	b.reports("after", "1") // what the broker got before would have come before
	if n, _ := b.got("press/set"); n != 0 {
		t.Error("it was sent all the same")
	}
}

func TestAToggleShowsWhatIsReported(t *testing.T) {
	b := sitDown(t, controlled(saved.Control{Kind: saved.Toggle, On: "on", Off: "off"}))
	k := b.panel.cards[0]
	sides := within[*widget.Button](k.object)
	off, on := sides[0], sides[1]
	lit := func(s *widget.Button) bool { return s.Importance == widget.HighImportance }
	if lit(on) || lit(off) {
		t.Error("a side is shown that nobody reported")
	}
	b.reports("press", "off")
	b.Await("off", func() bool { return lit(off) && !lit(on) })
	test.Tap(on)
	b.settles(k)
	if !lit(off) || lit(on) {
		t.Error("it shows what was asked for")
	}
	b.panel.Tick(time.Now().Add(time.Minute))
	if !strings.Contains(k.state.Full, "≠ asked for on") || !k.plate.warns {
		t.Errorf("the difference is not marked: %q", k.state.Full)
	}
	b.reports("press", "on")
	b.Await("on", func() bool { return lit(on) && !lit(off) && !k.plate.warns })
	b.conn.Disconnect()
	b.Await("the state to be lost", func() bool { return !lit(on) && strings.Contains(k.state.Full, "unknown") })
}

func TestASliderSendsItsLastValue(t *testing.T) {
	b := sitDown(t, controlled(saved.Control{Kind: saved.Slider, Min: 0, Max: 100, Step: 1, Every: 30}))
	b.reports("press", `{"value":20,"unit":"°C"}`)
	k := b.panel.cards[0]
	s := within[*widget.Slider](k.object)[0]
	b.Await("the slider to follow", func() bool { return s.Value == 20 })
	if n, _ := b.got("press/set"); n != 0 {
		t.Fatal("a report was sent back as a command")
	}
	for v := 21.0; v <= 77; v++ {
		s.SetValue(v)
	}
	b.Await("the last value", func() bool { _, v := b.got("press/set"); return v == "77" })
	if n, _ := b.got("press/set"); n > 10 {
		t.Errorf("%d messages went", n)
	}
	b.reports("press", `{"value":77.0,"unit":"°C"}`)
	b.Await("agreement", func() bool { return strings.HasSuffix(k.state.Full, "as asked") })
}

func TestNothingIsSentWhenReadOnly(t *testing.T) {
	b := sitDown(t,
		saved.New("Start", command.Draft{Topic: "press/set", Payload: "go", Format: command.FormatText}),
		controlled(saved.Control{Kind: saved.Toggle, On: "on", Off: "off"}),
		controlled(saved.Control{Kind: saved.Slider, Max: 100}),
		controlled(saved.Control{Kind: saved.Number}),
		controlled(saved.Control{Kind: saved.Choice, Options: []saved.Option{{Label: "a", Value: "a"}}}))
	b.App.SetReadOnly(true)
	b.panel.Tick(time.Now())
	if !strings.Contains(b.panel.where.Full, "Read-only") {
		t.Error("the panel does not say so")
	}
	cards := b.panel.cards
	dead := func(want bool, why string) {
		t.Helper()
		for _, k := range cards {
			for _, part := range k.parts {
				if part.Disabled() != want {
					t.Errorf("%s: %T is dead: %v", k.command.Control.Kind, part, part.Disabled())
				}
			}
			if len(k.parts) == 0 || !strings.HasPrefix(k.outcome.Full, why) {
				t.Errorf("%s says %q", k.command.Control.Kind, k.outcome.Full)
			}
		}
	}
	dead(true, "Locked: the window is read-only")
	cards[0].press(false)
	cards[0].press(true)
	test.Tap(within[*widget.Button](cards[1].object)[1])
	within[*widget.Slider](cards[2].object)[0].SetValue(50)
	within[*widget.Entry](cards[3].object)[0].OnSubmitted("7")
	choice := within[*widget.Select](cards[4].object)[0]
	choice.SetSelected("a")
	for _, k := range cards {
		if out := b.settles(k); !strings.Contains(out, "read-only") {
			t.Errorf("%s: %q", k.command.Control.Kind, out)
		}
	}
	if choice.Selected != "" {
		t.Error("a choice stands that was not sent")
	}
	b.App.SetReadOnly(false)
	b.panel.Tick(time.Now())
	dead(false, "to press/set")
	b.Must(b.conn.SetReadOnly(true))
	b.panel.Tick(time.Now())
	dead(true, "Locked: Plant is read-only")
	b.Must(b.conn.SetReadOnly(false))
	b.reports("after", "1")
	if n, v := b.got("press/set"); n != 0 {
		t.Errorf("%d went: %q", n, v)
	}
}

// What a device sends is shown, and never filled.
func TestReportsAreNoTemplates(t *testing.T) {
	const hostile = `{{uuid}}{{value "press"}}`
	b := sitDown(t, controlled(saved.Control{Kind: saved.Text}), controlled(saved.Control{Kind: saved.Choice, Options: []saved.Option{{Label: "x", Value: hostile}}}))
	b.reports("press", hostile)
	k := b.panel.cards[0]
	b.Await("the report", func() bool { return strings.Contains(k.state.Full, "{{uuid}}") })
	e := within[*widget.Entry](k.object)[0]
	if e.Text != "" {
		t.Errorf("the field took %q", e.Text)
	}
	e.OnSubmitted(hostile) // even one that the user pastes is a value, not a template
	b.settles(k)
	b.Await("the message", func() bool { _, v := b.got("press/set"); return v == hostile })
	if got := b.panel.Commands()[0].Draft.Payload; got != `{{ask "value"}}` {
		t.Errorf("the draft is %q now", got)
	}
}

func TestCommandsAreFoundAndChangesTakenBack(t *testing.T) {
	a := saved.New("Start the press", command.Draft{Topic: "press/set", Payload: "go", Format: command.FormatText})
	z := saved.New("Light", command.Draft{Topic: "hall/light", Payload: "1", Format: command.FormatText})
	b := sitDown(t, a, z)
	b.panel.search.SetText("HALL")
	if len(b.panel.cards) != 1 || b.panel.cards[0].command.Name != "Light" {
		t.Fatal("not found")
	}
	b.panel.search.SetText("nothing like it")
	if !b.panel.none.Visible() || b.panel.empty.Visible() {
		t.Error("it does not say that nothing matches")
	}
	b.panel.search.SetText("")
	b.panel.changed(b.App.Commands.Remove(a.ID))
	if len(b.panel.cards) != 1 || b.panel.undo.Disabled() {
		t.Fatal("not removed")
	}
	b.panel.undo.OnTapped()
	if len(b.panel.cards) != 2 || b.panel.cards[0].command.ID != a.ID {
		t.Error("not taken back")
	}
}
