package subscriptions

import (
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
	"github.com/google/go-cmp/cmp"

	"streamscope/app"
	"streamscope/app/window/ui"
	"streamscope/app/window/uitest"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// bench is a user in front of the dialog of one connection.
type bench struct {
	*uitest.Bench
	conn   *app.Connection
	dialog *Dialog
}

func sitDown(t *testing.T, o brokertest.Options, version string, subs ...connections.Subscription) *bench {
	t.Helper()
	b := &bench{Bench: uitest.New(t, brokertest.Start(t, o))}
	b.conn = b.App.Open(b.Saves(func(p *profile.Profile) { p.Version, p.Subscriptions = version, subs }), nil)
	b.Win.Resize(fyne.NewSize(1024, 700))
	b.dialog = New(Options{
		Conn: b.conn, Parent: b.Win, Background: b.Work, Fail: func(err error) { t.Error(err) }, Closed: func() {}, Name: b.Names.Put,
	})
	b.dialog.Show()
	b.OnTick = b.dialog.Refresh
	return b
}

// reads waits until the text of an object holds a word.
func (b *bench) reads(name, word string) {
	b.Helper()
	text := ""
	b.Says = func() string { return strconv.Quote(text) }
	b.Await(name+" to say "+word, func() bool {
		switch o := b.Names[name].(type) {
		case *ui.QuietText:
			text = o.Full
		case *widget.Label:
			text = o.Text
		}
		return strings.Contains(text, word)
	})
}

func (b *bench) subscribes(filter string) {
	b.Helper()
	e := b.Names["subscriptions.filter"].(*ui.Entry)
	e.SetText(filter)
	test.Tap(b.Names["subscriptions.ok"].(*widget.Button))
}

func TestSubscriptionsAreChangedWhileConnected(t *testing.T) {
	b := sitDown(t, brokertest.Options{Subscribable: []string{"plant/#", "other"}}, profile.Version5,
		connections.Subscription{Filter: "plant/#", QoS: 1})
	b.reads("subscriptions.said.0", "granted with QoS 1")
	b.subscribes("secret/#")
	b.reads("subscriptions.said.1", "refused: not authorised")
	b.subscribes("plant/line4/#")
	b.reads("subscriptions.said.2", "comes with plant/#, at QoS 1")

	// With options of its own it is asked for on its own.
	test.Tap(b.Names["subscriptions.edit.2"].(fyne.Tappable))
	b.dialog.editor.extras.keepFlag.SetChecked(true)
	test.Tap(b.Names["subscriptions.ok"].(*widget.Button))
	b.reads("subscriptions.said.2", "retain flag kept  ·  granted with QoS 0")

	b.Names["subscriptions.on.0"].(*widget.Check).SetChecked(false)
	b.reads("subscriptions.said.0", "switched off")
	test.Tap(b.Names["subscriptions.remove.1"].(fyne.Tappable))

	plant := b.Publisher()
	for range 3 {
		plant.Send("plant/line4/temp", "1", false)
	}
	plant.Sync()
	b.reads("subscriptions.count.1", "3 messages, 1 topic")

	want := []connections.Subscription{{Filter: "plant/#", QoS: 1, Off: true}, {Filter: "plant/line4/#", RetainAsPublished: true}}
	if diff := cmp.Diff(want, b.conn.Subscriptions()); diff != "" {
		t.Error(diff)
	}
	var saved profile.Profile
	var err error
	b.Await("the saved profile", func() bool {
		saved, err = b.App.Profiles.Get(b.conn.ID())
		return cmp.Equal(want, saved.Subscriptions)
	})
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
	b.Presses(b.Win, "Cancel")
	b.subscribes("$share/workers/plant/#")
	b.Presses(b.Win, "I want that")
	b.reads("subscriptions.said.0", "granted with QoS 0")
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
	b.reads("subscriptions.said.0", "granted")
	if !b.dialog.editor.extras.noLocal.Disabled() {
		t.Error("MQTT 3.1.1 is offered options of MQTT 5")
	}
}

func TestOneBranchIsLeftByOneClick(t *testing.T) {
	b := sitDown(t, brokertest.Options{}, profile.VersionAuto, connections.Subscription{Filter: "#"})
	b.reads("subscriptions.said.0", "granted")
	if err := b.conn.WatchOnly("plant/#"); err != nil {
		t.Fatal(err)
	}
	b.reads("subscriptions.said.0", "set aside")
	test.Tap(b.Names["subscriptions.all"].(*widget.Button))
	b.reads("subscriptions.said.0", "granted")
}
