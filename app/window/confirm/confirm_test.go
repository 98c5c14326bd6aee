package confirm

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"go.uber.org/goleak"

	"streamscope/app/session"
	"streamscope/connections"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// table is a window and the queue of its UI goroutine, which the test drains.
type table struct {
	*testing.T
	win     fyne.Window
	dialogs *Dialogs
	queue   chan func()
}

// sit uses an arming time that never passes by itself: the test arms.
func sit(t *testing.T) *table {
	test.NewTempApp(t)
	d := &table{T: t, queue: make(chan func(), 100)}
	d.win = test.NewTempWindow(t, widget.NewLabel("behind"))
	d.win.Resize(fyne.NewSize(900, 700))
	d.dialogs = New(Options{Window: d.win, Do: func(f func()) { d.queue <- f }, Arming: time.Hour, Colour: func(string) string { return "#2f7fd6" }})
	return d
}

// next runs what waits for the UI goroutine.
func (d *table) next() {
	d.Helper()
	select {
	case f := <-d.queue:
		f()
	case <-time.After(20 * time.Second):
		d.Fatal("nothing came for the UI goroutine")
	}
}

// asks puts a question from another goroutine and shows it.
func (d *table) asks(ctx context.Context) <-chan error {
	d.Helper()
	answer := make(chan error, 1)
	go func() {
		answer <- d.dialogs.Confirm(ctx, session.Intent{
			Session: "p-1", Connection: "Plant A",
			Request: session.Request{Name: "Start press", Confirm: "Is everybody out of the cage?", Publication: connections.Publication{
				Topic: "press/set", Payload: []byte(`{"on":true}`), QoS: 1, Retain: true,
			}},
		})
	}()
	d.next()
	return answer
}

func (d *table) answered(answer <-chan error) error {
	d.Helper()
	select {
	case err := <-answer:
		return err
	case <-time.After(20 * time.Second):
		d.Fatal("no answer")
		return nil
	}
}

func (d *table) open(answer <-chan error) {
	d.Helper()
	if d.dialogs.open == nil || d.dialogs.open.decided {
		d.Error("the question is gone")
	}
	select {
	case err := <-answer:
		d.Errorf("it was answered: %v", err)
	default:
	}
}

func click(b *yes) {
	b.MouseDown(&desktop.MouseEvent{})
	b.MouseUp(&desktop.MouseEvent{})
	b.Tapped(&fyne.PointEvent{})
}

func key(n fyne.KeyName) *fyne.KeyEvent { return &fyne.KeyEvent{Name: n} }

func TestTheQuestionNamesWhatGoesWhere(t *testing.T) {
	d := sit(t)
	answer := d.asks(t.Context())
	var read []string
	for _, o := range test.LaidOutObjects(d.win.Canvas().Overlays().Top()) {
		if l, ok := o.(*widget.Label); ok {
			read = append(read, l.Text)
		}
	}
	all := strings.Join(read, "\n")
	for _, want := range []string{"Send to Plant A?", "Is everybody out of the cage?", "Start press", "press/set", `{"on":true}`, "QoS 1 · retained"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is not said in %q", want, all)
		}
	}
	if d.win.Canvas().Focused() != fyne.Focusable(d.dialogs.open.no) {
		t.Error("the focus is not on no")
	}
	d.dialogs.open.yes.arm()
	click(d.dialogs.open.yes)
	if err := d.answered(answer); err != nil {
		t.Error(err)
	}
}

func TestADoubleClickDoesNotPass(t *testing.T) {
	d := sit(t)
	answer := d.asks(t.Context())
	b := d.dialogs.open.yes
	click(b)
	d.open(answer)
	// The press that came too early does not count when it is released later.
	b.MouseDown(&desktop.MouseEvent{})
	b.arm()
	b.MouseUp(&desktop.MouseEvent{})
	b.Tapped(&fyne.PointEvent{})
	d.open(answer)
	click(b)
	if err := d.answered(answer); err != nil {
		t.Error(err)
	}
}

// Who goes on pressing waits on; and a screen that hung does not let in what was pressed meanwhile.
func TestHammeringDoesNotPass(t *testing.T) {
	d := sit(t)
	d.dialogs.o.Arming = steps * time.Millisecond
	answer := d.asks(t.Context())
	s := d.dialogs.open
	for range 3 {
		for range steps - 1 {
			d.next()
		}
		click(s.yes)
		d.open(answer)
		d.next() // it would be armed now
		if s.yes.armed {
			t.Fatal("it is armed although somebody hammers on it")
		}
	}
	for range steps - 1 {
		d.next()
	}
	s.yes.TypedKey(key(fyne.KeyReturn)) // one that is held
	d.next()
	for range steps {
		if s.yes.armed {
			t.Fatal("it is armed too early")
		}
		d.next()
	}
	if !s.yes.armed || s.note.Text != "Escape says no." {
		t.Errorf("it is dead after a time of calm: %q", s.note.Text)
	}
	click(s.yes)
	if err := d.answered(answer); err != nil {
		t.Error(err)
	}
}

func TestAHeldKeyDoesNotPass(t *testing.T) {
	for _, k := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace} {
		d := sit(t)
		answer := d.asks(t.Context())
		b := d.dialogs.open.yes
		d.win.Canvas().Focus(b)
		for range 50 { // a key that was down before the question came repeats
			b.TypedKey(key(k))
		}
		b.arm()
		for range 50 {
			b.TypedKey(key(k))
		}
		b.KeyUp(key(k))
		d.open(answer)
		// Pressed too early and held until it is armed.
		b.armed = false
		b.KeyDown(key(k))
		b.arm()
		b.KeyUp(key(k))
		d.open(answer)
		// Pressed, but the focus went elsewhere before the release.
		b.KeyDown(key(k))
		b.FocusLost()
		b.KeyUp(key(k))
		d.open(answer)
		// Pressed and released.
		b.KeyDown(key(k))
		b.TypedKey(key(k))
		b.KeyUp(key(k))
		if err := d.answered(answer); err != nil {
			t.Error(k, err)
		}
	}
}

func TestNoIsEasy(t *testing.T) {
	for name, say := range map[string]func(*sheet){
		"Escape":        func(s *sheet) { s.no.TypedKey(key(fyne.KeyEscape)) },
		"Escape on yes": func(s *sheet) { s.yes.TypedKey(key(fyne.KeyEscape)) },
		"the button":    func(s *sheet) { test.Tap(s.no) },
		"a held Enter":  func(s *sheet) { s.no.TypedKey(key(fyne.KeySpace)) },
		"Escape without focus": func(s *sheet) {
			c := s.d.o.Window.Canvas()
			click(s.yes)
			c.Unfocus()
			c.OnTypedKey()(key(fyne.KeyEscape))
		},
		"the dialog closes": func(s *sheet) { s.dialog.Hide() },
	} {
		d := sit(t)
		answer := d.asks(t.Context())
		say(d.dialogs.open)
		if err := d.answered(answer); !errors.Is(err, ErrDeclined) {
			t.Errorf("%s: %v", name, err)
		}
		if d.win.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: the question stays", name)
		}
		if d.win.Canvas().OnTypedKey() != nil {
			t.Errorf("%s: the keys stay with the question", name)
		}
	}
}

func TestQuestionsComeOneByOneAndEndWithTheirContext(t *testing.T) {
	d := sit(t)
	ctx, cancel := context.WithCancel(t.Context())
	first := d.asks(ctx)
	second := make(chan error, 1)
	go func() {
		second <- d.dialogs.ConfirmRun(t.Context(), session.RunIntent{Connection: "Plant A", RunOptions: session.RunOptions{
			Name: "clear retained", Topic: "press/#", Total: 10_000, Confirm: "Devices get an empty message.",
		}})
	}()
	d.open(first)
	cancel()
	if err := d.answered(first); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	d.next() // the first goes
	d.next() // the second comes
	d.dialogs.open.yes.arm()
	click(d.dialogs.open.yes)
	if err := d.answered(second); err != nil {
		t.Error(err)
	}
}
