package window

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"github.com/google/go-cmp/cmp"

	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// beneath reports whether a sentence stands right beneath a field.
func (d *desk) beneath(field, sentence string) bool {
	d.Helper()
	f := d.field(field)
	for _, o := range d.seen() {
		box, ok := o.(*fyne.Container)
		if !ok {
			continue
		}
		i := slices.Index(box.Objects, fyne.CanvasObject(f))
		if i >= 0 && i+1 < len(box.Objects) && box.Objects[i+1].Visible() {
			return strings.Contains(wordsOf(box.Objects[i+1]), sentence)
		}
	}
	return false
}

func TestAConnectionIsAddedThroughTheForm(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{})
	d := sitDown(t)
	d.mustRead("Add a connection…", "Try the demo plant")

	d.clicks("Add a connection…")
	d.mustRead("New connection", "Give the connection a name.", "Everything (#)")
	for _, b := range []string{"Save", "Save and connect"} {
		if !d.button(b).Disabled() {
			t.Errorf("%q can be pressed on an empty form", b)
		}
	}
	d.mustNotRead("asks for every message")

	d.fills("form.name", "Bench")
	d.fills("form.host", "mqtt://"+m.Host)
	if !d.beneath("form.host", "Enter only the host, without “mqtt://” in front of it.") {
		t.Errorf("nothing beneath the host on\n%s", d.screen())
	}
	d.fills("form.host", m.Host)
	d.mustNotRead("Enter only the host")
	d.fills("form.port", "70000")
	if !d.beneath("form.port", "A port is a number from 1 to 65535") {
		t.Errorf("nothing beneath the port on\n%s", d.screen())
	}
	d.fills("form.port", strconv.Itoa(m.Port))
	d.mustRead("Nothing is subscribed to, so nothing will be shown.")

	d.clicks("Everything (#)")
	d.mustRead("“#” asks for every message of the broker.")
	if d.button("Save and connect").Disabled() {
		t.Errorf("the buttons stay grey on\n%s", d.screen())
	}
	d.clicks("Save and connect")
	if d.win.win.Canvas().Overlays().Top() != nil {
		t.Error("the form stays open")
	}
	d.await("the connection", d.isOpen)

	p := brokertest.Dial(t, m.Addr(), "devices", "", "")
	for _, topic := range []string{"plant/line1/temp", "plant/line1/state", "plant/line2/temp", "boat/depth"} {
		p.Send(topic, "7", false)
	}
	p.Flush()
	d.await("the topics", func() bool { return d.win.tree.filter.Hits.Full == "4" })
	want := []string{"boat", "boat/depth", "plant", "plant/line1", "plant/line2"}
	if diff := cmp.Diff(want, d.topicsInSight()); diff != "" {
		t.Error(diff)
	}
	if l := d.root(); l.Name != "Bench" || l.Topics != 4 || l.Stale || l.Note != "" {
		t.Errorf("the root is %+v", l.Row)
	}
	if l, _ := d.row("plant"); l.Topics != 3 || !l.Branch || !l.Open {
		t.Errorf("plant is %+v", l.Row)
	}
	if l, _ := d.row("boat/depth"); l.Value != "7" || l.Age == "" || l.Retained {
		t.Errorf("boat/depth is %+v", l.Row)
	}
	d.countsAddUp()

	saved, _ := d.app.Profiles.List()
	if len(saved) != 1 || saved[0].Name != "Bench" || saved[0].Subscriptions[0].Filter != "#" {
		t.Errorf("saved was %+v", saved)
	}
}

func TestAFormIsLeftWithoutSaving(t *testing.T) {
	d := sitDown(t)
	d.chooses("File", "New connection…")
	d.fills("form.name", "Nothing")
	d.clicks("Cancel")
	if list, _ := d.app.Profiles.List(); len(list) != 0 {
		t.Errorf("saved was %+v", list)
	}
	d.mustRead("Add a connection…")
}

func TestFiltersAreAddedAndRemovedInTheForm(t *testing.T) {
	d := sitDown(t)
	d.clicks("Add a connection…")
	d.clicks("Add a filter")
	d.fills("plant/line4/#", "plant/#/temp")
	d.mustRead("# stands only at the end of a filter.")
	if !d.button("Save").Disabled() {
		t.Error("a filter that MQTT does not allow can be saved")
	}
	d.fills("plant/line4/#", "plant/#")
	d.fills("form.name", "Bench")
	d.fills("form.host", "localhost")
	if d.button("Save").Disabled() {
		t.Errorf("the buttons stay grey on\n%s", d.screen())
	}
	d.clicks("Save")
	list, _ := d.app.Profiles.List()
	if len(list) != 1 || !cmp.Equal(list[0].Subscriptions, []connections.Subscription{{Filter: "plant/#"}}) {
		t.Errorf("saved was %+v", list)
	}
	d.mustRead("Saved connections", "Bench", "localhost:1883")
}

func TestAWrongPasswordIsAskedForAgain(t *testing.T) {
	m := brokertest.Start(t, brokertest.Options{Users: map[string]string{"anna": "right"}})
	d := sitDown(t)
	d.saves(m, func(p *profile.Profile) { p.User, p.AsksPassword = "anna", true })
	d.win.welcome.Load()

	d.clicks("Connect")
	d.await("the question", func() bool { return d.reads("Password for Bench") && d.reads("Password of anna") })
	d.fills("Password", "wrong")
	d.focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.await("the refusal", func() bool { return d.banner() != "" })
	for _, word := range []string{"Bench: ", "Check user name and password"} {
		if !strings.Contains(d.banner(), word) {
			t.Errorf("the banner lacks %q: %s", word, d.banner())
		}
	}

	d.clicks("Password…")
	d.fills("Password", "right")
	d.ticks()
	d.focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	d.await("the connection", d.isOpen)
	d.await("the banner to go", func() bool { return d.banner() == "" && !d.reads("Password…") })
}

// focused is what has the keyboard.
func (d *desk) focused() fyne.Focusable {
	d.Helper()
	f := d.win.win.Canvas().Focused()
	if f == nil {
		d.Fatal("nothing has the focus")
	}
	return f
}

func TestABannerSaysAnAddressOnce(t *testing.T) {
	d := sitDown(t)
	port := brokertest.UnusedPort(t)
	addr := "127.0.0.1:" + strconv.Itoa(port)
	d.win.connect(d.saves(&brokertest.Mosquitto{Host: "127.0.0.1", Port: port}, func(p *profile.Profile) { p.Name = addr }))
	d.await("the banner", func() bool { return d.banner() != "" })
	if said := d.banner(); !strings.HasPrefix(said, addr+" refused the connection") {
		t.Errorf("the banner says %q", said)
	}
}

func TestARefusedConnectionSaysWhereAndWhatToTry(t *testing.T) {
	d := sitDown(t)
	port := brokertest.UnusedPort(t)
	p := d.saves(&brokertest.Mosquitto{Host: "127.0.0.1", Port: port}, nil)
	d.win.connect(p)
	d.await("the banner", func() bool { return d.banner() != "" })
	d.mustRead("Bench: 127.0.0.1:"+strconv.Itoa(port)+" refused the connection", "Check that the broker is running", "Retry now", "Edit…")
	d.await("the chip to count down", func() bool { return d.reads("Bench  retry in ") })
	d.await("the root to say so", func() bool { l := d.root(); return l.Stale && l.Note != "" })

	d.clicks("Edit…")
	d.mustRead("Edit connection")
}

// strict is a broker that refuses every filter that begins with "secret", and is polite
// otherwise.
func strict(t *testing.T) *brokertest.Hostile {
	return brokertest.Serve(t, func(p *brokertest.Peer) {
		p.Accept()
		for {
			first, body, err := p.Packet()
			if err != nil {
				return
			}
			switch first >> 4 {
			case 8:
				answer := []byte{0x90, 2, body[0], body[1]}
				for at := 2; at < len(body); {
					n := int(body[at])<<8 | int(body[at+1])
					code := byte(0)
					if strings.HasPrefix(string(body[at+2:at+2+n]), "secret") {
						code = 0x80
					}
					answer = append(answer, code)
					answer[1]++
					at += 2 + n + 1
				}
				p.Send(answer...)
			case 12:
				p.Send(0xd0, 0)
			}
		}
	})
}

func TestARefusedFilterIsNamed(t *testing.T) {
	tests := []struct {
		name    string
		filters []string
	}{
		{"the only one", []string{"secret/#"}},
		{"one of two", []string{"plant/#", "secret/#"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := strict(t)
			d := sitDown(t)
			d.win.connect(d.saves(&brokertest.Mosquitto{Host: b.Host, Port: b.Port}, func(p *profile.Profile) {
				p.Subscriptions = nil
				for _, f := range tt.filters {
					p.Subscriptions = append(p.Subscriptions, connections.Subscription{Filter: f})
				}
			}))
			d.await("the banner", func() bool { return d.banner() != "" })
			d.mustRead("The broker refused the subscription to secret/#.", "Subscribe to topics that this user may read")
			d.mustNotRead("Retry now")
			d.picks(d.win.connectionMenu(d.only()).Items, "Subscriptions…")
			d.mustRead("secret/#", "QoS 0  ·  refused: MQTT 3.1.1 has no way to tell why")
			if len(tt.filters) > 1 {
				d.mustRead("plant/#", "QoS 0  ·  granted with QoS 0")
			}
		})
	}
}
