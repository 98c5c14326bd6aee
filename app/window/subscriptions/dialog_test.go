package subscriptions

import (
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/google/go-cmp/cmp"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/connections/profile/secret"
)

// bench is a user in front of the dialog of one connection. The goroutine of the test is the UI
// goroutine.
type bench struct {
	*testing.T
	app    *app.App
	conn   *app.Connection
	dialog *Dialog
	win    fyne.Window
	names  map[string]fyne.CanvasObject

	mu    sync.Mutex // guards queue
	queue []func()
}

func sitDown(t *testing.T, o brokertest.Options, version string, subs ...connections.Subscription) *bench {
	t.Helper()
	b := &bench{T: t, names: map[string]fyne.CanvasObject{}}
	a, err := app.New(app.Params{Folder: t.TempDir(), Logger: slog.New(slog.DiscardHandler), Secrets: secret.Options{NoKeyring: true}})
	if err != nil {
		t.Fatal(err)
	}
	b.app = a
	m := brokertest.Start(t, o)
	p := profile.New()
	p.Name, p.Host, p.Port, p.Version, p.Subscriptions = "Plant", m.Host, m.Port, version, subs
	v, problems := p.Validate()
	if wrong := profile.Blocking(problems); len(wrong) > 0 {
		t.Fatal(wrong[0])
	}
	if err := a.Profiles.Save(v); err != nil {
		t.Fatal(err)
	}
	b.conn = a.Open(v, nil)
	test.NewTempApp(t)
	b.win = test.NewTempWindow(t, widget.NewLabel(""))
	b.win.Resize(fyne.NewSize(1024, 700))
	back := ui.NewBackground(func(f func()) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.queue = append(b.queue, f)
	})
	b.dialog = New(Options{
		Conn: b.conn, Parent: b.win, Background: back, Fail: func(err error) { t.Error(err) }, Closed: func() {},
		Name: func(name string, o fyne.CanvasObject) { b.names[name] = o },
	})
	b.dialog.Show()
	t.Cleanup(func() {
		a.Shutdown()
		back.Wait()
	})
	return b
}

// awaits turns the clock until the text of an object holds a word.
func (b *bench) awaits(name, word string) {
	b.Helper()
	var text string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		b.mu.Lock()
		queue := b.queue
		b.queue = nil
		b.mu.Unlock()
		for _, f := range queue {
			f()
		}
		b.dialog.Refresh()
		switch o := b.names[name].(type) {
		case *ui.QuietText:
			text = o.Full
		case *widget.Label:
			text = o.Text
		}
		if strings.Contains(text, word) {
			return
		}
	}
	b.Fatalf("%s says %q, not %q", name, text, word)
}

func (b *bench) subscribes(filter string) {
	b.Helper()
	e := b.names["subscriptions.filter"].(*widget.Entry)
	e.SetText(filter)
	test.Tap(b.names["subscriptions.ok"].(*widget.Button))
}

// confirms taps a button of the dialog on top.
func (b *bench) confirms(word string) {
	b.Helper()
	for _, o := range test.LaidOutObjects(b.win.Canvas().Overlays().Top()) {
		if button, ok := o.(*widget.Button); ok && button.Text == word {
			test.Tap(button)
			return
		}
	}
	b.Fatalf("there is no button %q", word)
}

func TestSubscriptionsAreChangedWhileConnected(t *testing.T) {
	b := sitDown(t, brokertest.Options{Subscribable: []string{"plant/#", "other"}}, profile.Version5,
		connections.Subscription{Filter: "plant/#", QoS: 1})
	b.awaits("subscriptions.said.0", "granted with QoS 1")
	b.subscribes("secret/#")
	b.awaits("subscriptions.said.1", "refused: not authorised")
	b.subscribes("plant/line4/#")
	b.awaits("subscriptions.said.2", "comes with plant/#, at QoS 1")

	// With options of its own it is asked for on its own.
	test.Tap(b.names["subscriptions.edit.2"].(fyne.Tappable))
	b.dialog.editor.extras.keepFlag.SetChecked(true)
	test.Tap(b.names["subscriptions.ok"].(*widget.Button))
	b.awaits("subscriptions.said.2", "retain flag kept  ·  granted with QoS 0")

	b.names["subscriptions.on.0"].(*widget.Check).SetChecked(false)
	b.awaits("subscriptions.said.0", "switched off")
	test.Tap(b.names["subscriptions.remove.1"].(fyne.Tappable))

	plant := brokertest.Dial(t, b.conn.Profile().Host+":"+portOf(b.conn), "plant", "", "")
	for range 3 {
		plant.Send("plant/line4/temp", "1", false)
	}
	plant.Sync()
	b.awaits("subscriptions.count.1", "3 messages, 1 topics")

	want := []connections.Subscription{{Filter: "plant/#", QoS: 1, Off: true}, {Filter: "plant/line4/#", RetainAsPublished: true}}
	if diff := cmp.Diff(want, b.conn.Subscriptions()); diff != "" {
		t.Error(diff)
	}
	saved, err := b.app.Profiles.Get(b.conn.ID())
	for deadline := time.Now().Add(30 * time.Second); !cmp.Equal(want, saved.Subscriptions) && time.Now().Before(deadline); {
		saved, err = b.app.Profiles.Get(b.conn.ID())
	}
	if diff := cmp.Diff(want, saved.Subscriptions); err != nil || diff != "" {
		t.Errorf("%v: %s", err, diff)
	}
}

func TestASharedSubscriptionIsConfirmed(t *testing.T) {
	b := sitDown(t, brokertest.Options{}, profile.Version5)
	b.subscribes("$share/workers/plant/#")
	if len(b.conn.Subscriptions()) != 0 {
		t.Fatal("it was asked for before the user knew what it does")
	}
	b.confirms("Cancel")
	b.subscribes("$share/workers/plant/#")
	b.confirms("I want that")
	b.awaits("subscriptions.said.0", "granted with QoS 0")
}

func TestWhatIsWrongIsSaidAsItIsTyped(t *testing.T) {
	b := sitDown(t, brokertest.Options{}, profile.Version311, connections.Subscription{Filter: "a"})
	for filter, word := range map[string]string{
		"a": "already", "a#": "# stands alone between slashes", "#": "asks for every message", "$share/g": "has the form",
	} {
		b.dialog.editor.filter.SetText(filter)
		if got := b.dialog.editor.note.Text; !strings.Contains(got, word) {
			t.Errorf("%s: %q", filter, got)
		}
		if off := b.dialog.editor.ok.Disabled(); off != (filter != "#") {
			t.Errorf("%s: the button is off: %v", filter, off)
		}
	}
	b.awaits("subscriptions.said.0", "granted")
	if !b.dialog.editor.extras.noLocal.Disabled() {
		t.Error("MQTT 3.1.1 is offered options of MQTT 5")
	}
}

func TestOneBranchIsLeftByOneClick(t *testing.T) {
	b := sitDown(t, brokertest.Options{}, profile.VersionAuto, connections.Subscription{Filter: "#"})
	b.awaits("subscriptions.said.0", "granted")
	if err := b.conn.WatchOnly("plant/#"); err != nil {
		t.Fatal(err)
	}
	b.awaits("subscriptions.said.0", "set aside")
	test.Tap(b.names["subscriptions.all"].(*widget.Button))
	b.awaits("subscriptions.said.0", "granted")
}

func portOf(c *app.Connection) string { return strconv.Itoa(c.Profile().Port) }
