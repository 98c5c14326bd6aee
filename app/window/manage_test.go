package window

import (
	"context"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
	ttwidget "github.com/dweymouth/fyne-tooltip/widget"
	"github.com/google/go-cmp/cmp"

	"streamscope/app/window/ui"
	"streamscope/connections"
	"streamscope/connections/brokertest"
	"streamscope/connections/profile"
)

// stored lists the names of the saved profiles, in the user's order.
func (d *desk) stored() (names []string) {
	list, _ := d.app.Profiles.List()
	for _, p := range list {
		names = append(names, p.Name)
	}
	return names
}

// clicksIcon presses button i of those with a tooltip.
func (d *desk) clicksIcon(tip string, i int) {
	d.Helper()
	for _, o := range d.seen() {
		if b, ok := o.(*ttwidget.Button); ok && b.ToolTip() == tip {
			if i == 0 {
				if b.Disabled() {
					d.Fatalf("%q is grey", tip)
				}
				b.OnTapped()
				return
			}
			i--
		}
	}
	d.Fatalf("no button %q", tip)
}

func TestConnectionsAreManaged(t *testing.T) {
	d := sitDown(t)
	nobody := &brokertest.Mosquitto{Host: "127.0.0.1", Port: brokertest.UnusedPort(t)}
	for _, name := range []string{"Alpha", "Beta", "Gamma"} {
		d.saves(nobody, func(p *profile.Profile) { p.Name = name })
	}
	d.chooses("File", "Connections…")
	d.mustRead("Alpha", "Beta", "Gamma", nobody.Addr())

	d.clicksIcon("Move down", 0)
	if !cmp.Equal(d.stored(), []string{"Beta", "Alpha", "Gamma"}) {
		t.Errorf("the order is %v", d.stored())
	}
	d.clicksIcon("Move up", 2)
	if !cmp.Equal(d.stored(), []string{"Beta", "Gamma", "Alpha"}) {
		t.Errorf("the order is %v", d.stored())
	}
	d.clicksIcon("Duplicate", 0)
	if !cmp.Equal(d.stored(), []string{"Beta", "Beta (copy)", "Gamma", "Alpha"}) {
		t.Errorf("the order is %v", d.stored())
	}
	d.clicksIcon("Delete", 2)
	if !cmp.Equal(d.stored(), []string{"Beta", "Beta (copy)", "Alpha"}) {
		t.Errorf("after deleting: %v", d.stored())
	}
	d.clicks("Undo the deletion")
	if len(d.stored()) != 4 || !strings.Contains(strings.Join(d.stored(), " "), "Gamma") {
		t.Errorf("after the undo: %v", d.stored())
	}
	d.mustNotRead("Undo the deletion")
	d.clicks("Close")
	d.mustRead("Saved connections", "Beta (copy)")
}

func TestAnOpenConnectionIsNotDeleted(t *testing.T) {
	d, _, _ := connected(t)
	d.chooses("File", "Connections…")
	d.clicksIcon("Delete", 0)
	d.mustRead("Close Bench before deleting it.")
	if !cmp.Equal(d.stored(), []string{"Bench"}) {
		t.Errorf("saved: %v", d.stored())
	}
}

func TestAnOpenConnectionIsEdited(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	id, _ := d.only().Index().Find("boat/depth")
	d.win.togglePin(ui.Selection{Conn: d.only(), Node: id, Topic: "boat/depth"})
	d.selects("boat/depth")
	old := d.only()
	d.chooses("Connection", "Edit…")
	d.fills("form.name", "Boat")
	d.fills("plant/line4/#", "boat/#")
	d.clicks("Save and connect")
	d.await("the connection anew", func() bool { return d.isOpen() && d.only() != old })
	d.hears(p, "boat/depth", "6")
	p.Send("plant/a", "1", false)
	d.hears(p, "boat/depth", "7")
	if got := d.topicsInSight(); !cmp.Equal(got, []string{"boat", "boat/depth"}) {
		d.shows("boat", "boat/depth")
	}
	if d.only().Name() != "Boat" || !cmp.Equal(d.stored(), []string{"Boat"}) || len(d.watched()) != 1 {
		t.Errorf("%s is open, %v saved, %d watched", d.only().Name(), d.stored(), len(d.watched()))
	}
	d.await("the topic that was selected", func() bool {
		return d.win.detail.title.Full == "boat/depth" && d.payload() == "7"
	})
	d.await("the old one to be counted", func() bool { return d.app.Figures().Cleared == 5 })
	d.countsAddUp()
}

func TestTwoConnectionsStandInOneTree(t *testing.T) {
	d, _, p := connected(t)
	d.hears(p, "shared/topic", "1")
	m := brokertest.Start(t, brokertest.Options{})
	d.saves(m, func(p *profile.Profile) { p.Name, p.Colour = "Second", profile.Palette()[2] })
	d.clicks("Connect")
	d.clicks("Second")
	d.await("both", func() bool {
		conns := d.app.Connections()
		return len(conns) == 2 && conns[1].Status().State == connections.StateOpen
	})
	q := brokertest.Dial(t, m.Addr(), "devices", "", "")
	q.Send("shared/topic", "2", false)
	q.Flush()
	d.await("both values", func() bool {
		var values []string
		for _, l := range d.tree() {
			if l.topic == "shared/topic" {
				values = append(values, l.conn.Name()+l.Value)
			}
		}
		return cmp.Equal(values, []string{"Bench1", "Second2"})
	})
	d.mustRead("Bench  ", "Second  ")

	// A command for one connection asks for a choice as long as none is selected.
	d.chooses("Connection", "Close the connection")
	if len(d.app.Connections()) != 2 {
		t.Fatal("a connection was closed at random")
	}
	d.ticks()
	d.mustRead("Select a connection in the tree first.")
	for i, l := range d.tree() {
		if l.Name == "Second" {
			d.win.tree.tree.Select(i)
		}
	}
	d.chooses("Connection", "Close the connection")
	if d.only().Name() != "Bench" {
		t.Errorf("%s is left", d.only().Name())
	}
	d.await("its rows to go", func() bool { return len(d.tree()) == 3 })
}

func TestTheLookChangesAtOnce(t *testing.T) {
	d, m, p := connected(t)
	d.hears(p, "a", "1")
	d.selects("a")
	d.chooses("View", "Show the topic on the chart")
	d.chooses("Tools", "Publish")
	m.Stop()
	d.await("the banner", func() bool { return d.banner() != "" })
	for _, look := range []struct {
		name    string
		variant fyne.ThemeVariant
	}{{"Dark", theme.VariantDark}, {"Light", theme.VariantLight}} {
		d.chooses("View", "Theme", look.name)
		d.ticks()
		want := d.win.look.Color(theme.ColorNameForeground, look.variant)
		if variantNow() != look.variant || d.win.detail.title.Line.Color != want {
			t.Errorf("%s: the title is %v, want %v", look.name, d.win.detail.title.Line.Color, want)
		}
	}
	before := d.win.tree.tree.RowHeight()
	d.chooses("View", "Text size", "Very large")
	d.ticks()
	if after := d.win.tree.tree.RowHeight(); after <= before {
		t.Errorf("a row has %v, had %v", after, before)
	}
}

func TestTheSheetsOfTheHelpMenu(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.chooses("Help", "About")
	d.mustRead("Version 1.2.3")
	d.clicks("Close")
	d.chooses("Help", "Shortcuts")
	d.mustRead("Ctrl+F", "Filter topics", "Ctrl+Enter")
	d.clicks("Close")
	d.chooses("Help", "Performance")
	if d.win.performance == nil {
		t.Fatal("the figures stand still")
	}
	d.ticks()
	rows := map[string]string{}
	for _, r := range performanceRows(d.win.vitals.Snapshot()) {
		rows[r[0]] = r[1]
	}
	if rows["Messages received"] != "5" || rows["Topics"] != "5" {
		t.Errorf("figures %v", rows)
	}
	d.clicks("Close")
	if d.win.performance != nil {
		t.Error("a closed sheet is brought up to date")
	}
}

// Two commands must not lie on one key, nor on one that a text field needs.
func TestShortcutsAreDistinct(t *testing.T) {
	d := sitDown(t)
	taken := map[string]string{"Ctrl+C": "copy", "Ctrl+V": "paste", "Ctrl+X": "cut", "Ctrl+A": "select all", "Ctrl+Z": "undo", "Ctrl+Y": "redo"}
	for _, m := range d.win.win.MainMenu().Items {
		for _, i := range m.Items {
			s, ok := i.Shortcut.(interface{ ShortcutName() string })
			if !ok || i.Shortcut == nil {
				continue
			}
			name := strings.TrimPrefix(s.ShortcutName(), "CustomDesktop:")
			name = strings.ReplaceAll(name, "Control", "Ctrl")
			if other, ok := taken[name]; ok {
				t.Errorf("%s is for %q and for %q", name, i.Label, other)
			}
			taken[name] = i.Label
		}
	}
	if len(taken) < 15 {
		t.Errorf("only %v", taken)
	}
}

func TestTheSceneTellsWhatStandsOnTheScreen(t *testing.T) {
	d, _, p := connected(t)
	plantOf(d, p)
	d.selects("boat/depth")
	d.win.win.Canvas().Focus(d.win.tree.filter.Entry)
	d.await("idleness", func() bool { return d.win.scene().Idle })
	s := d.win.scene()
	texts := map[string]string{}
	for _, o := range s.Objects {
		texts[o.Name] = o.Text
		if o.W <= 0 || o.H <= 0 {
			t.Errorf("%+v has no size", o)
		}
	}
	if s.Focus != "filter" || texts["title"] != "boat/depth" || texts["hits"] != "5" || texts["pause"] != "Pause" {
		t.Errorf("focus %q, texts %v", s.Focus, texts)
	}
	if _, ok := texts["composer.send"]; ok {
		t.Error("a closed composer is on the scene")
	}
	var rows []string
	for i, r := range s.Rows {
		rows = append(rows, r.Name)
		if i > 0 && r.Y <= s.Rows[i-1].Y {
			t.Errorf("%s stands above %s", r.Name, s.Rows[i-1].Name)
		}
	}
	if !cmp.Equal(rows, []string{"Bench", "boat", "boat/depth", "plant", "plant/line1", "plant/line2"}) {
		t.Errorf("rows %v", rows)
	}

	// Asked from outside, it answers over the UI goroutine, or gives up with its asker.
	answered := make(chan Scene)
	go func() { s, _ := d.win.Scene(t.Context()); answered <- s }()
	var got Scene
	d.await("the answer", func() bool {
		select {
		case got = <-answered:
			return true
		default:
			return false
		}
	})
	if len(got.Rows) != len(rows) {
		t.Errorf("rows %v", got.Rows)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.win.Scene(gone); err == nil {
		t.Error("nobody waits, and it answers")
	}
}
