package window

import (
	"reflect"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"streamscope/app/window/compose"
	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/widgets/table"
)

// composing opens the composer on the only connection.
func composing(t *testing.T) (*desk, *brokertest.Mosquitto, *brokertest.Publisher) {
	t.Helper()
	d, m, p := connected(t)
	d.chooses("Tools", "Publish")
	d.ticks()
	return d, m, p
}

// drawer is the composer as it stands on the screen.
type drawer struct {
	problem, outcome    *widget.Label
	send                *widget.Button
	format, qos, target *widget.Select
	retain              *widget.Check
	topic, payload      *widget.Entry
	table               *table.Table
	busy, sending       func() bool
}

func (d *desk) composer() *drawer {
	d.Helper()
	pane := d.win.composer.Get()
	of := d.win.names.byKey
	entry := func(name string) *widget.Entry {
		return reflect.ValueOf(of[name]).Elem().FieldByName("Entry").Addr().Interface().(*widget.Entry)
	}
	return &drawer{
		problem: of["composer.problem"].(*widget.Label), outcome: of["composer.outcome"].(*widget.Label), send: of["composer.send"].(*widget.Button),
		format: of["composer.format"].(*widget.Select), qos: of["composer.qos"].(*widget.Select), target: of["composer.target"].(*widget.Select),
		retain: of["composer.retain"].(*widget.Check), topic: entry("composer.topic"), payload: entry("composer.payload"),
		table: of["composer.sent"].(*table.Table), busy: pane.Busy, sending: pane.Sending,
	}
}

func sendKey() fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: fyne.KeyReturn, Modifier: fyne.KeyModifierShortcutDefault}
}

func TestWhatCannotBeSentSaysWhy(t *testing.T) {
	d, _, _ := composing(t)
	if d.composer().problem.Visible() || !d.composer().send.Disabled() {
		t.Error("an untouched composer reproaches, or can send")
	}
	tests := []struct {
		name, format, topic, payload string
		says                         []string
	}{
		{"a wildcard", "Text", "plant/+/set", "1", []string{"+"}},
		{"a wildcard at the end", "Text", "plant/#", "1", []string{"#"}},
		{"no topic", "Text", "", "1", []string{"topic"}},
		{"broken JSON", "JSON", "a", "{\n  \"on\": yes\n}", []string{"line 2, column 9"}},
		{"no JSON", "JSON", "a", "", []string{"line 1, column 1"}},
		{"half a byte", "Hex", "a", "01 f", []string{"line 1, column 4", "odd number of digits"}},
		{"no digit", "Hex", "a", "01\n0g", []string{"line 2, column 2", "not a hexadecimal digit"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d.T = t
			d.composer().format.SetSelected(tt.format)
			d.fills("composer.topic", tt.topic)
			d.fills("composer.payload", tt.payload)
			d.ticks()
			for _, s := range tt.says {
				if !strings.Contains(d.composer().problem.Text, s) || !d.composer().problem.Visible() {
					t.Errorf("the problem is %q, want %q", d.composer().problem.Text, s)
				}
			}
			if !d.composer().send.Disabled() {
				t.Error("it can be sent")
			}
			d.focused().(fyne.Shortcutable).TypedShortcut(sendKey())
			d.ticks()
			if d.composer().sending() || d.composer().outcome.Visible() {
				t.Error("Ctrl+Enter sent it")
			}
		})
	}
	if n := d.only().Counts().Received; n != 0 || len(d.app.Sent.Entries()) != 0 {
		t.Errorf("%d messages went out", n)
	}
}

// sends fills the composer and presses the button.
func (d *desk) sends(topic, payload, qos string) {
	d.Helper()
	c := d.composer()
	for _, o := range c.qos.Options {
		if strings.HasPrefix(o, qos) {
			c.qos.SetSelected(o)
		}
	}
	d.fills("composer.topic", topic)
	d.fills("composer.payload", payload)
	d.clicks("Send to Bench")
	d.await("an outcome", func() bool { return !c.busy() })
}

func TestOutcomesSayWhatIsKnown(t *testing.T) {
	d, _, _ := composing(t)
	d.sends("cmd/a", "one", "QoS 0")
	d.mustRead("Sent to cmd/a. QoS 0 brings no acknowledgement.")
	d.await("the message to come back", func() bool { return d.latest("cmd/a") == "one" })

	for _, qos := range []string{"QoS 1", "QoS 2"} {
		d.sends("cmd/b", qos, qos)
		d.mustRead("Acknowledged by the broker after ")
		d.await("the message to come back", func() bool { return d.latest("cmd/b") == qos })
	}

	d.composer().format.SetSelected("Hex")
	d.sends("cmd/c", "68 69", "QoS 1")
	d.await("the bytes to come back", func() bool { return d.latest("cmd/c") == "hi" })
}

func TestARetainedMessageIsSentAndDeleted(t *testing.T) {
	d, m, _ := composing(t)
	d.composer().retain.SetChecked(true)
	d.sends("kept", "1", "QoS 1")
	if !isRetained(t, m, "kept") {
		t.Error("the broker did not keep it")
	}
	d.sends("kept", "", "QoS 1")
	if isRetained(t, m, "kept") {
		t.Error("an empty retained message did not delete it")
	}
}

// isRetained asks with a window of its own whether the broker keeps a message.
func isRetained(t *testing.T, m *brokertest.Mosquitto, topic string) (kept bool) {
	t.Helper()
	t.Run("another window", func(t *testing.T) {
		d := sitDown(t)
		d.win.connect(d.saves(m, nil))
		d.await("the connection", d.isOpen)
		p := brokertest.Dial(t, m.Addr(), "marker", "", "")
		d.hears(p, "marker", "1") // retained messages come before
		kept = d.latest(topic) != ""
	})
	return kept
}

func TestOfflineNothingWaitsInSecret(t *testing.T) {
	d, m, _ := composing(t)
	d.fills("composer.topic", "cmd/a")
	d.fills("composer.payload", "1")
	if d.composer().send.Disabled() {
		t.Fatalf("it cannot be sent: %s", d.composer().problem.Text)
	}
	m.Stop()
	d.await("the loss", func() bool { return !d.isOpen() })
	d.ticks()
	d.mustRead("Bench is not connected. If you send, you are asked whether to keep the message; nothing goes by itself.")
	d.field("composer.payload").TypedShortcut(sendKey())
	d.mustRead("Keep the message?")
	d.clicks("Do not keep")
	if d.app.Sender.Waiting().Len("") != 0 || d.composer().sending() {
		t.Error("it is kept")
	}
	for range 2 {
		d.clicks("Send to Bench")
		d.clicks("Keep")
	}
	d.ticks()
	if d.app.Sender.Waiting().Len("") != 2 {
		t.Fatal("it is not kept")
	}
	m.Restart()
	d.only().RetryNow()
	d.await("the connection", d.isOpen)
	d.ticks()
	if n := d.only().Counts().Received; n != 0 || d.app.Sender.Waiting().Len("") != 2 {
		t.Errorf("%d messages went by themselves", n)
	}
	waiting := d.win.names.byKey["composer.waiting"].(*table.Table)
	waiting.Select(0, 0)
	d.clicks("Send now")
	d.await("the message", func() bool { return d.latest("cmd/a") == "1" && !d.composer().busy() })
	waiting.Select(0, 0)
	d.clicks("Drop")
	d.ticks()
	if d.app.Sender.Waiting().Len("") != 0 || d.only().Counts().Received != 1 {
		t.Error("it was not dropped")
	}
}

func TestReadOnlySendsNothingByAnyKeyOrButton(t *testing.T) {
	d, _, p := composing(t)
	d.sends("cmd/a", "1", "QoS 0")
	d.await("the message to come back", func() bool { return d.latest("cmd/a") == "1" })
	for name, c := range map[string]struct{ on, off func() }{
		"the window": {func() { d.chooses("Tools", "Read-only") }, func() { d.chooses("Tools", "Read-only") }},
		"the profile": {func() { d.picks(d.win.connectionMenu(d.only()).Items, "Read-only: send nothing") },
			func() { d.picks(d.win.connectionMenu(d.only()).Items, "Read-only: send nothing") }},
	} {
		c.on()
		d.await(name+" to be read-only", d.only().ReadOnly)
		d.ticks()
		d.mustRead("read-only: nothing is sent", "read-only")
		if !d.composer().send.Disabled() {
			t.Errorf("%s: the button is alive", name)
		}
		for _, f := range []string{"composer.topic", "composer.payload"} {
			d.field(f).TypedShortcut(sendKey())
		}
		d.composer().table.Select(0, 0)
		d.clicks("Send again")
		d.hears(p, "marker/"+name, "1")
		if d.composer().sending() || len(d.app.Sent.Entries()) != 1 || d.only().Counts().Received == 0 {
			t.Errorf("%s: something was sent", name)
		}
		c.off()
		d.await(name+" to send again", func() bool { return !d.only().ReadOnly() })
		d.ticks()
		if d.composer().send.Disabled() {
			t.Errorf("%s: it cannot send again", name)
		}
	}
}

func TestEachConnectionHasItsDraft(t *testing.T) {
	d, _, _ := composing(t)
	d.fills("composer.topic", "valve/1/open")
	d.fills("composer.payload", "full")
	d.win.closeConnection(d.only())
	d.await("the end", func() bool { return len(d.app.Connections()) == 0 })
	d.ticks()
	other := brokertest.Start(t, brokertest.Options{})
	p := profileFor(other, nil)
	p.Name = "Plant B"
	valid, _ := p.Validate()
	d.win.open(valid, nil)
	d.await("the other connection", d.isOpen)
	d.ticks()
	if got := d.win.composer.Get().Draft(); d.composer().target.Selected == "Plant B" && (got.Topic != "" || got.Payload != "") {
		t.Errorf("the draft for another plant stands ready for this one: %+v", got)
	}
}

// rowsOfSent are the rows of the list of what was sent, copied.
func (d *desk) rowsOfSent() []string {
	d.Helper()
	tb := d.composer().table
	var rows []string
	for i := range len(d.app.Sent.Entries()) {
		tb.Select(i, i)
		tb.TypedShortcut(&fyne.ShortcutCopy{Clipboard: d.fyne.Clipboard()})
		rows = append(rows, d.clipboard())
	}
	return rows
}

func TestOnlyTheComposersFieldsSendByKey(t *testing.T) {
	d, _, p := composing(t)
	d.hears(p, "a", "1")
	d.fills("composer.topic", "cmd/a")
	d.fills("composer.payload", "1")
	for _, m := range d.win.win.MainMenu().Items {
		for _, i := range m.Items {
			if s, ok := i.Shortcut.(*desktop.CustomShortcut); ok && compose.IsSendShortcut(s) {
				t.Errorf("%q has the key everywhere", i.Label)
			}
		}
	}
	for _, f := range []fyne.Shortcutable{d.win.tree.tree, d.win.tree.filter.Entry, d.win.detail.history.Table, d.field("filter")} {
		f.TypedShortcut(sendKey())
	}
	if d.composer().sending() || len(d.app.Sent.Entries()) != 0 {
		t.Fatal("Ctrl+Enter sends from elsewhere")
	}
	for _, f := range []string{"composer.topic", "composer.payload"} {
		before := d.only().Counts().Received
		d.field(f).TypedShortcut(sendKey())
		d.await("the message from "+f, func() bool { return d.only().Counts().Received > before && !d.composer().busy() })
	}
	// Enter alone is a line of the payload.
	d.win.win.Canvas().Focus(d.field("composer.payload"))
	d.focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if d.composer().sending() {
		t.Error("Enter sends")
	}
}

func TestTheTopicChangesOnlyWhenAsked(t *testing.T) {
	d, _, p := composing(t)
	d.hears(p, "valve/1/set", "0")
	d.hears(p, "valve/2/set", "0")
	d.chooses("View", "Expand all")
	d.fills("composer.topic", "valve/9/set")
	d.selects("valve/1/set")
	d.selects("valve/2/set")
	d.ticks()
	if d.composer().topic.Text != "valve/9/set" {
		t.Errorf("the selection changed the topic to %q", d.composer().topic.Text)
	}
	d.menuOf("valve/1/set")
	d.clicks("Publish here")
	if d.composer().topic.Text != "valve/1/set" {
		t.Errorf("the topic is %q", d.composer().topic.Text)
	}
	d.win.detail.publish.OnTapped()
	if d.composer().topic.Text != "valve/2/set" || d.focused() != d.win.names.byKey["composer.payload"].(fyne.Focusable) {
		t.Errorf("the topic is %q", d.composer().topic.Text)
	}
}

func TestTopicsThatWereHeardCompleteTheTopic(t *testing.T) {
	d, _, p := composing(t)
	d.hears(p, "plant/valve/set", "0")
	d.hears(p, "plant/pump/set", "0")
	d.fills("composer.topic", "VALVE")
	d.await("the offer", func() bool { return d.reads("plant/valve/set") })
	d.clicks("plant/valve/set")
	if d.composer().topic.Text != "plant/valve/set" {
		t.Errorf("the topic is %q", d.composer().topic.Text)
	}
	d.await("the offers to go", func() bool { return !d.composer().busy() })
}

func TestTheComposerTidiesJSON(t *testing.T) {
	d, _, _ := composing(t)
	d.composer().format.SetSelected("JSON")
	d.fills("composer.topic", "a")
	d.fills("composer.payload", `{"a":1.50}`)
	d.clicks("Format")
	if d.composer().payload.Text != "{\n  \"a\": 1.50\n}" {
		t.Errorf("the payload is %q", d.composer().payload.Text)
	}
}

func TestWhatWasSentIsTakenBack(t *testing.T) {
	d, _, _ := composing(t)
	d.sends("cmd/a", "one", "QoS 0")
	d.composer().retain.SetChecked(true)
	d.sends("cmd/b", "two", "QoS 1")
	d.composer().retain.SetChecked(false)
	sent := d.composer().table
	if rows := d.rowsOfSent(); len(rows) != 2 || !strings.Contains(rows[0], "cmd/b\ttwo\tacknowledged") {
		t.Errorf("last sent: %q", rows)
	}
	received := d.only().Counts().Received
	sent.Select(1, 1)
	d.clicks("Edit")
	if got := d.win.composer.Get().Draft(); got.Topic != "cmd/a" || got.Payload != "one" || got.QoS != 0 || got.Retain {
		t.Errorf("the fields hold %+v", got)
	}
	sent.OnActivate(0)
	if got := d.win.composer.Get().Draft(); got.Topic != "cmd/b" || got.Payload != "two" || got.QoS != 1 || !got.Retain {
		t.Errorf("the fields hold %+v", got)
	}
	d.ticks()
	if d.composer().sending() || d.only().Counts().Received > received+2 {
		t.Error("taking back sends")
	}

	d = d.comesBack()
	if n := len(d.rowsOfSent()); n != 2 {
		t.Errorf("%d are remembered", n)
	}
}

func TestTheButtonNamesTheConnection(t *testing.T) {
	d, _, _ := composing(t)
	d.mustRead("Send to Bench")
	m := brokertest.Start(t, brokertest.Options{})
	p := profileFor(m, nil)
	p.Name = "Plant B"
	valid, _ := p.Validate()
	d.win.open(valid, nil)
	d.ticks()
	d.mustRead("Send to Bench")
	d.composer().target.SetSelected("Plant B")
	d.mustRead("Send to Plant B")

	// Whose connection was chosen must not find another in its place.
	for _, c := range d.app.Connections() {
		if c.Name() == "Plant B" {
			d.win.closeConnection(c)
		}
	}
	d.ticks()
	if c := d.composer().target.Selected; c != "" {
		t.Errorf("the composer turned to %s by itself", c)
	}
}

func TestNamesakesAreToldApart(t *testing.T) {
	d, m, p := composing(t)
	other := brokertest.Start(t, brokertest.Options{})
	valid, _ := profileFor(other, nil).Validate()
	first := d.only()
	d.win.open(valid, nil)
	d.await("the other one", func() bool { return d.app.Connection(valid.ID()).Status().State == connections.StateOpen })
	d.ticks()
	if got := d.composer().target; !strings.Contains(got.Selected, strconv.Itoa(first.Profile().Port)) {
		t.Errorf("the composer turned to %q by itself", got.Selected)
	}
	d.win.composer.Get().PublishHere(ui.Selection{Conn: d.app.Connection(valid.ID()), Topic: "cmd/a"})
	d.mustRead("Send to Bench (" + other.Addr() + ")")
	d.fills("composer.payload", "1")
	d.clicks("Send to Bench (" + other.Addr() + ")")
	d.await("the message", func() bool { return d.app.Connection(valid.ID()).Counts().Received == 1 && !d.composer().busy() })
	p.Send("end", "1", false)
	p.Flush()
	d.await("the end", func() bool { return first.Counts().Received > 0 })
	if _, heard := first.Index().Find("cmd/a"); heard {
		t.Errorf("it went to %s", m.Addr())
	}
	d.await("the first one's name", func() bool { return d.composer().target.Options[0] == "Bench ("+m.Addr()+")" })
	d.win.closeConnection(first)
	d.ticks()
	d.mustRead("Send to Bench")
}
