package retained

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"streamscope/app"
	"streamscope/app/command/retained"
	"streamscope/app/window/confirm"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/widgets/textview"
)

// bench is a user in front of the window, with a real broker behind it.
type bench struct {
	*uitest.Bench
	conn *app.Connection
	send *brokertest.Publisher
	w    *Window
	// edited is what was taken into the composer.
	edited string
}

func sitDown(t *testing.T, version string) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, brokertest.Start(t, brokertest.Options{}))}
	b.App.SetConfirmer(confirm.New(confirm.Options{Window: b.Win, Do: b.Work.Do, Arming: time.Millisecond}))
	b.conn = b.Opens(b.Saves(func(p *profile.Profile) {
		p.Version, p.Subscriptions = version, []connections.Subscription{{Filter: "plant/#"}}
	}))
	b.send = b.Publisher()
	b.w = New(Options{
		App: b.App, Background: b.Work, NewWindow: b.Fyne.NewWindow, Now: time.Now,
		OnEdit: func(_ *app.Connection, m retained.Message) { b.edited = m.Topic },
	})
	b.OnLeave = b.w.Close
	b.Says = func() string { return strconv.Quote(b.w.note.Full) }
	return b
}

// retains makes the broker retain n messages beneath plant/.
func (b *bench) retains(n int) {
	b.Helper()
	for i := range n {
		b.send.Send(fmt.Sprintf("plant/line%d/s%05d", i%3, i), fmt.Sprintf(`{"value":%d}`, i), true)
	}
	b.send.Sync()
}

// lists opens the window for the branch plant, and waits for the list.
func (b *bench) lists(n int) {
	b.Helper()
	b.w.Open(b.conn, "plant")
	b.Await("the list", func() bool { return b.w.working == nil && b.w.listing != nil })
	if len(b.w.rows.list) != n {
		b.Fatalf("%d listed, not %d", len(b.w.rows.list), n)
	}
}

// agrees presses the red button of the last question with the mouse.
func (b *bench) agrees() {
	b.Helper()
	b.Await("the last question, in the window that asks", func() bool {
		if b.Win.Canvas().Overlays().Top() != nil {
			b.Fatal("the question stands in the main window")
		}
		o, ok := uitest.Top(b.w.win, func(o fyne.CanvasObject) bool {
			d, ok := o.(fyne.Disableable)
			_, mouse := o.(desktop.Mouseable)
			return ok && mouse && !d.Disabled() && strings.HasSuffix(fmt.Sprintf("%T", o), "confirm.yes")
		})
		if ok {
			o.(desktop.Mouseable).MouseDown(&desktop.MouseEvent{})
			o.(fyne.Tappable).Tapped(&fyne.PointEvent{})
		}
		return ok
	})
}

// reads waits for a text on the top of the window.
func (b *bench) reads(words string) string {
	b.Helper()
	found := ""
	b.Await(words, func() bool {
		_, ok := uitest.Top(b.w.win, func(o *textview.View) bool {
			found = textOf(o)
			return strings.Contains(found, words)
		})
		return ok
	})
	return found
}

func textOf(v *textview.View) string {
	var b strings.Builder
	for i := range v.Document().Len() {
		b.WriteString(v.Document().Line(i) + "\n")
	}
	return b.String()
}

func (b *bench) backups() []string {
	files, _ := filepath.Glob(filepath.Join(b.App.RetainedFolder(), "*.jsonl"))
	return files
}

func TestMessagesAreListedClearedAndPutBack(t *testing.T) {
	for _, version := range []string{profile.Version311, profile.Version5} {
		t.Run(version, func(t *testing.T) {
			const n = 60
			b := sitDown(t, version)
			b.retains(n)
			b.lists(n)
			if !strings.Contains(b.w.note.Full, "60 retained under plant/#") || !strings.Contains(b.w.note.Full, b.w.clientID) || b.w.clientID == "" {
				t.Errorf("the window says %q", b.w.note.Full)
			}

			b.w.search.SetText("LINE1/")
			b.Await("the search", func() bool { return len(b.w.rows.list) == n/3 })
			b.w.table.Select(0, 4)
			b.w.refresh()
			if b.w.edit.Disabled() != true || b.w.clear.Disabled() {
				t.Error("five are selected: they can be cleared, not edited")
			}
			want := b.w.selected()
			test.Tap(b.w.clear)
			b.Presses(b.w.win, "Go on…")
			b.agrees()
			report := b.reads("Done: 5 of 5")
			if !strings.Contains(report, "asked again at the end") || !strings.Contains(report, want[4].Topic) {
				t.Errorf("the report: %s", report)
			}
			b.Presses(b.w.win, "Close")
			b.Await("what is left", func() bool { return b.w.working == nil && len(b.w.listing.Messages) == n-5 })

			files := b.backups()
			if len(files) != 1 {
				t.Fatalf("backups: %v", files)
			}
			b.w.readBackup(b.conn, files[0])
			b.Presses(b.w.win, "Go on…")
			b.agrees()
			b.reads("Done: 5 of 5")
			b.Presses(b.w.win, "Close")
			b.Await("all again", func() bool { return b.w.working == nil && len(b.w.listing.Messages) == n })
			b.Await("the search that holds over a listing", func() bool { return len(b.w.rows.list) == n/3 })
		})
	}
}

func TestDecliningLeavesNothingBehind(t *testing.T) {
	b := sitDown(t, profile.Version5)
	b.retains(3)
	b.lists(3)
	test.Tap(b.w.clearAll)
	b.Presses(b.w.win, "Cancel")
	if b.w.working != nil {
		t.Error("it began")
	}
	test.Tap(b.w.clearAll)
	b.Presses(b.w.win, "Go on…")
	b.Await("the last question", func() bool {
		_, ok := uitest.Top(b.w.win, func(o fyne.CanvasObject) bool { return strings.HasSuffix(fmt.Sprintf("%T", o), "confirm.no") })
		return ok
	})
	if b.w.Working() == "" {
		t.Error("nothing tells that it waits")
	}
	b.presses2("confirm.no")
	b.Await("the end", func() bool { return b.w.working == nil })
	if b.w.win.Canvas().Overlays().Top() != nil || !strings.Contains(b.w.note.Full, "nothing was sent") || len(b.backups()) != 0 {
		t.Errorf("said %q, backups %v", b.w.note.Full, b.backups())
	}
	b.w.ask()
	b.Await("the list", func() bool { return b.w.working == nil })
	if len(b.w.listing.Messages) != 3 {
		t.Errorf("%d left", len(b.w.listing.Messages))
	}
}

// presses2 taps an object by its type, which has no word of its own.
func (b *bench) presses2(kind string) {
	b.Helper()
	if o, ok := uitest.Top(b.w.win, func(o fyne.CanvasObject) bool { return strings.HasSuffix(fmt.Sprintf("%T", o), kind) }); ok {
		o.(fyne.Tappable).Tapped(&fyne.PointEvent{})
		return
	}
	b.Fatal("no " + kind)
}

func TestARunIsCancelledHalfWay(t *testing.T) {
	const n = 6000 // three seconds at the pace of a clear
	b := sitDown(t, profile.Version5)
	b.retains(n)
	b.lists(n)
	test.Tap(b.w.clearAll)
	b.Presses(b.w.win, "Go on…")
	b.agrees()
	b.Await("some progress", func() bool { return b.w.bar.Value > 0.02 })
	if !strings.Contains(b.w.Working(), "of 6") || !b.w.progress.Visible() || !b.w.list.Disabled() || !b.w.clearAll.Disabled() {
		t.Errorf("while it runs: %q", b.w.Working())
	}
	b.w.working.stop()
	report := b.reads("It ended early")
	if !strings.Contains(report, "Not done: ") || strings.Contains(report, "may not write") {
		t.Errorf("the report: %s", report[:min(len(report), 600)])
	}
	b.Presses(b.w.win, "Close")
	b.Await("what is left", func() bool { return b.w.working == nil })
	left := len(b.w.listing.Messages)
	if left == 0 || left >= n || !strings.Contains(report, fmt.Sprintf("Done: %s of", ui.Count(n-left))) {
		t.Errorf("%d left; the report: %s", left, report[:min(len(report), 300)])
	}
	if b.w.Working() != "" {
		t.Error("it still says that it works")
	}
	// The file has all of them, so that all can be put back.
	if kept, err := retained.ReadBackup(b.backups()[0]); err != nil || len(kept.Messages) != n {
		t.Error(err)
	}
}

func TestClosingStopsWhatRuns(t *testing.T) {
	const n = 6000
	b := sitDown(t, profile.Version5)
	b.retains(n)
	b.lists(n)
	test.Tap(b.w.clearAll)
	b.Presses(b.w.win, "Go on…")
	b.agrees()
	b.Await("some progress", func() bool { return b.w.bar.Value > 0.02 })
	b.w.Close()
	b.Await("its end", func() bool { return b.w.working == nil })
	b.w.Open(b.conn, "plant")
	b.Await("the list", func() bool { return b.w.working == nil && b.w.listing != nil })
	if left := len(b.w.listing.Messages); left == 0 {
		t.Error("it went on after the window was closed")
	}
}

func TestReadOnlyDisables(t *testing.T) {
	b := sitDown(t, profile.Version5)
	b.retains(3)
	b.lists(3)
	b.w.table.Select(0, 0)
	b.w.Tick()
	if b.w.clear.Disabled() || b.w.clearAll.Disabled() || b.w.back.Disabled() {
		t.Fatal("nothing can be done")
	}
	b.App.SetReadOnly(true)
	b.w.Tick()
	if !b.w.clear.Disabled() || !b.w.clearAll.Disabled() || !b.w.back.Disabled() || b.w.list.Disabled() || b.w.edit.Disabled() {
		t.Error("read-only leaves listing and looking, and nothing else")
	}
	if !strings.Contains(b.w.note.Full, "read-only") {
		t.Errorf("said %q", b.w.note.Full)
	}
	// Also where a dialog stood already.
	b.App.SetReadOnly(false)
	b.w.Tick()
	test.Tap(b.w.clearAll)
	b.App.SetReadOnly(true)
	b.Presses(b.w.win, "Go on…")
	b.Await("the refusal", func() bool {
		_, ok := uitest.Top(b.w.win, func(o *widget.Label) bool { return strings.Contains(strings.ToLower(o.Text), "read-only") })
		return ok && b.w.working == nil
	})
	if len(b.backups()) != 0 {
		t.Error("a file was left for what did not go")
	}
}

func TestAMessageIsComparedAndEdited(t *testing.T) {
	b := sitDown(t, profile.Version5)
	b.retains(3)
	b.lists(3)
	b.Await("the tree", func() bool { return b.conn.Counts().Received >= 3 })
	b.w.table.Select(0, 0)
	b.w.refresh()
	test.Tap(b.w.diff)
	b.Await("no change", func() bool {
		_, ok := uitest.Top(b.w.win, func(o *textview.View) bool { return true })
		return ok
	})
	b.Presses(b.w.win, "Close")

	b.send.Send("plant/line0/s00000", `{"value":77}`, false)
	b.send.Sync()
	b.Await("the new value", func() bool { return b.conn.Counts().Received >= 4 })
	test.Tap(b.w.diff)
	if got := b.reads("value"); !strings.Contains(got, "0  →  77") {
		t.Errorf("the difference: %q", got)
	}
	b.Presses(b.w.win, "Close")

	b.w.table.Select(1, 2)
	b.w.refresh()
	test.Tap(b.w.diff)
	if got := b.reads("value"); !strings.Contains(got, "1  →  2") {
		t.Errorf("the difference: %q", got)
	}
	b.Presses(b.w.win, "Close")
	b.w.table.Select(1, 1)
	b.w.refresh()
	test.Tap(b.w.edit)
	if b.edited != "plant/line1/s00001" {
		t.Errorf("edited %q", b.edited)
	}
}

func TestABrokerThatIsGoneIsNamed(t *testing.T) {
	b := sitDown(t, profile.Version311)
	b.Broker.Stop()
	b.w.Open(b.conn, "plant")
	b.Await("the error", func() bool {
		_, ok := uitest.Top(b.w.win, func(o *widget.Label) bool { return strings.Contains(o.Text, "refused") })
		return ok && b.w.working == nil
	})
	if b.w.listing != nil || b.w.list.Disabled() {
		t.Error("there is a list, or it cannot be asked again")
	}
}

func TestAForeignFileIsRefused(t *testing.T) {
	b := sitDown(t, profile.Version5)
	b.w.Open(b.conn, "")
	file := filepath.Join(t.TempDir(), "x.jsonl")
	if err := os.WriteFile(file, []byte("{}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.w.readBackup(b.conn, file)
	b.Await("the error", func() bool { return b.w.win.Canvas().Overlays().Top() != nil })
	if b.w.working != nil {
		t.Error("it began")
	}
}

func TestCovering(t *testing.T) {
	for want, topics := range map[string][]string{
		"#":         {"a", "b"},
		"a/b":       {"a/b"},
		"a/#":       {"a/b", "a/c/d"},
		"a/b/#":     {"a/b", "a/b/c"},
		"a/b/c/d/#": {"a/b/c/d/e", "a/b/c/d/f"},
	} {
		if got := covering(topics); got != want {
			t.Errorf("%v: %s", topics, got)
		}
	}
	if got := covering(nil); got != "#" {
		t.Error(got)
	}
}
