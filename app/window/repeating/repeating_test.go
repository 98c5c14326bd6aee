package repeating

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"streamscope/app"
	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/brokertest"
)

// bench is a user in front of the window, whose connection hears all that is sent.
type bench struct {
	*uitest.Bench
	conn *app.Connection
	win  *Window

	mu sync.Mutex // guards what follows
	// questions are those that were asked; answer is what each gets.
	questions []string
	answer    error
}

// Confirm implements session.Confirmer.
func (b *bench) Confirm(context.Context, session.Intent) error {
	return errors.New("a run asks once, as a run")
}

// ConfirmRun implements session.Confirmer.
func (b *bench) ConfirmRun(_ context.Context, r session.RunIntent) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.questions = append(b.questions, r.Topic+": "+r.Confirm)
	return b.answer
}

func (b *bench) asked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.questions
}

func sitDown(t *testing.T) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, brokertest.Start(t, brokertest.Options{}))}
	b.App.SetConfirmer(b)
	b.conn = b.Opens(b.Profile(nil))
	b.win = New(Options{App: b.App, Background: b.Work, NewWindow: b.Fyne.NewWindow})
	b.OnTick, b.OnLeave = b.win.Tick, b.win.Close
	return b
}

func (b *bench) got(topic string) (n uint64, latest string) { return uitest.Got(b.conn, topic) }

// sends sends by another way, and waits for the acknowledgement.
func (b *bench) sends(topic string) {
	b.Helper()
	r := b.conn.Publish(b.Context(), connections.Publication{Topic: topic, QoS: 1}, session.OriginComposer)
	if r.Outcome != connections.OutcomeAcknowledged {
		b.Fatal(r.Err)
	}
}

func (b *bench) ready() bool { return !b.win.start.Disabled() }

func message(topic, payload string) command.Draft {
	return command.Draft{Topic: topic, Payload: payload, Format: command.FormatText, QoS: 1, Template: strings.Contains(payload, "{{")}
}

func TestRowsOfAFileGoSoManyTimes(t *testing.T) {
	b := sitDown(t)
	file := filepath.Join(t.TempDir(), "v.csv")
	if err := os.WriteFile(file, []byte("a,1\nb,2\nc,3\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.win.Open(b.conn, message("press/set", `v={{ask "value"}}`), nil)
	f := b.win.form
	f.every.SetText("1")
	f.times.SetText("5")
	f.shape.SetSelectedIndex(len(f.shape.Options) - 1)
	if b.ready() || !f.rows.Visible() || f.bounds.Visible() {
		t.Error("it would start without a file")
	}
	f.file.SetText(file)
	f.column.SetText("2")
	b.Await("the preview", func() bool { return b.win.shown.Full == "1  2  3  1  2" })
	test.Tap(b.win.start)
	b.Await("the end", func() bool { return len(b.win.jobs) == 1 && b.win.jobs[0].ended })
	b.Await("the messages", func() bool { n, v := b.got("press/set"); return n == 5 && v == "v=2" })
	if q := b.asked(); len(q) != 1 || !strings.Contains(q[0], "press/set") || !strings.Contains(q[0], "1  2  3") {
		t.Errorf("asked %q", q)
	}
	if line := b.win.jobs[0].line.Full; !strings.HasPrefix(line, "All went · 5 sent · 5 acknowledged") {
		t.Error(line)
	}
	if b.win.Indicator.Visible() {
		t.Error("the status bar says that something runs")
	}
}

func TestStopStopsAtOnceAndOnlyOne(t *testing.T) {
	b := sitDown(t)
	for _, topic := range []string{"one", "two"} {
		b.win.Open(b.conn, message(topic, "x"), nil)
		b.win.form.every.SetText("3600000")
		b.Await("the form", b.ready)
		test.Tap(b.win.start)
		b.Await(topic, func() bool { n, _ := b.got(topic); return n == 1 })
	}
	if n := b.win.Running(); n != 2 || !b.win.Indicator.Visible() || !strings.Contains(b.win.running.Full, "2") {
		t.Fatalf("%d run: %q", n, b.win.running.Full)
	}
	test.Tap(b.win.jobs[0].button) // the latest stands first
	b.Await("one to stop", func() bool { return b.win.Running() == 1 })
	if !b.win.jobs[0].ended || !strings.HasPrefix(b.win.jobs[0].line.Full, "Stopped") || !strings.Contains(b.win.running.Full, "one") {
		t.Errorf("%q, and %q runs", b.win.jobs[0].line.Full, b.win.running.Full)
	}
	b.win.StopAll()
	b.Await("all to stop", func() bool { return b.win.Running() == 0 && !b.win.Indicator.Visible() })
}

func TestNothingGoesOnAfterTheWindowIsClosed(t *testing.T) {
	b := sitDown(t)
	b.win.Open(b.conn, message("press/set", "x"), nil)
	b.win.form.every.SetText("1")
	b.Await("the form", b.ready)
	test.Tap(b.win.start)
	b.Await("a few messages", func() bool { n, _ := b.got("press/set"); return n > 3 })
	b.win.win.Close()
	b.Await("the end", func() bool { return len(b.win.jobs) == 0 && !b.win.Indicator.Visible() })
	b.sends("after")
	b.Await("what is sent afterwards", func() bool { n, _ := b.got("after"); return n == 1 })
	before, _ := b.got("press/set")
	b.sends("after")
	b.Await("what is sent last", func() bool { n, _ := b.got("after"); return n == 2 })
	if n, _ := b.got("press/set"); n != before {
		t.Errorf("%d more went after the window was closed", n-before)
	}
}

func TestNothingLeavesWhenItIsDeclinedOrReadOnly(t *testing.T) {
	b := sitDown(t)
	b.answer = errors.New("no")
	b.win.Open(b.conn, message("press/set", "x"), nil)
	for _, readOnly := range []bool{false, true} {
		b.App.SetReadOnly(readOnly)
		b.Await("the form", b.ready)
		test.Tap(b.win.start)
		b.Await("the end", func() bool { return b.win.Running() == 0 })
		if line := b.win.jobs[0].line; !strings.HasPrefix(line.Full, "Ended") || line.Colour != theme.ColorNameError {
			t.Errorf("read-only %v: %q", readOnly, line.Full)
		}
	}
	if n := len(b.asked()); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if n, _ := b.got("press/set"); n != 0 {
		t.Errorf("%d went", n)
	}
}

func TestWhatIsWrongIsSaid(t *testing.T) {
	b := sitDown(t)
	b.win.Open(b.conn, message("press/set", `{{ask "value"}}`), nil)
	f := b.win.form
	f.shape.SetSelectedIndex(1)
	b.Await("the preview", func() bool { return strings.HasPrefix(b.win.shown.Full, "50.0") && b.ready() })
	for _, c := range []struct {
		field interface{ SetText(string) }
		wrong string
		right string
	}{
		{f.every, "0", "100"},
		{f.every, "x", "100"},
		{f.times, "-1", ""},
		{f.low, "200", "0"}, // above the other end: only the generator knows
		{f.high, "NaN", "100"},
		{f.period, "0", "10"},
		{f.decimals, "13", "1"},
	} {
		c.field.SetText(c.wrong)
		b.Await("a word about "+c.wrong, func() bool { return !b.ready() && b.win.wrong.Text != "" })
		c.field.SetText(c.right)
		b.Await("it to be right again", b.ready)
	}
	b.win.Open(b.conn, message("press/set", "no place for a value"), nil)
	b.Await("a word about the place", func() bool { return strings.Contains(b.win.wrong.Text, `{{ask "value"}}`) })
}
