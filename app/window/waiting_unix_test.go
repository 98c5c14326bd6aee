//go:build unix

package window

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"streamscope/app/command"
	"streamscope/app/session"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
	"streamscope/widgets/table"
)

// What waits is lost neither by editing the profile nor, in silence, by quitting; and after the
// next start nothing of it goes by itself.
func TestWhatWaitsIsNotLostInSilence(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	d.win.connect(d.saves(m, func(p *profile.Profile) { p.CleanSession, p.ClientID = false, "kept" }))
	d.await("the connection", d.isOpen)
	m.Freeze()
	draft := command.Draft{Topic: "valve/open", Payload: "1", Format: command.FormatText, QoS: 1}
	if out := d.app.Sender.Send(t.Context(), d.only().Session, draft, command.SendOptions{Origin: session.OriginComposer, Patience: 50 * time.Millisecond}); out.Verdict != command.VerdictUnknown {
		t.Fatalf("%+v", out)
	}

	d.chooses("Connection", "Edit…")
	d.clicks("Save")
	d.clicks("I want that")
	d.await("the other connection", func() bool { return d.app.Waiting() == 1 })
	m.Thaw()
	d.await("the connection", d.isOpen)
	d.await("a word about it", func() bool {
		return d.reads("What Bench has not confirmed is kept under “Waiting” beside “Sent” (1). Nothing goes by itself.")
	})
	d.chooses("Tools", "Publish")
	d.ticks()

	d.win.Quit()
	d.win.Quit()
	d.mustRead("Quit and drop what waits?", "has not confirmed: 1.")
	d.clicks("Stay")
	d.ticks()
	if d.fyne.quit || d.win.quitting.Load() {
		t.Fatal("it quits all the same")
	}
	waiting := d.win.names.byKey["composer.waiting"].(*table.Table)
	waiting.Select(0, 0)
	waiting.TypedShortcut(&fyne.ShortcutCopy{Clipboard: d.fyne.Clipboard()})
	if row := d.clipboard(); !strings.Contains(row, "valve/open\t1\tnot confirmed") {
		t.Errorf("the row is %q", row)
	}
	d.mustRead("then it may come twice")
	d.clicks("Drop")
	if n := d.app.Waiting(); n != 0 {
		t.Errorf("%d wait", n)
	}
	if _, ok := d.app.Sender.Waiting().Add(d.only().Session, draft, command.SendOptions{}); !ok {
		t.Fatal("it is not kept")
	}
	d.win.Quit()
	d.clicks("Quit and drop")
	d.quits()

	tap := brokertest.Tap(t, m.Addr())
	d = sitDownAt(t, d.folder, Options{})
	list, _ := d.app.Profiles.List()
	p := list[0]
	p.Host, p.Port = tap.Host, tap.Port
	valid, _ := p.Validate()
	d.win.open(valid, nil)
	d.await("the connection", d.isOpen)
	const publish = 3
	if n := tap.Count(publish); n != 0 || d.app.Waiting() != 0 {
		t.Errorf("%d messages went by themselves, %d wait", n, d.app.Waiting())
	}
}
